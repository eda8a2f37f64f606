"""A monthly table of sums as bureaus publish it becomes batches, one of each place and programme, or all its faults.

It names nobody, so nobody can be found twice in it; what may be told of it is judged like any other batch.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.domain.divisions import Division, DivisionCode
from portal.domain.errors import InvalidError
from portal.domain.fund_tables import read_number
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, fen, format_yuan
from portal.domain.payment_columns import Column, ColumnWords, Measure, TableHeader
from portal.domain.payment_places import PaidPlaces
from portal.domain.payment_titles import PaymentWords, Told, told_in
from portal.domain.payments import Figures
from portal.domain.roster_cells import NO_FIGURE
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_NUMBER = re.compile(r"[-+]?[\d,.]+\D{0,3}")
_NUMBERED = frozenset({"甲", "乙", "栏次", "栏目"})
"""How a row begins that only numbers the columns."""

Amounts = Mapping[Measure, int]


@dataclass(frozen=True, slots=True)
class TableWords:
    """The words of both tables of words."""

    titles: PaymentWords
    columns: ColumnWords


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a place: its figures by column, each with nothing where the cell is empty."""

    row: Row
    place: Division
    told: Told | None
    values: Mapping[int, int]

    def under(self, columns: Sequence[Column]) -> dict[Measure, int]:
        """What stands in the columns of one programme."""
        return {one.measure: self.values[one.index] for one in columns if one.index in self.values}


@dataclass(slots=True)
class TableReader:
    """Reads tables sheet by sheet into the figures of each place and programme."""

    places: PaidPlaces
    words: TableWords
    report: Report
    figures: dict[Told, dict[DivisionCode, Figures]] = field(default_factory=dict)
    counting: set[Told] = field(default_factory=set)
    """The programmes of which persons are counted, and not households alone."""

    def read(self, sheet: Sheet, header: TableHeader) -> None:
        """One sheet; what is wrong in it is in the report."""
        if not self._has_all(sheet, header):
            return
        for place, heading in header.unread:
            text = N_("这一列认不出是哪个救助项目，没有读取：%(heading)s")
            self.report.warn(sheet.name, place, Message(text, {"heading": heading}))
        lines, totals = self._lines(sheet, header)
        leaves = [line for line in lines if not any(_above(line, other) for other in lines)]
        for line in leaves:
            self._add(sheet, header, line)
        for line in lines:
            if line not in leaves:
                own = [leaf for leaf in leaves if line.place.holds(leaf.place) and leaf.told == line.told]
                self._compare(sheet, header, line.row, line.values, [own])
        self._compare_totals(sheet, header, leaves, totals)
        if not leaves and not self.report.problems:
            self.report.refuse(sheet.name, address(0, sheet.rows[header.last].number), Message(_NOTHING))

    def _has_all(self, sheet: Sheet, header: TableHeader) -> bool:
        """Each programme needs its amount, and a count by which small places are known."""
        complete = True
        for told, columns in header.groups.items():
            measures = [one.measure for one in columns]
            wanting = _wanting(measures)
            if wanting:
                self.report.refuse(sheet.name, columns[0].place, Message(wanting, {"heading": columns[0].heading}))
                complete = False
            if told and Measure.PERSONS in measures:
                self.counting.add(told)
        return complete

    def _lines(self, sheet: Sheet, header: TableHeader) -> tuple[list[Line], list[tuple[int, Line]]]:
        """The rows of places, and the rows of sums with how many of the others stand above each."""
        lines: list[Line] = []
        totals: list[tuple[int, Line]] = []
        for row in sheet.rows[header.last + 1 :]:
            label = _label(row, header)
            if label.text in _NUMBERED or not any(_is_figure(row.cell(one.index)) for one in header.columns):
                continue
            values = dict(self._values(sheet, header, row))
            if self.words.columns.is_total(label.text):
                totals.append((len(lines), Line(row, self.places.place, None, values)))
            elif (place := self._place(sheet, header, row)) is not None:
                told, is_ours = self._told(sheet, header, row)
                if is_ours:
                    lines.append(Line(row, place, told, values))
        return lines, totals

    def _place(self, sheet: Sheet, header: TableHeader, row: Row) -> Division | None:
        if not header.places:
            return self.places.place
        written = [cell for index in header.places if (cell := row.cell(index)).kind is not CellKind.EMPTY]
        named = [cell for cell in written if not self.words.columns.is_total(cell.text)]
        cell = named[-1] if named else row.cell(header.places[-1])
        found = self.places.find(cell.text) if cell.kind is CellKind.TEXT else None
        if found is None:
            text = (
                N_("没有写地方")
                if cell.kind is CellKind.EMPTY
                else N_("本地没有这个地方，或有几个同名：请按规范名称改写")
            )
            self.report.refuse(sheet.name, address(cell.column, row.number), Message(text))
        return found

    def _told(self, sheet: Sheet, header: TableHeader, row: Row) -> tuple[Told | None, bool]:
        """The programme of a row; of no aid of ours the row is left out, and the report says so."""
        if header.programs is None:
            return None, True
        cell = row.cell(header.programs)
        told = told_in(compact(cell.text), self.words.titles)
        if told.program is None:
            text = N_("这一行认不出是哪个救助项目，没有读取：%(heading)s")
            place = address(cell.column, row.number)
            self.report.warn(sheet.name, place, Message(text, {"heading": compact(cell.text)}))
        return told, told.program is not None

    def _values(self, sheet: Sheet, header: TableHeader, row: Row) -> Iterator[tuple[int, int]]:
        for column in header.columns:
            cell = row.cell(column.index)
            number = read_number(cell)
            whole = _whole(number, column) if isinstance(number, Decimal) else number
            if isinstance(whole, Message):
                self.report.fault(sheet.name, row.number, cell, whole)
            elif whole is not None:
                yield column.index, whole

    def _add(self, sheet: Sheet, header: TableHeader, line: Line) -> None:
        for of_column, columns in header.groups.items():
            told, found = of_column or line.told, line.under(columns)
            if told is None or not any(found.values()):
                continue
            if line.told and Measure.PERSONS in found:
                self.counting.add(told)
            fault = _disagreement(found)
            if line.place.code in self.figures.setdefault(told, {}):
                fault = N_("这个地方这个项目写了两次：请合成一行")
            if fault:
                last = address(columns[-1].index, line.row.number)
                self.report.refuse(sheet.name, last, Message(fault))
                continue
            households = found.get(Measure.HOUSEHOLDS) or found[Measure.PERSONS]
            persons = found.get(Measure.PERSONS) or households
            self.figures[told][line.place.code] = Figures(households, persons, Fen(found[Measure.AMOUNT]))

    def _compare_totals(
        self, sheet: Sheet, header: TableHeader, leaves: Sequence[Line], totals: Sequence[tuple[int, Line]]
    ) -> None:
        """A sum may be of all rows or of those since the sum before it; a column of sums is of all programmes."""
        since = 0
        for above, total in totals:
            near = [line for line in leaves if since < line.row.number < total.row.number]
            since = total.row.number
            self._compare(sheet, header, total.row, total.values, [leaves, near] if above else [leaves])
        for line in leaves:
            self._compare_across(sheet, header, line)

    def _compare(
        self, sheet: Sheet, header: TableHeader, row: Row, stated: Mapping[int, int], runs: Sequence[Sequence[Line]]
    ) -> None:
        for column in header.columns:
            sums = [sum(line.values.get(column.index, 0) for line in run) for run in runs]
            if column.index in stated and stated[column.index] not in sums:
                self._refuse_sum(sheet, row, column, stated[column.index], sums[0])

    def _compare_across(self, sheet: Sheet, header: TableHeader, line: Line) -> None:
        for column in header.columns:
            parts = [one.index for one in header.columns if one.measure is column.measure and not one.is_total]
            whole = len(parts) == len(header.groups) and not header.unread
            if column.is_total and whole and column.index in line.values:
                summed = sum(line.values.get(index, 0) for index in parts)
                if summed != line.values[column.index]:
                    self._refuse_sum(sheet, line.row, column, line.values[column.index], summed)

    def _refuse_sum(self, sheet: Sheet, row: Row, column: Column, stated: int, summed: int) -> None:
        told = [format_yuan(Fen(one)) if column.measure is Measure.AMOUNT else str(one) for one in (stated, summed)]
        text = Message(N_("合计写的是%(stated)s，各行各列相加是%(summed)s"), {"stated": told[0], "summed": told[1]})
        self.report.fault(sheet.name, row.number, row.cell(column.index), text)


