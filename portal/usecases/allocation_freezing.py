"""How an allocation is frozen: the whole scheme, so that whoever reads the snapshot can compute it again."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.allocation_tables import AllocationTable, draft_of, read_draft
from portal.domain.cell_changes import Cells, changed_cells
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.usecases.frozen import Frozen
from portal.usecases.services import Services

KEPT_WHEN_CLOSED = (
    "format",
    "area",
    "number",
    "revision",
    "office",
    "change_note",
    "change_kind",
    "title",
    "year",
    "program",
)
"""What an allocation that is taken back keeps in the open tables: no amount."""


def freeze_allocation(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze the draft as it stands; RefusedError while a difference that no rule explains has no words."""
    table = read_draft(revision.draft)
    if missing := table.unexplained:
        names = "、".join(row.name for row in missing)
        raise RefusedError(N_("还不能公开：%(names)s的金额与公式算出的不同，还没有写明理由"), names=names)
    office = session.get_one(Office, publication.office_id)
    head = {
        "format": 1,
        "area": "allocations",
        "number": publication.number,
        "revision": revision.ordinal,
        "office": {"name": office.name, "hotline": office.hotline, "duty_phone": office.duty_phone},
        "change_note": revision.change_note,
        "change_kind": str(revision.change_kind) if revision.change_kind else None,
        "summary": _summary(table),
        "changes": _changes(session, publication, revision, table),
        **draft_of(table),
    }
    sealed = {name: head[name] for name in KEPT_WHEN_CLOSED}
    return Frozen(table.title, head, sealed | {"summary": ""}, [])


def _summary(table: AllocationTable) -> str:
    return f"共{len(table.finals)}个，合计{format_yuan(table.total_fen)}元"


def _changes(
    session: Session, publication: Publication, revision: Revision, table: AllocationTable
) -> list[dict[str, Any]]:
    """By cell what differs from the revision before; a correction that closes it never tells an old value."""
    live = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    if live is None or not live.head:
        return []
    before, after = _cells(read_draft(json.loads(live.head))), _cells(table)
    return changed_cells(before, after, revision.change_kind)


def _cells(table: AllocationTable) -> Cells:
    """What a difference may be told of: amounts, factors, weights and reasons, each under its place and column."""
    cells: dict[tuple[str, str], str] = {}
    for row in table.rows:
        cells[row.name, "final"] = format_yuan(row.final_fen)
        cells[row.name, "computed"] = format_yuan(row.computed_fen)
        if row.reason:
            cells[row.name, "reason"] = row.reason
    stored = draft_of(table)
    for factor in stored["factors"]:
        cells["", f"weight:{factor['name']}"] = factor["weight"] or ""
        for name, value in zip(table.names, factor["values"], strict=True):
            cells[name, f"factor:{factor['name']}"] = value
    return cells
