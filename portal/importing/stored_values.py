"""What the text of an xlsx cell means: a number, a date by its style, a shared string, or the text itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel, from_ISO8601

from portal.domain.sheets import Cell, CellKind
from portal.importing.values import cell_of, cell_of_text

_SURE_DIGITS = 15
"""A whole number of so many digits is stored as it is typed."""


@dataclass(frozen=True, slots=True)
class StoredValues:
    """What the cells of a workbook refer to; `dates` are the styles by which a number is a day, or a length of time.

    `shares` are those by which a number is shown as a percentage.
    """

    strings: Sequence[str] = field(default=(), repr=False)
    dates: Collection[int] = ()
    lengths: Collection[int] = ()
    shares: Collection[int] = ()
    epoch: datetime = WINDOWS_EPOCH

    def cell(self, column: int, kind: str, style: str | None, text: str) -> Cell | None:
        """The cell, None when there is nothing to see in it; ValueError where the file contradicts itself."""
        if kind == "n":
            return self._number(column, style, text)
        if kind == "s":
            return cell_of_text(column, self.strings[int(text)])
        if kind == "b":
            return cell_of(column, bool(int(text)))
        if kind == "d":
            return cell_of(column, from_ISO8601(text))  # type: ignore[no-untyped-call]
        return cell_of_text(column, text)

    def _number(self, column: int, style: str | None, text: str) -> Cell | None:
        if style and int(style) in self.dates:
            return self._day(column, int(style), float(text))
        if style and int(style) in self.shares:
            cell = cell_of(column, float(text))
            return replace(cell, is_share=True) if cell else None
        if len(text) <= _SURE_DIGITS and text.isdigit() and text.isascii() and text[0] != "0":
            return Cell(column, text, CellKind.NUMBER)
        return cell_of(column, float(text) if "." in text or "e" in text.lower() else int(text))

    def _day(self, column: int, style: int, number: float) -> Cell | None:
        try:
            return cell_of(column, from_excel(number, self.epoch, timedelta=style in self.lengths))
        except (OverflowError, ValueError):
            return Cell(column, "#VALUE!", CellKind.ERROR)
