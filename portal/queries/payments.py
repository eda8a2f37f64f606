"""Batches of payments: lists and sums through the gate, what the desk sees, and who would be paid twice."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from portal.domain.messages import N_
from portal.domain.notices import NoticeKind
from portal.domain.payments import PaymentBatch, PaymentKind, Residence, read_draft, read_told
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import OPEN_STATES, Area, RevisionState, normal_number
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.notices import Notice, NoticeRow
from portal.models.payments import Payment, PaymentPerson, TerminatedPerson
from portal.models.publications import Publication, Revision
from portal.queries.desk_publications import DeskPublication, all_within, newest, one_within, standing
from portal.queries.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import CHUNK, public_of, view_of

_Live = aliased(Revision)


@dataclass(frozen=True, slots=True)
class PaymentFilters:
    """What a reader asked the list for; everything may be empty. `division` is a code; all within it counts."""

    year: int | None = None
    program: Program | None = None
    division: str = ""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One batch in a list."""

    number: str
    title: str
    summary: str
    month: date
    program: Program
    kind: PaymentKind
    residence: Residence | None
    paid_on: date | None
    division_code: str
    division_name: str
    office_name: str
    published_at: datetime
    cursor: Cursor
    is_told: bool
    """Whether its figures are told; those of a batch of a few persons are not, and no sum contains them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPayment(DeskPublication):
    """The newest revision of a batch as its office sees it; `batch` is gone once it was thrown away."""

    division_code: str
    month: date
    program: Program
    batch: PaymentBatch | None
    untold_before: frozenset[str]
    """The places that the public revision before this one does not tell: they stay untold."""


def payment_page(
    filters: PaymentFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[PaymentLine]:
    """The batches that match, newest first, `size` a page (keyset paging)."""
    return page_of(public_of(Area.PAYMENTS, Payment, at).where(*_conditions(filters)), _line, after=after, size=size)


def lines_of_months(codes: Collection[str], first: date, last: date, *, at: datetime) -> tuple[PaymentLine, ...]:
    """The public batches of some divisions and months, the oldest first."""
    query = public_of(Area.PAYMENTS, Payment, at).where(
        Publication.division_code.in_(codes), Payment.month.between(first, last)
    )
    return tuple(_line(row) for row in db.session.execute(query.order_by(Payment.month, Publication.id)))


def payment_years(at: datetime) -> tuple[int, ...]:
    """The years of public batches, newest first; for the filter."""
    months = db.session.execute(
        public_of(Area.PAYMENTS, Payment, at).with_only_columns(Payment.month).distinct()
    ).scalars()
    return tuple(sorted({month.year for month in months}, reverse=True))


def _conditions(filters: PaymentFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.year:
        conditions.append(Payment.month.between(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    if filters.program:
        conditions.append(Payment.program == filters.program)
    if filters.division:
        conditions.append(Division.path.contains(f"{filters.division}/", autoescape=True))
    return conditions


def _line(row: Any) -> PaymentLine:
    view, facts, office_name, division_name = view_of(row), row[3], row[4], row[5]
    paid_on = view.head.get("paid_on")
    return PaymentLine(
        view.number, view.title, str(view.head.get("summary", "")), facts.month, facts.program, facts.kind,
        facts.residence, date.fromisoformat(paid_on) if paid_on else None, row[0].division_code, division_name,
        office_name, view.published_at, Cursor(view.published_at, view.publication_id),
        view.head.get("total") is not None,
    )  # fmt: skip


def desk_payments(actor: Actor) -> tuple[DeskPayment, ...]:
    """Every batch of the actor's offices that was not thrown away, newest first."""
    return all_within(_newest(actor), _desk_payment)


def desk_payment(actor: Actor, number: str) -> DeskPayment:
    """One batch of the actor's offices; NotFoundError also for those that exist outside them."""
    return one_within(
        _newest(actor), number, _desk_payment, N_("没有编号为%(number)s的发放情况，或它不在您单位的范围内")
    )


def _newest(actor: Actor) -> Any:
    query = newest(actor, Payment, _Live).join(Payment, Payment.publication_id == Publication.id)
    return query.outerjoin(_Live, _Live.id == Publication.live_revision_id)


