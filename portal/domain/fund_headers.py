"""Finds the header of a table of money: up to three rows read together, and what stands in each of its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from portal.domain.fund_tables import read_number, says_unit_only
from portal.domain.roster_cells import is_empty
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address

ROWS_SEARCHED = 30
ROWS_BELOW = 2
"""How many rows a header may have besides its first."""


class Headings(Protocol):
    """The words that a kind of table has for its columns."""

    def column(self, text: str) -> str | None:
        """What a column with this heading holds; nothing for one that is not read."""


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Positions of the header in the sheet's rows, the first column of each known name, every heading with its cell.

    `names` tells every column that has a known name, so that two of one name are noticed.
    """

    first: int
    last: int
    columns: Mapping[str, int]
    texts: Mapping[int, tuple[str, str]]
    names: Mapping[int, str]


def find_columns(
    sheet: Sheet, headings: Headings, accepted: Callable[[Mapping[str, int]], bool]
) -> FoundColumns | None:
    """The first row, or up to three rows read together, whose columns are accepted as a header.

    A line of one cell (a title, who made the table) begins none, whatever words it holds.
    """
    for index, row in enumerate(sheet.rows[:ROWS_SEARCHED]):
        if len(row.cells) == 1 or not any(headings.column(cell.text) for cell in row.cells):
            continue
        for last in _ends(sheet, index, headings):
            found = _columns(sheet, index, last, headings)
            if accepted(found.columns):
                return found
    return None


def _ends(sheet: Sheet, index: int, headings: Headings) -> Sequence[int]:
    """Further rows of words belong to a header that has begun in the row above them."""
    last = index
    while last < index + ROWS_BELOW and last + 1 < len(sheet.rows) and _is_words(sheet.rows[last + 1], headings):
        last += 1
    return range(last, index - 1, -1)


def _is_words(row: Row, headings: Headings) -> bool:
    """Words of headings: a division whose amount was written in words is none."""
    if not all(map(_is_word, row.cells)):
        return False
    own = [cell.text for cell in row.cells if not cell.filled]
    return any(map(headings.column, own)) or all(map(says_unit_only, own))


def _is_word(cell: Cell) -> bool:
    return cell.kind is CellKind.TEXT and not is_empty(cell) and not isinstance(read_number(cell), Decimal)


def _columns(sheet: Sheet, first: int, last: int, headings: Headings) -> FoundColumns:
    columns: dict[str, int] = {}
    names: dict[int, str] = {}
    texts: dict[int, tuple[str, str]] = {}
    for column, cells in _cells_by_column(sheet.rows[first : last + 1]).items():
        number, cell = cells[-1]
        texts[column] = (address(column, number), cell.text)
        name = next((found for _, one in reversed(cells) if (found := headings.column(one.text))), None)
        if name:
            names[column] = name
            columns.setdefault(name, column)
    return FoundColumns(first, last, columns, texts, names)


def _cells_by_column(rows: Sequence[Row]) -> dict[int, list[tuple[int, Cell]]]:
    found: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for cell in row.cells:
            found.setdefault(cell.column, []).append((row.number, cell))
    return found
