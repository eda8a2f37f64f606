"""Just enough of a spreadsheet to compute a workbook's formulas in binary fractions, as real programs do."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"(?:(\w+)!)?\$?([A-Z])\$?(\d+)(?::\$?([A-Z])\$?(\d+))?")


class Column(list):
    """A range: compared, added and multiplied cell by cell."""

    __hash__ = None

    def __gt__(self, other):
        return Column(float(one > other) for one in self)

    def __lt__(self, other):
        return Column(float(one < other) for one in self)

    def __eq__(self, other):
        return Column(float(one == other) for one in self)

    def __add__(self, other):
        return Column(a + b for a, b in zip(self, other, strict=True))

    def __mul__(self, other):
        return Column(a * b for a, b in zip(self, other, strict=True))


class Spreadsheet:
    """Cells by sheet and address; formulas begin with an equals sign."""

    def __init__(self, sheets: Mapping[str, Mapping[str, object]]) -> None:
        self.sheets = sheets

    def value(self, sheet: str, place: str) -> float:
        """The computed value of a cell, an empty one being nothing."""
        cell = self.sheets[sheet].get(place)
        return self._compute(sheet, cell[1:]) if isinstance(cell, str) and cell.startswith("=") else float(cell or 0)

    def _compute(self, sheet: str, formula: str) -> float:
        text = _REFERENCE.sub(lambda match: self._name(sheet, match), formula)
        text = re.sub(r"(?<![<>=])=(?!=)", "==", text)
        return eval(text, dict(_FUNCTIONS))  # noqa: S307 - the workbook's own formulas

    def _name(self, sheet: str, match: re.Match[str]) -> str:
        where, letter, first, end, last = match.groups()
        if not last:
            return repr(self.value(where or sheet, f"{letter}{first}"))
        letters, rows = map(chr, range(ord(letter), ord(end) + 1)), range(int(first), int(last) + 1)
        cells = [self.value(where or sheet, f"{one}{row}") for one in letters for row in rows]
        return f"Column({cells})"


_FUNCTIONS = {
    "Column": Column,
    "IF": lambda condition, yes, no: yes if condition else no,
    "INT": lambda number: number // 1,
    "ROUND": lambda number, digits: round(number, int(digits)),
    "SUM": sum,
    "SUMPRODUCT": sum,
}
