"""What was read of payments becomes drafts: all batches of a file in one transaction, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import RefusedError
from portal.domain.messages import N_, Message
from portal.domain.payment_sheets import CountedBatch, PaidPerson, PaymentSheet
from portal.domain.payments import PaymentBatch, draft_of
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind, normal_number
from portal.domain.roster_values import Problem, UnknownHeading
from portal.models.payments import Payment
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.divisions import division
from portal.queries.payments import counted_elsewhere, formerly_terminated, paid_twice, terminated_people
from portal.queries.standards import amounts_on
from portal.sealing.envelopes import keyed_hash
from portal.usecases import audit
from portal.usecases.corrections import correctable, next_ordinal
from portal.usecases.drafts import add_publication, add_revision, checked_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.payment_people import note_people, payment_hash, termination_hash
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


People = dict[bytes, PaidPerson]


def store(
    services: Services, actor: Actor, sheet: PaymentSheet, order: PaymentOrder, sent: Sent | None, *, at: datetime
) -> PaymentOutcome:
    """Nobody is paid twice for one month, programme and kind: then nothing is written (rules.md 6)."""
    key = services.keyring.key("persons")
    ended = [_after_termination(key, one) for one in sheet.batches]
    warnings = (*sheet.warnings, *chain.from_iterable(ended))
    shares = [
        (replace(_with_standard(one.batch), after_termination=len(found)), _hashed(key, one))
        for one, found in zip(sheet.batches, ended, strict=True)
    ]
    with transaction() as session:
        if order.corrects:
            shares = [share for share in shares if _is_of(session, order.corrects, share[0])]
            if len(shares) != 1:
                raise RefusedError(N_("更正的花名册不是同一个地方、同一个月、同一个项目的：请另建一份"))
        problems = [problem for share in shares for problem in _told_before(session, *share, order.corrects)]
        if problems:
            return PaymentOutcome((), tuple(problems), sheet.warnings)
        drafts = tuple(_add(session, actor, batch, people, order, at=at) for batch, people in shares)
        claim(session, sent, actor, at=at, number=drafts[0].number if len(drafts) == 1 else "")
        return PaymentOutcome(drafts, (), warnings)


def _with_standard(batch: PaymentBatch) -> PaymentBatch:
    """With what each person has a right to in the place and month, where the bureau has entered it."""
    known = amounts_on(batch.program, division(batch.place), batch.month)
    return replace(batch, standard_fen=known.get(str(batch.residence)))


def _hashed(key: bytes, counted: CountedBatch) -> People:
    batch = counted.batch
    listed_as = f"{batch.month.isoformat()}|{batch.program}|{batch.kind}"
    return {payment_hash(key, listed_as, one.number): one for one in counted.people}


def _told_before(session: Session, batch: PaymentBatch, people: People, corrects: str) -> Sequence[Problem]:
    """Whoever stands in another batch already, and money of which another batch tells already."""
    doubles = paid_twice(session, people, except_number=corrects)
    if doubles:
        return _doubles(doubles, people)
    number = counted_elsewhere(session, batch, except_number=corrects)
    text = N_("%(title)s已在%(number)s里登记，同一笔钱不能再算一次：请先撤下那一份，或更正它")
    return [Problem("", "", Message(text, {"title": batch.title, "number": number}))] if number else []


def _doubles(found: dict[bytes, str], people: People) -> Sequence[Problem]:
    text = N_("这个人同一个月已在%(number)s里发过，不能重复：请核对后删去一处")
    return [
        Problem(one.sheet, one.cell, Message(text, {"number": found[digest]}))
        for digest, one in people.items()
        if digest in found
    ]


def _after_termination(key: bytes, counted: CountedBatch) -> Sequence[Problem]:
    """A warning for each who is paid for a month after the one in whose list of terminations he stands."""
    batch = counted.batch
    by_hash = {keyed_hash(key, one.number): one for one in counted.people}
    sealed = {termination_hash(key, batch.program, digest): digest for digest in by_hash}
    found = terminated_people(batch.program, batch.month, by_hash)
    found |= {sealed[one]: number for one, number in formerly_terminated(batch.month, sealed).items()}
    text = N_("这个人在拟终止名单%(number)s里，之后仍有发放：请核对")
    return [
        Problem(one.sheet, one.cell, Message(text, {"number": found[digest]}))
        for digest, one in by_hash.items()
        if digest in found
    ]


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
