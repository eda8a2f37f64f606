"""A roster of payments becomes the draft of a batch: counted and forgotten, or nothing is written at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.domain.divisions import Division, Level
from portal.domain.errors import InvalidError, NotAllowedError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.payment_sheets import (
    COUNTED,
    MAX_ROWS,
    READ,
    PaidPerson,
    PaymentSaid,
    PaymentSheet,
    Told,
    read_payments,
    told_by_titles,
)
from portal.domain.payment_titles import TitleLine, place_in, title_lines
from portal.domain.payments import PaymentBatch, draft_of
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import Area, WithdrawalKind
from portal.domain.roster_values import Problem, RosterRequest, UnknownHeading
from portal.domain.roster_villages import VillageIndex
from portal.domain.sheets import RowsRead
from portal.importing.collector import collector_at_rest
from portal.importing.workbooks import SheetLimits, read_workbook
from portal.models.payments import Payment
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.divisions import division, divisions_around
from portal.queries.header_mappings import remembered_headings
from portal.queries.payments import formerly_terminated, paid_twice, terminated_people
from portal.queries.standards import amounts_on
from portal.sealing.envelopes import keyed_hash
from portal.usecases import audit
from portal.usecases.corrections import correctable, next_ordinal
from portal.usecases.fund_drafts import add_publication, add_revision, check_words, mark_correction
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_people import note_people, payment_hash, termination_hash
from portal.usecases.services import Services

Progress = Callable[[str, int], None]
"""Hears the stage, and how many rows of it are done; nothing that any row holds."""

A_COUNTY = SheetLimits(bytes=40 * 1024 * 1024, rows=MAX_ROWS + 1000)
"""By command a county's payments come in one file; what the desk takes is bounded by its own form."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What the clerk says about the roster; what he leaves out is read above its table, or asked for."""

    month: date | None = None
    division_code: str = ""
    program: Program | None = None
    document_number: str = ""
    paid_on: date | None = None
    corrects: str = ""
    change_kind: WithdrawalKind | None = None
    change_note: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """A draft with its number and its sums, or the problems for which nothing was written."""

    number: str | None
    batch: PaymentBatch | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...] = ()


def import_payments(
    services: Services,
    actor: Actor,
    upload: Upload,
    order: PaymentOrder,
    *,
    at: datetime,
    progress: Progress | None = None,
    sent: Sent | None = None,
) -> PaymentOutcome:
    """Read a roster, count it, and store the counts as a draft (or as a correction of `order.corrects`).

    RefusedError for files that cannot be read at all, InvalidError for what neither clerk nor title tells; every
    problem of a cell is in the outcome.
    """
    say = progress or (lambda _stage, _rows: None)
    with collector_at_rest():
        return _import(services, actor, upload, order, say, sent, at=at)


def _import(
    services: Services, actor: Actor, upload: Upload, order: PaymentOrder, say: Progress, sent: Sent | None,
    *, at: datetime,
) -> PaymentOutcome:  # fmt: skip
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草发放情况"))
    check_words(order.document_number)
    workbook = read_workbook(upload.content, upload.filename, A_COUNTY, _stage(say, N_("读取表格")))
    lines = title_lines(workbook, upload.filename)
    said = _said(services, actor, order, lines, at=at)
    told = told_by_titles(lines, said, services.rulebook.payment_words)
    if told.program is None:
        raise InvalidError(N_("标题里没有写明是哪个救助项目：请写明救助项目"), fields={"program": Message(_CHOOSE)})
    said = replace(said, program=told.program, standards=amounts_on(told.program, said.place, said.month))
    request = _request(services, actor, told.program, said.place)
    tell = _stage(say, N_("逐行核对"))
    sheet = read_payments(workbook, request, told, said, lines, services.rulebook.payment_words, tell)
    if sheet.batch is None:
        return PaymentOutcome(None, None, sheet.problems, sheet.warnings, sheet.unknown_headings)
    say(N_("写入草稿"), sheet.batch.households)
    return _store(services, actor, sheet, sheet.batch, told, order, sent, at=at)


def _stage(say: Progress, stage: str) -> RowsRead:
    """What the readers below tell of their rows, under the name of the stage; it begins at once."""
    say(stage, 0)
    return lambda rows: say(stage, rows)


_CHOOSE = N_("请选择救助项目")


def _said(
    services: Services, actor: Actor, order: PaymentOrder, lines: tuple[TitleLine, ...], *, at: datetime
) -> PaymentSaid:
    month = order.month or next((line.month for line in lines if line.month), None)
    if month is None:
        raise InvalidError(N_("标题里没有写明月份：请写明年和月"), fields={"month": Message(N_("请写明年和月"))})
    if month > shanghai_date(at):
        raise InvalidError(N_("这个月还没有到：请核对"), fields={"month": Message(N_("请核对月份"))})
    place = _place(actor, order.division_code, lines)
    return PaymentSaid(place, month.replace(day=1), order.program, order.paid_on, order.document_number.strip())


