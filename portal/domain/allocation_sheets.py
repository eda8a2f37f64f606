"""A workbook becomes an allocation: amounts by division, their sources and adjustments, the factors; or every fault.

A fault is told with its sheet and cell, and then nothing of the workbook may be used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.allocation_factors import FactorSheet
from portal.domain.allocation_headers import AmountHeader, find_header, is_factor_sheet
from portal.domain.allocations import SIGNS, Adjustment, AdjustmentKind, Factor
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.fund_tables import Amount, FundHeadings, check_unit, place_of_unit, read_amount, stated_unit
from portal.domain.fund_titles import check_claims, check_total, check_year, off_by, title_of
from portal.domain.funds import FundSource
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import CellKind, Row, Sheet, Workbook, address


@dataclass(frozen=True, slots=True)
class AllocationSheet:
    """A workbook read: every sequence in the order of the divisions. With any problem only the report may be used."""

    title: str
    unit: MoneyUnit
    unit_fen: int
    divisions: tuple[Division, ...]
    finals: tuple[Fen, ...]
    sources: Mapping[FundSource, tuple[Fen, ...]]
    adjustments: tuple[Adjustment, ...]
    factors: tuple[Factor, ...]
    left_out: tuple[Division, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(slots=True)
class _Line:
    """One division's amounts by column name."""

    division: Division
    row: Row
    amounts: dict[str, Amount] = field(default_factory=dict)
    above: int = 0
    """Of a total: how many divisions stand above it."""


@dataclass(slots=True)
class _Amounts:
    """One sheet of amounts while it is read."""

    sheet: Sheet
    header: AmountHeader
    unit: MoneyUnit
    lines: list[_Line] = field(default_factory=list)
    totals: list[_Line] = field(default_factory=list)

    def column(self, name: str) -> tuple[Fen, ...]:
        """One column's amounts; empty cells count as nothing."""
        return tuple(line.amounts[name].fen if name in line.amounts else Fen(0) for line in self.lines)

    @property
    def finals(self) -> tuple[Fen, ...]:
        """The final amounts; without a column of totals they are the sums of the sources."""
        if self.header.total is not None:
            return self.column("total")
        parts = [self.column(source) for source in self.header.sources]
        return tuple(Fen(sum(amounts)) for amounts in zip(*parts, strict=True))

    @property
    def unit_fen(self) -> int:
        """The last decimal that the column of final amounts prints, in fen."""
        names = ["total"] if self.header.total is not None else list(self.header.sources)
        printed = [line.amounts[name].decimals for line in self.lines for name in names if name in line.amounts]
        return self.unit.yuan * 100 // int(10 ** max(printed))


def read_allocation(workbook: Workbook, headings: FundHeadings, names: DivisionNames, year: int) -> AllocationSheet:
    """Read a table of amounts and, if there is one, its sheet of factors."""
    report = Report()
    shown = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
    factor_sheets = [sheet for sheet in shown if is_factor_sheet(sheet, headings)]
    tables = [
        _amounts(sheet, header, headings, names, report)
        for sheet in shown
        if sheet not in factor_sheets and (header := find_header(sheet, headings))
    ]
    if not tables:
        report.refuse(shown[0].name if shown else "", "A1", Message(N_("没有找到分配表：表头要有区划和金额两列")))
        return _nothing(report, shown)
    main = tables[0]
    title = title_of(main.sheet, main.header.first)
    check_year(main.sheet, main.header.first, year, report)
    for other in tables[1:]:
        _compare(main, other, report)
    divisions = tuple(line.division for line in main.lines)
    factors = _factors(factor_sheets, headings, names, divisions, main, report)
    if not main.lines:
        report.refuse(main.sheet.name, main.header.place, Message(N_("表里没有一行是本地的区划和金额")))
    if report.problems:
        return _nothing(report, shown)
    left_out = tuple(one for one in names.below if one not in divisions and not one.virtual)
    return AllocationSheet(
        title, main.unit, main.unit_fen, divisions, main.finals,
        {source: main.column(source) for source in main.header.sources}, _adjustments(main), factors, left_out, (),
        (*report.warnings, *_left_out(main, left_out)),
    )  # fmt: skip


def _nothing(report: Report, shown: Sequence[Sheet]) -> AllocationSheet:
    problems = report.in_order([sheet.name for sheet in shown])
    return AllocationSheet("", MoneyUnit.YUAN, 1, (), (), {}, (), (), (), problems, tuple(report.warnings))


def _amounts(
    sheet: Sheet, header: AmountHeader, headings: FundHeadings, names: DivisionNames, report: Report
) -> _Amounts:
    told = header.money_texts
    unit = stated_unit(sheet, header.first, told, report) or MoneyUnit.YUAN
    found = _Amounts(sheet, header, unit)
    for row in sheet.rows[header.last + 1 :]:
        _read_row(found, row, headings, names, report)
    amounts = [line.amounts[name] for line in found.lines for name in ("total",) if name in line.amounts]
    bounds = headings.bounds[Level.TOWNSHIP if names.own.level is Level.COUNTY else Level.COUNTY]
    check_unit(sheet, place_of_unit(sheet, header.first, told), amounts, unit, bounds, report)
    _check_sums(found, report)
    return found


