"""The disclosure catalogue and whether it is kept: item by item, place by place, with what fulfils it; as CSV too."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.divisions import Division, Level
from portal.queries.divisions import division_tree
from portal.queries.duties import duty_page, every_duty, missed_by_county
from portal.queries.site import site
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.duty_pages import csv_of
from portal.web.services import services

blueprint = Blueprint("public_duties", __name__, url_prefix="/duties")


@blueprint.get("/")
@public
def index() -> str:
    """The city and its counties."""
    return _render(division_tree().city)


@blueprint.get("/<string:code>/")
@public
def division(code: str) -> ResponseReturnValue:
    """A county and its townships, or one township; a village's duties are its township's."""
    place = _place(code)
    if place.level is Level.CITY:
        return redirect(url_for(".index"), 301)
    if place.level is Level.VILLAGE:
        return redirect(url_for(".division", code=place.parent), 301)
    return _render(place)


@blueprint.get("/<string:code>.csv")
@public
def table(code: str) -> Response:
    """Every duty of a place and of everything within it."""
    place = _place(code)
    cells = every_duty(place, division_tree(), services().rulebook.duties, at=clock.now())
    return csv_answer(f"duties-{place.code}", *csv_of(cells))


def _place(code: str) -> Division:
    return division_tree().by_code.get(code) or abort(404)


def _render(place: Division) -> str:
    at, tree, rules = clock.now(), division_tree(), services().rulebook.duties
    page = duty_page(place, tree, rules, at=at)
    is_missed_only = request.args.get("late") == "1"
    return render_template(
        "public/duties/division.html",
        page=page,
        rows=(page.missed if is_missed_only else page).rows,
        is_missed_only=is_missed_only,
        missed=missed_by_county(tree, at=at) if place.level is Level.CITY else {},
        founded_on=site().founded_on,
        catalogue=services().rulebook.catalogue,
    )