def _place(actor: Actor, code: str, lines: tuple[TitleLine, ...]) -> Division:
    """The township that was said or that the title names, else the county or city that was said."""
    around = division(code or actor.division_code)
    if not around.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=around.display_name)
    if around.level in {Level.TOWNSHIP, Level.VILLAGE}:
        return around if around.level is Level.TOWNSHIP else division(str(around.parent))
    within = [one for one in divisions_around(around.code) if one.level is Level.TOWNSHIP]
    named = next(filter(None, (place_in(line, within) for line in lines)), None)
    if named is None and (not code or around.level is Level.CITY):
        text = N_("标题里没有写明是哪个镇（街道）：请写明区划代码；全县合在一份的，写县的代码")
        raise InvalidError(text, fields={"division": Message(N_("请写明区划代码"))})
    return named or around


def _request(services: Services, actor: Actor, program: Program, place: Division) -> RosterRequest:
    """Names are read to tell rows from totals, numbers for their hash; neither goes any further."""
    return RosterRequest(
        columns=READ,
        required=COUNTED[program],
        id_required=True,
        headings=services.rulebook.headings,
        mapping=remembered_headings(actor.office_id),
        villages=VillageIndex(divisions_around(place.code)),
        causes=services.rulebook.causes,
        clean_name=str.strip,
        max_rows=MAX_ROWS,
    )


def _store(
    services: Services, actor: Actor, sheet: PaymentSheet, batch: PaymentBatch, told: Told, order: PaymentOrder,
    sent: Sent | None, *, at: datetime,
) -> PaymentOutcome:  # fmt: skip
    """Nobody is paid twice for one month, programme and kind: then nothing is written (rules.md 6)."""
    key, listed_as = services.keyring.key("persons"), f"{batch.month.isoformat()}|{batch.program}|{batch.kind}"
    people = {payment_hash(key, listed_as, one.number): one for one in sheet.people}
    ended = _after_termination(services, sheet.people, batch)
    warnings, batch = (*sheet.warnings, *ended), replace(batch, after_termination=len(ended))
    with transaction() as session:
        doubles = paid_twice(session, people, except_number=order.corrects)
        if doubles:
            return PaymentOutcome(None, None, _doubles(doubles, people), sheet.warnings)
        if order.corrects:
            publication, revision = _add_correction(session, actor, batch, order, at=at)
        else:
            publication, revision = _add_draft(session, actor, batch, at=at)
        note_people(session, revision.id, people)
        claim(session, sent, actor, at=at, number=publication.number)
        return PaymentOutcome(publication.number, batch, (), warnings)


def _doubles(found: dict[bytes, str], people: dict[bytes, PaidPerson]) -> tuple[Problem, ...]:
    text = N_("这个人同一个月已在%(number)s里发过，不能重复：请核对后删去一处")
    return tuple(
        Problem(one.sheet, one.cell, Message(text, {"number": found[digest]}))
        for digest, one in people.items()
        if digest in found
    )


def _after_termination(services: Services, people: tuple[PaidPerson, ...], batch: PaymentBatch) -> tuple[Problem, ...]:
    """A warning for each who is paid for a month after the one in whose list of terminations he stands."""
    key = services.keyring.key("persons")
    by_hash = {keyed_hash(key, one.number): one for one in people}
    sealed = {termination_hash(key, batch.program, digest): digest for digest in by_hash}
    found = terminated_people(batch.program, batch.month, by_hash)
    found |= {sealed[one]: number for one, number in formerly_terminated(batch.month, sealed).items()}
    text = N_("这个人在拟终止名单%(number)s里，之后仍有发放：请核对")
    return tuple(
        Problem(one.sheet, one.cell, Message(text, {"number": found[digest]}))
        for digest, one in by_hash.items()
        if digest in found
    )


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
    facts = session.get_one(Payment, publication.id)
    same = (facts.month, facts.program, facts.kind) == (batch.month, batch.program, batch.kind)
    if not same or publication.division_code != batch.place:
        raise RefusedError(N_("更正的花名册不是同一个地方、同一个月、同一个项目的：请另建一份"))
    ordinal = next_ordinal(session, publication)
    revision = add_revision(session, actor, publication, ordinal, batch.title, draft_of(batch), at=at)
    mark_correction(revision, order.change_kind, order.change_note)
    audit.record(session, actor, "payment.corrected", publication.number, at=at, kind=str(revision.change_kind))
    return publication, revision
