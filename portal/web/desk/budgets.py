"""Budgets at the desk: the list of the actor's offices with their clocks, handing a table in, one with its preview."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.domain.publications import Route, Step, WithdrawalKind, open_steps
from portal.queries.budgets import desk_budget, desk_budgets
from portal.usecases import clock
from portal.usecases.budgets import BudgetOrder, corrected_order, import_budget
from portal.usecases.idempotency import Sent
from portal.usecases.notice_imports import Upload
from portal.web.access import current_actor, requires
from portal.web.budget_pages import shown_budget
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.beginnings import begun
from portal.web.forms.allocations import AllocationCorrectionForm, TableForm
from portal.web.forms.base import DeskForm
from portal.web.forms.budgets import BudgetUploadForm
from portal.web.services import services

blueprint = Blueprint("desk_budgets", __name__, url_prefix="/desk/budgets")


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def budgets() -> str:
    """Every budget of the actor's offices, and by when each has to be public."""
    actor = current_actor()
    return render_template(
        "desk/budgets/budgets.html",
        budgets=desk_budgets(actor),
        today=shanghai_date(clock.now()),
        may_draft=actor.may(Permission.DRAFT),
    )


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def budget(number: str) -> str:
    """One budget: its state, its clock, what can be done now, and exactly what the public sees."""
    found, actor = desk_budget(current_actor(), number), current_actor()
    steps = open_steps(found.state, found.hands, actor, Route(found.steps))
    return render_template(
        "desk/budgets/budget.html",
        budget=found,
        shown=shown_budget(found.table, shanghai_date(clock.now())) if found.table else None,
        days_left=found.days_left(shanghai_date(clock.now())),
        steps=[step for step in Step if step in steps],
        may_correct=actor.may(Permission.DRAFT) and found.is_public and not found.is_open,
        may_bypass=actor.may(Permission.PUBLISH) and found.is_open and Step.PUBLISH not in steps,
    )


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

    return attempt(form, read, lambda: render_template("desk/budgets/correct.html", form=form, number=known.number))


def _import(form: TableForm, file: FileStorage, order: BudgetOrder) -> ResponseReturnValue:
    """To the draft, or to the report; the file is kept nowhere."""
    upload = Upload((file.filename or "")[-120:], file.stream.read())
    outcome = import_budget(services(), current_actor(), upload, order, at=clock.now(), sent=_sent(form))
    if outcome.number is None:
        return render_template("desk/budgets/problems.html", outcome=outcome, form=form, order=order), 422
    return done(url_for(".budget", number=outcome.number), _("已存为草稿，请核对后送审。"))


def _sent(form: DeskForm) -> Sent:
    """The draft's number is known only when it is stored."""
    return sent(form, url_for(".budgets") + "{number}")
