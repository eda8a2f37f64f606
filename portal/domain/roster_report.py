"""Collects what is wrong with a list: one problem per cell, values only in a form that gives nobody away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.domain.identity_numbers import masked
from portal.domain.messages import Message
from portal.domain.roster_values import Problem, UnknownHeading, UnmappedCause
from portal.domain.sheets import Cell, CellKind, address, compact

_SHORT_NUMBER = re.compile(r"[-+]?[\d,]{1,9}(?:\.\d{1,6})?")
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_LONGEST_SHOWN = 8
_MOST_DIGITS_SHOWN = 7
"""Enough for any amount on a list, too few for a telephone or an account."""


def shown_value(text: str) -> str:
    """A value as a report may repeat it: numbers that identify nobody in full, all other text by its ends.

    韩春保 → 韩＊保, 370899… → 37****…2, 1308.505 → 1308.505.
    """
    plain = compact(text)
    if _SHORT_NUMBER.fullmatch(plain) and sum(map(str.isdigit, plain)) <= _MOST_DIGITS_SHOWN:
        return plain
    if plain[:2].isdigit():
        return masked(plain[:20])
    if len(plain) < 2:  # noqa: PLR2004 - a single character has no inside
        return "＊" * len(plain)
    ends = plain[-1] if 3 <= len(plain) <= _LONGEST_SHOWN else ""  # noqa: PLR2004
    return plain[0] + "＊" * min(len(plain) - 1 - len(ends), _LONGEST_SHOWN) + ends


def _position(problem: Problem, sheets: Sequence[str]) -> tuple[int, int, int, str]:
    match = _ADDRESS.fullmatch(problem.cell)
    sheet = sheets.index(problem.sheet) if problem.sheet in sheets else -1
    return (sheet, int(match[2]), len(match[1]), match[1]) if match else (sheet, 0, 0, "")


@dataclass(slots=True)
class Report:
    """What has been found so far; of one cell the first fault of each thing that it is about is told."""

    problems: dict[tuple[str, str, str], Problem] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    unknown_headings: list[UnknownHeading] = field(default_factory=list)
    unmapped_causes: list[UnmappedCause] = field(default_factory=list)

    def fault(self, sheet: str, row: int, cell: Cell, message: Message) -> None:
        """Note a faulty cell with its value masked; error values are shown as they are."""
        telling = cell.kind in {CellKind.ERROR, CellKind.FORMULA}
        shown = cell.text if telling else shown_value(cell.text)
        self.refuse(sheet, address(cell.column, row), message, shown)

    def refuse(self, sheet: str, place: str, message: Message, shown: str = "", about: str = "") -> None:
        """Note a problem at an address, unless the cell has one already; a title may be wrong in several figures."""
        self.problems.setdefault((sheet, place, about), Problem(sheet, place, message, shown))

    def in_order(self, sheets: Sequence[str]) -> tuple[Problem, ...]:
        """All problems as the clerk will go through the workbook: by sheet, row and column."""
        return tuple(sorted(self.problems.values(), key=lambda problem: _position(problem, sheets)))

    def warn(self, sheet: str, place: str, message: Message) -> None:
        """Note something that the clerk should look at and that refuses nothing."""
        self.warnings.append(Problem(sheet, place, message))
