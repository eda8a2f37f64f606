"""The arithmetic of a budget, to the fen: sources make a row, rows a total, columns a sum, changes an adjustment."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.domain.budget_reading import Line, Reading
from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import Division
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_tables import read_number
from portal.domain.fund_titles import check_claims, check_total, off_by
from portal.domain.funds import FundUse
from portal.domain.messages import N_, Message
from portal.domain.money import Fen
from portal.domain.roster_report import Report
from portal.domain.sheets import Row, address


def check_sums(table: Reading, codes: FunctionCodes, report: Report) -> None:
    """Set apart what adds others up, and hold every sum against its parts."""
    if table.has_faulty_columns:
        return
    _name_subtotals(table, report)
    parents = _set_parents_apart(table, codes)
    for line in (*table.lines, *parents):
        _check_row(table, line, report, is_line=table.is_published)
    for line in (*table.totals, *table.crosses):
        _check_row(table, line, report, is_line=False)
    _check_changes(table, report)
    if report.problems:
        return
    for parent in parents:
        _check(table, parent, (_below(table.lines, parent, codes),), report)
    for cross in table.crosses:
        _check_across(table, cross, report)
    for total in table.totals:
        _check(table, total, _runs(table, total, codes), report)
    check_claims(table.sheet, table.header.first, Fen(sum(line.total for line in table.lines)), report)


def _name_subtotals(table: Reading, report: Report) -> None:
    """A row of a division without an item is its subtotal when it makes the sum, and else lacks its item."""
    for line in table.unnamed:
        own = [one for one in table.lines if one.division == line.division]
        if own and all(sum(one.of(name) for one in own) == stated.fen for name, stated in line.amounts.items()):
            table.totals.append(line)
        else:
            names = ("code", "code_item", "program")
            column = next(table.header.columns[name] for name in names if name in table.header.columns)
            place = address(column, line.row.number)
            report.refuse(table.sheet.name, place, Message(N_("这一行有金额，没有写科目：请补填")))


def _set_parents_apart(table: Reading, codes: FunctionCodes) -> list[Line]:
    """A code above others of the same division (20819 over 2081901) is their sum and no line of its own."""
    of_division: dict[Division | None, list[Line]] = {}
    for line in table.lines:
        of_division.setdefault(line.division, []).append(line)
    parents = [line for line in table.lines if _below(of_division[line.division], line, codes)]
    apart = set(map(id, parents))
    table.lines[:] = [line for line in table.lines if id(line) not in apart]
    return parents


def _below(lines: Iterable[Line], above: Line, codes: FunctionCodes) -> list[Line]:
    return [
        line
        for line in lines
        if above.item and line.item and line is not above
        and line.division == above.division
        and line.item.use is above.item.use
        and above.item.code in codes.above(line.item.code)
    ]  # fmt: skip


def _check_row(table: Reading, line: Line, report: Report, *, is_line: bool) -> None:
    """A row's sources make its sum; a row of a table with sums has one."""
    told, group = line.amounts.get("total"), line.group
    if line.is_faulty:
        return
    if told is None:
        if "total" in group.columns and is_line:
            place = address(group.columns["total"], line.row.number)
            report.refuse(table.sheet.name, place, Message(N_("没有写金额（空白，或公式没有结果）：请补填")))
        return
    if group.is_whole and table.header.is_wide and len(group.sources) < len(table.sources):
        return  # sums over the groups, of some sources only
    parts = [line.fen(source) for source in group.sources if source in line.amounts]
    is_split = bool(parts) or (bool(group.sources) and is_line)
    if is_split and sum(parts) != told.fen:
        text = N_("金额写的是%(stated)s元，各来源之和是%(summed)s元，相差%(off)s元")
        report.refuse(table.sheet.name, told.place, off_by(text, told.fen, Fen(sum(parts))))


