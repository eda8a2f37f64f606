"""A roster of payments becomes the draft of a batch: counted and forgotten, or nothing is written at all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.divisions import Division, Level
from portal.domain.errors import InvalidError, NotAllowedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.payment_places import PaidPlaces
from portal.domain.payment_sheets import (
    COUNTED,
    MAX_ROWS,
    READ,
    PaymentSaid,
    PaymentSheet,
    first_rows,
    lines_above,
    read_payments,
    read_tables,
    tables_in,
    told_by_titles,
)
from portal.domain.payment_tables import TableWords
from portal.domain.payment_titles import TitleLine, place_in, title_lines
from portal.domain.payment_uploads import UploadStep
from portal.domain.payments import PaymentKind
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.roster_headings import ALWAYS_READ, HeadingFinder
from portal.domain.roster_values import RosterRequest
from portal.domain.roster_villages import VillageIndex
from portal.domain.sheets import RowsRead, Workbook
from portal.importing.collector import collector_at_rest
from portal.importing.workbooks import SheetLimits, read_workbook
from portal.queries.divisions import division, divisions_around, divisions_down_to_townships
from portal.queries.header_mappings import remembered_headings
from portal.queries.standards import amounts_on
from portal.usecases.drafts import check_words
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import Drafted, PaymentDraft, PaymentOrder, PaymentOutcome, store
from portal.usecases.services import Services

Progress = Callable[[UploadStep, int], None]
"""Hears the step, and how many rows of it are done; nothing that any row holds."""

A_COUNTY = SheetLimits(bytes=40 * 1024 * 1024, rows=MAX_ROWS + 1000)
"""By command a county's payments come in one file; the desk takes as much, and reads what is large in the queue."""


def import_payments(
    services: Services,
    actor: Actor,
    upload: Upload,
    order: PaymentOrder,
    *,
    at: datetime,
    progress: Progress | None = None,
    sent: Sent | None = None,
    drafted: Drafted | None = None,
) -> PaymentOutcome:
    """Read a roster, count it, and store the counts as a draft (or as a correction of `order.corrects`).

    A form is claimed once with `sent`; whoever keeps books of his own is told of the drafts instead (`drafted`).

    RefusedError for files that cannot be read at all, InvalidError for what neither clerk nor title tells; every
    problem of a cell is in the outcome.
    """
    say = progress or (lambda _stage, _rows: None)
    with collector_at_rest():
        return _import(services, actor, upload, order, say, drafted or _claiming(sent, actor, at), at=at)


def check_order(actor: Actor, order: PaymentOrder, *, at: datetime) -> None:
    """Refuse what can be refused before anybody has read the file."""
    if not actor.may(Permission.DRAFT):
        raise NotAllowedError(N_("您的角色不能起草发放情况"))
    check_words(order.document_number)
    if order.month and order.month > shanghai_date(at):
        raise InvalidError(_FUTURE, fields={"month": Message(_CHECK_MONTH)})
    if order.division_code:
        _within(actor, order.division_code)


def _claiming(sent: Sent | None, actor: Actor, at: datetime) -> Drafted:
    """A form leads to its draft, or of several to their list."""

    def claim_form(session: Session, drafts: Sequence[PaymentDraft]) -> None:
        claim(session, sent, actor, at=at, number=drafts[0].number if len(drafts) == 1 else "")

    return claim_form


def _import(
    services: Services, actor: Actor, upload: Upload, order: PaymentOrder, say: Progress, drafted: Drafted,
    *, at: datetime,
) -> PaymentOutcome:  # fmt: skip
    check_order(actor, order, at=at)
    workbook = read_workbook(upload.content, upload.filename, A_COUNTY, _stage(say, UploadStep.READ))
    sheet = _read(services, actor, workbook, upload.filename, order, say, at=at)
    if not sheet.batches:
        return PaymentOutcome((), sheet.problems, sheet.warnings, sheet.unknown_headings)
    say(UploadStep.STORE, sum(one.batch.households for one in sheet.batches))
    return store(services, actor, sheet, order, drafted, at=at)


