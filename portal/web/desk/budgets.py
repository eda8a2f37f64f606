"""Budgets at the desk: the list of the actor's offices with their clocks, handing a table in, one with its preview."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.domain.publications import Area, WithdrawalKind
from portal.queries.budgets import desk_budget, desk_budgets
from portal.usecases import clock
from portal.usecases.budgets import BudgetOrder, corrected_order, import_budget
from portal.usecases.idempotency import Sent
from portal.usecases.notice_imports import Upload
from portal.web.access import current_actor, requires
from portal.web.budget_pages import shown_budget
from portal.web.desk.attempts import attempt, sent
from portal.web.desk.beginnings import begun
from portal.web.desk.publication_pages import DeskPages, import_answer, list_answer, publication_answer
from portal.web.forms.allocations import AllocationCorrectionForm, TableForm
from portal.web.forms.base import DeskForm
from portal.web.forms.budgets import BudgetUploadForm
from portal.web.services import services

blueprint = Blueprint("desk_budgets", __name__, url_prefix="/desk/budgets")
PAGES = DeskPages(Area.BUDGETS, "budget")


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


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Hand in a table: it becomes a draft, or a report of everything that is wrong with it."""
    form = BudgetUploadForm(data=begun("phase"))

    def read() -> ResponseReturnValue:
        return _import(form, form.file.data, form.order)

    return attempt(form, read, lambda: render_template("desk/budgets/new.html", form=form))


@blueprint.route("/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public budget with a new table."""
    known, form = desk_budget(current_actor(), number), AllocationCorrectionForm()

    def read() -> ResponseReturnValue:
        order = corrected_order(known, WithdrawalKind(form.kind.data), form.note.data or "")
        return _import(form, form.file.data, order)

    return attempt(
        form, read, lambda: render_template("desk/budgets/correct.html", told=PAGES, form=form, number=known.number)
    )


def _import(form: TableForm, file: FileStorage, order: BudgetOrder) -> ResponseReturnValue:
    """To the draft, or to the report; the file is kept nowhere."""
    upload = Upload((file.filename or "")[-120:], file.stream.read())
    outcome = import_budget(services(), current_actor(), upload, order, at=clock.now(), sent=_sent(form))
    return import_answer(PAGES, outcome, order.corrects)


def _sent(form: DeskForm) -> Sent:
    """The draft's number is known only when it is stored."""
    return sent(form, url_for(".budgets") + "{number}")
