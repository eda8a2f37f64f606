"""Tables as CSV: with a mark for spreadsheets, and no cell that one would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\ufeff"


def csv_answer(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """A table under the name of a file; what may not be told stands as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(str(cell)) for cell in head])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    response = Response(_MARK + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _cell(value: object) -> str:
    """Numbers stay numbers, the minus of a loss too; words never become a formula."""
    if isinstance(value, int | Decimal):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
