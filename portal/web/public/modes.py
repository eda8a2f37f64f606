"""The switches 大字版 and 高对比度: plain links, so that they work without JavaScript and under a path prefix."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.web.access import public
from portal.web.modes import COOKIE, Mode, modes_of

blueprint = Blueprint("modes", __name__)

ONE_YEAR = 365 * 24 * 3600


def safe_return(target: str) -> str:
    """The address inside this site to go back to; the home page when the text could lead anywhere else.

    `target` is a path below the site's own prefix. Browsers read a backslash as a slash and drop control
    characters, so either makes it unsafe.
    """
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith("//") and not parts.scheme and not parts.netloc
    plain = target.isprintable() and "\\" not in target
    return target if inside and plain else "/"


@blueprint.get("/modes/<any(elder, contrast):mode>/<any(on, off):switch>")
@public
def switch(mode: str, switch: str) -> Response:
    """Switch a mode, remember it for a year, and go back to the page."""
    modes = modes_of(request.cookies).switched(Mode(mode), on=switch == "on")
    answer = redirect(request.script_root + safe_return(request.args.get("back", "/")), 303)
    path = current_app.config["SITE_COOKIE_PATH"]
    if modes.on:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie(
            COOKIE, modes.cookie, max_age=ONE_YEAR, path=path, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        answer.delete_cookie(COOKIE, path=path)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def link(mode: Mode, *, on: bool) -> str:
    """The address that switches a mode and comes back to the page of this request."""
    back = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else request.path
    return url_for("modes.switch", mode=mode, switch="on" if on else "off", back=back)
