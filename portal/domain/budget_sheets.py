"""A workbook becomes a budget: amounts by division, functional code and source; or every fault with its cell.

With any fault nothing of the workbook may be used. What is said neither in the order nor above the table is asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.budget_columns import ColumnWords, find_budget_header
from portal.domain.budget_comparison import compare
from portal.domain.budget_headers import BudgetHeader
from portal.domain.budget_reading import Reading, check_columns, read_rows
from portal.domain.budget_rows import RowReader
from portal.domain.budget_sums import check_sums
from portal.domain.budget_targets import is_target_sheet, targets_in
from portal.domain.budget_titles import told_above
from portal.domain.budgets import APPROVED_PHASES, PHASE_NAMES, BudgetLine, BudgetPhase, BudgetTable
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.errors import InvalidError
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_headers import ROWS_SEARCHED
from portal.domain.fund_tables import Amount, FundHeadings, check_unit, place_of_unit, stated_unit
from portal.domain.fund_titles import check_year, title_of, year_told, years_told
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import Program
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import Sheet, Workbook, address


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


def read_budget(workbook: Workbook, rules: BudgetRules, names: DivisionNames, said: BudgetSaid) -> BudgetSheet:
    """Read a table of amounts with what stands beside it; InvalidError for what is told nowhere."""
    report, headings = Report(), rules.headings
    shown = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
    target_sheets = [sheet for sheet in shown if is_target_sheet(sheet, headings)]
    words = ColumnWords(headings, rules.codes, names, said.year)
    found = [
        (sheet, header)
        for sheet in shown
        if sheet not in target_sheets and (header := find_budget_header(sheet, _of_sheet(sheet, words)))
    ]
    if not found:
        text = N_("没有找到预算表：表头要有区划或科目，还要有金额")
        report.refuse(shown[0].name if shown else "", "A1", Message(text))
        return _nothing(report, shown)
    sheet, header = max(found, key=lambda one: _rank(one, said, headings))
    said = _completed(said, sheet, header, rules, report)
    found = [one for one in found if one[0] is sheet or not _is_other_phase(one, said, headings)]
    tables = [_read(one, rules, names, said, report) for one in found]
    main = tables[found.index((sheet, header))]
    for other in tables:
        if other is not main:
            compare(main, other, rules.codes, report)
    targets = targets_in(target_sheets, headings, report)
    _warn_of_gaps(main, names, report)
    if not main.lines and not report.problems:
        report.refuse(sheet.name, header.place, Message(N_("表里没有一行是本地的区划、科目和金额")))
    if report.problems:
        return _nothing(report, shown)
    table = BudgetTable(
        _title(main), said.year or 0, main.phase, main.unit, main.sources, _lines(main),
        targets, said.program, said.document_number, said.approved_on,
    )  # fmt: skip
    return BudgetSheet(table, (), tuple(report.warnings))


def _rank(found: tuple[Sheet, BudgetHeader], said: BudgetSaid, headings: FundHeadings) -> tuple[bool, int]:
    """The sheet of the phase that was said comes first, then the one that tells most."""
    header = found[1]
    return not _is_other_phase(found, said, headings), header.names_divisions + header.names_items


def _is_other_phase(found: tuple[Sheet, BudgetHeader], said: BudgetSaid, headings: FundHeadings) -> bool:
    """Whether a sheet speaks of another phase: the settled accounts beside the budget contradict nothing."""
    told = told_above(found[0], found[1].first, headings.phases).phase
    return said.phase is not None and told is not None and told is not said.phase


def _warn_of_gaps(main: Reading, names: DivisionNames, report: Report) -> None:
    """A table that tells most of the divisions and leaves some out may have lost them."""
    told = {line.division for line in main.lines}
    missing = [one for one in names.below if not one.virtual and one not in told]
    if len(told) > len(missing) > 0:
        text = N_("表里没有%(places)s：请核对是否漏了")
        places = "、".join(one.display_name for one in missing)
        report.warn(main.sheet.name, main.header.place, Message(text, {"places": places}))


def _title(main: Reading) -> str:
    """As the table calls itself; one that has no name but Sheet1 is called by what it is."""
    title = title_of(main.sheet, main.header.first)
    if title != main.sheet.name or re.search("[预决]算", title):
        return title
    return f"{main.own.display_name}{main.year}年社会救助资金{PHASE_NAMES[main.phase]}"


def _of_sheet(sheet: Sheet, words: ColumnWords) -> ColumnWords:
    """The words of headings for a sheet of which the clerk has not said the year: that of its first lines."""
    told = year_told(sheet, len(sheet.rows[:ROWS_SEARCHED]))
    return words if words.year is not None or told is None else replace(words, year=told[1])


def _nothing(report: Report, shown: Sequence[Sheet]) -> BudgetSheet:
    return BudgetSheet(None, report.in_order([sheet.name for sheet in shown]), tuple(report.warnings))


def _completed(said: BudgetSaid, sheet: Sheet, header: BudgetHeader, rules: BudgetRules, report: Report) -> BudgetSaid:
    """What was said, with what the lines above the table tell; a year, a phase and its approval are needed."""
    told = told_above(sheet, header.first, rules.headings.phases)
    year = _year(said, sheet, header)
    approved_on = said.approved_on or told.approved_on
    phase = said.phase or told.phase or _phase_of_columns(header)
    phase = phase or _phase_of_title(sheet, header, approved_on, report)
    if told.phase is not None and told.phase is not phase:
        text = N_("标题像是另一个阶段的：请核对阶段是否写对")
        report.warn(sheet.name, address(0, sheet.rows[0].number), Message(text))
    if phase in APPROVED_PHASES and approved_on is None:
        raise InvalidError(N_("标题没有写明批准日期：请说明哪一天批准的（预算、调整、决算自批准之日起20日内公开）"))
    program = said.program
    if not header.names_items and program is None:
        program = rules.codes.program_in(title_of(sheet, header.first))
        if program is None:
            raise InvalidError(N_("表里没有科目：请说明是哪一个救助项目"))
    return replace(
        said, year=year, program=program, phase=phase, approved_on=approved_on,
        document_number=said.document_number or told.document_number,
    )  # fmt: skip


def _year(said: BudgetSaid, sheet: Sheet, header: BudgetHeader) -> int:
    """The year of the table; a title of two (2025年预算执行情况和2026年预算草案) tells neither it nor the phase."""
    _place, years = years_told(sheet, header.first)
    if said.year is None and not years:
        raise InvalidError(N_("标题没有写明年份：请说明是哪一年的预算"))
    if len(set(years)) > 1 and (said.year is None or said.phase is None):
        raise InvalidError(N_("标题写了两个年份：请说明这张表是哪一年、哪个阶段的"))
    return said.year or years[0]


def _phase_of_columns(header: BudgetHeader) -> BudgetPhase | None:
    """The phase of a table whose headings tell but one; of several somebody has to choose."""
    phases = {one.phase for one in header.groups}
    if len(phases - {None}) > 1:
        raise InvalidError(_WHICH_PHASE)
    return phases.pop() if len(phases) == 1 else None


_WHICH_PHASE = N_("标题没有写明阶段：请说明是草案、批准的预算、调整、执行还是决算")


def _phase_of_title(sheet: Sheet, header: BudgetHeader, approved_on: date | None, report: Report) -> BudgetPhase:
    """A budget of which no approval is told is a draft of one."""
    if "预算" not in title_of(sheet, header.first) + sheet.name:
        raise InvalidError(_WHICH_PHASE)
    if approved_on is not None:
        return BudgetPhase.APPROVED
    text = N_("标题没有写明阶段，也没有批准日期：按预算草案登记；已经批准的，请写明批准日期")
    report.warn(sheet.name, address(0, sheet.rows[0].number), Message(text))
    return BudgetPhase.PROPOSAL


def _read(
    found: tuple[Sheet, BudgetHeader], rules: BudgetRules, names: DivisionNames, said: BudgetSaid, report: Report
) -> Reading:
    sheet, header = found
    phase, year = said.phase or BudgetPhase.PROPOSAL, said.year or 0
    check_year(sheet, header.first, year, report)
    groups = header.of_phase(phase)
    if not groups:
        text = N_("表里没有这个阶段的金额（%(phase)s）：请核对阶段，或改正表头")
        report.refuse(sheet.name, header.place, Message(text, {"phase": PHASE_NAMES[phase]}))
    told = header.money_texts(groups or header.groups)
    unit = stated_unit(sheet, header.first, told, report) or MoneyUnit.YUAN
    own = names.within(title_of(sheet, header.first))
    table = Reading(sheet, header, groups, year, phase, unit, own, names.own)
    check_columns(table, rules.headings, report)
    reader = RowReader(names, rules.codes, year, said.program)
    read_rows(table, reader, rules.headings, report)
    _check_bounds(table, rules.headings, told, report)
    check_sums(table, rules.codes, report)
    for others in header.besides(groups) if not report.problems else ():
        beside = replace(table, groups=others, lines=[], totals=[], crosses=[], unnamed=[], is_published=False)
        read_rows(beside, reader, rules.headings, report)
        check_sums(beside, rules.codes, report)
    return table


def _check_bounds(table: Reading, headings: FundHeadings, told: Sequence[tuple[str, str]], report: Report) -> None:
    """Believe the stated unit only as far as the sums of whole divisions bear it out."""
    sums: dict[Division, int] = {}
    for line in table.lines:
        if line.division is not None:
            sums[line.division] = sums.get(line.division, 0) + line.total
    place = place_of_unit(table.sheet, table.header.first, told)
    level = next((one.level for one in sums if one != table.own), table.own.level)
    amounts = [Amount(Fen(amount), 0, place) for one, amount in sums.items() if one.level is level]
    if level in headings.budget_bounds:
        check_unit(table.sheet, place, amounts, table.unit, headings.budget_bounds[level], report)


def _lines(table: Reading) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(
            line.division.code, line.division.display_name, line.item.code, line.item.name, line.item.program,
            line.item.use, line.total, tuple(line.fen(source) for source in table.sources),
        )
        for line in table.lines
        if line.division is not None and line.item is not None
    )  # fmt: skip
