"""Public pages of budgets: the list, one table with its clock and targets, revisions, paper, CSV, workbook."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.budgets import BudgetPhase
from portal.domain.publications import Area
from portal.queries.budgets import BudgetFilters, budget_page, budget_years
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.budget_pages import ShownBudget, csv_table, first_published_on, shown_budget, table_of, workbook_sheets
from portal.web.forms.base import FilterForm
from portal.web.lists import chosen, list_answer, members, years
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.short_numbers import number_in

blueprint = Blueprint("public_budgets", __name__, url_prefix="/budgets")


def _shown(view: PublicView) -> ShownBudget:
    return shown_budget(table_of(view), first_published_on(view), revisions_of(view), view.ordinal)


PUBLICATIONS = Publications(
    Area.BUDGETS,
    "budget",
    lazy_gettext("预算决算"),
    _shown,
    table=lambda view: csv_table(table_of(view)),
    sheets=lambda view: workbook_sheets(table_of(view)),
)
add_addresses(blueprint, PUBLICATIONS)


class BudgetFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    year = SelectField(lazy_gettext("年份"), validate_choice=False)
    phase = SelectField(lazy_gettext("阶段"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every budget that is public, newest first."""
    filters = _filters(request.args)
    page = budget_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters))


def _filters(args: Mapping[str, str]) -> BudgetFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return BudgetFilters(year=number_in(args.get("year", "")) or None, phase=chosen(BudgetPhase, args.get("phase", "")))


def _filter_form(filters: BudgetFilters) -> BudgetFilterForm:
    form = BudgetFilterForm(data={"year": str(filters.year or ""), "phase": filters.phase or ""})
    form.year.choices = years(budget_years(clock.now()))
    form.phase.choices = members(BudgetPhase)
    return form
