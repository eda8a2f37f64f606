"""Kept forms and the browser: each has a cookie of its own page that holds its key, and is given back once."""

from collections.abc import Iterator

from flask import Response, after_this_request, g, request
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.permissions import AccountId, Actor
from portal.usecases import clock
from portal.usecases.kept_forms import KEEP, KeptForm, forget_form, keep_form, kept_form
from portal.usecases.spool import Ticket
from portal.web.services import services

PREFIX = "desk_kept_"
_WAITING = "portal.kept_form"


def keep(form: KeptForm, owner: AccountId, response: AnyResponse) -> None:
    """Keep a form and give the browser its key, which is sent to the form's page alone."""
    ticket = keep_form(services(), owner, request.remote_addr or "", form, at=clock.now())
    response.set_cookie(
        PREFIX + ticket.id,
        ticket.key,
        max_age=KEEP,
        path=_path(form.page),
        secure=services().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def waiting_form() -> KeptForm | None:
    """What the signed-in person had typed on this page when his session ended; read once a request."""
    found = _waiting()
    return found[1] if found else None


def give_back() -> None:
    """Forget the waiting form as soon as its page is on its way: it has been given back."""
    found = _waiting()
    request.environ[_WAITING] = None
    if found is None:
        return
    ticket, form = found

    @after_this_request
    def forget(response: Response) -> Response:
        if response.status_code == 200:  # noqa: PLR2004 - a page that failed has shown nothing
            forget_form(services(), ticket)
            response.delete_cookie(PREFIX + ticket.id, path=_path(form.page))
        return response


def _waiting() -> tuple[Ticket, KeptForm] | None:
    if _WAITING not in request.environ:
        actor: Actor | None = g.get("actor")
        request.environ[_WAITING] = next(_found(actor.account_id), None) if actor and request.method == "GET" else None
    waiting: tuple[Ticket, KeptForm] | None = request.environ[_WAITING]
    return waiting


def _found(owner: AccountId) -> Iterator[tuple[Ticket, KeptForm]]:
    for name, key in request.cookies.items():
        if name.startswith(PREFIX):
            ticket = Ticket(name.removeprefix(PREFIX), key)
            form = kept_form(services(), owner, ticket, at=clock.now())
            if form and form.page == request.path:
                yield ticket, form


def _path(page: str) -> str:
    return services().settings.url_prefix + page
