"""What a file of payments says of itself, held against what the clerk says of it: month, place, programme, kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from portal.domain.divisions import Division
from portal.domain.messages import N_, Message
from portal.domain.payment_titles import PaymentWords, TitleLine, Told, meant_by, place_in, told_in
from portal.domain.payments import PaymentKind
from portal.domain.roster_headings import Header, RosterColumn, heading_key
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact
from portal.domain.written_months import is_other_month, is_span, month_number_in

_Meant = TypeVar("_Meant")


def check_months(lines: Sequence[TitleLine], month: date, report: Report) -> None:
    """Whatever stands above the table and names another month than the clerk is told at its cell."""
    are_dated = any(line.month for line in lines if line.place)
    for line in lines:
        number = None if are_dated or not line.place else month_number_in(line.text)
        told = line.month or (date(month.year, number, 1) if number else None)
        if told and told != month:
            params = {"told": f"{told:%Y-%m}", "said": f"{month:%Y-%m}"}
            report.refuse(line.sheet, line.place, Message(N_("写的是%(told)s，导入时说的是%(said)s：请核对"), params))


def check_spans(lines: Sequence[TitleLine], told: Told, report: Report) -> None:
    """A roster of several months cannot be told by month; what is paid later (补发) may speak of them."""
    for line in lines:
        if line.place and told.kind is not PaymentKind.SUPPLEMENT and is_span(line.text):
            text = N_("写的是几个月一起发的，一份花名册只能是一个月：请按月分开，各做一份")
            report.refuse(line.sheet, line.place, Message(text))


def check_places(lines: Sequence[TitleLine], place: Division, around: Iterable[Division], report: Report) -> None:
    """A title that names another place than the one that was said is told at its cell."""
    places = tuple(around)
    for line in lines:
        named = place_in(line, places) if line.place else None
        if named and not named.holds(place) and not place.holds(named):
            params = {"told": named.display_name, "said": place.display_name}
            text = N_("写的是%(told)s，导入的是%(said)s：请核对选的地方和文件")
            report.refuse(line.sheet, line.place, Message(text, params))


def check_programs(lines: Sequence[TitleLine], told: Told, words: PaymentWords, report: Report) -> None:
    """A title of another programme."""
    for line in lines:
        program = meant_by(line, words.programs)
        if program and line.place and program is not told.program:
            report.refuse(line.sheet, line.place, Message(N_("标题写的是另一个救助项目：请核对选的项目和文件")))


def check_sheets(
    sheets: Iterable[str], lines: Sequence[TitleLine], told: Told, words: PaymentWords, report: Report
) -> None:
    """Every sheet that lists people pays the same: 城市 and 农村, 低保金 and 护理补贴 are batches of their own.

    A list of those who are still to be aided, or are paid no longer, is none of payments.
    """
    for sheet in sheets:
        own = [line for line in lines if line.sheet in {sheet, ""}]
        unpaid = next((line for line in own if line.sheet and any(word in line.text for word in words.not_paid)), None)
        if unpaid:
            report.refuse(sheet, unpaid.place, Message(_NOT_PAID))
            continue
        residence, program, kind = (_first(own, meant) for meant in (words.residences, words.programs, words.kinds))
        paid = kind[1] if kind else PaymentKind.BASIC
        if residence and residence[1] is not told.residence:
            _refuse_other(sheet, residence[0], report)
        elif program and paid is not told.kind:
            _refuse_other(sheet, (kind or program)[0], report)


def _first(lines: Sequence[TitleLine], words: Mapping[_Meant, Sequence[str]]) -> tuple[TitleLine, _Meant] | None:
    return next(((line, meant) for line in lines if (meant := meant_by(line, words)) is not None), None)


def _refuse_other(sheet: str, line: TitleLine, report: Report) -> None:
    text = N_("这张表发的和另一张表不是同一种钱（城市、农村，或补贴）：请分开，各做一份")
    report.refuse(sheet, line.place, Message(text))


def check_columns(sheet: Sheet, header: Header, month: date, told: Told, words: PaymentWords, report: Report) -> None:
    """A column of months names no other month; further columns of money are named, since they are not read."""
    read = {*header.columns.values(), *header.rivals}
    for index, text in header.texts.items():
        key = heading_key(text)
        number = None if is_span(text) or told.kind is PaymentKind.SUPPLEMENT else month_number_in(text)
        if number not in {None, month.month}:
            report.refuse(sheet.name, address(index, header.row), Message(_OTHER_MONTH))
        if key in words.paid_for:
            _check_paid_for(sheet.name, index, _cells(sheet, header, index), told, words, report)
        elif key in words.months and told.kind is not PaymentKind.SUPPLEMENT:
            for row, cell in _cells(sheet, header, index):
                if is_other_month(compact(cell.text), month):
                    report.refuse(sheet.name, address(index, row), Message(_OTHER_MONTH))
        elif index not in read and _is_also_paid(sheet, header, index, text, words):
            report.warn(sheet.name, address(index, header.row), Message(_ALSO_PAID))


def _cells(sheet: Sheet, header: Header, column: int) -> Iterator[tuple[int, Cell]]:
    """The cells of a column in the rows of persons, with the numbers of their rows."""
    rows = (row for row in sheet.rows[header.last + 1 :] if _is_of_a_person(row, header))
    return ((row.number, row.cell(column)) for row in rows)


def _is_also_paid(sheet: Sheet, header: Header, column: int, heading: str, words: PaymentWords) -> bool:
    if not any(word in heading for word in words.also_paid):
        return False
    return any(cell.kind is CellKind.NUMBER and cell.text != "0" for _, cell in _cells(sheet, header, column))


def _is_of_a_person(row: Row, header: Header) -> bool:
    """Totals and signatures below the list say nothing of what a row was paid for."""
    number = header.columns.get(RosterColumn.ID_NUMBER)
    return number is not None and compact(row.cell(number).text)[:6].isdigit()


def _check_paid_for(
    sheet: str, column: int, cells: Iterable[tuple[int, Cell]], told: Told, words: PaymentWords, report: Report
) -> None:
    """Every row is of the roster's programme, kind and residence, where its own column says of which it is."""
    meant = [(number, told_in(compact(cell.text), words)) for number, cell in cells if cell.kind is CellKind.TEXT]
    are_named = any(one.program for _, one in meant)
    for number, one in meant:
        other = one.program is not told.program if are_named else False
        residence = one.residence and told.residence and one.residence is not told.residence
        if other or residence or one.kind not in {PaymentKind.BASIC, told.kind}:
            report.refuse(sheet, address(column, number), Message(_OTHER_MONEY))


_NOT_PAID = N_("这张表写的不是已经发放的名单（待公示的、停发的）：请上传发放花名册，别的表请删去")
_OTHER_MONTH = N_("这里是另一个月的，一份花名册只能是一个月：请按月分开，各做一份")
_OTHER_MONEY = N_("这一行和标题不是同一种钱（救助项目、补贴，或城市、农村）：请分开，各做一份")
_ALSO_PAID = N_("这一列也像是发放的钱，没有读取：分开发放的请另做一份，合在一起发的请写成一列")
