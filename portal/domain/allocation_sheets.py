"""A workbook becomes an allocation: amounts by division, their sources and adjustments, the factors; or every fault.

A fault is told with its sheet and cell, and then nothing of the workbook may be used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from portal.domain.allocation_amounts import Amounts, compare, read_amounts
from portal.domain.allocation_claims import check_above, check_remarks
from portal.domain.allocation_factors import FactorColumns, FactorTable, beside_amounts, factor_columns, is_factor_sheet
from portal.domain.allocation_headers import find_header
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.allocation_weights import agreed, in_table, in_words, weight_tables
from portal.domain.allocations import SIGNS, Adjustment, AdjustmentKind, Factor
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.fund_titles import check_year, title_of
from portal.domain.funds import FundSource
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.roster_report import Report
from portal.domain.roster_values import Problem
from portal.domain.sheets import Cell, CellKind, Sheet, Workbook, address

MOST_ROWS, MOST_COLUMNS = 2000, 100
"""A city has some two hundred places to give money to, and a scheme a dozen factors."""


@dataclass(frozen=True, slots=True)
class AllocationSheet:
    """A workbook read: every sequence in the order of the divisions. With any problem only the report may be used.

    `computed` is what the table says that the formula gave, where it says so; `reasons` are its words by division;
    `may_be_factors` that the factors stand beside the amounts and are such only if they give them.
    """

    title: str
    unit: MoneyUnit
    unit_fen: int
    divisions: tuple[Division, ...]
    names: tuple[str, ...]
    finals: tuple[Fen, ...]
    computed: tuple[Fen, ...] | None
    sources: Mapping[FundSource, tuple[Fen, ...]]
    adjustments: tuple[Adjustment, ...]
    factors: tuple[Factor, ...]
    may_be_factors: bool
    reasons: Mapping[str, str]
    left_out: tuple[Division, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_allocation(
    workbook: Workbook, headings: AllocationHeadings, names: DivisionNames, year: int
) -> AllocationSheet:
    """Read a table of amounts and, if there are any, its factors."""
    return _Reading(workbook, headings.of_year(year), names).result(year)


class _Reading:
    """A workbook while it is read: which sheet holds what, and what is wrong with it."""

    def __init__(self, workbook: Workbook, headings: AllocationHeadings, names: DivisionNames) -> None:
        self.headings, self.names, self.report = headings, names, Report()
        self.shown = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows and self._fits(sheet)]
        self.weights = weight_tables(self.shown, headings)
        rest = [part for sheet in self.shown if sheet not in self.weights for part in _stacked(sheet, headings)]
        found = [(sheet, find_header(sheet, headings)) for sheet in rest]
        kinds = [(*pair, _holds_factors(pair[0], headings, mixed=pair[1] is not None)) for pair in found]
        self.factor_sheets = [sheet for sheet, _, factors in kinds if factors]
        self.tables = [
            read_amounts(sheet, header, headings, names, self.report)
            for sheet, header, factors in kinds
            if header and not factors
        ]
        if not self.factor_sheets:
            self.factor_sheets = [sheet for sheet, header, _ in kinds if not header and _is_list(sheet, headings)]

    def _fits(self, sheet: Sheet) -> bool:
        """Whether a sheet is as small as allocations are; a larger one is refused before anybody computes with it."""
        width = max(len(row.cells) for row in sheet.rows)
        if width <= MOST_COLUMNS and len(sheet.rows) <= MOST_ROWS:
            return True
        text = N_("这张表有%(rows)s行%(columns)s列，分配表最多%(most_rows)s行%(most_columns)s列：请只留要公开的表")
        told = {"rows": len(sheet.rows), "columns": width, "most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS}
        self.report.refuse(sheet.name, "A1", Message(text, told))
        return False

    def result(self, year: int) -> AllocationSheet:
        """The allocation, or the report alone."""
        if not self.tables:
            if not self.report.problems:
                name = self.shown[0].name if self.shown else ""
                self.report.refuse(name, "A1", Message(N_("没有找到分配表：表头要有区划和金额两列")))
            return self._nothing()
        main = self.tables[0]
        check_year(main.sheet, main.header.first, year, self.report)
        for other in self.tables[1:]:
            compare(main, other, self.report)
        factors, may_be = self._factors(main)
        if not main.lines:
            self.report.refuse(main.sheet.name, main.header.place, Message(N_("表里没有一行是本地的区划和金额")))
        self._check_claims(main)
        return self._nothing() if self.report.problems else self._sheet(main, factors, may_be=may_be)

    def _nothing(self) -> AllocationSheet:
        problems = self.report.in_order([sheet.name for sheet in self.shown])
        warnings = tuple(self.report.warnings)
        return AllocationSheet(
            title="", unit=MoneyUnit.YUAN, unit_fen=1, divisions=(), names=(), finals=(), computed=None, sources={},
            adjustments=(), factors=(), may_be_factors=False, reasons={}, left_out=(), problems=problems,
            warnings=warnings,
        )  # fmt: skip

    def _sheet(self, main: Amounts, factors: tuple[Factor, ...], *, may_be: bool) -> AllocationSheet:
        left_out = tuple(one for one in self.names.below if one not in main.divisions and not one.virtual)
        own = self.names.own
        return AllocationSheet(
            title=title_of(main.sheet, main.header.first),
            unit=main.unit,
            unit_fen=main.unit_fen,
            divisions=main.divisions,
            names=tuple(line.name if line.division == own else line.division.display_name for line in main.lines),
            finals=main.finals,
            computed=main.column("computed") if "computed" in main.header.columns else None,
            sources={source: main.column(source) for source in main.header.sources},
            adjustments=self._adjustments(main, factors),
            factors=factors,
            may_be_factors=may_be,
            reasons={line.division.code: line.reason for line in main.lines if line.reason},
            left_out=left_out,
            problems=(),
            warnings=(*self.report.warnings, *_left_out(main, left_out)),
        )

    def _adjustments(self, main: Amounts, factors: Sequence[Factor]) -> tuple[Adjustment, ...]:
        """The columns of adjustments, and what the office keeps for itself where it has no factors."""
        found = [
            Adjustment(kind, tuple(Fen(SIGNS[kind] * amount) for amount in main.column(kind)))
            for kind in AdjustmentKind
            if kind in main.header.adjustments
        ]
        own = self.names.own
        if own in main.divisions and not any(one.values[main.divisions.index(own)] for one in factors):
            kept = tuple(
                amount if division == own else Fen(0)
                for division, amount in zip(main.divisions, main.finals, strict=True)
            )
            found.append(Adjustment(AdjustmentKind.RESERVE, kept))
        return tuple(found)

    def _factors(self, main: Amounts) -> tuple[tuple[Factor, ...], bool]:
        """The factors of the sheet that has them, or those beside the amounts; whether the latter only may be some."""
        if not self.factor_sheets:
            return self._factors_beside(main)
        found = [self._found_factors(sheet) for sheet in self.factor_sheets]
        tables = [
            FactorTable(sheet, columns, self.headings, self.names, self.report)
            for sheet, columns in zip(self.factor_sheets, found, strict=True)
            if columns
        ]
        for other in tables[1:]:
            if place := other.differs_from(tables[0]):
                text = N_("与《%(sheet)s》里的因素不一致：请只留一张因素表")
                self.report.refuse(other.sheet.name, place, Message(text, {"sheet": tables[0].sheet.name}))
        return (self._read(tables[0], main) if tables else ()), False

    def _factors_beside(self, main: Amounts) -> tuple[tuple[Factor, ...], bool]:
        """Without weights nothing says that a column holds a factor: then nothing in it is a fault."""
        columns = beside_amounts(main.sheet, main.header, self.headings)
        if not columns.columns:
            for sheet in self.weights:
                self.report.refuse(
                    sheet.name, "A1", Message(N_("写了权重，却没有各地因素的数值：请补一张因素表，每个地方写一行"))
                )
            return (), False
        aside = Report()
        table = FactorTable(main.sheet, columns, self.headings, self.names, aside)
        if table.stated_weights() or self.weights or aside.problems.keys() & table.weight_cells:
            table = FactorTable(main.sheet, columns, self.headings, self.names, self.report)
            return self._read(table, main), False
        weights = self._words(table)
        factors = table.factors(main.divisions, weights, self.names.own)
        return factors, weights is None

    def _found_factors(self, sheet: Sheet) -> FactorColumns | None:
        found = factor_columns(sheet, self.headings)
        if found is None:
            self.report.refuse(sheet.name, "A1", Message(N_("因素表里没有找到表头：第一行写因素名称，下面一行写权重")))
        return found

    def _read(self, table: FactorTable, main: Amounts) -> tuple[Factor, ...]:
        """Factors with their weights; both tables have to hold the same divisions."""
        weights = self._weights(table)
        factors = table.factors(main.divisions, weights, self.names.own)
        sheet = main.sheet.name
        for line in main.lines:
            if table.places and line.division not in table.places and line.division != self.names.own:
                place = address(main.header.division, line.row.number)
                text = N_("《%(sheet)s》里没有这个区划的因素，两张表不一致")
                self.report.refuse(sheet, place, Message(text, {"sheet": table.sheet.name}))
        for division, place in table.places.items():
            if division not in main.divisions:
                text = N_("《%(sheet)s》里没有这个区划的金额，两张表不一致")
                self.report.refuse(table.sheet.name, place, Message(text, {"sheet": sheet}))
        return factors

    def _weights(self, table: FactorTable) -> tuple[Fraction, ...] | None:
        stated = table.stated_weights()
        tables = [in_table(sheet, table.factor_names, self.headings, self.report) for sheet in self.weights]
        stated += [one for one in tables if one is not None]
        return agreed(stated, self.report) if stated else self._words(table)

    def _words(self, table: FactorTable) -> tuple[Fraction, ...] | None:
        told = in_words(self.shown, table.factor_names)
        return told.weights if told else None

    def _check_claims(self, main: Amounts) -> None:
        """Sums told around the tables; the annual total counts as well as what is issued of it."""
        if self.report.problems or not main.lines:
            return
        sums = [Fen(sum(main.finals))]
        if "computed" in main.header.columns:
            sums.append(Fen(sum(main.column("computed"))))
        check_above(main.sheet, main.header.last, sums, main.unit, self.headings, self.report)
        check_remarks(main.sheet, main.remarks, sums, self.headings, self.report)
        for sheet in self.factor_sheets:
            found = factor_columns(sheet, self.headings)
            above = len([row for row in sheet.rows if found and row.number < found.header])
            check_above(sheet, above, sums, main.unit, self.headings, self.report)


def _stacked(sheet: Sheet, headings: AllocationHeadings) -> tuple[Sheet, ...]:
    """A sheet with its table of factors below the amounts, as two sheets with their own rows and addresses."""
    header = find_header(sheet, headings)
    for index, row in enumerate(sheet.rows) if header else ():
        begins = bool(row.cells) and headings.funds.is_row("factors", row.cells[0].text)
        if header and index > header.last and begins and len(row.cells) > 1:
            return replace(sheet, rows=sheet.rows[:index]), replace(sheet, rows=sheet.rows[index:])
    return (sheet,)


def _holds_factors(sheet: Sheet, headings: AllocationHeadings, *, mixed: bool) -> bool:
    """A sheet that says so; beside amounts only when its name does."""
    named = is_factor_sheet(Sheet(sheet.name, ()), headings)
    return named if mixed else is_factor_sheet(sheet, headings)


def _is_list(sheet: Sheet, headings: AllocationHeadings) -> bool:
    """Whether a sheet lists numbers by division without being called anything."""
    found = factor_columns(sheet, headings)
    numbers = [row for row in sheet.rows if found and row.number > found.header and _has_number(row.cells)]
    return found is not None and headings.column(found.headings[found.division][1]) == "division" and len(numbers) > 1


def _has_number(cells: Sequence[Cell]) -> bool:
    return any(cell.kind is CellKind.NUMBER for cell in cells)


def _left_out(main: Amounts, divisions: Sequence[Division]) -> list[Problem]:
    """Divisions in neither sheet are no fault: the page names them as given nothing."""
    place = main.header.place
    text = N_("表里没有%(place)s：页面会写明本次没有分配给它，请核对是否漏列")
    return [Problem(main.sheet.name, place, Message(text, {"place": one.display_name})) for one in divisions]
