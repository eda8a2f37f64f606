"""Reads csv and other delimited text, in the encodings and with the delimiters that offices' programs write."""

import codecs
import csv
import re
from io import StringIO

from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.sheets import Cell, Row, Sheet, Workbook
from portal.importing.containers import UNREADABLE, WRONG_TYPE
from portal.importing.values import MOST_ROWS, TOO_MANY, cell_of

_DELIMITERS = ",\t;|，"
_SAMPLE_ROWS = 60
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_PROTECTED = re.compile(r'=\s*"(?P<inner>[^"]*)"')
_ENCODING_UNKNOWN = N_("文字编码认不出来：请用WPS或Excel打开后另存为xlsx再上传")


def read_delimited(content: bytes, name: str, most_rows: int = MOST_ROWS) -> Workbook:
    """One sheet named after the file; raises RefusedError when the bytes are no text."""
    text = decoded(content)
    if _CONTROL.search(text):
        raise RefusedError(WRONG_TYPE)
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
    rows = []
    try:
        for number, values in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > most_rows:
                raise RefusedError(TOO_MANY)
            cells = [cell for column, value in enumerate(values) if (cell := text_cell(column, value))]
            if cells:
                rows.append(Row(number, tuple(cells)))
    except csv.Error:
        raise RefusedError(UNREADABLE) from None
    return Workbook((Sheet(name, tuple(rows)),))


def decoded(content: bytes) -> str:
    """The text of a file, whichever encoding its program wrote; RefusedError when it is none of them."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError(_ENCODING_UNKNOWN)


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well a delimiter cuts the first lines: in how many it occurs, and into how many pieces."""
    lines = StringIO(text[:40_000], newline="")
    counts: list[int] = []
    try:
        for _, values in zip(range(_SAMPLE_ROWS), csv.reader(lines, delimiter=delimiter), strict=False):
            counts.append(sum(bool(value.strip()) for value in values))
    except csv.Error:
        return (0, 0)
    return (sum(count > 1 for count in counts), sum(counts))


def text_cell(column: int, value: str) -> Cell | None:
    """A cell; `="3708…"` is how programs keep a spreadsheet from turning a long number into a float."""
    protected = _PROTECTED.fullmatch(value.strip())
    return cell_of(column, protected["inner"] if protected else value)
