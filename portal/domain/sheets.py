"""A spreadsheet as the domain sees it: rows of text with their cell addresses, nothing of the file format."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

RowsRead = Callable[[int], None]
"""Hears from time to time how many rows have been read, and nothing of them."""

ROWS_A_WORD = 2000
"""After so many rows a reader says so."""

_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class CellKind(StrEnum):
    """What the file held, as far as it matters for judging the value."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ERROR = "error"
    FORMULA = "formula"
    """A formula whose result was never computed and stored."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `column` counts from 0; `text` is its value as plain text (no exponents, errors as #REF!).

    `filled` says that the value stands in a merged cell that began in a row above, `is_share` that the spreadsheet
    shows the number as a percentage (1 as 100%). No repr shows a value.
    """

    column: int
    text: str = field(repr=False)
    kind: CellKind
    filled: bool = False
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number as the spreadsheet shows it (from 1); empty cells are left out, columns ascend."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell in a column, empty when the file has none there."""
        for cell in self.cells:
            if cell.column == column:
                return cell
        return Cell(column, "", CellKind.EMPTY)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet. Merged cells are filled down already; hidden columns and rows are known by number.

    A hidden sheet carries no rows: nobody meant to hand them in.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Workbook:
    """All worksheets of a file in their order."""

    sheets: tuple[Sheet, ...]


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(column: int, row: int) -> str:
    """A cell's address as the clerk sees it in the spreadsheet, for example D7."""
    return f"{column_letters(column)}{row}"


def compact(text: str) -> str:
    """The text in half-width forms without spaces and invisible characters: `１ ３０８ 元` → `1308元`."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text  # nearly every cell: letters and digits as they should be, nothing to take away
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
