"""How a budget is frozen: every line with its sources, and whether it became public in time."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetTable, draft_of, read_draft, total_of
from portal.domain.cell_changes import Cells, changed_cells
from portal.domain.instants import shanghai_date
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
    "phase",
    "program",
)
"""What a budget that is taken back keeps in the open tables: no amount."""


def freeze_budget(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze the draft as it stands, with the day on which it first became public: a correction is never late."""
    table = read_draft(revision.draft)
    office = session.get_one(Office, publication.office_id)
    head = {
        "format": 1,
        "area": "budgets",
        "number": publication.number,
        "revision": revision.ordinal,
        "office": {"name": office.name, "hotline": office.hotline, "duty_phone": office.duty_phone},
        "change_note": revision.change_note,
        "change_kind": str(revision.change_kind) if revision.change_kind else None,
        "first_published_on": shanghai_date(publication.first_published_at or at).isoformat(),
        "summary": _summary(table),
        "changes": _changes(session, publication, revision, table),
        **draft_of(table),
    }
    sealed = {name: head[name] for name in KEPT_WHEN_CLOSED}
    return Frozen(table.title, head, sealed | {"summary": ""}, [])


def _summary(table: BudgetTable) -> str:
    told = f"共{len(table.divisions)}个，救助资金{format_yuan(total_of(table.relief))}元"
    return f"{told}，另列工作经费{format_yuan(total_of(table.work))}元" if table.work else told


def _changes(
    session: Session, publication: Publication, revision: Revision, table: BudgetTable
) -> list[dict[str, Any]]:
    """By cell what differs from the revision before; a correction that closes it never tells an old value."""
    live = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    if live is None or not live.head:
        return []
    before, after = _cells(read_draft(json.loads(live.head))), _cells(table)
    return changed_cells(before, after, revision.change_kind)


def _cells(table: BudgetTable) -> Cells:
    """Amounts under their division and item, targets under their indicator."""
    cells: dict[tuple[str, str], str] = {}
    for line in table.lines:
        place = f"{line.place} {line.item}"
        cells[place, "total"] = format_yuan(line.total_fen)
        for source, amount in zip(table.sources, line.sources, strict=True):
            cells[place, f"source:{source}"] = format_yuan(amount)
    for one in table.targets:
        cells[one.indicator, "target"] = one.target
        cells[one.indicator, "actual"] = one.actual
    return cells
