"""Finds the header of a monthly table of sums: places down, programmes across in groups of columns, nobody named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.money import MoneyUnit
from portal.domain.payment_titles import PaymentWords, Told, told_in
from portal.domain.roster_headings import Header, RosterColumn, heading_key
from portal.domain.sheets import CellKind, Row, Sheet, address, compact

_ROWS_SEARCHED = 15
_HIGHEST = 3
"""A header has a row of programmes, perhaps one of residences, and one of measures."""
_SPAN_OF_MONTHS = re.compile(r"\d{1,2}[-—–~至]\d{1,2}月")
_FIGURE = re.compile(r"[-—–/+]*|[-+]?[\d,.]+%?")


class Measure(StrEnum):
    """What a column counts."""

    HOUSEHOLDS = "households"
    PERSONS = "persons"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """The words of `payment_columns.toml`."""

    places: frozenset[str]
    programs: frozenset[str]
    measures: Mapping[Measure, tuple[str, ...]]
    ignored: tuple[str, ...]
    totals: tuple[str, ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "ColumnWords":
        """Read the table."""
        return cls(
            frozenset(map(heading_key, table["places"])),
            frozenset(map(heading_key, table["programs"])),
            {
                Measure.HOUSEHOLDS: tuple(table["households"]),
                Measure.PERSONS: tuple(table["persons"]),
                Measure.AMOUNT: tuple(table["amounts"]),
            },
            tuple(table["ignored"]),
            tuple(table["totals"]),
        )

    def measure(self, heading: str) -> Measure | None:
        """What a column counts, by the lowest of its headings that says so; None for what is not of this month."""
        if _SPAN_OF_MONTHS.search(heading) or any(word in heading for word in self.ignored):
            return None
        for part in reversed(heading.split("|")):
            for measure, words in self.measures.items():
                if any(word in part for word in words):
                    return measure
        return None

    def is_total(self, text: str) -> bool:
        """Whether a heading or the first word of a row speaks of a sum."""
        plain = compact(text)
        return any(plain.startswith(word) or plain.endswith(word) for word in self.totals)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: of which programme (None: the row says so, or it is a sum over all of them)."""

    index: int
    place: str
    heading: str
    measure: Measure
    unit: MoneyUnit
    told: Told | None
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class TableHeader:
    """Where it begins (as the sheet counts) and ends, the columns of places and programmes, what is read and not."""

    first_row: int
    last: int
    places: tuple[int, ...]
    programs: int | None
    columns: tuple[Column, ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def groups(self) -> dict[Told | None, list[Column]]:
        """The columns of each programme, in the table's order."""
        found: dict[Told | None, list[Column]] = {}
        for column in self.columns:
            if not column.is_total:
                found.setdefault(column.told, []).append(column)
        return found


def find_table(sheet: Sheet, words: PaymentWords, columns: ColumnWords, default: Told) -> TableHeader | None:
    """The header of a table of sums, the tallest that fits; None when the sheet holds none."""
    for first in range(min(len(sheet.rows), _ROWS_SEARCHED)):
        if not _may_begin(sheet.rows[first]):
            continue
        for height in range(_HIGHEST, 0, -1):
            rows = sheet.rows[first : first + height]
            if len(rows) == height and all(map(_is_words, rows)):
                found = _header(sheet, first, height, _Words(words, columns, default))
                if found:
                    return found
    return None


def _may_begin(row: Row) -> bool:
    """A title stands alone, a line of office and unit has colons; neither is part of a header."""
    return len(row.cells) > 1 and not any(":" in compact(cell.text) for cell in row.cells)


def _is_words(row: Row) -> bool:
    return bool(row.cells) and all(
        cell.kind is CellKind.TEXT and not _FIGURE.fullmatch(compact(cell.text)) for cell in row.cells
    )


@dataclass(frozen=True, slots=True)
class _Words:
    titles: PaymentWords
    columns: ColumnWords
    default: Told


def _header(sheet: Sheet, first: int, height: int, words: _Words) -> TableHeader | None:
    rows = sheet.rows[first : first + height]
    headings = _headings(rows)
    places = _named(headings, words.columns.places)
    programs = next(iter(_named(headings, words.columns.programs)), None)
    if not places and programs is None:
        return None
    unit = MoneyUnit.TEN_THOUSAND_YUAN if _says_ten_thousands(sheet.rows[:first]) else MoneyUnit.YUAN
    read: list[Column] = []
    unread: list[tuple[str, str]] = []
    for index, heading in headings.items():
        measure = words.columns.measure(heading) if index not in {*places, programs} else None
        if measure is None:
            continue
        place = address(index, rows[-1].number)
        column = _column(Column(index, place, heading, measure, _unit(heading, unit), None), words, programs)
        if column:
            read.append(column)
        else:
            unread.append((place, heading.replace("|", "")))
    if not any(one.measure is Measure.AMOUNT and not one.is_total for one in read):
        return None
    return TableHeader(rows[0].number, first + height - 1, places, programs, tuple(read), tuple(unread))


def _column(column: Column, words: _Words, programs: int | None) -> Column | None:
    """With the programme that it belongs to; None when it belongs to something that is no aid of ours."""
    told = told_in(column.heading, words.titles)
    if told.program:
        told = Told(told.program, told.kind, told.residence or words.default.residence)
        return Column(column.index, column.place, column.heading, column.measure, column.unit, told)
    if any(words.columns.is_total(part) for part in column.heading.split("|")):
        return Column(column.index, column.place, column.heading, column.measure, column.unit, None, is_total=True)
    if programs is not None:
        return column
    if words.default.program and "|" not in column.heading:
        told = Told(words.default.program, words.default.kind, told.residence or words.default.residence)
        return Column(column.index, column.place, column.heading, column.measure, column.unit, told)
    return None


def _headings(rows: Sequence[Row]) -> dict[int, str]:
    """Column → its headings from top to bottom; one above spreads over the empty cells to its right."""
    indexes = sorted({cell.column for row in rows for cell in row.cells})
    told: dict[int, list[str]] = {index: [] for index in indexes}
    for row in rows:
        own = {cell.column: heading for cell in row.cells if (heading := compact(cell.text))}
        spread = ""
        for index in indexes:
            spread = own.get(index, spread if row is not rows[-1] else "")
            if spread and spread not in told[index]:
                told[index].append(spread)
    return {index: "|".join(parts) for index, parts in told.items() if parts}


def _named(headings: Mapping[int, str], words: frozenset[str]) -> tuple[int, ...]:
    keys = {index: {heading_key(part) for part in heading.split("|")} for index, heading in headings.items()}
    return tuple(index for index, parts in keys.items() if parts & words)


def names_people(sheet: Sheet, header: Header | None) -> bool:
    """Whether a sheet lists persons; a column headed 特困人员 may hold names or numbers of them."""
    if header is None or RosterColumn.ID_NUMBER in header.found:
        return header is not None
    if RosterColumn.NAME not in header.columns:
        return False
    column = header.columns[RosterColumn.NAME]
    cells = [compact(row.cell(column).text) for row in sheet.rows[header.last + 1 :]]
    return sum(bool(text) and not _FIGURE.fullmatch(text) for text in cells) > len([text for text in cells if text]) / 2


def _unit(heading: str, above: MoneyUnit) -> MoneyUnit:
    if "万元" in heading:
        return MoneyUnit.TEN_THOUSAND_YUAN
    return MoneyUnit.YUAN if "元" in heading else above


def _says_ten_thousands(rows: Sequence[Row]) -> bool:
    return any("万元" in compact(cell.text) for row in rows for cell in row.cells)
