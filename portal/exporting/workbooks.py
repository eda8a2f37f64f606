"""Tables as xlsx, row by row, however many there are; no cell of text is ever a formula."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Value = str | int | date | None

_DAY = "yyyy-mm-dd"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


@contextmanager
def written_workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[IO[bytes]]:
    """A sheet with a head that stays in sight, in a file that is gone afterwards; it stands at its beginning."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place, text in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, 2 * len(text) + 10)
    sheet.append([_head(sheet, text) for text in head])
    count = 1
    for count, row in enumerate(rows, start=2):  # noqa: B007 - the last row is needed after the loop
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{count}"
    with tempfile.TemporaryFile() as file:
        workbook.save(file)
        file.seek(0)
        yield file


def _head(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, date):
        cell: Any = WriteOnlyCell(sheet)
        cell.value = value
        cell.number_format = _DAY
        return cell
    return value


def _text(sheet: Any, text: str) -> Any:
    """Text stays text: openpyxl would write “=1+1” as a live formula, and Excel would make one of it when edited."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA)
    return cell
