"""How a batch of payments is frozen: what may be told of it, with the small places hidden, and nothing else."""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from portal.domain.cell_changes import Cells
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.money import format_yuan
from portal.domain.payment_hiding import Smallness
from portal.domain.payments import (
    PaymentBatch,
    ToldBatch,
    read_draft,
    read_told,
    told_as_json,
    told_by,
    told_places,
)
from portal.models.payments import PaymentFigure, PaymentPerson
from portal.models.publications import Publication, Revision
from portal.queries.payments import untold_of
from portal.queries.treasury import ledger_of
from portal.usecases.frozen import Frozen, changes_since, former_of, frozen_figures, head_of
from portal.usecases.services import Services

KEPT_WHEN_CLOSED = ("place", "month", "program", "kind", "residence")
"""What a batch that is taken back keeps of its own in the open tables: no figure."""

TOLD = (
    "place",
    "month",
    "program",
    "kind",
    "residence",
    "counts_persons",
    "paid_on",
    "document_number",
    "standard_fen",
)
"""What the draft says that the public reads as it is; the rows go through `told_by`."""


def freeze_payment(
    session: Session, services: Services, publication: Publication, revision: Revision, *, at: datetime
) -> Frozen:
    """Freeze what may be told, and write the told figures where sums over batches are taken from."""
    batch = read_draft(revision.draft)
    former = former_of(session, publication)
    told = told_by(batch, smallness(services), stay_hidden=untold_of(former))
    if told.total is None:
        _refuse_beside_ledger(session, batch)
    head = {
        **head_of(session, publication, revision),
        "title": batch.title,
        "summary": _summary(told, batch, services),
        "least_persons": smallness(services).persons,
        "changes": changes_since(former, revision, lambda before: _cells(read_told(before)), _cells(told)),
        **{name: revision.draft[name] for name in TOLD},
        "counts_only": batch.counts_only,
        **told_as_json(told),
    }
    _write_figures(session, revision, batch, told)
    if former:
        session.execute(delete(PaymentPerson).where(PaymentPerson.revision_id == former.id))
    return frozen_figures(head, KEPT_WHEN_CLOSED)


def _refuse_beside_ledger(session: Session, batch: PaymentBatch) -> None:
    """What left the treasury less what is told as paid would be a batch that is not told."""
    if (number := ledger_of(session, batch.place, batch.month)) is not None:
        text = N_(
            "这一批人数太少，不能公布数字，而这个月的拨付台账%(number)s已经公开：拨付数减去已发放数，就会推出它。"
            "请并入全县一张发放统计表公布"
        )
        raise RefusedError(text, number=number)


def smallness(services: Services) -> Smallness:
    """The bureau's own bounds: of statistics, and of lists for the naming of a village."""
    return Smallness(services.rulebook.policies.smallest_count_told, services.rulebook.masking.township_below)


def _write_figures(session: Session, revision: Revision, batch: PaymentBatch, told: ToldBatch) -> None:
    values = [
        {
            "revision_id": revision.id,
            "division_code": code,
            "households": figures.households,
            "persons": figures.persons,
            "amount_fen": figures.amount_fen,
        }
        for code, figures in told_places(batch, told).items()
    ]
    if values:
        session.execute(insert(PaymentFigure), values)


def _summary(told: ToldBatch, batch: PaymentBatch, services: Services) -> str:
    if told.total is None:
        return f"不足{smallness(services).persons}人或只有很少几户，不单列数字"
    persons = f"{told.total.persons}人，" if batch.counts_persons else ""
    return f"共{told.total.households}户，{persons}{format_yuan(told.total.amount_fen)}元"


def _cells(told: ToldBatch) -> Cells:
    """Every figure that is told, under its place and column; the rest and the total among them."""
    lines = [(row.name, row.figures) for row in told.rows] + [("rest", told.rest), ("total", told.total)]
    cells: dict[tuple[str, str], str] = {}
    for name, figures in lines:
        if figures:
            cells[name, "households"] = str(figures.households)
            cells[name, "persons"] = str(figures.persons)
            cells[name, "amount"] = format_yuan(figures.amount_fen)
    return cells
