"""Budgets at the desk: the list of the actor's offices with their clocks, handing a table in, one with its preview."""

from flask import Blueprint

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.domain.publications import Area
from portal.queries.budgets import desk_budget, desk_budgets
from portal.usecases import clock
from portal.usecases.budgets import corrected_order, import_budget
from portal.web.access import current_actor, requires
from portal.web.budget_pages import shown_budget
from portal.web.desk.beginnings import begun
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.desk.table_imports import TableImport, add_imports, at_once
from portal.web.forms.budgets import BudgetUploadForm

blueprint = Blueprint("desk_budgets", __name__, url_prefix="/desk/budgets")
PAGES = DeskPages(Area.BUDGETS, "budget")
add_imports(
    blueprint,
    TableImport(
        PAGES,
        lambda: BudgetUploadForm(data=begun("phase")),
        at_once(PAGES, import_budget),
        desk_budget,
        corrected_order,
    ),
)


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def budgets() -> str:
    """Every budget of the actor's offices, and by when each has to be public."""
    return list_answer(PAGES, desk_budgets(current_actor()), today=shanghai_date(clock.now()))


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def budget(number: str) -> str:
    """One budget: its state, its clock, what can be done now, and exactly what the public sees."""
    found, today = desk_budget(current_actor(), number), shanghai_date(clock.now())
    shown = shown_budget(found.table, today) if found.table else None
    return publication_answer(PAGES, found, shown, days_left=found.days_left(today))
