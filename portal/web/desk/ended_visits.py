"""Whoever is not signed in any more: led to the sign-in page and back, and what was typed is kept meanwhile."""

from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.errors import TooManyError
from portal.usecases.kept_forms import KeptForm
from portal.usecases.sign_in import owner_of
from portal.web import kept_forms
from portal.web.desk.visits import token_of_request
from portal.web.forms.base import TOKENS, secret_names
from portal.web.services import services


def turn_away() -> Response:
    """To the sign-in page, and from there to the page that was wanted or on which the form stands."""
    if request.method != "POST":
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("desk_sign_in.sign_in", next=wanted), 303)
    page = _page_of_form()
    answer = redirect(url_for("desk_sign_in.sign_in", next=page), 303)
    if _keep(urlsplit(page or "").path, answer):
        flash(_("登录已到期，内容还没有提交。您填写的内容已经保留：请用同一个账号登录，核对后再提交一次。"))
    else:
        flash(_("登录已到期，刚才的操作没有办理。请登录后再做一次。"))
    return answer


def _keep(page: str, answer: Response) -> bool:
    """Keep what was typed, when it is known whose it is and no other site has sent it."""
    owner = owner_of(token_of_request(), services()) if token_of_request() else None
    if owner is None or not page or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    never = TOKENS | secret_names()
    values = tuple((name, value) for name, value in request.form.items(multi=True) if name not in never)
    if all(name == "version" for name, _value in values):
        return False  # a bare button: nothing was typed
    had_file = any(file.filename for file in request.files.values())
    try:
        kept_forms.keep(KeptForm(page, values, had_file), owner, answer)
    except TooManyError:
        return False
    return True


def _page_of_form() -> str | None:
    """The address that shows the posted form: its own, or for an address without a page the one it was sent from."""
    if request.url_rule and "GET" in (request.url_rule.methods or ()):
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    path = sent_from.path.removeprefix(request.script_root)
    if sent_from.netloc != request.host or not path.startswith("/desk/"):
        return None
    return f"{path}?{sent_from.query}" if sent_from.query else path
