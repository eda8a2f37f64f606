"""Two counties in one year side by side: chosen by a plain form, so that a comparison has an address."""

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from portal.domain.instants import shanghai_date
from portal.queries.divisions import division_tree
from portal.queries.fund_overviews import overview_of, persons_of
from portal.queries.fund_totals import is_told
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.forms.base import FilterForm
from portal.web.fund_comparisons import Side, comparisons
from portal.web.fund_tables import csv_of
from portal.web.public.funds import nothing_told

blueprint = Blueprint("public_fund_comparisons", __name__, url_prefix="/funds")


class ComparisonForm(FilterForm):
    """The two places; both stand in the address."""

    a = SelectField(lazy_gettext("一个地方"), validate_choice=False)
    b = SelectField(lazy_gettext("另一个地方"), validate_choice=False)


@blueprint.get("/<int:year>/compare")
@public
def compare(year: int) -> str:
    """The form, and what two places that are chosen tell."""
    city = division_tree().city
    if not is_told(year, city.code):
        raise nothing_told(year, city)
    sides = _sides(year)
    told = {"year": year, "sides": sides, "pictures": comparisons(sides), "today": shanghai_date(clock.now())}
    return render_template("public/fund_comparisons/compare.html", form=_form(), **told)


@blueprint.get("/<int:year>/compare/<string:slug>.csv")
@public
def table(year: int, slug: str) -> Response:
    """The figures of one picture of a comparison."""
    sides = _sides(year)
    picture = next((one for one in comparisons(sides) if one.slug == slug), None) or abort(404)
    return csv_answer("-".join(("funds", str(year), *(side.place.code for side in sides), slug)), *csv_of(picture))


def _form() -> ComparisonForm:
    tree = division_tree()
    form = ComparisonForm(request.args)
    names = [(county.code, county.display_name) for county in tree.below(tree.city.code)]
    form.a.choices = form.b.choices = [("", gettext("请选择")), *names]
    return form


def _sides(year: int) -> tuple[Side, ...]:
    """What is told of the places of the address, each once; 404 for one that is no county of the city."""
    tree = division_tree()
    counties = {str(county.code): county for county in tree.below(tree.city.code)}
    codes = dict.fromkeys(code for name in ("a", "b") if (code := request.args.get(name, "")))
    chosen = [counties.get(code) or abort(404) for code in codes]
    return tuple(
        Side(place, overview_of(year, place.code, tree.city.code), persons_of(year, place.code)) for place in chosen
    )