_NOTHING = N_("表里没有读到任何一个地方的数字：请核对文件")


def _wanting(measures: Sequence[Measure]) -> str:
    if len(set(measures)) < len(measures):
        return N_("“%(heading)s”有两列说的是同一个数：请只留一列，或在表头写明另一列是什么")
    if Measure.AMOUNT not in measures:
        return N_("“%(heading)s”没有金额列：请补上本月发放的金额")
    if len(measures) == 1:
        return N_("“%(heading)s”只有金额，没有户数和人数，判断不了人少的地方是否要隐去：请补上")
    return ""


def _label(row: Row, header: TableHeader) -> Cell:
    """The first words of a row, up to the columns of places and programmes."""
    last = max(*header.places, header.programs or 0, 0)
    words = [cell for cell in row.cells if cell.column <= last and cell.kind is CellKind.TEXT]
    found = words[0] if words else Cell(0, "", CellKind.EMPTY)
    return Cell(found.column, compact(found.text), found.kind)


def _is_figure(cell: Cell) -> bool:
    """A number, or what was meant as one: 820, 820元; a date of signature under the table is none."""
    return cell.kind is CellKind.NUMBER or bool(_NUMBER.fullmatch(compact(cell.text)))


def _whole(number: Decimal, column: Column) -> int | Message:
    """A count, or an amount in fen; what cannot be either is told."""
    if number >= NO_FIGURE:
        return Message(N_("这里的数太大，像是电话、账号或证件号码：请核对这一格"))
    if number < 0:
        return Message(N_("这里不能是负数：退回、扣减请另外登记"))
    try:
        amount = int(fen(number * column.unit.yuan)) if column.measure is Measure.AMOUNT else None
    except InvalidError as error:
        return error.message
    if amount is not None:
        return amount
    return int(number) if number == int(number) else Message(N_("户数、人数须是整数"))


def _disagreement(found: Amounts) -> str:
    """Why the figures of a place cannot all be right; nothing when they can."""
    households, persons = found.get(Measure.HOUSEHOLDS), found.get(Measure.PERSONS)
    if not found.get(Measure.AMOUNT):
        return N_("有户数、人数，没有金额")
    if not households and not persons:
        return N_("有金额，没有户数、人数")
    if persons is not None and households is not None and persons < households:
        return N_("人数比户数少：请核对")
    return ""


def _above(line: Line, other: Line) -> bool:
    """Whether a row is the sum of another: of a county above its townships."""
    return line.place != other.place and line.place.holds(other.place) and line.told == other.told