def _check_across(table: Reading, cross: Line, report: Report) -> None:
    """The sum beside the groups of a wide table is that of its row."""
    parts = [line for line in table.lines if line.row is cross.row]
    for name, stated in cross.amounts.items():
        summed = Fen(sum(line.of(name) for line in parts))
        if stated.fen != summed and (name == "total" or any(name in line.amounts for line in parts)):
            text = N_("合计写的是%(stated)s元，这一行各列之和是%(summed)s元，相差%(off)s元")
            report.refuse(table.sheet.name, stated.place, off_by(text, stated.fen, summed))


def _check(table: Reading, total: Line, runs: Sequence[Sequence[Line]], report: Report) -> None:
    for name, stated in total.amounts.items():
        amounts = [[line.of(name) for line in run] for run in runs]
        check_total(table.sheet.name, stated, amounts, report)


def _runs(table: Reading, total: Line, codes: FunctionCodes) -> tuple[Sequence[Line], ...]:
    """Which lines a total may be the sum of: of its item, its division, all, those above, those up to the next."""
    lines = [line for line in table.lines if _counts(line, total, codes)]
    if total.division is not None and any(line.division == total.division for line in lines):
        own = [line for line in lines if line.division == total.division]
        return (own, lines, _since(table, lines, total))
    relief = [line for line in lines if line.item is None or line.item.use is FundUse.RELIEF]
    above = [line for line in lines if line.row.number < total.row.number]
    return (lines, above, _since(table, lines, total), _until(table, lines, total), relief)


def _counts(line: Line, total: Line, codes: FunctionCodes) -> bool:
    """Whether a total may count a line at all: one of its column's division, and of its item or below it."""
    if total.group.division is not None and total.group.division != line.division:
        return False
    if total.item is None:
        return True
    return line.item is not None and total.item.code in (line.item.code, *codes.above(line.item.code))


def _since(table: Reading, lines: Sequence[Line], total: Line) -> list[Line]:
    """The lines between the total before and this one."""
    before = max((one.row.number for one in table.totals if one.row.number < total.row.number), default=0)
    return [line for line in lines if before < line.row.number < total.row.number]


def _until(table: Reading, lines: Sequence[Line], total: Line) -> list[Line]:
    """The lines between this total and the next."""
    after = [one.row.number for one in table.totals if one.row.number > total.row.number]
    return [line for line in lines if total.row.number < line.row.number < min(after, default=line.row.number + 1)]


def _check_changes(table: Reading, report: Report) -> None:
    """年初预算 and what was added or taken away make the budget after its adjustment."""
    changes = table.header.changes
    before, after = _sum_column(table, BudgetPhase.APPROVED), _sum_column(table, BudgetPhase.ADJUSTED)
    if not changes or before is None or after is None:
        return
    for row in {line.row.number: line.row for line in (*table.lines, *table.totals)}.values():
        known = len(report.problems)
        stated, first = _signed(table, row, after, report), _signed(table, row, before, report)
        made = first + sum(_SIGNS[name] * _signed(table, row, column, report) for name, column in changes.items())
        if stated != made and known == len(report.problems):
            text = N_("调整后写的是%(stated)s元，调整前加减调整数是%(summed)s元，相差%(off)s元")
            place = address(after, row.number)
            report.refuse(table.sheet.name, place, off_by(text, Fen(int(stated * 100)), Fen(int(made * 100))))


_SIGNS = {"change": 1, "increase": 1, "decrease": -1}


def _sum_column(table: Reading, phase: BudgetPhase) -> int | None:
    return next((one.columns.get("total") for one in table.header.of_phase(phase) if one.phase is phase), None)


def _signed(table: Reading, row: Row, column: int, report: Report) -> Decimal:
    """A number in yuan, which may be below nothing; nothing where none is written."""
    number = read_number(row.cell(column))
    if isinstance(number, Message):
        report.fault(table.sheet.name, row.number, row.cell(column), number)
    return number * table.unit.yuan if isinstance(number, Decimal) else Decimal()