def _read_row(found: _Amounts, row: Row, headings: FundHeadings, names: DivisionNames, report: Report) -> None:
    header, name = found.header, row.cell(found.header.division)
    if not any(row.cell(column).kind is not CellKind.EMPTY for column in header.amount_columns):
        return
    if headings.is_row("totals", name.text) or any(headings.is_row("totals", cell.text) for cell in row.cells[:2]):
        total = _line(found, names.own, row, report)
        total.above = len(found.lines)
        found.totals.append(total)
        return
    division, place = names.find(name.text), address(name.column, row.number)
    if row.number in found.sheet.hidden_rows:
        report.refuse(found.sheet.name, place, Message(N_("这一行被隐藏，却有金额：请取消隐藏，或删去这一行")))
    elif name.kind is CellKind.EMPTY:
        report.refuse(found.sheet.name, place, Message(N_("这一行有金额，没有写区划：请补填区划，或删去这一行")))
    elif division is None:
        text = N_("没有这个区划，或它不在本次分配的范围内：请按规范名称改写")
        report.refuse(found.sheet.name, place, Message(text), name.text[:20])
    elif any(line.division == division for line in found.lines):
        report.refuse(found.sheet.name, place, Message(N_("这个区划写了两次")))
    else:
        found.lines.append(_line(found, division, row, report))


def _line(found: _Amounts, division: Division, row: Row, report: Report) -> _Line:
    line = _Line(division, row)
    for name, column in found.header.columns.items():
        if column not in found.header.amount_columns:
            continue
        amount = read_amount(found.sheet.name, row.number, row.cell(column), found.unit, report)
        if amount is not None:
            line.amounts[name] = amount
    return line


def _check_sums(found: _Amounts, report: Report) -> None:
    """Rows against totals, sources against each row, titles against the sum: arithmetic stops, to the fen."""
    for line in (*found.lines, *found.totals):
        _check_row(found, line, report)
    if report.problems:
        return
    before = 0
    for total in found.totals:
        for name, stated in total.amounts.items():
            amounts = found.column(name)
            runs = (amounts, amounts[: total.above], amounts[before : total.above])
            check_total(found.sheet.name, stated, runs, report)
        before = total.above
    check_claims(found.sheet, found.header.first, Fen(sum(found.finals)), report)


def _check_row(found: _Amounts, line: _Line, report: Report) -> None:
    """A row's sources make its amount, and its computed amount with adjustments does too."""
    sheet, header = found.sheet.name, found.header
    told = line.amounts.get("total")
    if told is None:
        if header.total is not None and line not in found.totals:
            place = address(header.total, line.row.number)
            report.refuse(sheet, place, Message(N_("没有写金额（空白，或公式没有结果）：请补填")))
        return
    parts = [line.amounts[source].fen for source in header.sources if source in line.amounts]
    if parts and sum(parts) != told.fen:
        report.refuse(sheet, told.place, off_by(_BY_SOURCE, told.fen, Fen(sum(parts))))
    if "computed" in line.amounts:
        result = line.amounts["computed"].fen + sum(
            SIGNS[kind] * line.amounts[kind].fen for kind in header.adjustments if kind in line.amounts
        )
        if result != told.fen:
            report.refuse(sheet, told.place, off_by(_BY_FORMULA, told.fen, Fen(result)))


_BY_SOURCE = N_("金额写的是%(stated)s元，各来源之和是%(summed)s元，相差%(off)s元")
_BY_FORMULA = N_("金额写的是%(stated)s元，测算数加减调整是%(summed)s元，相差%(off)s元")


def _compare(main: _Amounts, other: _Amounts, report: Report) -> None:
    """Two sheets of the same divisions may not tell different amounts."""
    known = dict(zip((line.division for line in main.lines), main.finals, strict=True))
    for line, amount in zip(other.lines, other.finals, strict=True):
        place = address(other.header.total or other.header.division, line.row.number)
        if line.division not in known:
            text = N_("《%(sheet)s》里没有这个区划，两张表不一致")
            report.refuse(other.sheet.name, place, Message(text, {"sheet": main.sheet.name}))
        elif known[line.division] != amount:
            text = N_("与《%(sheet)s》里同一区划的金额不一致")
            report.refuse(other.sheet.name, place, Message(text, {"sheet": main.sheet.name}))


def _factors(
    sheets: Sequence[Sheet], headings: FundHeadings, names: DivisionNames, divisions: Sequence[Division],
    main: _Amounts, report: Report,
) -> tuple[Factor, ...]:  # fmt: skip
    """The factors of the one sheet that has them; both sheets have to hold the same divisions."""
    if not sheets:
        return ()
    reader = FactorSheet(sheets[0], headings, names, report)
    factors = reader.factors(divisions)
    for line in main.lines:
        if line.division not in reader.places and reader.places:
            place = address(main.header.division, line.row.number)
            text = N_("《%(sheet)s》里没有这个区划的因素，两张表不一致")
            report.refuse(main.sheet.name, place, Message(text, {"sheet": sheets[0].name}))
    for division, place in reader.places.items():
        if division not in divisions:
            text = N_("《%(sheet)s》里没有这个区划的金额，两张表不一致")
            report.refuse(sheets[0].name, place, Message(text, {"sheet": main.sheet.name}))
    return factors


def _adjustments(main: _Amounts) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(kind, tuple(Fen(SIGNS[kind] * amount) for amount in main.column(kind)))
        for kind in AdjustmentKind
        if kind in main.header.adjustments
    )


def _left_out(main: _Amounts, divisions: Sequence[Division]) -> list[Problem]:
    """Divisions in neither sheet are no fault: the page names them as given nothing."""
    place = main.header.place
    text = N_("表里没有%(place)s：页面会写明本次没有分配给它，请核对是否漏列")
    return [Problem(main.sheet.name, place, Message(text, {"place": one.display_name})) for one in divisions]
