"""A workbook becomes a budget: amounts by division, functional code and source; or every fault with its cell.

With any fault nothing of the workbook may be used. What is said neither in the order nor above the table is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from portal.domain.budget_headers import BudgetHeader, find_budget_header
from portal.domain.budget_rows import Item, RowReader
from portal.domain.budget_targets import is_target_sheet, targets_in
from portal.domain.budget_titles import ToldAbove, told_above
from portal.domain.budgets import APPROVED_PHASES, BudgetLine, BudgetPhase, BudgetTable
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.errors import InvalidError
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_tables import Amount, FundHeadings, check_unit, place_of_unit, read_amount, stated_unit
from portal.domain.fund_titles import check_claims, check_total, check_year, off_by, title_of, year_told
from portal.domain.funds import FundUse
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import Program
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import CellKind, Row, Sheet, Workbook, address


@dataclass(frozen=True, slots=True)
class BudgetSaid:
    """What the clerk says of the file; everything may be left out that the table tells itself."""

    year: int | None = None
    phase: BudgetPhase | None = None
    program: Program | None = None
    approved_on: date | None = None
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class BudgetSheet:
    """A workbook read; without a table only the problems may be used."""

    table: BudgetTable | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """The tables that a budget is read by."""

    headings: FundHeadings
    codes: FunctionCodes


@dataclass(slots=True)
class _Line:
    """The amounts of one row by column name; a total has no item, and perhaps no division."""

    row: Row
    division: Division | None
    item: Item | None
    amounts: dict[str, Amount] = field(default_factory=dict)
    above: int = 0
    """Of a total: how many lines stand above it."""

    def fen(self, name: str) -> Fen:
        """One amount; an empty cell counts as nothing."""
        return self.amounts[name].fen if name in self.amounts else Fen(0)


@dataclass(slots=True)
class _Table:
    """One sheet of amounts while it is read."""

    sheet: Sheet
    header: BudgetHeader
    said: BudgetSaid
    phase: BudgetPhase
    unit: MoneyUnit
    lines: list[_Line] = field(default_factory=list)
    totals: list[_Line] = field(default_factory=list)

    @property
    def columns(self) -> dict[str, int]:
        return self.header.amounts(self.phase)

    def total(self, line: _Line) -> Fen:
        """The sum of a line: as it is written, or of its sources."""
        if "total" in self.columns:
            return line.fen("total")
        return Fen(sum(line.fen(source) for source in self.header.sources))

    def place(self, line: _Line) -> str:
        """The cell of a line's sum, or of its first amount."""
        return address(self.columns.get("total", min(self.columns.values())), line.row.number)


def read_budget(workbook: Workbook, rules: BudgetRules, names: DivisionNames, said: BudgetSaid) -> BudgetSheet:
    """Read a table of amounts with what stands beside it; InvalidError for what is told nowhere."""
    report, headings = Report(), rules.headings
    shown = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
    target_sheets = [sheet for sheet in shown if is_target_sheet(sheet, headings)]
    found = [
        (sheet, header)
        for sheet in shown
        if sheet not in target_sheets and (header := find_budget_header(sheet, headings))
    ]
    if not found:
        text = N_("没有找到预算表：表头要有区划或科目，还要有金额")
        report.refuse(shown[0].name if shown else "", "A1", Message(text))
        return _nothing(report, shown)
    sheet, header = max(found, key=lambda one: ("division" in one[1].columns) + one[1].names_items)
    told = told_above(sheet, header.first, headings.phases)
    said = _completed(said, sheet, header, told, report)
    tables = [_read(one, rules, names, said, report) for one in found]
    main = tables[found.index((sheet, header))]
    for other in tables:
        if other is not main:
            _compare(main, other, rules.codes, report)
    targets = targets_in(target_sheets, headings, report)
    if not main.lines:
        report.refuse(sheet.name, header.place, Message(N_("表里没有一行是本地的区划、科目和金额")))
    if report.problems:
        return _nothing(report, shown)
    table = BudgetTable(
        title_of(sheet, header.first), said.year or 0, main.phase, main.unit, tuple(header.sources), _lines(main),
        targets, said.program, said.document_number, said.approved_on,
    )  # fmt: skip
    return BudgetSheet(table, (), tuple(report.warnings))


def _nothing(report: Report, shown: Sequence[Sheet]) -> BudgetSheet:
    return BudgetSheet(None, report.in_order([sheet.name for sheet in shown]), tuple(report.warnings))


