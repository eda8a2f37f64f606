"""Money that was allocated or left from before and has not left the treasury, or has not reached anybody (滞留、结余).

Where something of a division was paid without a town to be told, only the division as a whole is looked at: the money
may have gone anywhere in it. Where nothing at all is told as paid, nothing is said: missing months are told elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import ALLOCATION_STAGES, FundFigure, FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.treasury import YearPlace

_DUE: Mapping[FundStage, frozenset[FundStage]] = {
    FundStage.DISBURSED: frozenset({FundStage.ALLOCATED}),
    FundStage.PAID: ALLOCATION_STAGES,
}
"""What has to reach a stage: what was carried over need not be sent once more."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Less was paid, or left the treasury, than was allocated; amounts are fen.

    A programme or source of None is all of them together.
    """

    year: int
    whole: DivisionCode
    division: DivisionCode
    program: Program | None
    source: FundSource | None
    due_fen: Fen
    reached_fen: Fen


def shortfalls(
    figures: Iterable[FundFigure], untold: Collection[YearPlace], reached: FundStage = FundStage.PAID
) -> tuple[Shortfall, ...]:
    """What of the allocated money in the figures is not among what was paid, or what left the treasury.

    `untold` are the years and places of which a batch is too small to be told: what is missing there may be in it.
    """
    grouped: dict[YearPlace, list[FundFigure]] = {}
    for figure in figures:
        if figure.use is FundUse.RELIEF and figure.stage in {*_DUE[reached], reached}:
            grouped.setdefault((figure.year, figure.whole), []).append(figure)
    return tuple(
        Shortfall(year, whole, division, *missing)
        for (year, whole), told in sorted(grouped.items())
        for division, due, paid in _places(whole, told, reached)
        if (year, division) not in untold
        for missing in _missing(due, paid)
    )


def _places(
    whole: DivisionCode, figures: Sequence[FundFigure], reached: FundStage
) -> Iterator[tuple[DivisionCode, list[FundFigure], list[FundFigure]]]:
    due = [figure for figure in figures if figure.stage in _DUE[reached]]
    paid = [figure for figure in figures if figure.stage is reached]
    if any(figure.part == whole for figure in paid):
        yield whole, due, paid
    elif paid:
        for part in sorted({figure.part for figure in due}):
            yield part, [one for one in due if one.part == part], [one for one in paid if one.part == part]


Key = tuple[Program | None, FundSource | None]


def _missing(due: Sequence[FundFigure], paid: Sequence[FundFigure]) -> Iterator[tuple[*Key, Fen, Fen]]:
    by_program = all(figure.program for figure in (*due, *paid))
    by_source = bool(paid) and all(figure.source for figure in (*due, *paid))
    keys = {(one.program if by_program else None, one.source if by_source else None) for one in due}
    for key in sorted(keys, key=str):
        owed = sum(figure.amount_fen for figure in due if _is_of(figure, key))
        reached = sum(figure.amount_fen for figure in paid if _is_of(figure, key))
        if reached < owed:
            yield *key, Fen(owed), Fen(reached)


def _is_of(figure: FundFigure, key: Key) -> bool:
    program, source = key
    return program in {None, figure.program} and source in {None, figure.source}
