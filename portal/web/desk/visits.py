"""The desk's own cookie: a random token, sent to the desk alone, that finds the session in the database."""

from flask import request, session
from werkzeug.wrappers import Response

from portal.domain.permissions import Actor
from portal.domain.staff import LONGEST, SessionStage, device_of
from portal.queries.staff import Visit
from portal.usecases import clock
from portal.usecases.sign_in import Browser, form_binding, visit_by
from portal.web.services import services

COOKIE = "desk_session"
_VISIT = "portal.visit"
_TOKEN_FIELD = "csrf_token"  # noqa: S105 - where Flask-WTF keeps what a form's token is made of


def token_of_request() -> str:
    """The token that the browser sent; empty without one."""
    return request.cookies.get(COOKIE, "")


def browser_of_request() -> Browser:
    """Network address and device of this request."""
    return Browser(request.remote_addr or "", device_of(request.user_agent.string))


def visit_of_request() -> Visit | None:
    """The session of this request at whatever stage; read once, and the forms' tokens are bound to it."""
    if _VISIT not in request.environ:
        token = token_of_request()
        request.environ[_VISIT] = visit_by(token, at=clock.now(), services=services()) if token else None
        if request.environ[_VISIT]:
            _bind_forms(token)
    visit: Visit | None = request.environ[_VISIT]
    return visit


def current_visit() -> Visit:
    """The session of a view that asks for a signed-in member of staff."""
    visit = visit_of_request()
    if visit is None:
        raise RuntimeError("this view does not declare that it needs a signed-in member of staff")
    return visit


def actor_of_request() -> Actor | None:
    """Who is fully signed in; somebody half-way through is nobody yet."""
    visit = visit_of_request()
    return visit.actor if visit and visit.stage is SessionStage.FULL else None


def keep(response: Response, token: str) -> Response:
    """Give the browser its token: for the desk alone, unreadable for scripts, not sent along from other sites.

    The browser holds it longer than the session lasts: whose form arrives after the end is told by it.
    """
    response.set_cookie(
        COOKIE,
        token,
        max_age=2 * LONGEST,
        path=_path(),
        secure=services().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


def drop(response: Response) -> Response:
    """Take the token and everything that belongs to the session from the browser."""
    session.clear()
    response.delete_cookie(COOKIE, path=_path())
    return response


def _bind_forms(token: str) -> None:
    """A form's token is good for one session only, whatever cookie somebody may have planted beside it."""
    bound = form_binding(token, services())
    if session.get(_TOKEN_FIELD) != bound:
        session[_TOKEN_FIELD] = bound


def _path() -> str:
    return f"{services().settings.url_prefix}/desk"
