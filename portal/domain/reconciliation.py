"""Reconciliation (对账): of one year's money no later stage may hold more than an earlier one.

Budget ≥ allocated ≥ out of the treasury ≥ paid, by programme and source, of a division and of each of its parts. What
is not told is never taken for nothing: a programme without a budget on record is held against no budget, and what was
paid in a month of which no ledger of the treasury tells yet is not held against the ledgers. What was carried over
(结转) from the year before may be spent beside what was allocated, or went out of the treasury.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.treasury import DECEMBER, YearPlace

CHAIN = (FundStage.BUDGET, FundStage.ALLOCATED, FundStage.DISBURSED, FundStage.PAID)
"""The way of the money. Each stage is held against the nearest one before it that tells of the same."""

COMPARED = frozenset({*CHAIN, FundStage.CARRIED_OVER})
_BESIDE_CARRIED_OVER = frozenset({FundStage.ALLOCATED, FundStage.DISBURSED})


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """More stands at `later` than at `earlier`; `whole` is the division whose figures tell it.

    A programme or source of None is all of them together. Amounts are fen; `found_fen` is greater than `bound_fen`.
    """

    earlier: FundStage
    later: FundStage
    year: int
    whole: DivisionCode
    division: DivisionCode
    program: Program | None
    source: FundSource | None
    bound_fen: Fen
    found_fen: Fen


def discrepancies(
    figures: Iterable[FundFigure], ledgers: Mapping[YearPlace, int] | None = None
) -> tuple[Discrepancy, ...]:
    """Whatever does not fit in the figures of any years and divisions; the order of the figures does not matter.

    `ledgers` are the months up to which treasuries tell everything, by year and division; of others the whole year.
    """
    until = ledgers or {}
    grouped: dict[tuple[int, DivisionCode, DivisionCode], list[FundFigure]] = {}
    for figure in figures:
        if figure.use is FundUse.RELIEF and figure.stage in COMPARED:
            for division in {figure.whole, figure.part}:
                grouped.setdefault((figure.year, figure.whole, division), []).append(figure)
    return tuple(
        Discrepancy(earlier, later, *place, *key, bound, found)
        for place, told in sorted(grouped.items())
        for earlier, later, key, bound, found in _along_chain(told, until.get(place[:2], DECEMBER))
    )


_FROM_ABOVE = (FundSource.CENTRAL, FundSource.PROVINCE, FundSource.CITY)
"""What reaches a county through the city; of its own money and of donations nobody above tells."""


@dataclass(frozen=True, slots=True)
class Overspent:
    """A division has passed on more of a source than was allocated to it. Amounts are fen."""

    year: int
    division: DivisionCode
    source: FundSource
    received_fen: Fen
    passed_on_fen: Fen


def overspent(received: Iterable[FundFigure], figures: Iterable[FundFigure]) -> tuple[Overspent, ...]:
    """Whatever was passed on beyond what came in; `received` tells of divisions as parts, `figures` as wholes.

    Where not all that came in is told by source nothing is said: any of it may be of the source that seems to lack.
    """
    came, went = _by_source(received, as_part=True), _by_source(figures, as_part=False)
    return tuple(
        Overspent(*place, source, Fen(came[place].get(source, 0)), Fen(went[place][source]))
        for place in sorted(came.keys() & went.keys())
        for source in _FROM_ABOVE
        if None not in came[place] and went[place].get(source, 0) > came[place].get(source, 0)
    )


def _by_source(
    figures: Iterable[FundFigure], *, as_part: bool
) -> dict[tuple[int, DivisionCode], dict[FundSource | None, int]]:
    sums: dict[tuple[int, DivisionCode], dict[FundSource | None, int]] = {}
    for one in figures:
        if one.stage is FundStage.ALLOCATED and one.use is FundUse.RELIEF and not (as_part and one.part == one.whole):
            told = sums.setdefault((one.year, one.part if as_part else one.whole), {})
            told[one.source] = told.get(one.source, 0) + one.amount_fen
    return sums


Key = tuple[Program | None, FundSource | None]
Excess = tuple[Key, Fen, Fen]


def _along_chain(
    figures: Sequence[FundFigure], until: int
) -> Iterator[tuple[FundStage, FundStage, Key, Fen, Fen]]:  # fmt: skip
    left = [figure for figure in figures if figure.stage is FundStage.CARRIED_OVER]
    for place, later in enumerate(CHAIN):
        rest = [figure for figure in figures if figure.stage is later]
        for earlier in reversed(CHAIN[:place]):
            bound = [figure for figure in figures if figure.stage is earlier]
            told = [figure for figure in rest if _tells_of(bound, figure.program)]
            compared = [figure for figure in told if _is_in_ledgers(figure, earlier, until)]
            if len(compared) == len(told):
                rest = [figure for figure in rest if not _tells_of(bound, figure.program)]
            for excess in _excesses(bound, compared, left if earlier in _BESIDE_CARRIED_OVER else ()):
                yield earlier, later, *excess


def _is_in_ledgers(figure: FundFigure, earlier: FundStage, until: int) -> bool:
    """Whether the ledgers would tell of its month; where they do not of all, all is held against the stage before."""
    return earlier is not FundStage.DISBURSED or figure.month <= until


def _tells_of(bound: Sequence[FundFigure], program: Program | None) -> bool:
    """Whether anything stands there that may be this programme's; money of no programme may be any one's."""
    return any(program is None or figure.program in {program, None} for figure in bound)


def _excesses(bound: Sequence[FundFigure], found: Sequence[FundFigure], left: Sequence[FundFigure]) -> list[Excess]:
    """As finely as both sides tell; where nothing of it is too much, all together may still be.

    What is `left` from before adds to the bound; of what source it is nobody tells, so it may be of any.
    """
    by_program = _is_told(figure.program for figure in found) and any(figure.program for figure in bound)
    by_source = _is_told(figure.source for figure in found) and any(figure.source for figure in bound)
    sums: dict[Key, int] = {}
    for figure in found:
        key = (figure.program if by_program else None, figure.source if by_source else None)
        sums[key] = sums.get(key, 0) + figure.amount_fen
    limits = {key: sum(figure.amount_fen for figure in (*bound, *left) if _may_be(figure, key)) for key in sums}
    fine = [(key, Fen(limits[key]), Fen(amount)) for key, amount in sums.items() if amount > limits[key]]
    return sorted(fine, key=repr) or _altogether((*bound, *left), sums)


def _altogether(bound: Sequence[FundFigure], sums: dict[Key, int]) -> list[Excess]:
    programs = {program for program, _source in sums}
    limit = sum(
        figure.amount_fen
        for figure in bound
        if None in programs or figure.program is None or figure.program in programs
    )
    total = sum(sums.values())
    return [((None, None), Fen(limit), Fen(total))] if total > limit else []


def _is_told(names: Iterable[object]) -> bool:
    return all(name is not None for name in names)


def _may_be(figure: FundFigure, key: Key) -> bool:
    program, source = key
    return (program is None or figure.program in {program, None}) and (
        source is None or figure.source in {source, None}
    )