def _completed(said: BudgetSaid, sheet: Sheet, header: BudgetHeader, told: ToldAbove, report: Report) -> BudgetSaid:
    """What was said, with what the lines above the table tell; a year, a phase and its approval are needed."""
    year = year_told(sheet, header.first)
    if said.year is None and year is None:
        raise InvalidError(N_("标题没有写明年份：请说明是哪一年的预算"))
    approved_on = said.approved_on or told.approved_on
    phase = said.phase or told.phase or _phase_of_title(sheet, header, approved_on, report)
    if told.phase is not None and told.phase is not phase:
        text = N_("标题像是另一个阶段的：请核对阶段是否写对")
        report.warn(sheet.name, address(0, sheet.rows[0].number), Message(text))
    if phase in APPROVED_PHASES and approved_on is None:
        raise InvalidError(N_("标题没有写明批准日期：请说明哪一天批准的（预算、调整、决算自批准之日起20日内公开）"))
    if not header.names_items and said.program is None:
        raise InvalidError(N_("表里没有科目：请说明是哪一个救助项目"))
    return replace(
        said, year=said.year or (year[1] if year else None), phase=phase, approved_on=approved_on,
        document_number=said.document_number or told.document_number,
    )  # fmt: skip


def _phase_of_title(sheet: Sheet, header: BudgetHeader, approved_on: date | None, report: Report) -> BudgetPhase:
    """A budget of which no approval is told is a draft of one."""
    if "预算" not in title_of(sheet, header.first) + sheet.name:
        raise InvalidError(N_("标题没有写明阶段：请说明是草案、批准的预算、调整、执行还是决算"))
    if approved_on is not None:
        return BudgetPhase.APPROVED
    text = N_("标题没有写明阶段，也没有批准日期：按预算草案登记；已经批准的，请写明批准日期")
    report.warn(sheet.name, address(0, sheet.rows[0].number), Message(text))
    return BudgetPhase.PROPOSAL


def _read(
    found: tuple[Sheet, BudgetHeader], rules: BudgetRules, names: DivisionNames, said: BudgetSaid, report: Report
) -> _Table:
    sheet, header = found
    phase, year = said.phase or BudgetPhase.PROPOSAL, said.year or 0
    check_year(sheet, header.first, year, report)
    told = header.money_texts(phase)
    unit = stated_unit(sheet, header.first, told, report) or MoneyUnit.YUAN
    table = _Table(sheet, header, said, phase, unit)
    reader = RowReader(names, rules.codes, year, said.program)
    own = names.within(title_of(sheet, header.first))
    for row in sheet.rows[header.last + 1 :]:
        if any(row.cell(column).kind is not CellKind.EMPTY for column in table.columns.values()):
            _read_row(table, reader, row, own, rules.headings, report)
    _set_parents_apart(table, rules.codes)
    _check_bounds(table, own, rules.headings, told, report)
    _check_sums(table, rules.codes, report)
    return table


def _read_row(
    table: _Table, reader: RowReader, row: Row, own: Division, headings: FundHeadings, report: Report
) -> None:
    sheet, header = table.sheet, table.header
    words = [row.cell(column) for column in header.labels] + list(row.cells[:2])
    if any(headings.is_row("totals", cell.text) for cell in words):
        column = header.columns.get("division")
        scope = reader.names.find(row.cell(column).text) if column is not None else None
        table.totals.append(_line(table, row, scope, None, report))
        return
    if row.number in sheet.hidden_rows:
        place = address(header.labels[0], row.number)
        report.refuse(sheet.name, place, Message(N_("这一行被隐藏，却有金额：请取消隐藏，或删去这一行")))
        return
    division = reader.division(sheet, header, row, own, report)
    item = reader.item(sheet, header, row, report) if header.names_items or reader.program else None
    if division is None or (item is None and header.names_items):
        return
    if any((line.division, line.item) == (division, item) for line in table.lines):
        place = address(header.labels[0], row.number)
        report.refuse(sheet.name, place, Message(N_("这个区划的这个科目写了两次")))
        return
    table.lines.append(_line(table, row, division, item, report))


def _line(table: _Table, row: Row, division: Division | None, item: Item | None, report: Report) -> _Line:
    line = _Line(row, division, item, above=len(table.lines))
    for name, column in table.columns.items():
        amount = read_amount(table.sheet.name, row.number, row.cell(column), table.unit, report)
        if amount is not None:
            line.amounts[name] = amount
    return line


def _set_parents_apart(table: _Table, codes: FunctionCodes) -> None:
    """A code above others of the same division (20819 over 2081901) is their sum and no line of its own."""
    for line in list(table.lines):
        if _below(table, line, codes):
            table.lines.remove(line)
            table.totals.append(line)


def _below(table: _Table, above: _Line, codes: FunctionCodes) -> list[_Line]:
    return [
        line
        for line in table.lines
        if above.item and line.item and line is not above
        and line.division == above.division
        and line.item.use is above.item.use is FundUse.RELIEF
        and above.item.code in codes.above(line.item.code)
    ]  # fmt: skip


