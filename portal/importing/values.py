"""From a library's Python value to a cell of the domain, and merged cells filled down."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal

from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.sheets import Cell, CellKind, Row

ERRORS = frozenset(
    {
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
    }
)
MOST_ROWS = 60_000
"""Three times what a list may hold: above it nobody meant a list, and below it the roster says so itself."""
MOST_CELLS = 3_000_000
TOO_MANY = N_("表格行数或单元格过多，超过了上限：请分成几份，或删去多余的行再上传")
_MOST_FILLED = 400_000
_EXACT = 10**15

Merge = tuple[int, int, int]
"""First row, last row (counted from 1) and column (from 0) of a merged range that spans several rows."""


def cell_of(column: int, value: object) -> Cell | None:
    """The cell of a value, None when there is nothing to see in it."""
    if value is None:
        return None
    if isinstance(value, float):
        return _number_cell(column, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Cell(column, str(value), CellKind.NUMBER)
    if isinstance(value, date | time | timedelta):
        return Cell(column, str(value), CellKind.DATE)
    return cell_of_text(column, str(value))


def cell_of_text(column: int, text: str) -> Cell | None:
    """The cell of a text, an error's name among them; None when it is blank."""
    if not text or text.isspace():
        return None
    if "#" in text or ":" in text:
        plain = text.strip().upper()
        if plain in ERRORS or plain.startswith("ERR:5"):
            return Cell(column, plain, CellKind.ERROR)
    return Cell(column, text, CellKind.TEXT)


def _number_cell(column: int, value: float) -> Cell:
    """A float without its noise: fifteen digits, as spreadsheets themselves show it."""
    if not math.isfinite(value):
        return Cell(column, "#NUM!", CellKind.ERROR)
    if value.is_integer() and abs(value) < _EXACT * 10_000:
        return Cell(column, str(int(value)), CellKind.NUMBER)
    return Cell(column, format(Decimal(format(value, ".15g")), "f"), CellKind.NUMBER)


def filled_down(rows: Mapping[int, dict[int, Cell]], merges: Iterable[Merge], last_row: int) -> tuple[Row, ...]:
    """The rows with every merged cell's value repeated in the rows below that it covers.

    Only downwards: a title merged across stays one cell. Raises RefusedError when the merges cover absurdly much.
    """
    filled = dict(rows)
    budget = _MOST_FILLED
    for first, last, column in merges:
        source = rows.get(first, {}).get(column)
        end = min(last, last_row)
        budget -= max(end - first, 0)
        if budget < 0:
            raise RefusedError(TOO_MANY)
        if source is None:
            continue
        for number in range(first + 1, end + 1):
            filled[number] = {
                column: Cell(column, source.text, source.kind, filled=True, is_share=source.is_share)
            } | filled.get(number, {})
    return tuple(Row(number, _across(cells)) for number, cells in sorted(filled.items()) if cells)


def _across(cells: Mapping[int, Cell]) -> tuple[Cell, ...]:
    """The cells from left to right; nearly every file has them so."""
    columns = list(cells)
    ascending = sorted(columns)
    return tuple(cells.values()) if columns == ascending else tuple(cells[column] for column in ascending)
