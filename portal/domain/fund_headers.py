"""Finds the header of a table of money: one row or two read together, and what stands in each of its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from portal.domain.fund_tables import read_number
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address

ROWS_SEARCHED = 30


class Headings(Protocol):
    """The words that a kind of table has for its columns."""

    def column(self, text: str) -> str | None:
        """What a column with this heading holds; nothing for one that is not read."""


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Positions of the header in the sheet's rows, the column of each known name, every heading with its cell."""

    first: int
    last: int
    columns: Mapping[str, int]
    texts: Mapping[int, tuple[str, str]]


def find_columns(
    sheet: Sheet, headings: Headings, accepted: Callable[[Mapping[str, int]], bool]
) -> FoundColumns | None:
    """The first row, or two rows read together, whose columns are accepted as a header."""
    for index, row in enumerate(sheet.rows[:ROWS_SEARCHED]):
        if not any(headings.column(cell.text) for cell in row.cells):
            continue
        for last in _ends(sheet, index, headings):
            found = _columns(sheet, index, last, headings)
            if accepted(found.columns):
                return found
    return None


def _ends(sheet: Sheet, index: int, headings: Headings) -> Sequence[int]:
    """A second row of words belongs to a header that has begun in the row above it."""
    if index + 1 < len(sheet.rows) and _is_words(sheet.rows[index + 1], headings):
        return (index + 1, index)
    return (index,)


def _is_words(row: Row, headings: Headings) -> bool:
    """Words of headings: a division whose amount was written in words is none."""
    words = all(cell.kind is CellKind.TEXT and not isinstance(read_number(cell), Decimal) for cell in row.cells)
    return words and any(headings.column(cell.text) for cell in row.cells)


def _columns(sheet: Sheet, first: int, last: int, headings: Headings) -> FoundColumns:
    columns: dict[str, int] = {}
    texts: dict[int, tuple[str, str]] = {}
    for column, cells in _cells_by_column(sheet.rows[first : last + 1]).items():
        number, cell = cells[-1]
        texts[column] = (address(column, number), cell.text)
        name = next((found for _, one in reversed(cells) if (found := headings.column(one.text))), None)
        if name:
            columns.setdefault(name, column)
    return FoundColumns(first, last, columns, texts)


def _cells_by_column(rows: Sequence[Row]) -> dict[int, list[tuple[int, Cell]]]:
    found: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for cell in row.cells:
            found.setdefault(cell.column, []).append((row.number, cell))
    return found
