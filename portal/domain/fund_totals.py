"""What the year pages count with: which part of a division's money is whose, at which stage, in which month."""

from collections.abc import Iterable, Mapping
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
    """How far money has come: the phases of a budget, allocated, out of the treasury, with the recipients."""

    PROPOSAL = "proposal"
    APPROVED = "approved"
    ADJUSTED = "adjusted"
    EXECUTED = "executed"
    FINAL_ACCOUNTS = "final_accounts"
    ALLOCATED = "allocated"
    DISBURSED = "disbursed"
    PAID = "paid"


STAGE_OF_PHASE: Mapping[BudgetPhase, FundStage] = {phase: FundStage(phase) for phase in BudgetPhase}
BUDGET_STAGES = (FundStage.ADJUSTED, FundStage.APPROVED, FundStage.PROPOSAL)
"""What counts as the budget of a year: the first of these that is told."""


@dataclass(frozen=True, slots=True)
class FundFigure:
    """One sum. The page of `whole` shows it as the part of `part` (a county of the city, a town of its county).

    Where the whole keeps money itself both are the same. A programme or source that is not told is None.
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


def added_up(figures: Iterable[FundFigure]) -> tuple[FundFigure, ...]:
    """One figure for everything that differs in its amount alone; nothing where it is nothing."""
    sums: dict[FundFigure, int] = {}
    for figure in figures:
        key = replace(figure, amount_fen=Fen(0))
        sums[key] = sums.get(key, 0) + figure.amount_fen
    return tuple(replace(key, amount_fen=Fen(amount)) for key, amount in sums.items() if amount)
