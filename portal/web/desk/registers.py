"""Registers at the desk: the list of the actor's offices, handing a table in, one with its preview."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.domain.permissions import Permission
from portal.domain.publications import Area, WithdrawalKind
from portal.domain.registers import told_by
from portal.queries.registers import DeskRegister, desk_register, desk_registers, hidden_in_preview
from portal.queries.treasury import as_published
from portal.usecases import clock
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import RegisterOrder, corrected_order, import_register
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, sent
from portal.web.desk.publication_pages import DeskPages, import_answer, list_answer, publication_answer
from portal.web.forms.allocations import AllocationCorrectionForm, TableForm
from portal.web.forms.registers import RegisterUploadForm
from portal.web.register_pages import ShownRegister, shown_table
from portal.web.services import services

blueprint = Blueprint("desk_registers", __name__, url_prefix="/desk/registers")
PAGES = DeskPages(Area.REGISTERS, "register")


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def registers() -> str:
    """Every register of the actor's offices."""
    return list_answer(PAGES, desk_registers(current_actor()))


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def register(number: str) -> str:
    """One register: its state, what can be done now, and exactly what the public sees."""
    found = desk_register(current_actor(), number)
    return publication_answer(PAGES, found, _shown(found))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Hand in a table: it becomes a draft, or a report of everything that is wrong with it."""
    form = RegisterUploadForm()

    def read() -> ResponseReturnValue:
        return _import(form, form.file.data, form.order)

    return attempt(form, read, lambda: render_template("desk/registers/new.html", form=form))


@blueprint.route("/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public register with a new table."""
    known, form = desk_register(current_actor(), number), AllocationCorrectionForm()

    def read() -> ResponseReturnValue:
        order = corrected_order(known, WithdrawalKind(form.kind.data), form.note.data or "")
        return _import(form, form.file.data, order)

    return attempt(
        form, read, lambda: render_template("desk/registers/correct.html", told=PAGES, form=form, number=known.number)
    )


def _shown(found: DeskRegister) -> ShownRegister | None:
    if found.table is None:
        return None
    least = services().rulebook.policies.smallest_count_told
    told = told_by(as_published(found.table), least, stay_hidden=hidden_in_preview(found))
    return shown_table(found.kind, told, least)


def _import(form: TableForm, file: FileStorage, order: RegisterOrder) -> ResponseReturnValue:
    """To the draft, or to the report; the file is kept nowhere."""
    upload = Upload((file.filename or "")[-120:], file.stream.read())
    keyed = sent(form, url_for(".registers") + "{number}")
    outcome = import_register(services(), current_actor(), upload, order, at=clock.now(), sent=keyed)
    return import_answer(PAGES, outcome, order.corrects)