def _check_bounds(
    table: _Table, own: Division, headings: FundHeadings, told: Sequence[tuple[str, str]], report: Report
) -> None:
    """Believe the stated unit only as far as the sums of whole divisions bear it out."""
    sums: dict[Division, int] = {}
    for line in table.lines:
        if line.division is not None:
            sums[line.division] = sums.get(line.division, 0) + table.total(line)
    place = place_of_unit(table.sheet, table.header.first, told)
    level = next((one.level for one in sums if one != own), own.level)
    amounts = [Amount(Fen(amount), 0, place) for one, amount in sums.items() if one.level is level]
    if level in headings.budget_bounds:
        check_unit(table.sheet, place, amounts, table.unit, headings.budget_bounds[level], report)


def _check_sums(table: _Table, codes: FunctionCodes, report: Report) -> None:
    """Sources against each row, rows against totals, titles against the sum: arithmetic stops, to the fen."""
    for line in (*table.lines, *table.totals):
        _check_row(table, line, report)
    if report.problems:
        return
    before = 0
    for total in table.totals:
        runs = _runs(table, total, before, codes)
        for name, stated in total.amounts.items():
            amounts = [tuple(table.total(one) if name == "total" else one.fen(name) for one in run) for run in runs]
            check_total(table.sheet.name, stated, amounts, report)
        before = total.above
    check_claims(table.sheet, table.header.first, Fen(sum(map(table.total, table.lines))), report)


def _runs(table: _Table, total: _Line, before: int, codes: FunctionCodes) -> tuple[Sequence[_Line], ...]:
    """Which lines a total may be the sum of: those below its code, of its division, all, those above, the last ones."""
    if total.item is not None:
        return (_below(table, total, codes),)
    if total.division is not None and any(line.division == total.division for line in table.lines):
        own = [line for line in table.lines if line.division == total.division]
        return (own, table.lines, table.lines[before : total.above])
    relief = [line for line in table.lines if line.item is None or line.item.use is FundUse.RELIEF]
    return (table.lines, table.lines[: total.above], table.lines[before : total.above], relief)


def _check_row(table: _Table, line: _Line, report: Report) -> None:
    """A row's sources make its sum; a row of a table with sums has one."""
    told = line.amounts.get("total")
    if told is None:
        if "total" in table.columns and line not in table.totals:
            place = address(table.columns["total"], line.row.number)
            report.refuse(table.sheet.name, place, Message(N_("没有写金额（空白，或公式没有结果）：请补填")))
        return
    parts = [line.fen(source) for source in table.header.sources if source in line.amounts]
    is_split = bool(parts) or (bool(table.header.sources) and line not in table.totals)
    if is_split and sum(parts) != told.fen:
        text = N_("金额写的是%(stated)s元，各来源之和是%(summed)s元，相差%(off)s元")
        report.refuse(table.sheet.name, told.place, off_by(text, told.fen, Fen(sum(parts))))


def _compare(main: _Table, other: _Table, codes: FunctionCodes, report: Report) -> None:
    """Two sheets may not tell different amounts of the same divisions and items; the second may add some up."""
    for line in other.lines:
        same = [one for one in main.lines if _covers(other, line, one, codes)]
        if not same:
            text = N_("《%(sheet)s》里没有这一行的区划或科目，两张表不一致")
            place = address(other.header.labels[0], line.row.number)
            report.refuse(other.sheet.name, place, Message(text, {"sheet": main.sheet.name}))
        elif (summed := Fen(sum(map(main.total, same)))) != other.total(line):
            text = N_("这里写的是%(stated)s元，《%(sheet)s》里是%(summed)s元，相差%(off)s元")
            told = off_by(text, other.total(line), summed)
            told = Message(text, {**told.params, "sheet": main.sheet.name})
            report.refuse(other.sheet.name, other.place(line), told)
    missing = [line for line in main.lines if not any(_covers(other, one, line, codes) for one in other.lines)]
    # A division that the other sheet leaves out is told once, not with every item that it has.
    firsts = {line.division: line for line in reversed(missing)}
    known = {one.division for one in other.lines}
    for line in missing if other.lines else ():
        if line.division in known or firsts[line.division] is line:
            text = N_("《%(sheet)s》里没有这一行的区划或科目，两张表不一致")
            place = address(main.header.labels[0], line.row.number)
            report.refuse(main.sheet.name, place, Message(text, {"sheet": other.sheet.name}))


def _covers(other: _Table, above: _Line, line: _Line, codes: FunctionCodes) -> bool:
    """Whether a line of one sheet is, or is a part of, a line of the other."""
    if "division" in other.header.columns and above.division != line.division:
        return False
    if above.item is None or line.item is None:
        return True
    if above.item.use is not line.item.use:
        return False
    return above.item.code == line.item.code or above.item.code in codes.above(line.item.code)


def _lines(table: _Table) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(
            line.division.code, line.division.display_name, line.item.code, line.item.name, line.item.program,
            line.item.use, table.total(line), tuple(line.fen(source) for source in table.header.sources),
        )
        for line in table.lines
        if line.division is not None and line.item is not None
    )  # fmt: skip
