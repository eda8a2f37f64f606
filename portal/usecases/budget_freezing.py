"""How a budget is frozen: every line with its sources, and whether it became public in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetTable, draft_of, read_draft, total_of
from portal.domain.cell_changes import Cells
from portal.domain.instants import shanghai_date
from portal.domain.money import format_yuan
from portal.models.publications import Publication, Revision
from portal.usecases.frozen import Frozen, changes_since, former_of, frozen_figures, head_of
from portal.usecases.services import Services

KEPT_WHEN_CLOSED = ("year", "phase", "program")
"""What a budget that is taken back keeps of its own in the open tables: no amount."""


def freeze_budget(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze the draft as it stands, with the day on which it first became public: a correction is never late."""
    table = read_draft(revision.draft)
    head = {
        **head_of(session, publication, revision),
        "first_published_on": shanghai_date(publication.first_published_at or at).isoformat(),
        "summary": _summary(table),
        "changes": changes_since(
            former_of(session, publication), revision, lambda told: _cells(read_draft(told)), _cells(table)
        ),
        **draft_of(table),
    }
    return frozen_figures(head, KEPT_WHEN_CLOSED)


def _summary(table: BudgetTable) -> str:
    told = f"共{len(table.divisions)}个，救助资金{format_yuan(total_of(table.relief))}元"
    return f"{told}，另列工作经费{format_yuan(total_of(table.work))}元" if table.work else told


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
