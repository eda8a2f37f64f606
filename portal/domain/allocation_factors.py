"""A table of factors (因素表): a heading for each factor, the day of the values, a row for each division.

It stands on a sheet of its own or beside the amounts.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from portal.domain.allocation_headers import AmountHeader
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.allocation_weights import NO_WEIGHT, Stated, heading_and_weight, out_of_hundred, read_weight
from portal.domain.allocations import Factor
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.fund_headers import ROWS_SEARCHED
from portal.domain.fund_tables import decimals_of, read_number
from portal.domain.messages import N_, Message
from portal.domain.roster_cells import is_empty
from portal.domain.roster_headings import heading_key
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_LONGEST_NUMBER = 26
"""No cell of a spreadsheet has so many digits; what is longer was typed to be long."""
_UNIT = re.compile(r"^(?P<name>.+?)\((?P<unit>[^()]{1,8})\)$")
_PERCENT = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,6})?)%")

Values = Mapping[Division, tuple[Fraction, ...]]


@dataclass(frozen=True, slots=True)
class FactorColumns:
    """Where factors stand: the number of the header's last row, the column of the divisions, those of the factors.

    `headings` are their texts with the cells.
    """

    header: int
    division: int
    columns: tuple[int, ...]
    headings: Mapping[int, tuple[str, str]]


def factor_columns(sheet: Sheet, headings: AllocationHeadings) -> FactorColumns | None:
    """The factors of a sheet of its own: below 因素 or a division's heading, or above the weights."""
    rows = [row for row in sheet.rows if row.cells]
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        text = row.cells[0].text
        begins = headings.funds.is_row("factors", text) or headings.column(text) in {"division", "number"}
        above_weights = below is not None and headings.is_aside_of("weights", below.cells[0].text)
        if len(row.cells) > 1 and (begins or above_weights):
            return _from_head(row, below, headings)
    return _above_numbers(rows, headings)


def _above_numbers(rows: Sequence[Row], headings: AllocationHeadings) -> FactorColumns | None:
    """The first row of several words that stands above a row with numbers, whatever its first word is."""
    for row, below in itertools.pairwise(rows):
        words = len(row.cells) > 1 and all(cell.kind is CellKind.TEXT for cell in row.cells)
        if words and any(cell.kind is CellKind.NUMBER for cell in below.cells):
            return _from_head(row, None, headings, first=below.cells[0].column)
    return None


def _from_head(row: Row, below: Row | None, headings: AllocationHeadings, *, first: int | None = None) -> FactorColumns:
    """A second row of words that begins with none of its own belongs to the header."""
    texts = {cell.column: (address(cell.column, row.number), cell.text) for cell in row.cells}
    named = next((cell.column for cell in row.cells if headings.column(cell.text) == "division"), None)
    first = next(column for column in (named, first, row.cells[0].column) if column is not None)
    number = row.number
    if below is not None and _is_second(row, below, first) and not headings.is_aside(below.cells[0].text):
        number = below.number
        texts |= {one.column: (address(one.column, number), one.text) for one in below.cells if one.column != first}
    columns = tuple(
        column
        for column, (_, text) in sorted(texts.items())
        if column > first and not headings.is_total(text) and headings.column(text) not in {"number", "reason"}
    )
    return FactorColumns(number, first, columns, texts)


def _is_second(row: Row, below: Row, first: int) -> bool:
    name = below.cell(first)
    nameless = name.kind is CellKind.EMPTY or name.filled or compact(name.text) == compact(row.cell(first).text)
    return nameless and all(cell.kind is CellKind.TEXT for cell in below.cells)


def beside_amounts(sheet: Sheet, header: AmountHeader, headings: AllocationHeadings) -> FactorColumns:
    """Columns beside the amounts that are or may be factors: weighed, called so, or of no amount (人数, 系数)."""
    number = sheet.rows[header.last].number
    weighed = {
        cell.column
        for row in sheet.rows[header.last + 1 :]
        for cell in row.cells
        if _tells_weights(row, header.division, headings)
    }
    columns = tuple(
        column
        for column in header.others
        if column in weighed or heading_and_weight(header.texts[column][1])[1] is not None
        or headings.column(header.texts[column][1]) == "factor"
    )  # fmt: skip
    return FactorColumns(number, header.division, columns, header.texts)


def is_factor_sheet(sheet: Sheet, headings: AllocationHeadings) -> bool:
    """Whether a sheet says that it holds factors: in its name or in the first cell of its header or weights."""
    firsts = [row.cells[0].text for row in sheet.rows[:ROWS_SEARCHED] if row.cells]
    says_so = any(headings.funds.is_row("factors", text) or headings.is_weights(text) for text in firsts)
    return says_so or heading_key(sheet.name).startswith("因素")


