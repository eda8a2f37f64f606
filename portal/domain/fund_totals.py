"""What the year pages count with: which part of a division's money is whose, at which stage, in which month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import DivisionCode
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program

WHOLE_YEAR = 0
"""The month of what is told of a year alone."""


class FundStage(StrEnum):
    """How far money has come: the phases of a budget, allocated, out of the treasury, with the recipients.

    BUDGET is the budget in force: of each part and programme the latest phase before its execution. COUNTED is what was
    paid as the allowance itself by batches that tell how many persons got it; it stands in PAID too.
    CARRIED_OVER is what an allocation has taken off because it was left from the year before: it is there to be paid.
    RETURNED is what came back of what was paid: it stands beside PAID and is never taken off.
    """

    BUDGET = "budget"
    PROPOSAL = "proposal"
    APPROVED = "approved"
    ADJUSTED = "adjusted"
    EXECUTED = "executed"
    FINAL_ACCOUNTS = "final_accounts"
    ALLOCATED = "allocated"
    CARRIED_OVER = "carried_over"
    DISBURSED = "disbursed"
    PAID = "paid"
    COUNTED = "counted"
    RETURNED = "returned"


ALLOCATION_STAGES = frozenset({FundStage.ALLOCATED, FundStage.CARRIED_OVER})
"""What a division is told by those above it: what they have allocated to it, and what it had left."""

STAGE_OF_PHASE: Mapping[BudgetPhase, FundStage] = {phase: FundStage(phase) for phase in BudgetPhase}
_IN_FORCE = (FundStage.PROPOSAL, FundStage.APPROVED, FundStage.ADJUSTED)
"""What may be the budget in force, each of them in place of the one before."""


@dataclass(frozen=True, slots=True)
class FundFigure:
    """One sum. The page of `whole` shows it as the part of `part` (a county of the city, a town of its county).

    Where the whole keeps money itself both are the same. A programme or source that is not told is None.
    `persons` are told of COUNTED alone: whoever got money in three months counts three times.
    """

    stage: FundStage
    year: int
    whole: DivisionCode
    part: DivisionCode
    amount_fen: Fen
    month: int = WHOLE_YEAR
    program: Program | None = None
    use: FundUse = FundUse.RELIEF
    source: FundSource | None = None
    persons: int = 0


@dataclass(frozen=True, slots=True)
class FigureScope:
    """The figures that one area of money writes anew together; without a month those of the whole year."""

    year: int
    whole: DivisionCode
    stages: frozenset[FundStage]
    month: int | None = None

    def holds(self, figure: FundFigure) -> bool:
        """Whether a figure belongs here."""
        return (
            (figure.year, figure.whole) == (self.year, self.whole)
            and figure.stage in self.stages
            and self.month in {None, figure.month}
        )


def in_force(figures: Sequence[FundFigure]) -> tuple[FundFigure, ...]:
    """The figures of the phases once more as those of the budget in force."""
    latest: dict[tuple[DivisionCode, Program | None, FundUse], FundStage] = {}
    for stage in _IN_FORCE:
        latest |= {_budget_of(figure): stage for figure in figures if figure.stage is stage}
    return tuple(
        replace(figure, stage=FundStage.BUDGET) for figure in figures if latest.get(_budget_of(figure)) is figure.stage
    )


def _budget_of(figure: FundFigure) -> tuple[DivisionCode, Program | None, FundUse]:
    return figure.part, figure.program, figure.use


def added_up(figures: Iterable[FundFigure]) -> tuple[FundFigure, ...]:
    """One figure for everything that differs in its amount alone; nothing where it is nothing."""
    sums: dict[FundFigure, tuple[int, int]] = {}
    for figure in figures:
        key = replace(figure, amount_fen=Fen(0), persons=0)
        amount, persons = sums.get(key, (0, 0))
        sums[key] = amount + figure.amount_fen, persons + figure.persons
    return tuple(
        replace(key, amount_fen=Fen(amount), persons=persons) for key, (amount, persons) in sums.items() if amount
    )
