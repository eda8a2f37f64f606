"""Public pages of standards: what holds and what has held, of the city and of each county, with the same as CSV."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.domain.instants import shanghai_date
from portal.queries.divisions import division_tree
from portal.queries.standards import StandardPage, standard_page
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.standard_pages import charts_of, csv_of, titles_of

blueprint = Blueprint("public_standards", __name__, url_prefix="/funds/standards")


@blueprint.get("/")
@public
def index() -> str:
    """The city's standards over the years."""
    return _render(_page(division_tree().city.code))


@blueprint.get("/<string:code>/")
@public
def place(code: str) -> ResponseReturnValue:
    """A county's standards over the years; the city's stand above, a township has those of its county."""
    page = _page(code)
    if page.place.code == division_tree().city.code:
        return redirect(url_for(".index"), 301)
    return redirect(url_for(".place", code=page.place.code), 301) if code != page.place.code else _render(page)


@blueprint.get("/<string:code>.csv")
@public
def table(code: str) -> Response:
    """Every step of every programme."""
    page = _page(code)
    return csv_answer(f"standards-{page.place.code}", *csv_of(page))


def _page(code: str) -> StandardPage:
    if code not in division_tree().by_code:
        abort(404)
    return standard_page(code, at=clock.now())


def _render(page: StandardPage) -> str:
    charts = charts_of(page, shanghai_date(clock.now()))
    return render_template("public/standards/standards.html", page=page, charts=charts, titles=titles_of(page))