class FactorTable:
    """A table of factors while it is read; every fault goes to the report with its cell."""

    def __init__(
        self, sheet: Sheet, found: FactorColumns, headings: AllocationHeadings, names: DivisionNames, report: Report
    ) -> None:
        self.sheet, self._headings, self._names, self._report = sheet, headings, names, report
        self.found = replace(found, columns=_without_shares(sheet, found, headings))
        self.rows: dict[Division, int] = {}
        self._rows = [row for row in sheet.rows if row.number > found.header and row.cells]
        self.values = self._values()

    @property
    def places(self) -> dict[Division, str]:
        """The cell of each division."""
        return {division: address(self.found.division, number) for division, number in self.rows.items()}

    @property
    def factor_names(self) -> tuple[str, ...]:
        """The names of the factors, without unit and weight."""
        return tuple(_name_and_unit(self._heading(column)[0])[0] for column in self.found.columns)

    def factors(
        self, divisions: Sequence[Division], weights: Sequence[Fraction] | None, own: Division
    ) -> tuple[Factor, ...]:
        """The factors with their values in the order of the amounts; nothing when a fault is in the way.

        The office's own division may have none: then what it keeps is outside of the formula.
        """
        values = dict(self.values)
        self._check_columns(values)
        if not values:
            place = self.found.headings[self.found.division][0]
            self._refuse(place, N_("因素表里没有一行是本地的区划：请每个地方写一行"))
        if own in divisions and own not in values:
            values[own] = tuple(Fraction(0) for _ in self.found.columns)
        if self._report.problems or any(division not in values for division in divisions):
            return ()
        dated, units = self._row("dates"), self._row("units")
        return tuple(
            Factor(
                *self._named(column, units), weights[place] if weights else None,
                tuple(values[division][place] for division in divisions), _text(dated, column),
            )
            for place, column in enumerate(self.found.columns)
        )  # fmt: skip

    def differs_from(self, other: "FactorTable") -> str | None:
        """The first cell that tells otherwise than another table of the same factors."""
        if self.factor_names != other.factor_names:
            return self.found.headings[self.found.division][0]
        for division, values in self.values.items():
            known = other.values.get(division, ())
            if values != known:
                pairs = zip(self.found.columns, values, known, strict=False)
                column = next((column for column, one, two in pairs if one != two), self.found.division)
                return address(column, self.rows[division])
        return None

    @property
    def weight_cells(self) -> set[tuple[str, str]]:
        """The sheet and the cells in which weights stand, or should."""
        rows = [row.number for row in self._rows if self._is("weights", row)]
        cells = {address(column, number) for column in self.found.columns for number in rows}
        return {(self.sheet.name, cell) for cell in cells}

    def stated_weights(self) -> list[Stated]:
        """What the rows of weights and the headings state."""
        found = [self._in_row(row) for row in self._rows if self._is("weights", row)]
        return [one for one in (*found, self._in_headings()) if one is not None]

    def _named(self, column: int, units: Row | None) -> tuple[str, str]:
        name, unit = _name_and_unit(self._heading(column)[0])
        return name, unit or _text(units, column).strip("—-/")

    def _heading(self, column: int) -> tuple[str, Fraction | None]:
        return heading_and_weight(self.found.headings[column][1])

    def _is(self, kind: str, row: Row) -> bool:
        return any(
            self._headings.is_aside_of(kind, cell.text) for cell in (row.cell(self.found.division), row.cells[0])
        )

    def _row(self, kind: str) -> Row | None:
        return next((row for row in self._rows if self._is(kind, row)), None)

    def _in_row(self, row: Row) -> Stated | None:
        read = [read_weight(row.cell(column)) for column in self.found.columns]
        cells = tuple(address(column, row.number) for column in self.found.columns)
        for cell, weight in zip(cells, read, strict=True):
            if weight is None:
                self._report.refuse(self.sheet.name, cell, NO_WEIGHT)
        known = [weight for weight in read if weight is not None]
        return Stated(self.sheet.name, cells, out_of_hundred(known)) if len(known) == len(cells) else None

    def _in_headings(self) -> Stated | None:
        cells = tuple(self.found.headings[column][0] for column in self.found.columns)
        read = [self._heading(column)[1] for column in self.found.columns]
        known = tuple(weight for weight in read if weight is not None)
        if known and len(known) < len(cells):
            place = cells[read.index(None)]
            self._report.refuse(self.sheet.name, place, Message(N_("别的因素写了权重，这个因素没有写")))
            return None
        return Stated(self.sheet.name, cells, known) if known else None

    def _values(self) -> dict[Division, tuple[Fraction, ...]]:
        found: dict[Division, tuple[Fraction, ...]] = {}
        sums: list[tuple[Row, int]] = []
        for row in self._rows:
            name = row.cell(self.found.division)
            if self._headings.is_aside(name.text) or self._headings.is_aside(row.cells[0].text):
                continue
            if any(self._headings.is_total(cell.text) for cell in (name, row.cells[0])):
                sums.append((row, len(found)))
                continue
            division = self._division(row, name)
            values = [self._value(row, column) for column in self.found.columns] if division else []
            if division and len(values) == len([one for one in values if one is not None]):
                found[division] = tuple(one for one in values if one is not None)
        for row, above in sums:
            self._check_sums(row, list(found.values()), above)
        return found

    def _division(self, row: Row, name: Cell) -> Division | None:
        """The division of a row; remarks below the table have no numbers and are left alone."""
        division = self._names.find(name.text)
        if division is None and not any(row.cell(column).kind is CellKind.NUMBER for column in self.found.columns):
            return None
        place = address(name.column, row.number)
        if division is None:
            self._refuse(place, N_("没有这个区划，或它不在本次分配的范围内：请按规范名称改写"))
        elif division in self.rows:
            self._refuse(place, N_("这个区划写了两次"))
        else:
            self.rows[division] = row.number
            return division
        return None

    def _value(self, row: Row, column: int) -> Fraction | None:
        cell = row.cell(column)
        percent = _PERCENT.fullmatch(compact(cell.text)) if cell.kind is CellKind.TEXT else None
        number = Decimal(percent["number"]) / 100 if percent else read_number(cell)
        if number is None:
            number = Message(N_("没有写因素的数值"))
        if isinstance(number, Decimal) and len(cell.text) > _LONGEST_NUMBER:
            number = Message(N_("因素的数值写得太长：请四舍五入后再填"))
        if isinstance(number, Decimal) and number < 0:
            number = Message(N_("因素的数值不能小于零"))
        if isinstance(number, Message):
            self._report.fault(self.sheet.name, row.number, cell, number)
            return None
        return Fraction(number)

    def _check_columns(self, values: Values) -> None:
        """A factor that is nothing everywhere gives no shares."""
        for place, column in enumerate(self.found.columns):
            if values and not any(row[place] for row in values.values()):
                self._refuse(self.found.headings[column][0], N_("这个因素各地都是零，不能用来分配"))

    def _check_sums(self, sums: Row, found: Sequence[tuple[Fraction, ...]], above: int) -> None:
        """A sum may be of all rows or of those above it; below coefficients their mean may stand."""
        for place, column in enumerate(self.found.columns):
            stated = read_number(sums.cell(column))
            values = [row[place] for row in found]
            totals = {sum(values, Fraction()), sum(values[:above], Fraction())}
            if isinstance(stated, Decimal) and Fraction(stated) not in totals and not _is_mean(stated, values):
                self._refuse(address(column, sums.number), N_("因素的合计与各行之和不一致"))

    def _refuse(self, place: str, text: str) -> None:
        self._report.refuse(self.sheet.name, place, Message(text))


