"""Money that was allocated or left from before and has not reached anybody (滞留、结余), of each place that has it.

Where something of a division was paid without a town to be told, only the division as a whole is looked at: the money
may have gone anywhere in it. Where nothing at all is told as paid, nothing is said: missing months are told elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import ALLOCATION_STAGES, FundFigure, FundStage
from portal.domain.funds import FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program

YearPlace = tuple[int, DivisionCode]
_DUE_AND_PAID = ALLOCATION_STAGES | {FundStage.PAID}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Less was paid than was allocated; a programme of None is all of them together. Amounts are fen."""

    year: int
    whole: DivisionCode
    division: DivisionCode
    program: Program | None
    due_fen: Fen
    paid_fen: Fen


def shortfalls(figures: Iterable[FundFigure], untold: Collection[YearPlace]) -> tuple[Shortfall, ...]:
    """What of the allocated money in the figures is not among what was paid.

    `untold` are the years and places of which a batch is too small to be told: what is missing there may be in it.
    """
    grouped: dict[YearPlace, list[FundFigure]] = {}
    for figure in figures:
        if figure.use is FundUse.RELIEF and figure.stage in _DUE_AND_PAID:
            grouped.setdefault((figure.year, figure.whole), []).append(figure)
    return tuple(
        Shortfall(year, whole, division, *missing)
        for (year, whole), told in sorted(grouped.items())
        for division, due, paid in _places(whole, told)
        if (year, division) not in untold
        for missing in _missing(due, paid)
    )


def _places(
    whole: DivisionCode, figures: Sequence[FundFigure]
) -> Iterator[tuple[DivisionCode, list[FundFigure], list[FundFigure]]]:
    due = [figure for figure in figures if figure.stage in ALLOCATION_STAGES]
    paid = [figure for figure in figures if figure.stage is FundStage.PAID]
    if any(figure.part == whole for figure in paid):
        yield whole, due, paid
    elif paid:
        for part in sorted({figure.part for figure in due}):
            yield part, [one for one in due if one.part == part], [one for one in paid if one.part == part]


def _missing(due: Sequence[FundFigure], paid: Sequence[FundFigure]) -> Iterator[tuple[Program | None, Fen, Fen]]:
    is_told = all(figure.program for figure in due)
    for program in sorted({figure.program if is_told else None for figure in due}, key=str):
        owed = sum(figure.amount_fen for figure in due if program in {None, figure.program})
        reached = sum(figure.amount_fen for figure in paid if program in {None, figure.program})
        if reached < owed:
            yield program, Fen(owed), Fen(reached)
