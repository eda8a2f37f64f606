"""The sheet of factors (因素表): a heading for each factor, weights, the day of the values, a row for each division."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from portal.domain.allocations import Factor
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.fund_tables import FundHeadings, read_number
from portal.domain.messages import N_, Message
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_UNIT = re.compile(r"^(?P<name>.+?)\((?P<unit>[^()]{1,8})\)$")
_PERCENT = re.compile(r"(?:百分之(?P<words>\d{1,3}(?:\.\d{1,6})?)|(?P<number>\d{1,3}(?:\.\d{1,6})?)%)")
_FRACTION = re.compile(r"\d{1,3}/[1-9]\d{0,2}")

Values = Mapping[Division, tuple[Fraction, ...]]


class FactorSheet:
    """A sheet of factors while it is read; every fault goes to the report with its cell."""

    def __init__(self, sheet: Sheet, headings: FundHeadings, names: DivisionNames, report: Report) -> None:
        self.sheet, self._headings, self._names, self._report = sheet, headings, names, report
        self._head = self._find_head()
        self._columns = tuple(cell.column for cell in self._head.cells[1:]) if self._head else ()
        self.places: dict[Division, str] = {}

    def factors(self, divisions: Sequence[Division]) -> tuple[Factor, ...]:
        """The factors with their values in the order of the amounts; nothing when a fault is in the way."""
        if self._head is None:
            self._refuse("A1", N_("因素表里没有找到表头：第一行写因素名称，下面一行写权重"))
            return ()
        first = self._head.cells[0].column
        rows = [row for row in self.sheet.rows if row.number > self._head.number and row.cells]
        special = {name: self._row(rows, first, name) for name in ("weights", "dates")}
        values = self._values([row for row in rows if row not in special.values()], first)
        weights = self._weights(special["weights"])
        if self._report.problems or any(division not in values for division in divisions):
            return ()
        dated = {column: _text(special["dates"], column) for column in self._columns}
        return tuple(
            Factor(*_name_and_unit(self._head.cell(column).text), weights[place],
                   tuple(values[division][place] for division in divisions), dated[column])
            for place, column in enumerate(self._columns)
        )  # fmt: skip

    def _find_head(self) -> Row | None:
        """The row that begins with 因素 or a division's heading, or the one above the weights."""
        rows = [row for row in self.sheet.rows if row.cells]
        for row, below in zip(rows, [*rows[1:], None], strict=True):
            text = row.cells[0].text
            begins = self._headings.is_row("factors", text) or self._headings.column(text) == "division"
            above_weights = below is not None and self._headings.is_row("weights", below.cells[0].text)
            if len(row.cells) > 1 and (begins or above_weights):
                return row
        return None

    def _row(self, rows: Sequence[Row], first: int, kind: str) -> Row | None:
        return next((row for row in rows if self._headings.is_row(kind, row.cell(first).text)), None)

    def _values(self, rows: Sequence[Row], first: int) -> dict[Division, tuple[Fraction, ...]]:
        found: dict[Division, tuple[Fraction, ...]] = {}
        sums: Row | None = None
        for row in rows:
            name = row.cell(first)
            if self._headings.is_row("totals", name.text):
                sums = row
                continue
            division = self._division(row, name)
            values = [self._value(row, column) for column in self._columns] if division else []
            if division and len(values) == len([one for one in values if one is not None]):
                found[division] = tuple(Fraction(one) for one in values if one is not None)
        if sums is not None:
            self._check_sums(sums, found)
        return found

    def _division(self, row: Row, name: Cell) -> Division | None:
        """The division of a row; remarks below the table have no numbers and are left alone."""
        division = self._names.find(name.text)
        if division is None and not any(row.cell(column).kind is CellKind.NUMBER for column in self._columns):
            return None
        place = address(name.column, row.number)
        if division is None:
            self._refuse(place, N_("没有这个区划，或它不在本次分配的范围内：请按规范名称改写"))
        elif division in self.places:
            self._refuse(place, N_("这个区划写了两次"))
        else:
            self.places[division] = place
            return division
        return None

    def _value(self, row: Row, column: int) -> Decimal | None:
        cell = row.cell(column)
        number = read_number(cell)
        if number is None:
            number = Message(N_("没有写因素的数值"))
        if isinstance(number, Decimal) and number < 0:
            number = Message(N_("因素的数值不能小于零"))
        if isinstance(number, Message):
            self._report.fault(self.sheet.name, row.number, cell, number)
            return None
        return number

    def _check_sums(self, sums: Row, found: Values) -> None:
        for place, column in enumerate(self._columns):
            stated = read_number(sums.cell(column))
            total = sum((values[place] for values in found.values()), Fraction())
            if isinstance(stated, Decimal) and Fraction(stated) != total:
                self._refuse(address(column, sums.number), N_("因素的合计与各行之和不一致"))

    def _weights(self, row: Row | None) -> tuple[Fraction | None, ...]:
        """As a share of one, whether written as 60%, 0.6 or 60; without such a row the factors have none."""
        if row is None:
            return tuple(None for _ in self._columns)
        read = [_weight(row.cell(column)) for column in self._columns]
        for column, weight in zip(self._columns, read, strict=True):
            if weight is None:
                self._refuse(address(column, row.number), N_("权重须写成百分数，例如 60%"))
        total = sum((weight for weight in read if weight is not None), Fraction())
        if total == 100:  # noqa: PLR2004 - written as 60, 25, 15
            return tuple(weight / 100 for weight in read if weight is not None)
        if None not in read and total != 1:
            self._refuse(address(self._columns[0], row.number), N_("各因素的权重合计须为100%"))
        return tuple(read)

    def _refuse(self, place: str, text: str) -> None:
        self._report.refuse(self.sheet.name, place, Message(text))


def _weight(cell: Cell) -> Fraction | None:
    text = compact(cell.text)
    if match := _PERCENT.fullmatch(text):
        return Fraction(match["words"] or match["number"]) / 100
    if _FRACTION.fullmatch(text):
        return Fraction(text)
    number = read_number(cell)
    return Fraction(number) if isinstance(number, Decimal) and number >= 0 else None


def _name_and_unit(text: str) -> tuple[str, str]:
    match = _UNIT.match(compact(text))
    return (match["name"], match["unit"]) if match else (compact(text), "")


def _text(row: Row | None, column: int) -> str:
    return compact(row.cell(column).text) if row else ""
