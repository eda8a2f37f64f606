"""Reads xls and old et with xlrd: pure Python, because a damaged header must not take the process down with it."""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.biffh import XL_CELL_DATE, XL_CELL_ERROR, XLRDError, error_text_from_code
from xlrd.book import Book
from xlrd.sheet import Sheet as OldSheet
from xlrd.xldate import XLDateError, xldate_as_datetime

from portal.domain.errors import RefusedError
from portal.domain.sheets import Cell, CellKind, Sheet, Workbook
from portal.importing.containers import ENCRYPTED
from portal.importing.values import cell_of, filled_down


def read_compound(content: bytes) -> Workbook:
    """All worksheets, hidden ones by name only; raises RefusedError when a password is set."""
    try:
        # Without the formats xlrd does not tell merged cells; its notes about odd files are thrown away unread.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except XLRDError as error:
        if "encrypted" in str(error).lower():
            raise RefusedError(ENCRYPTED) from None
        raise
    return Workbook(tuple(_sheet(sheet, book) for sheet in book.sheets()))


def _sheet(sheet: OldSheet, book: Book) -> Sheet:
    if sheet.visibility:
        return Sheet(sheet.name, (), hidden=True)
    rows = {number: cells for number, cells in _rows(sheet, book) if cells}
    merges = [(first + 1, end, column) for first, end, column, _ in sheet.merged_cells if end - first > 1]
    return Sheet(
        name=sheet.name,
        rows=filled_down(rows, merges, max(rows, default=0)),
        hidden_columns=frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
        hidden_rows=frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden),
    )


def _rows(sheet: OldSheet, book: Book) -> Iterator[tuple[int, dict[int, Cell]]]:
    for index in range(sheet.nrows):
        cells = {}
        for column, (kind, value) in enumerate(zip(sheet.row_types(index), sheet.row_values(index), strict=True)):
            cell = _cell(column, kind, value, book)
            if cell:
                cells[column] = cell
        yield index + 1, cells


def _cell(column: int, kind: int, value: Any, book: Book) -> Cell | None:
    if kind == XL_CELL_ERROR:
        return Cell(column, error_text_from_code.get(value, "#N/A"), CellKind.ERROR)
    if kind == XL_CELL_DATE:
        with contextlib.suppress(XLDateError, OverflowError, ValueError):
            return cell_of(column, xldate_as_datetime(value, book.datemode))
    return cell_of(column, value)