def _without_shares(sheet: Sheet, found: FactorColumns, headings: AllocationHeadings) -> tuple[int, ...]:
    """A column of shares (占比) beside its factor has no weight and is computed anyway."""
    weights = [row for row in sheet.rows if row.cells and _tells_weights(row, found.division, headings)]
    weightless = {column for column in found.columns for row in weights if is_empty(row.cell(column))}
    return tuple(
        column
        for column in found.columns
        if column not in weightless or not headings.is_share(found.headings[column][1])
    )


def _is_mean(stated: Decimal, values: Sequence[Fraction]) -> bool:
    """Whether a number is the mean of others, as exactly as it is written."""
    step = Fraction(10) ** -decimals_of(stated)
    return bool(values) and abs(sum(values, Fraction()) / len(values) - Fraction(stated)) <= step / 2


def _tells_weights(row: Row, division: int, headings: AllocationHeadings) -> bool:
    return any(headings.is_aside_of("weights", cell.text) for cell in (row.cell(division), row.cells[0]))


def _name_and_unit(text: str) -> tuple[str, str]:
    match = _UNIT.match(compact(text))
    return (match["name"], match["unit"]) if match else (compact(text), "")


def _text(row: Row | None, column: int) -> str:
    return compact(row.cell(column).text) if row else ""
