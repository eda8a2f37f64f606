"""A roster of payments becomes the draft of a batch: counted and forgotten, or nothing is written at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

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
from portal.usecases.idempotency import Sent
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder, PaymentOutcome, store
from portal.usecases.services import Services

Progress = Callable[[str, int], None]
"""Hears the stage, and how many rows of it are done; nothing that any row holds."""

A_COUNTY = SheetLimits(bytes=40 * 1024 * 1024, rows=MAX_ROWS + 1000)
"""By command a county's payments come in one file; what the desk takes is bounded by its own form."""


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
    sheet = _read(services, actor, workbook, upload.filename, order, say, at=at)
    if not sheet.batches:
        return PaymentOutcome((), sheet.problems, sheet.warnings, sheet.unknown_headings)
    say(N_("写入草稿"), sum(one.batch.households for one in sheet.batches))
    return store(services, actor, sheet, order, sent, at=at)


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
    tell = _stage(say, N_("逐行核对"))
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


def _stage(say: Progress, stage: str) -> RowsRead:
    """What the readers below tell of their rows, under the name of the stage; it begins at once."""
    say(stage, 0)
    return lambda rows: say(stage, rows)


_CHOOSE = N_("请选择救助项目")


def _said(actor: Actor, order: PaymentOrder, lines: tuple[TitleLine, ...], *, at: datetime) -> PaymentSaid:
    month = order.month or next((line.month for line in lines if line.month), None)
    if month is None:
        raise InvalidError(N_("标题里没有写明月份：请写明年和月"), fields={"month": Message(N_("请写明年和月"))})
    if month > shanghai_date(at):
        raise InvalidError(N_("这个月还没有到：请核对"), fields={"month": Message(N_("请核对月份"))})
    place = _place(actor, order.division_code, lines)
    return PaymentSaid(
        place, month.replace(day=1), order.program, order.paid_on, order.document_number.strip(),
        around=divisions_down_to_townships(place.path.split("/")[0]),
    )  # fmt: skip


def _place(actor: Actor, code: str, lines: tuple[TitleLine, ...]) -> Division:
    """The smallest place that a title names within the one that was said, else the one that was said itself."""
    around = division(code or actor.division_code)
    if not around.path.startswith(actor.division_path):
        raise NotAllowedError(N_("%(place)s不在您单位的范围内"), place=around.display_name)
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
