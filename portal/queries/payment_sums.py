"""What the rules of warnings ask of payments: each public batch as a whole, and what is told of townships by month."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.domain.divisions import DivisionCode, Level
from portal.domain.payment_warnings import BatchSum, PlaceMonth
from portal.domain.payments import PaymentKind, read_draft
from portal.domain.programs import Program
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.payments import Payment, PaymentFigure
from portal.models.publications import Publication, Revision

_LIVE = (Publication.live_revision_id.is_not(None), Publication.withdrawn_at.is_(None))


def batch_sums(*, year: int | None, whole: DivisionCode | None) -> list[BatchSum]:
    """Every public batch; of those whose figures are not told the counts are read from the draft."""
    draft = Revision.draft
    facts = (
        draft["counts_persons"].as_boolean().label("counts_persons"),
        draft["standard_fen"].as_integer().label("standard_fen"),
        draft["after_termination"].as_integer().label("ended"),
        draft["two_programs"].as_integer().label("doubled"),
        _told(PaymentFigure.persons).label("persons"),
        _told(PaymentFigure.amount_fen).label("amount"),
    )
    query = (
        select(Publication.number, Division.path, Payment, Revision.id, *facts)
        .join(Payment, Payment.publication_id == Publication.id)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .join(Division, Division.code == Publication.division_code)
        .where(*_LIVE, *_of(year, whole, december_before=False))
    )
    rows = db.session.execute(query).all()
    untold = _untold([row.id for row in rows if row.amount is None])
    return [_batch(row, untold.get(row.id)) for row in rows]


def place_months(programs: Collection[Program], *, year: int | None, whole: DivisionCode | None) -> list[PlaceMonth]:
    """What is told of each township and month of the allowance itself; of a year its December before comes along."""
    columns = (Division.path, Payment.month, Payment.program, Payment.residence)
    sums = (func.sum(PaymentFigure.persons), func.sum(PaymentFigure.amount_fen))
    query = (
        select(*columns, *sums)
        .join(Publication, Publication.live_revision_id == PaymentFigure.revision_id)
        .join(Payment, Payment.publication_id == Publication.id)
        .join(Division, Division.code == PaymentFigure.division_code)
        .where(
            *_LIVE, *_of(year, whole, december_before=True), Division.level == Level.TOWNSHIP,
            Payment.kind == PaymentKind.BASIC, Payment.program.in_(programs),
        )
        .group_by(*columns)
    )  # fmt: skip
    return [
        PlaceMonth(*_places(path), month, program, residence, int(persons), int(amount))
        for path, month, program, residence, persons, amount in db.session.execute(query)
    ]


def _of(year: int | None, whole: DivisionCode | None, *, december_before: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if year is not None:
        first = date(year - 1, 12, 1) if december_before else date(year, 1, 1)
        conditions.append(Payment.month.between(first, date(year, 12, 31)))
    if whole is not None:
        within = Division.path.contains(f"/{whole}/", autoescape=True)
        conditions.append(or_(within, Division.path == f"{whole}/"))
    return conditions


def _told(column: Any) -> Any:
    """The sum of what a revision tells; nothing where it tells nothing."""
    return select(func.sum(column)).where(PaymentFigure.revision_id == Revision.id).scalar_subquery()


def _untold(revision_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    query = select(Revision.id, Revision.draft).where(Revision.id.in_(revision_ids))
    drafts = {ident: read_draft(draft) for ident, draft in db.session.execute(query) if draft}
    found = {ident: (batch.persons, int(batch.amount_fen)) for ident, batch in drafts.items()}
    return dict.fromkeys(revision_ids, (0, 0)) | found


def _batch(row: Any, untold: tuple[int, int] | None) -> BatchSum:
    whole, place = _places(row.path)
    persons, amount = untold or (int(row.persons), int(row.amount))
    return BatchSum(
        row.number, whole, place, row.Payment.month, row.Payment.program, row.Payment.kind,
        persons if row.counts_persons else None, amount, row.standard_fen, row.ended or 0, is_told=untold is None,
        two_programs=row.doubled or 0,
    )  # fmt: skip


def _places(path: str) -> tuple[DivisionCode, DivisionCode]:
    """The county, or the city for what is the city's own, and the place itself."""
    codes = path.strip("/").split("/")
    return DivisionCode(codes[min(1, len(codes) - 1)]), DivisionCode(codes[-1])
