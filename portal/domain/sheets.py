"""A spreadsheet as the domain sees it: rows of text with their cell addresses, nothing of the file format."""

from dataclasses import dataclass
from enum import StrEnum


class CellKind(StrEnum):
    """What the file held, as far as it matters for judging the value."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `column` counts from 0; `text` is its value as plain text (no exponents, errors as #REF!)."""

    column: int
    text: str
    kind: CellKind


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
    """One worksheet. Merged cells are filled down already; hidden columns are known by number."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()


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
