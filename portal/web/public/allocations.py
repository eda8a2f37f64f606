"""Public pages of allocations: the list, one table with its formula, revisions, papers, CSV, workbook, the trial."""

from collections.abc import Mapping
from fractions import Fraction

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Form, SelectField

from portal.domain.allocation_tables import AllocationTable
from portal.domain.allocation_words import shown_weight
from portal.domain.allocations import reweighted
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.publications import Area, Face
from portal.queries.allocations import AllocationFilters, allocation_page, allocation_years
from portal.queries.paging import read_cursor
from portal.queries.publications import revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.allocation_pages import (
    csv_table,
    read_weight,
    shown_allocation,
    table_of,
    trial_rows,
    typed_weight,
    workbook_sheets,
)
from portal.web.forms.base import FilterForm, TextField
from portal.web.lists import chosen, list_answer, members, years
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.short_numbers import number_in
from portal.web.withdrawn_pages import withdrawn

blueprint = Blueprint("public_allocations", __name__, url_prefix="/allocations")


PUBLICATIONS = Publications(
    Area.ALLOCATIONS,
    "allocation",
    lazy_gettext("资金分配"),
    lambda view: shown_allocation(table_of(view), revisions_of(view), view.ordinal),
    table=lambda view: csv_table(table_of(view)),
    sheets=lambda view: workbook_sheets(table_of(view)),
)
add_addresses(blueprint, PUBLICATIONS)


LONGEST_TYPED = 24
"""What is typed as a weight is shown again, an absurdly long one only by its beginning."""


class AllocationFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    year = SelectField(lazy_gettext("年份"), validate_choice=False)
    program = SelectField(lazy_gettext("救助项目"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every allocation that is public, newest first."""
    filters = _filters(request.args)
    page = allocation_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters))


@blueprint.get("/<string:number>/recompute")
@public
def recompute(number: str) -> Response:
    """A trial under other weights: who would win, who would lose."""
    view = PUBLICATIONS.view(number)
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    table = table_of(view)
    if not table.can_be_tried:
        abort(404)
    form = _trial_form(table)
    rows = trial_rows(table, _tried(table, form))
    return make_response(
        render_template("public/allocations/recompute.html", view=view, table=table, form=form, rows=rows)
    )


def _filters(args: Mapping[str, str]) -> AllocationFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return AllocationFilters(
        year=number_in(args.get("year", "")) or None, program=chosen(Program, args.get("program", ""))
    )


def _filter_form(filters: AllocationFilters) -> AllocationFilterForm:
    form = AllocationFilterForm(data={"year": str(filters.year or ""), "program": filters.program or ""})
    form.year.choices = years(allocation_years(clock.now()))
    form.program.choices = members(Program)
    return form


def _trial_form(table: AllocationTable) -> Form:
    """One field for each weight, filled with what was asked for or with the published weights."""
    names = {f"w{place}": factor for place, factor in enumerate(table.scheme.factors)}
    fields = {
        name: TextField(_("%(factor)s的权重（%%）", factor=factor.name), render_kw={"inputmode": "decimal"})
        for name, factor in names.items()
    }
    made: Form = type("TrialForm", (FilterForm,), fields)(
        data={
            name: request.args.get(name, typed_weight(factor.weight) if factor.weight is not None else "")[
                :LONGEST_TYPED
            ]
            for name, factor in names.items()
        }
    )
    return made


def _tried(table: AllocationTable, form: Form) -> tuple[Fen, ...]:
    """The amounts under the weights of the form; the published ones beside an error when they give none."""
    weights = [read_weight(field.data or "") for field in form]
    for field, weight in zip(form, weights, strict=True):
        if weight is None:
            field.errors = (_("请写 0 到 100 之间的数，例如 60"),)
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        return table.computed
    if sum(known) == 1:
        return reweighted(table.scheme, known)
    told = _("各因素的权重合计须为100%%，现在合计是%(sum)s", sum=shown_weight(sum(known, Fraction())))
    next(iter(form)).errors = (told,)
    return table.computed
