"""The money of all years, of one year, and of one place in it: pictures, their tables and CSV, and what they add up."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.domain.divisions import DivisionCode
from portal.domain.fund_overviews import FundColumn, Overview, by_month, had_by, overview, passed_on_by
from portal.domain.fund_totals import FundStage
from portal.domain.instants import shanghai_date
from portal.queries.divisions import division_tree
from portal.queries.fund_totals import (
    figures_by_program,
    figures_by_source,
    figures_of_years,
    months_of_whole,
    tellers,
)
from portal.queries.registers import RegisterSums, sums_of_year
from portal.queries.standards import standards_in_force
from portal.queries.warnings import told_warnings
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.fund_pages import Picture, Places, csv_of, pictures_of, places_of, years_picture
from portal.web.register_pages import register_sections
from portal.web.services import services

BY_MONTH = (FundStage.DISBURSED, FundStage.PAID)
"""What is told month by month; a budget is of a year."""

blueprint = Blueprint("public_funds", __name__, url_prefix="/funds")


@dataclass(frozen=True, slots=True)
class Page:
    """What one year page shows."""

    places: Places
    view: Overview
    pictures: tuple[Picture, ...]
    registers: tuple[RegisterSums, ...]

    @property
    def name(self) -> str:
        """The division's name."""
        return self.places.whole.display_name

    @property
    def columns(self) -> tuple[FundColumn, ...]:
        """Every column that one of its tables has."""
        told = {column for picture in self.pictures for column in picture.columns}
        return tuple(column for column in FundColumn if column in told)


@blueprint.get("/")
@public
def index() -> str:
    """Every year of which anything is public."""
    tree = division_tree()
    years = figures_of_years(tree.city.code)
    return render_template("public/funds/index.html", picture=years_picture(years), name=tree.city.display_name)


@blueprint.get("/years.csv")
@public
def years_table() -> Response:
    """The years and their sums."""
    picture = years_picture(figures_of_years(division_tree().city.code)) or abort(404)
    return csv_answer("funds", *csv_of(picture))


@blueprint.get("/<int:year>/")
@public
def year(year: int) -> str:
    """The city's money in one year."""
    return _render(_page(year, division_tree().city.code))


@blueprint.get("/<int:year>/<string:code>/")
@public
def division(year: int, code: str) -> ResponseReturnValue:
    """The money of one place in one year; the city's own page stands above."""
    if code == division_tree().city.code:
        return redirect(url_for(".year", year=year), 301)
    return _render(_page(year, code))


@blueprint.get("/<int:year>/<string:slug>.csv")
@public
def year_table(year: int, slug: str) -> Response:
    """The figures of one picture of the city."""
    return _table(_page(year, division_tree().city.code, slug))


@blueprint.get("/<int:year>/<string:code>/<string:slug>.csv")
@public
def division_table(year: int, code: str, slug: str) -> Response:
    """The figures of one picture of a place."""
    return _table(_page(year, code, slug))


def _page(year: int, code: str, only: str = "") -> Page:
    """What is told of a division in a year, in all pictures or one of them; 404 when nothing is."""
    tree = division_tree()
    whole = tree.by_code.get(code) or abort(404)
    view = _overview(year, whole.code, tree.city.code)
    registers = sums_of_year(year, whole.code, at=clock.now())
    if view.is_empty and not registers:
        abort(404)
    rules = services().rulebook
    places = places_of(year, whole, tree, rules.division_tiles, rules.boundaries)
    months = months_of_whole(year, whole.code, BY_MONTH)
    told = by_month({FundColumn(stage): sums for stage, sums in months.items()})
    return Page(places, view, pictures_of(view, told, places, only), registers)


def _overview(year: int, code: DivisionCode, city: DivisionCode) -> Overview:
    """The sums of a division: the city's own, or a county's with what the city tells of it."""
    own, sources = figures_by_program(year, code), figures_by_source(year, code)
    if code == city:
        return overview(own, sources, own)
    had = had_by(own, figures_by_program(year, city, code))
    sources_had = had_by(sources, figures_by_source(year, city, code))
    return overview(had, sources_had, passed_on_by(own, code), FundColumn.PASSED_ON)


def _render(page: Page) -> str:
    """The page with what its figures add up: the division's own publications, then the city's that tell of it."""
    at, year, places = clock.now(), page.places.year, page.places
    more = {
        "tellers": tellers(year, tuple(dict.fromkeys((places.whole.code, places.tree.city.code)))),
        "registers": register_sections(page.registers),
        "standards": standards_in_force(places.whole, min(shanghai_date(at), date(year, 12, 31))),
        "warnings": told_warnings(year, places.whole.code, services().rulebook, at=at),
    }
    return render_template("public/funds/year.html", page=page, **more)


def _table(page: Page) -> Response:
    picture = next(iter(page.pictures), None) or abort(404)
    return csv_answer(f"funds-{page.places.year}-{page.places.whole.code}-{picture.slug}", *csv_of(picture))
