"""Places: from the county down to the village, and the village's own page (what the QR on the board leads to)."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.domain.errors import NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.queries.divisions import division, division_tree
from portal.queries.places import place_page
from portal.queries.standards import standards_in_force
from portal.usecases import clock
from portal.web.access import public

blueprint = Blueprint("public_places", __name__, url_prefix="/places")

COOKIE = "my_place"
ONE_YEAR = 365 * 24 * 3600


@blueprint.get("/")
@public
def index() -> str:
    """Choose a place, beginning with the counties."""
    tree = division_tree()
    return render_template("public/places/index.html", city=tree.city, counties=tree.below(tree.city.code))


@blueprint.get("/<string:code>")
@public
def place(code: str) -> str:
    """One place: current notices, whom to call, how to object, the places below it."""
    page, today = place_page(_code(code), at=clock.now()), shanghai_date(clock.now())
    standards = standards_in_force(page.place, today)
    return render_template("public/places/place.html", page=page, standards=standards, today=today)


@blueprint.get("/mine")
@public
def mine() -> Response:
    """Go to the remembered village, or choose one."""
    code = request.cookies.get(COOKIE, "")
    target = url_for(".place", code=code) if code.isascii() and code.isalnum() else url_for(".index")
    answer = redirect(target, 303)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/<string:code>/remember")
@public
def remember(code: str) -> Response:
    """Remember the place as 我的村 on this device for a year; a plain link, so that it works without JavaScript."""
    found = division(_code(code))
    answer = redirect(url_for(".place", code=found.code), 303)
    path = current_app.config["SITE_COOKIE_PATH"]
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(COOKIE, found.code, max_age=ONE_YEAR, path=path, secure=secure, httponly=True, samesite="Lax")
    return answer


@blueprint.get("/mine/forget")
@public
def forget() -> Response:
    """Forget the remembered place."""
    answer = redirect(url_for(".index"), 303)
    answer.delete_cookie(COOKIE, path=current_app.config["SITE_COOKIE_PATH"])
    return answer


def _code(text: str) -> str:
    if not (text.isascii() and text.isalnum() and len(text) <= 12):  # noqa: PLR2004 - the length of a village's code
        raise NotFoundError(N_("没有这个地方"))
    return text
