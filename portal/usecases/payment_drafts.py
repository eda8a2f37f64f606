"""What was read of payments becomes drafts: all batches of a file in one transaction, or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.payment_sheets import PaymentSheet
from portal.domain.payments import PaymentBatch, draft_of
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind, normal_number
from portal.domain.roster_values import Problem, UnknownHeading
from portal.models.payments import Payment
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.divisions import division
from portal.queries.payments import DeskPayment
from portal.queries.standards import amounts_on
from portal.usecases import audit
from portal.usecases.corrections import correctable, next_ordinal
from portal.usecases.drafts import add_publication, add_revision, checked_correction
from portal.usecases.payment_doubles import FoundElsewhere, People, found_elsewhere, hashed, told_before
from portal.usecases.payment_people import note_people
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the clerk says about the file; what he leaves out is read above its table, or asked for."""

    month: date | None = None
    division_code: str = ""
    program: Program | None = None
    document_number: str = ""
    paid_on: date | None = None
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """A batch that was stored, under its number."""

    number: str
    batch: PaymentBatch


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """The drafts that were made of a file, or the problems for which nothing was written."""

    drafts: tuple[PaymentDraft, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...] = ()

    @property
    def number(self) -> str | None:
        """The number of the first draft, and most often the only one."""
        return self.drafts[0].number if self.drafts else None

    @property
    def batch(self) -> PaymentBatch | None:
        """The first batch."""
        return self.drafts[0].batch if self.drafts else None


Drafted = Callable[[Session, Sequence[PaymentDraft]], None]
"""Hears of the drafts within the transaction that makes them: it notes them exactly when they are there."""


def corrected_order(known: DeskPayment, kind: WithdrawalKind, note: str) -> PaymentOrder:
    """What a correction takes over from the batch that it corrects: all but the table."""
    batch = known.batch
    return PaymentOrder(
        known.month, known.division_code, known.program, batch.document_number if batch else "",
        batch.paid_on if batch else None, known.number, kind, note,
    )  # fmt: skip


def store(
    services: Services, actor: Actor, sheet: PaymentSheet, order: PaymentOrder, drafted: Drafted, *, at: datetime
) -> PaymentOutcome:
    """Nobody is paid twice for one month, programme and kind: then nothing is written (rules.md 6)."""
    key = services.keyring.key("persons")
    found = [found_elsewhere(key, one, services.rulebook.warnings) for one in sheet.batches]
    warnings = (*sheet.warnings, *chain.from_iterable((*one.ended, *one.doubled) for one in found))
    shares = [
        (_with_standard(one.batch, others), hashed(key, one.batch.program, one))
        for one, others in zip(sheet.batches, found, strict=True)
    ]
    with transaction() as session:
        if order.corrects:
            shares = [share for share in shares if _is_of(session, order.corrects, share[0])]
            if len(shares) != 1:
                raise RefusedError(N_("更正的花名册不是同一个地方、同一个月、同一个项目的：请另建一份"))
        problems = [problem for share in shares for problem in told_before(session, *share, order.corrects)]
        if problems:
            return PaymentOutcome((), tuple(problems), sheet.warnings)
        drafts = tuple(_add(session, actor, batch, people, order, at=at) for batch, people in shares)
        drafted(session, drafts)
        return PaymentOutcome(drafts, (), warnings)


def _with_standard(batch: PaymentBatch, found: FoundElsewhere) -> PaymentBatch:
    """With what each person has a right to in the place and month, where the bureau has entered it."""
    standard = amounts_on(batch.program, division(batch.place), batch.month).get(str(batch.residence))
    return replace(batch, standard_fen=standard, after_termination=len(found.ended), two_programs=len(found.doubled))


def _add(
    session: Session, actor: Actor, batch: PaymentBatch, people: People, order: PaymentOrder, *, at: datetime
) -> PaymentDraft:
    if order.corrects:
        publication, revision = _add_correction(session, actor, batch, order, at=at)
    else:
        publication, revision = _add_draft(session, actor, batch, at=at)
    note_people(session, revision.id, people)
    return PaymentDraft(publication.number, batch)


def _is_of(session: Session, number: str, batch: PaymentBatch) -> bool:
    """Whether a batch is another reading of a public one, and not of another place, month, programme or residence."""
    query = select(Publication.division_code, Payment).join(Payment, Payment.publication_id == Publication.id)
    found = session.execute(query.where(Publication.number == normal_number(number))).one_or_none()
    if found is None:
        return True  # `correctable` says that there is none
    place, facts = found
    same = (place, facts.month, facts.program, facts.kind) == (batch.place, batch.month, batch.program, batch.kind)
    return same and (facts.residence == batch.residence or not batch.counts_only)


def _add_draft(session: Session, actor: Actor, batch: PaymentBatch, *, at: datetime) -> tuple[Publication, Revision]:
    publication = add_publication(session, actor, Area.PAYMENTS, batch.place, at=at)
    session.add(
        Payment(
            publication_id=publication.id, month=batch.month, program=batch.program, kind=batch.kind,
            residence=batch.residence,
        )
    )  # fmt: skip
    revision = add_revision(session, actor, publication, 1, batch.title, draft_of(batch), at=at)
    audit.record(session, actor, "payment.imported", publication.number, at=at, rows=batch.households)
    return publication, revision


def _add_correction(
    session: Session, actor: Actor, batch: PaymentBatch, order: PaymentOrder, *, at: datetime
) -> tuple[Publication, Revision]:
    """Another revision: what was published before stays as it was."""
    publication = correctable(session, actor, Area.PAYMENTS, order.corrects, at=at)
    ordinal = next_ordinal(session, publication)
    correction = checked_correction(order.corrects, order.change_kind, order.change_note)
    revision = add_revision(
        session, actor, publication, ordinal, batch.title, draft_of(batch), at=at, correction=correction
    )
    audit.record(session, actor, "payment.corrected", publication.number, at=at, kind=str(correction.kind))
    return publication, revision
