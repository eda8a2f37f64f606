"""How an allocation is frozen: the whole scheme, so that whoever reads the snapshot can compute it again."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.allocation_tables import AllocationTable, draft_of, plain, read_draft
from portal.domain.allocation_words import shown_weight
from portal.domain.cell_changes import Cells
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.models.publications import Publication, Revision
from portal.usecases.frozen import Frozen, changes_since, former_of, frozen_figures, head_of
from portal.usecases.services import Services

KEPT_WHEN_CLOSED = ("year", "program")
"""What an allocation that is taken back keeps of its own in the open tables: no amount."""


def freeze_allocation(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze the draft as it stands; RefusedError while a difference that no rule explains has no words."""
    table = read_draft(revision.draft)
    if missing := table.unexplained:
        names = "、".join(row.name for row in missing)
        raise RefusedError(N_("还不能公开：%(names)s的金额与公式算出的不同，还没有写明理由"), names=names)
    head = {
        **head_of(session, publication, revision),
        "summary": _summary(table),
        "changes": changes_since(
            former_of(session, publication), revision, lambda told: _cells(read_draft(told)), _cells(table)
        ),
        **draft_of(table),
    }
    return frozen_figures(head, KEPT_WHEN_CLOSED)


def _summary(table: AllocationTable) -> str:
    return f"共{len(table.finals)}个，合计{format_yuan(table.total_fen)}元"


def _cells(table: AllocationTable) -> Cells:
    """What a difference may be told of: amounts and their parts, factors, weights, reasons, by place and column."""
    cells: dict[tuple[str, str], str] = {}
    for row in table.rows:
        cells[row.name, "final"] = format_yuan(row.final_fen)
        cells[row.name, "computed"] = format_yuan(row.computed_fen)
        for source, amount in zip(table.sources, row.sources, strict=True):
            cells[row.name, f"source:{source}"] = format_yuan(amount)
        for kind, amount in row.adjustments:
            cells[row.name, f"adjustment:{kind}"] = format_yuan(amount)
        if row.reason:
            cells[row.name, "reason"] = row.reason
    for factor in table.scheme.factors:
        cells["", f"weight:{factor.name}"] = "" if factor.weight is None else shown_weight(factor.weight)
        for name, value in zip(table.names, factor.values, strict=True):
            cells[name, f"factor:{factor.name}"] = plain(value)
    return cells
