"""What may be told of cases in figures: rows that add up, rates that count silence, no number that points at anybody.

Cells lie in a tree (county, quarter, kind, outcome). Going down from the top, what is too small, and what would give it
away, is merged into one row of the level above; so the rows are a partition of all cases, and their sum is the total.
The rates are told in whole per cent without the numbers behind them: the numbers of months would open the quarters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.cases import CaseKind, Outcome
from portal.domain.divisions import DivisionCode
from portal.domain.statistics import CountAndAmount, Shown, suppress
from portal.domain.wordings import Wording, wording_from_table

MONTHS_OF_QUARTER = 3


class Rate(StrEnum):
    """The four rates (响应率、按时办结率、解决率、满意率)."""

    RESPONSE = "response"
    ON_TIME = "on_time"
    SOLVED = "solved"
    SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, from 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


@dataclass(frozen=True, slots=True)
class CaseCell:
    """How many cases were concluded in a county and quarter, of a kind, with an outcome; a merged case is none."""

    county: DivisionCode
    quarter: Quarter
    kind: CaseKind
    outcome: Outcome | None
    cases: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A published row. None of a column, outcome aside, says that what was too small is together here.

    `merged` tells so for the outcome as well: there None alone means that the kind has no findings.
    """

    county: DivisionCode | None
    quarter: Quarter | None
    kind: CaseKind | None
    outcome: Outcome | None
    merged: bool
    cases: int


@dataclass(frozen=True, slots=True)
class CaseTable:
    """The rows and their sum; both are empty when all cases together are too few."""

    rows: tuple[CaseRow, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class YearlyRow:
    """One figure of the city-wide table of a year; None stands for fewer than the threshold, nought included."""

    year: int
    kind: CaseKind
    outcome: Outcome | None
    cases: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rate is made of: `reached` of `all`, and how many of all said nothing or were told nothing."""

    reached: int
    all: int
    silent: int

    def __post_init__(self) -> None:
        if not 0 <= self.reached <= self.all or not 0 <= self.silent <= self.all:
            raise ValueError("whoever reached something or was silent is one of all")


@dataclass(frozen=True, slots=True)
class ShownRate:
    """A rate in whole per cent, and the share of silence; both None when there were too few cases."""

    per_cent: int | None
    silent_per_cent: int | None


@dataclass(frozen=True, slots=True)
class StatisticsRules:
    """One version of how cases are counted; `formulas` are printed beside the figures."""

    version: str
    effective_on: date
    threshold: int
    yearly_only: frozenset[CaseKind]
    satisfied_from: int
    formulas: Mapping[Rate, Wording]
    confirmed: bool

    def is_told_by_row(self, kind: CaseKind) -> bool:
        """Whether cases of a kind count in rows by county and quarter."""
        return kind not in self.yearly_only


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month - 1) // MONTHS_OF_QUARTER + 1)


def case_table(cells: Iterable[CaseCell], rules: StatisticsRules, on: date) -> CaseTable:
    """The public rows on a day, of the quarters that have ended: a running one would show each case as it comes."""
    leaves: dict[_Path, int] = {}
    running = quarter_of(on)
    for cell in cells:
        if rules.is_told_by_row(cell.kind) and cell.quarter < running:
            path = (cell.county, str(cell.quarter), str(cell.kind), str(cell.outcome or ""))
            leaves[path] = leaves.get(path, 0) + cell.cases
    total = sum(leaves.values())
    if total < rules.threshold:
        return CaseTable((), None)
    rows = tuple(_row(path, cases) for path, cases in _merged_upward((), leaves, rules.threshold))
    return CaseTable(rows, total)


def yearly_table(cells: Iterable[CaseCell], rules: StatisticsRules, on: date) -> tuple[YearlyRow, ...]:
    """Tip-offs and objections of the years that have ended, city-wide, each figure for itself and no sum of them."""
    counts: dict[tuple[int, CaseKind, Outcome | None], int] = {}
    for cell in cells:
        if not rules.is_told_by_row(cell.kind) and cell.quarter.year < on.year:
            key = (cell.quarter.year, cell.kind, cell.outcome)
            counts[key] = counts.get(key, 0) + cell.cases
    years = sorted({year for year, _, _ in counts}, reverse=True)
    return tuple(
        YearlyRow(year, kind, outcome, _or_too_few(counts.get((year, kind, outcome), 0), rules.threshold))
        for year in years
        for kind in CaseKind
        if kind in rules.yearly_only
        for outcome in (*Outcome, None)
    )


def shown_rate(tally: Tally, rules: StatisticsRules) -> ShownRate:
    """A rate as the public sees it, rounded to the nearest per cent."""
    if tally.all < rules.threshold:
        return ShownRate(None, None)
    return ShownRate(_per_cent(tally.reached, tally.all), _per_cent(tally.silent, tally.all))


def statistics_rules_from_table(table: Mapping[str, Any], threshold: int) -> StatisticsRules:
    """The rules from their table; KeyError or ValueError when an entry is incomplete or unknown.

    `threshold` is the smallest count that is told anywhere on the site.
    """
    return StatisticsRules(
        version=table["version"],
        effective_on=table["effective_on"],
        threshold=threshold,
        yearly_only=frozenset(CaseKind(kind) for kind in table["yearly_only"]),
        satisfied_from=table["satisfied_from"],
        formulas={Rate(entry["rate"]): wording_from_table(entry) for entry in table["rates"]},
        confirmed=table["confirmed"] and all(entry["confirmed"] for entry in table["rates"]),
    )


_Path = tuple[str, ...]
_DEPTH = 4


def _merged_upward(above: _Path, leaves: Mapping[_Path, int], threshold: int) -> Iterator[tuple[_Path, int]]:
    """The rows below a node whose own count may be told: those of each child that may be told, and one of the rest."""
    depth = len(above)
    if depth == _DEPTH:
        yield above, sum(leaves.values())
        return
    children: dict[str, dict[_Path, int]] = {}
    for path, cases in leaves.items():
        children.setdefault(path[depth], {})[path] = cases
    counts = {key: CountAndAmount(sum(held.values()), 0) for key, held in children.items()}
    table = suppress(counts, threshold)
    for key, cell in table.cells.items():
        if cell.shown is Shown.FIGURES and cell.persons:
            yield from _merged_upward((*above, key), children[key], threshold)
    if table.rest is not None:
        yield above, table.rest.persons


def _row(path: _Path, cases: int) -> CaseRow:
    county, quarter, kind, outcome = (*path, *("",) * (_DEPTH - len(path)))
    year, _, number = quarter.partition("-")
    return CaseRow(
        county=DivisionCode(county) if county else None,
        quarter=Quarter(int(year), int(number)) if quarter else None,
        kind=CaseKind(kind) if kind else None,
        outcome=Outcome(outcome) if outcome else None,
        merged=len(path) < _DEPTH,
        cases=cases,
    )


def _or_too_few(cases: int, threshold: int) -> int | None:
    return cases if cases >= threshold else None


def _per_cent(part: int, whole: int) -> int:
    """Halves go up."""
    return (200 * part + whole) // (2 * whole)
