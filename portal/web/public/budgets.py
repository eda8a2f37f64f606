"""Public pages of budgets: the list, one table with its clock and targets, revisions, paper, CSV, workbook."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.budgets import BudgetPhase
from portal.domain.publications import Area, Face
from portal.queries.budgets import BudgetFilters, budget_page, budget_years
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, public_view, revision_view, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.budget_pages import csv_table, first_published_on, shown_budget, table_of, workbook_sheets
from portal.web.csv_answers import csv_answer
from portal.web.forms.base import FilterForm
from portal.web.labels import label
from portal.web.lists import chosen, chosen_filters, older_page
from portal.web.printed_papers import paper_answer
from portal.web.short_numbers import number_in
from portal.web.withdrawn_pages import withdrawn
from portal.web.workbook_answers import workbook_answer

blueprint = Blueprint("public_budgets", __name__, url_prefix="/budgets")


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
    form = _filter_form(filters)
    return render_template(
        "public/budgets/index.html",
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
    )


@blueprint.get("/<string:number>")
@public
def budget(number: str) -> Response:
    """One budget; a stub when it is withdrawn."""
    return _answer("public/budgets/budget.html", _view(number))


@blueprint.get("/<string:number>/print")
@public
def print_page(number: str) -> Response:
    """The same as one page for printing, for phones and browsers that cannot open a PDF."""
    return _answer("public/budgets/print_page.html", _view(number))


@blueprint.get("/<string:number>/revisions/<int:ordinal>")
@public
def revision(number: str, ordinal: int) -> Response:
    """An earlier revision; 410 when a correction has closed it."""
    view = revision_view(Area.BUDGETS, number, ordinal, at=clock.now()) or abort(404)
    return _answer("public/budgets/revision.html", view)


@blueprint.get("/<string:number>.pdf")
@public
def paper(number: str) -> Response:
    """The paper of what the public sees now, printed while the reader waits when no worker has done it yet."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else paper_answer(view)


@blueprint.get("/<string:number>.csv")
@public
def sheet(number: str) -> Response:
    """Every line with every source, in yuan and in fen."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else csv_answer(view.number, *csv_table(table_of(view)))


@blueprint.get("/<string:number>.xlsx")
@public
def workbook(number: str) -> Response:
    """A workbook whose sums compute."""
    view = _view(number)
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    return workbook_answer(view.number, workbook_sheets(table_of(view)))


def _view(number: str) -> PublicView:
    return public_view(Area.BUDGETS, number, at=clock.now()) or abort(404)


def _answer(template: str, view: PublicView) -> Response:
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    shown = shown_budget(table_of(view), first_published_on(view), revisions_of(view), view.ordinal)
    return make_response(render_template(template, shown=shown, view=view, head=view.head))


def _filters(args: Mapping[str, str]) -> BudgetFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return BudgetFilters(year=number_in(args.get("year", "")) or None, phase=chosen(BudgetPhase, args.get("phase", "")))


def _filter_form(filters: BudgetFilters) -> BudgetFilterForm:
    form = BudgetFilterForm(data={"year": str(filters.year or ""), "phase": filters.phase or ""})
    every = ("", lazy_gettext("全部"))
    form.year.choices = [every, *((str(year), str(year)) for year in budget_years(clock.now()))]
    form.phase.choices = [every, *((str(member), label(member)) for member in BudgetPhase)]
    return form
