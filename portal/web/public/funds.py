"""The money of all years, of one year, and of one place in it: pictures, their tables and CSV, and what they add up."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.domain.divisions import Division, Level
from portal.domain.errors import NotFoundError
from portal.domain.fund_overviews import FundColumn, Overview, by_month
from portal.domain.fund_totals import FundStage
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.payment_words import untold_batches_of_year
from portal.queries.divisions import division_tree
from portal.queries.fund_overviews import overview_of, persons_of, years_of
from portal.queries.fund_tellers import mean_days, tellers
from portal.queries.fund_totals import is_told, months_of_whole, untold_batches
from portal.queries.registers import RegisterSums, sums_of_parts, sums_of_year
from portal.queries.standards import standards_in_force
from portal.queries.warnings import told_warnings
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.fund_pages import Places, Told, pictures_of, places_of
from portal.web.fund_tables import Picture, csv_of
from portal.web.fund_trends import years_picture
from portal.web.register_pages import register_sections
from portal.web.services import services

BY_MONTH = (FundStage.DISBURSED, FundStage.PAID, FundStage.RETURNED)
"""What is told month by month; a budget is of a year."""

blueprint = Blueprint("public_funds", __name__, url_prefix="/funds")


@dataclass(frozen=True, slots=True)
class Page:
    """What one year page shows."""

    places: Places
    view: Overview
    pictures: tuple[Picture, ...]
    registers: tuple[RegisterSums, ...]
    untold: int
    """How many batches of payments are in none of its sums."""

    @property
    def name(self) -> str:
        """The division's name."""
        return self.places.whole.display_name

    @property
    def columns(self) -> tuple[FundColumn, ...]:
        """Every column that one of its tables has."""
        told = {column.of for picture in self.pictures for column in picture.columns}
        return tuple(column for column in FundColumn if column in told)

    @property
    def has_persons(self) -> bool:
        """Whether it tells what each person got."""
        return any(not column.is_money for picture in self.pictures for column in picture.columns)


@blueprint.get("/")
@public
def index() -> str:
    """Every year of which anything is public."""
    tree = division_tree()
    name, picture = tree.city.display_name, picture_of_years(tree.city)
    return render_template("public/funds/index.html", picture=picture, name=name, today=shanghai_date(clock.now()))


@blueprint.get("/years.csv")
@public
def years_table() -> Response:
    """The years and their sums."""
    picture = picture_of_years(division_tree().city) or abort(404)
    return csv_answer("funds", *csv_of(picture))


@blueprint.get("/places/<string:code>/")
@public
def place(code: str) -> ResponseReturnValue:
    """Every year of a county; the city's own stand above."""
    tree = division_tree()
    if code == tree.city.code:
        return redirect(url_for(".index"), 301)
    county = tree.by_code.get(code) or abort(404)
    picture = picture_of_years(county) or abort(404)
    today = shanghai_date(clock.now())
    return render_template("public/funds/place.html", picture=picture, place=county, today=today)


@blueprint.get("/places/<string:code>/years.csv")
@public
def place_table(code: str) -> Response:
    """The years of a county and their sums."""
    picture = picture_of_years(division_tree().by_code.get(code) or abort(404)) or abort(404)
    return csv_answer(f"funds-{code}-years", *csv_of(picture))


@blueprint.get("/<int:year>/")
@public
def year(year: int) -> str:
    """The city's money in one year."""
    return _render(page_of(year, division_tree().city.code))


@blueprint.get("/<int:year>/<string:code>/")
@public
def division(year: int, code: str) -> ResponseReturnValue:
    """The money of one place in one year; the city's own page stands above."""
    if code == division_tree().city.code:
        return redirect(url_for(".year", year=year), 301)
    return _render(page_of(year, code))


@blueprint.get("/<int:year>/<string:slug>.csv")
@public
def year_table(year: int, slug: str) -> Response:
    """The figures of one picture of the city."""
    return _table(page_of(year, division_tree().city.code, slug))


@blueprint.get("/<int:year>/<string:code>/<string:slug>.csv")
@public
def division_table(year: int, code: str, slug: str) -> Response:
    """The figures of one picture of a place."""
    return _table(page_of(year, code, slug))


def picture_of_years(place: Division) -> Picture | None:
    """The years of the city or of a county, each leading to its page; nothing when none is told."""
    city = division_tree().city
    if place == city:
        return years_picture(years_of(city.code, city.code), lambda year: url_for(".year", year=year))
    return years_picture(years_of(place.code, city.code), lambda year: url_for(".division", year=year, code=place.code))


def page_of(year: int, code: str, only: str = "") -> Page:
    """What is told of a division in a year, in all pictures or one of them; 404 when nothing is."""
    tree = division_tree()
    whole = tree.by_code.get(code) or abort(404)
    view = overview_of(year, whole.code, tree.city.code)
    registers = sums_of_year(year, whole.code)
    of_parts = sums_of_parts(year, whole.code) if whole.level is Level.CITY else ()
    if view.is_empty and not registers and not any(part.sums for part in of_parts):
        raise nothing_told(year, whole)
    rules = services().rulebook
    places = places_of(year, whole, tree, rules.division_tiles, rules.boundaries)
    months = months_of_whole(year, whole.code, BY_MONTH)
    told = by_month({FundColumn(stage): sums for stage, sums in months.items()})
    pictures = pictures_of(Told(view, told, persons_of(year, whole.code), of_parts), places, only)
    return Page(places, view, pictures, registers, untold_batches(year, whole))


def nothing_told(year: int, place: Division) -> NotFoundError:
    """What is said of a year of which nothing is public, in place of an empty page."""
    text = N_("%(place)s没有公开%(year)s年的资金数字。可以打开“看钱”，看公开了哪些年份。")
    return NotFoundError(text, place=place.display_name, year=year)


def _render(page: Page) -> str:
    """The page with what its figures add up: the division's own publications, then the city's that tell of it."""
    at, year, places = clock.now(), page.places.year, page.places
    told = tellers(year, tuple(dict.fromkeys((places.whole.code, places.tree.city.code))))
    is_city = places.whole == places.tree.city
    today, least = shanghai_date(at), services().rulebook.policies.smallest_count_told
    more = {
        "today": today,
        "city_is_told": not page.view.is_empty if is_city else is_told(year, places.tree.city.code),
        "tellers": told,
        "mean_days": mean_days(told, places.whole.code),
        "registers": register_sections(page.registers),
        "untold": untold_batches_of_year(page.untold, least) if page.untold else None,
        "standards": standards_in_force(places.whole, min(today, date(year, 12, 31))),
        "warnings": told_warnings(year, places.whole.code, services().rulebook, at=at),
    }
    return render_template("public/funds/year.html", page=page, **more)


def _table(page: Page) -> Response:
    picture = next(iter(page.pictures), None) or abort(404)
    return csv_answer(f"funds-{page.places.year}-{page.places.whole.code}-{picture.slug}", *csv_of(picture))
