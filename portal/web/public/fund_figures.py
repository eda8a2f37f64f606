"""The money of the years for programs: the figures of the year pages as JSON, from the very same pictures."""

from typing import Any

from flask import Blueprint, Response, jsonify, url_for

from portal.queries.divisions import division_tree
from portal.web.access import public
from portal.web.fund_tables import Picture
from portal.web.public.funds import Page, page_of, picture_of_years

blueprint = Blueprint("public_fund_figures", __name__, url_prefix="/api/v1/funds")


@blueprint.get("/")
@public
def years() -> Response:
    """Every year of which anything is public; an empty list when there is none."""
    picture = picture_of_years(division_tree().city)
    return _answer({"pictures": [_picture(picture)] if picture else []})


@blueprint.get("/<int:year>/")
@public
def year(year: int) -> Response:
    """The city's money in one year; 404 when nothing is told."""
    return _answer(_page(page_of(year, division_tree().city.code)))


@blueprint.get("/<int:year>/<string:code>/")
@public
def division(year: int, code: str) -> Response:
    """The money of one place in one year; 404 when nothing is told."""
    return _answer(_page(page_of(year, code)))


def _answer(told: dict[str, Any]) -> Response:
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _page(page: Page) -> dict[str, Any]:
    year, whole = page.places.year, page.places.whole
    return {
        "year": year,
        "code": whole.code,
        "name": whole.display_name,
        "page": url_for("public_funds.division", year=year, code=whole.code),
        "untold_batches": page.untold,
        "pictures": [_picture(picture) for picture in page.pictures],
    }


def _picture(picture: Picture) -> dict[str, Any]:
    """Amounts stand in the order of the columns; one that is not told is null. A column is of fen or of persons."""
    return {
        "slug": picture.slug,
        "title": picture.title,
        "columns": [
            {"name": column.of, "label": column.name, "unit": "fen" if column.is_money else "persons"}
            for column in picture.columns
        ],
        "rows": [{"code": line.code, "name": line.name, "amounts": list(line.amounts)} for line in picture.lines],
        "totals": list(picture.totals) if picture.has_total else None,
    }