def _desk_payment(row: Any) -> DeskPayment:
    publication, revision, office, facts, live = row
    return DeskPayment(
        **standing(publication, revision, office),
        division_code=publication.division_code,
        month=facts.month,
        program=facts.program,
        batch=read_draft(revision.draft) if revision.draft else None,
        untold_before=untold_of(live) if live is not None and live.id != revision.id else frozenset(),
    )


def untold_of(former: Revision | None) -> frozenset[str]:
    """The places that a revision did not tell, named there or not; one that told nothing gives nothing away."""
    if former is None or not former.head or not former.draft:
        return frozenset()
    told = read_told(json.loads(former.head))
    return frozenset(row.code for row in read_draft(former.draft).rows) - told.told if told.total else frozenset()


def paid_twice(session: Session, hashes: Collection[bytes], *, except_number: str = "") -> dict[bytes, str]:
    """Who of these stands in another batch, drafted or public: hash → its number."""
    found: dict[bytes, str] = {}
    for chunk in _chunks(hashes):
        query = (
            select(PaymentPerson.person_hash, Publication.number)
            .join(Revision, Revision.id == PaymentPerson.revision_id)
            .join(Publication, Publication.id == Revision.publication_id)
            .where(
                PaymentPerson.person_hash.in_(chunk),
                Publication.number != normal_number(except_number),
                Revision.state.in_([*OPEN_STATES, RevisionState.PUBLISHED]),
            )
        )
        found.update((digest, number) for digest, number in session.execute(query))
    return found


def counted_elsewhere(session: Session, batch: PaymentBatch, *, except_number: str = "") -> str | None:
    """The number of another batch, drafted or public, that tells of the same money, where one of both names nobody.

    It is of the same month, programme and kind, of the place or one above or within it, and of no other residence.
    """
    path = session.execute(select(Division.path).where(Division.code == batch.place)).scalar_one()
    codes = path.strip("/").split("/")
    query = (
        select(Publication.number, Revision.draft)
        .join(Payment, Payment.publication_id == Publication.id)
        .join(Revision, Revision.publication_id == Publication.id)
        .join(Division, Division.code == Publication.division_code)
        .where(
            (Payment.month == batch.month) & (Payment.program == batch.program) & (Payment.kind == batch.kind),
            Publication.number != normal_number(except_number),
            Revision.state.in_([*OPEN_STATES, RevisionState.PUBLISHED]),
            Division.path.startswith(path, autoescape=True) | Division.code.in_(codes),
        )
    )
    if batch.residence:
        query = query.where(Payment.residence.is_(None) | (Payment.residence == batch.residence))
    found = session.execute(query.order_by(Publication.id))
    return next((number for number, draft in found if batch.counts_only or draft.get("counts_only")), None)


def terminated_people(program: Program, month: date, hashes: Mapping[str, object]) -> dict[str, str]:
    """Who of these stands in a public list of terminations of an earlier month: hash → its number."""
    found: dict[str, str] = {}
    for chunk in _chunks(hashes):
        query = (
            select(NoticeRow.person_hash, Publication.number)
            .join(Revision, Revision.id == NoticeRow.revision_id)
            .join(Publication, Publication.id == Revision.publication_id)
            .join(Notice, Notice.publication_id == Publication.id)
            .where(
                NoticeRow.person_hash.in_(chunk),
                Notice.kind == NoticeKind.TERMINATION,
                Notice.program == program,
                Notice.month < month,
                Revision.state == RevisionState.PUBLISHED,
            )
        )
        found.update((digest, number) for digest, number in db.session.execute(query))
    return found


def formerly_terminated(month: date, hashes: Collection[bytes]) -> dict[bytes, str]:
    """Who of these stood in a list of terminations of an earlier month that is sealed by now: hash → its number."""
    found: dict[bytes, str] = {}
    for chunk in _chunks(hashes):
        query = (
            select(TerminatedPerson.person_hash, Publication.number)
            .join(Publication, Publication.id == TerminatedPerson.publication_id)
            .join(Notice, Notice.publication_id == Publication.id)
            .where(TerminatedPerson.person_hash.in_(chunk), Notice.month < month, Publication.withdrawn_at.is_(None))
        )
        found.update((digest, number) for digest, number in db.session.execute(query))
    return found


def _chunks(values: Collection[Any]) -> Any:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
