"""A workbook becomes a register: rows by division, period and programme; or every fault with its cell.

With any fault nothing of the workbook may be used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from portal.domain.division_names import DivisionNames
from portal.domain.divisions import DivisionCode
from portal.domain.errors import InvalidError
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_headers import FoundColumns, find_columns
from portal.domain.fund_tables import Amount, FundHeadings, check_unit, place_of_unit, stated_unit
from portal.domain.fund_titles import check_claims, check_total, check_year, title_of, year_told
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import Program
from portal.domain.register_headings import RegisterHeadings
from portal.domain.register_periods import Period, period_in
from portal.domain.register_rows import Line, RowReader
from portal.domain.registers import (
    COLUMN_NAMES,
    COLUMNS,
    KindColumns,
    RegisterColumn,
    RegisterKind,
    RegisterRow,
    RegisterTable,
)
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import CellKind, Row, Sheet, Workbook, address

_MAY_BE_MISSING = frozenset(
    {
        RegisterColumn.ADDED, RegisterColumn.MEASURE, RegisterColumn.SOURCE, RegisterColumn.DOCUMENT,
        RegisterColumn.DAYS,
    }
)  # fmt: skip
"""Columns that a sheet may do without; the others of its kind have to stand there."""


@dataclass(frozen=True, slots=True)
class RegisterSaid:
    """What the clerk says of the file; year and period may be left out where the title tells them."""

    kind: RegisterKind
    year: int | None = None
    period: Period | None = None
    program: Program | None = None


@dataclass(frozen=True, slots=True)
class RegisterRules:
    """The tables that a register is read by."""

    headings: RegisterHeadings
    funds: FundHeadings
    codes: FunctionCodes


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """A workbook read; without a table only the problems may be used."""

    table: RegisterTable | None
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Table:
    """One sheet while it is read; of a total it counts how many lines stand above it."""

    sheet: Sheet
    header: FoundColumns
    kind: RegisterKind
    unit: MoneyUnit
    lines: list[Line] = field(default_factory=list)
    totals: list[tuple[Line, int]] = field(default_factory=list)

    @property
    def columns(self) -> KindColumns:
        return COLUMNS[self.kind]

    @property
    def money_texts(self) -> tuple[tuple[str, str], ...]:
        return _money_texts(self.header, self.columns)


def read_register(workbook: Workbook, rules: RegisterRules, names: DivisionNames, said: RegisterSaid) -> RegisterSheet:
    """Read the one register of a workbook; InvalidError when nothing tells the year."""
    report = Report()
    shown = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
    rules = replace(rules, headings=rules.headings.of_kind(said.kind))
    found = _found(shown, rules.headings, COLUMNS[said.kind], report)
    if found is None:
        return RegisterSheet(None, report.in_order([sheet.name for sheet in shown]))
    sheet, header = found
    period = _period(sheet, header, said, report)
    _refuse_people(sheet, header, rules.headings, report)
    _require_columns(sheet, header, COLUMNS[said.kind], report)
    unit = stated_unit(sheet, header.first, _money_texts(header, COLUMNS[said.kind]), report) or MoneyUnit.YUAN
    table = _Table(sheet, header, said.kind, unit)
    _read_rows(
        table,
        RowReader(rules.headings, rules.funds, rules.codes, names, said.kind, period, said.program, unit),
        rules,
        report,
    )
    _check(table, rules.headings, report)
    if report.problems:
        return RegisterSheet(None, report.in_order([sheet.name for sheet in shown]))
    rows = tuple(line.row for line in table.lines if line.row is not None)
    own, told = names.own, _told_period(period, rows, said.kind)
    return RegisterSheet(
        RegisterTable(said.kind, own.code, own.display_name, period.year, told, unit, rows), ()
    )  # fmt: skip


def _found(
    shown: Sequence[Sheet], headings: RegisterHeadings, columns: KindColumns, report: Report
) -> tuple[Sheet, FoundColumns] | None:
    """The one sheet with a header of the kind; a second one is refused, for it would be read by nobody."""
    found = [(sheet, header) for sheet in shown if (header := find_columns(sheet, headings, _accepts(columns)))]
    if not found:
        text = N_("没有找到登记表：表头要有%(columns)s")
        told = {"columns": "、".join(COLUMN_NAMES[column] for column in (*columns.words, *columns.money))}
        report.refuse(shown[0].name if shown else "", "A1", Message(text, told))
        return None
    for sheet, header in found[1:]:
        text = N_("文件里还有一张登记表《%(sheet)s》：一次只导入一张，请分成两个文件")
        place = address(0, sheet.rows[header.first].number)
        report.refuse(sheet.name, place, Message(text, {"sheet": found[0][0].name}))
    return found[0]


def _accepts(columns: KindColumns) -> Callable[[Mapping[str, int]], bool]:
    """A header has the column of the money that moved, and a second one of the kind."""
    own = {*columns.words, *columns.numbers, "division"}
    return lambda found: columns.moved in found and len(own.intersection(found)) > 1


def _money_texts(header: FoundColumns, columns: KindColumns) -> tuple[tuple[str, str], ...]:
    """The headings of money with their cells."""
    return tuple(header.texts[header.columns[name]] for name in columns.money if name in header.columns)


def _period(sheet: Sheet, header: FoundColumns, said: RegisterSaid, report: Report) -> Period:
    """What the whole register tells of: as it was said, else as its title tells."""
    told = year_told(sheet, header.first)
    year = said.year or (said.period.year if said.period else None) or (told[1] if told else None)
    if year is None:
        raise InvalidError(N_("标题没有写明年份：请说明是哪一年的登记表"))
    check_year(sheet, header.first, year, report)
    period = said.period or period_in(title_of(sheet, header.first)) or Period(year)
    if period.year != year:
        raise InvalidError(N_("说明的时段不在说明的年份里：请核对"))
    return period


def _told_period(period: Period, rows: Sequence[RegisterRow], kind: RegisterKind) -> Period:
    """The period of the rows where all of them tell the same one; a ledger tells of days without any row too."""
    told = {row.period for row in rows}
    return told.pop() if len(told) == 1 and kind is not RegisterKind.DISBURSEMENTS else period


def _refuse_people(sheet: Sheet, header: FoundColumns, headings: RegisterHeadings, report: Report) -> None:
    for place, text in header.texts.values():
        if headings.names_people(text):
            told = N_("登记表不能有写姓名、证件号码、账号或联系方式的列：请删去这一列，只留人数和金额")
            report.refuse(sheet.name, place, Message(told))


def _require_columns(sheet: Sheet, header: FoundColumns, columns: KindColumns, report: Report) -> None:
    """Every column that the sheet lacks is named at the first cell of its header, all in one sentence."""
    needed = (*columns.words, *columns.numbers)
    lacking = [COLUMN_NAMES[name] for name in needed if name not in header.columns and name not in _MAY_BE_MISSING]
    if lacking:
        place = address(0, sheet.rows[header.first].number)
        report.refuse(sheet.name, place, Message(N_("表头缺少这些列：%(columns)s"), {"columns": "、".join(lacking)}))


def _read_rows(table: _Table, reader: RowReader, rules: RegisterRules, report: Report) -> None:
    told = [table.header.columns[name] for name in (*RegisterColumn,) if name in table.header.columns]
    for row in table.sheet.rows[table.header.last + 1 :]:
        if all(row.cell(column).kind is CellKind.EMPTY for column in told):
            continue
        if _is_total(table, row, rules.funds):
            table.totals.append((reader.total(table.sheet, table.header, row, report), len(table.lines)))
        elif row.number in table.sheet.hidden_rows:
            text = N_("这一行被隐藏，却有金额：请取消隐藏，或删去这一行")
            report.refuse(table.sheet.name, address(min(told), row.number), Message(text))
        else:
            table.lines.append(reader.line(table.sheet, table.header, row, report))


def _is_total(table: _Table, row: Row, funds: FundHeadings) -> bool:
    columns = table.header.columns
    words = [row.cell(columns[name]) for name in ("division", "period", "program") if name in columns]
    return any(funds.is_row("totals", cell.text) for cell in (*words, *row.cells[:2]))


def _check(table: _Table, headings: RegisterHeadings, report: Report) -> None:
    """What the rows make together: none twice, the unit, the totals, sums told in the title."""
    if not table.lines and not report.problems:
        place = address(0, table.sheet.rows[table.header.first].number)
        report.refuse(table.sheet.name, place, Message(N_("表里没有一行登记")))
    _refuse_doubles(table, report)
    at = COLUMNS[table.kind].money[0]
    amounts = [line.amounts[at] for line in table.lines if at in line.amounts]
    place = place_of_unit(table.sheet, table.header.first, table.money_texts)
    check_unit(table.sheet, place, amounts, table.unit, headings.bounds[table.kind], report)
    _check_totals(table, report)
    if table.kind is not RegisterKind.RESERVE_FUND and not report.problems:
        check_claims(table.sheet, table.header.first, Fen(sum(amount.fen for amount in amounts)), report)


def _refuse_doubles(table: _Table, report: Report) -> None:
    """A fund has one row: its openings and balances of two periods would not add up to anything."""
    seen: set[tuple[DivisionCode, Program | None]] = set()
    for line in table.lines:
        if table.kind is not RegisterKind.RESERVE_FUND or line.row is None:
            continue
        key = line.row.division, line.row.program
        if key in seen:
            text = N_("这个地方的备用金写了两次：一份登记表只写一个时段，每个地方一行")
            report.refuse(table.sheet.name, line.place, Message(text))
        seen.add(key)


def _check_totals(table: _Table, report: Report) -> None:
    """A total is of all rows, of those above it, or of those since the last total: to the fen, and to the person."""
    if any(line.row is None for line in table.lines):
        return
    before = 0
    for total, above in table.totals:
        runs = (table.lines, table.lines[:above], table.lines[before:above])
        for name, stated in total.amounts.items():
            sums = [tuple(_fen(line.amounts.get(name)) for line in run) for run in runs]
            check_total(table.sheet.name, stated, sums, report)
        if total.persons is not None and total.persons not in {_persons(run) for run in runs}:
            text = N_("合计写的是%(stated)s人次，各行之和是%(summed)s人次")
            told = {"stated": total.persons, "summed": _persons(table.lines)}
            place = address(table.header.columns[RegisterColumn.PERSONS], total.number)
            report.refuse(table.sheet.name, place, Message(text, told))
        before = above


def _fen(amount: Amount | None) -> Fen:
    return amount.fen if amount else Fen(0)


def _persons(lines: Sequence[Line]) -> int:
    return sum(line.persons or 0 for line in lines)
