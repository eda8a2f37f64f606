"""Allocations at the desk: the list of the actor's offices, handing a table in, one with its preview, its words."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.allocation_tables import AllocationRow
from portal.domain.permissions import Permission
from portal.domain.publications import Area
from portal.queries.allocations import DeskAllocation, desk_allocation, desk_allocations
from portal.usecases import clock
from portal.usecases.allocations import corrected_order, explain_differences, import_allocation
from portal.web.access import current_actor, requires
from portal.web.allocation_pages import shown_allocation
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.publication_pages import DeskPages, list_answer, publication_answer
from portal.web.desk.table_imports import TableImport, add_imports, at_once
from portal.web.forms.allocations import AllocationUploadForm, reasons_form
from portal.web.services import services

blueprint = Blueprint("desk_allocations", __name__, url_prefix="/desk/allocations")
PAGES = DeskPages(Area.ALLOCATIONS, "allocation")
add_imports(
    blueprint,
    TableImport(PAGES, AllocationUploadForm, at_once(PAGES, import_allocation), desk_allocation, corrected_order),
)


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def allocations() -> str:
    """Every allocation of the actor's offices."""
    return list_answer(PAGES, desk_allocations(current_actor()))


@blueprint.get("/<string:number>")
@requires(Permission.SEE_DRAFTS)
def allocation(number: str) -> str:
    """One allocation: its state, what can be done now, and exactly what the public sees."""
    found, actor = desk_allocation(current_actor(), number), current_actor()
    may_explain = actor.may(Permission.DRAFT) and found.is_open and bool(_differing(found))
    shown = shown_allocation(found.table) if found.table else None
    return publication_answer(PAGES, found, shown, may_explain=may_explain)


@blueprint.route("/<string:number>/explain", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def explain(number: str) -> ResponseReturnValue:
    """Words for every division that no rule explains."""
    found = desk_allocation(current_actor(), number)
    rows = _differing(found)
    typed = {f"reason_{row.code}": row.reason for row in rows}
    form, back = reasons_form(rows)(data={"version": found.version, **typed}), url_for(".allocation", number=number)

    def save() -> ResponseReturnValue:
        reasons = {str(row.code): text for row in rows if (text := form[f"reason_{row.code}"].data.strip())}
        explain_differences(
            services(), current_actor(), number, reasons, at=clock.now(), version=form.version.number,
            sent=sent(form, back),
        )  # fmt: skip
        return done(back, _("理由已保存。"))

    return attempt(
        form, save, lambda: render_template("desk/allocations/explain.html", form=form, allocation=found, rows=rows)
    )


def _differing(found: DeskAllocation) -> tuple[AllocationRow, ...]:
    return tuple(row for row in found.table.rows if row.difference_fen) if found.table else ()