def _read(
    services: Services, actor: Actor, workbook: Workbook, filename: str, order: PaymentOrder, say: Progress,
    *, at: datetime,
) -> PaymentSheet:  # fmt: skip
    """Either a table of sums, which names nobody, or a roster."""
    rules, lines = services.rulebook, title_lines(workbook, filename)
    words = TableWords(rules.payment_words, rules.payment_columns)
    headings = rules.payment_words.headings_of(PaymentKind.BASIC, rules.headings)
    finder = HeadingFinder(headings, remembered_headings(actor.office_id), READ | ALWAYS_READ)
    tables = tables_in(workbook, lines, order.program, words, finder)
    lines = lines_above(lines, first_rows(workbook, tables, finder))
    said = _said(actor, order, lines, at=at)
    tell = _stage(say, UploadStep.CHECK)
    if tables:
        within = divisions_around if said.place.level is Level.TOWNSHIP else divisions_down_to_townships
        places = PaidPlaces(said.place, within(said.place.code), rules.division_aliases)
        return read_tables(tables, places, said, lines, words)
    told = told_by_titles(lines, order.program, rules.payment_words)
    if told.program is None:
        raise InvalidError(N_("标题里没有写明是哪个救助项目：请写明救助项目"), fields={"program": Message(_CHOOSE)})
    said = replace(said, program=told.program, standards=amounts_on(told.program, said.place, said.month))
    request = _request(services, actor, told.program, told.kind, said.place)
    return read_payments(workbook, request, told, said, lines, rules.payment_words, tell)


def _stage(say: Progress, step: UploadStep) -> RowsRead:
    """What the readers below tell of their rows, under the name of the step; it begins at once."""
    say(step, 0)
    return lambda rows: say(step, rows)


_CHOOSE = N_("请选择救助项目")
_FUTURE = N_("这个月还没有到：请核对")
_CHECK_MONTH = N_("请核对月份")


def _said(actor: Actor, order: PaymentOrder, lines: tuple[TitleLine, ...], *, at: datetime) -> PaymentSaid:
    month = order.month or next((line.month for line in lines if line.month), None)
    if month is None:
        raise InvalidError(N_("标题里没有写明月份：请写明年和月"), fields={"month": Message(N_("请写明年和月"))})
    if month > shanghai_date(at):
        raise InvalidError(_FUTURE, fields={"month": Message(_CHECK_MONTH)})
    place = _place(actor, order.division_code, lines)
    return PaymentSaid(
        place, month.replace(day=1), order.program, order.paid_on, order.document_number.strip(),
        around=divisions_down_to_townships(place.path.split("/")[0]),
    )  # fmt: skip


def _place(actor: Actor, code: str, lines: tuple[TitleLine, ...]) -> Division:
    """The smallest place that a title names within the one that was said, else the one that was said itself."""
    around = _within(actor, code or actor.division_code)
    if around.level in {Level.TOWNSHIP, Level.VILLAGE}:
        return around if around.level is Level.TOWNSHIP else division(str(around.parent))
    within = [one for one in divisions_down_to_townships(around.code) if around.holds(one)]
    for level in (Level.TOWNSHIP, Level.COUNTY, Level.CITY):
        places = [one for one in within if one.level is level]
        named = next(filter(None, (place_in(line, places) for line in lines)), None)
        if named:
            return named
    if not code:
        text = N_("标题里没有写明是哪个镇（街道）：请写明区划代码；全县合在一份的，写县的代码")
        raise InvalidError(text, fields={"division": Message(N_("请写明区划代码"))})
    return around


def _within(actor: Actor, code: str) -> Division:
    found = division(code)
    if not found.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=found.display_name)
    return found


def _request(services: Services, actor: Actor, program: Program, kind: PaymentKind, place: Division) -> RosterRequest:
    """Names are read to tell rows from totals, numbers for their hash; neither goes any further."""
    return RosterRequest(
        columns=READ,
        required=COUNTED[program],
        id_required=True,
        headings=services.rulebook.payment_words.headings_of(kind, services.rulebook.headings),
        mapping=remembered_headings(actor.office_id),
        villages=VillageIndex(divisions_around(place.code)),
        causes=services.rulebook.causes,
        clean_name=str.strip,
        max_rows=MAX_ROWS,
        amounts_by_person=True,
    )
