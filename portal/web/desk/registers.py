"""Registers at the desk: the list of the actor's offices, handing a table in, one with its preview."""

from flask import Blueprint

from portal.domain.permissions import Permission
from portal.domain.publications import Area
from portal.domain.registers import told_by
from portal.queries.registers import DeskRegister, desk_register, desk_registers, hidden_in_preview
from portal.queries.treasury import as_published
from portal.usecases.registers import corrected_order, import_register
from portal.web.access import current_actor, requires
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.desk.table_imports import TableImport, add_imports, at_once
from portal.web.forms.registers import RegisterUploadForm
from portal.web.register_pages import ShownRegister, shown_table
from portal.web.services import services

blueprint = Blueprint("desk_registers", __name__, url_prefix="/desk/registers")
PAGES = DeskPages(Area.REGISTERS, "register")
add_imports(
    blueprint, TableImport(PAGES, RegisterUploadForm, at_once(PAGES, import_register), desk_register, corrected_order)
)


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


def _shown(found: DeskRegister) -> ShownRegister | None:
    if found.table is None:
        return None
    least = services().rulebook.policies.smallest_count_told
    told = told_by(as_published(found.table), least, stay_hidden=hidden_in_preview(found))
    return shown_table(found.kind, told, least)
