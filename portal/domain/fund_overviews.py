"""The year pages as tables: one for each picture, so that picture, table and CSV show the very same figures."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import ALLOCATION_STAGES, FundFigure, FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program

K = TypeVar("K", bound=Hashable)

CLASSES = 5


class FundColumn(StrEnum):
    """What the year pages compare: the budget in force and how far its money has come.

    What was allocated to a county and what the county has passed on to its towns are two things on one page.
    """

    BUDGET = "budget"
    ALLOCATED = "allocated"
    PASSED_ON = "passed_on"
    CARRIED_OVER = "carried_over"
    DISBURSED = "disbursed"
    PAID = "paid"
    RETURNED = "returned"
    EXECUTED = "executed"
    FINAL_ACCOUNTS = "final_accounts"


_COLUMNS = {FundStage(column): column for column in FundColumn if column is not FundColumn.PASSED_ON}
SHOWN_STAGES = frozenset(_COLUMNS)
"""What the year pages read."""


_MOVED = ALLOCATION_STAGES | {FundStage.DISBURSED, FundStage.PAID, FundStage.RETURNED}


@dataclass(frozen=True, slots=True)
class SumRow(Generic[K]):
    """The sums of one source, place, programme or month, in the order of the table's columns."""

    key: K
    amounts: tuple[Fen, ...]

    @property
    def told(self) -> tuple[Fen | None, ...]:
        """What is told of it: of sums that are nothing none was written, and nobody may say that they are nothing."""
        return tuple(amount or None for amount in self.amounts)


@dataclass(frozen=True, slots=True)
class SumTable(Generic[K]):
    """The figures of one picture."""

    columns: tuple[FundColumn, ...]
    rows: tuple[SumRow[K], ...]

    @property
    def totals(self) -> tuple[Fen, ...]:
        """The sum of each column."""
        return tuple(Fen(sum(row.amounts[place] for row in self.rows)) for place in range(len(self.columns)))

    def column(self, column: FundColumn) -> tuple[Fen, ...]:
        """One column's amounts; KeyError when nothing is told of it."""
        if column not in self.columns:
            raise KeyError(column)
        place = self.columns.index(column)
        return tuple(row.amounts[place] for row in self.rows)

    @property
    def shown(self) -> FundColumn | None:
        """The column that the picture draws: the first, nothing where there is none."""
        return self.columns[0] if self.columns else None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a year page tells of a division; `work_fen` is the budget for work, apart from everything else.

    `multiples` is the first column of the parts once more, for each programme.
    """

    sources: SumTable[FundSource | None]
    parts: SumTable[DivisionCode]
    programs: SumTable[Program | None]
    multiples: Mapping[Program | None, Mapping[DivisionCode, Fen]]
    work_fen: Fen

    @property
    def budget_fen(self) -> Fen:
        """The budget in force, as its sources tell it; nothing where none is told."""
        return Fen(sum(self.sources.column(FundColumn.BUDGET)) if FundColumn.BUDGET in self.sources.columns else 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is told."""
        return not (self.sources.rows or self.parts.rows or self.programs.rows or self.work_fen)


def overview(
    had: Sequence[FundFigure], by_source: Sequence[FundFigure], passed_on: Sequence[FundFigure],
    allocated_as: FundColumn = FundColumn.ALLOCATED,
) -> Overview:  # fmt: skip
    """The tables of a page, of what a division had and what of it went to its parts; work counts in none of them.

    `had` is told by programme, `by_source` the same money by where it comes from.
    """
    told, parts = in_columns(_of_use(had, FundUse.RELIEF)), in_columns(_of_use(passed_on, FundUse.RELIEF))
    if allocated_as is not FundColumn.ALLOCATED:
        renamed = {allocated_as if column is FundColumn.ALLOCATED else column: told for column, told in parts.items()}
        parts = {column: renamed[column] for column in FundColumn if column in renamed}
    work = in_columns(_of_use(had, FundUse.WORK))
    return Overview(
        _table(in_columns(_of_use(by_source, FundUse.RELIEF)), lambda figure: figure.source, [*FundSource, None]),
        _table(parts, lambda figure: figure.part, sorted({figure.part for figure in passed_on})),
        _table(told, lambda figure: figure.program, [*Program, None]),
        by_program(parts),
        Fen(sum(figure.amount_fen for figure in work.get(FundColumn.BUDGET, ()))),
    )


def had_by(own: Sequence[FundFigure], told_above: Sequence[FundFigure]) -> list[FundFigure]:
    """What a county had: as it tells itself, and as the city tells where it does not.

    What the city has allocated to it came in; what it has allocated itself went on to its towns.
    """
    itself = {figure.stage for figure in own} - ALLOCATION_STAGES
    return [
        *(figure for figure in own if figure.stage in itself),
        *(figure for figure in told_above if figure.stage not in itself),
    ]


def passed_on_by(own: Sequence[FundFigure], whole: DivisionCode) -> list[FundFigure]:
    """What went on from a county: all but its own budget. What it paid without a town to be told stays with it."""
    return [figure for figure in own if figure.part != whole or figure.stage in _MOVED]


def by_month(told: Mapping[FundColumn, Sequence[tuple[int, Fen]]]) -> SumTable[int]:
    """The sums of each month, in the columns of which months are told."""
    columns = tuple(column for column in FundColumn if any(month for month, _ in told.get(column, ())))
    sums = {(month, column): amount for column in columns for month, amount in told[column]}
    months = sorted({month for month, _column in sums})
    rows = (SumRow(month, tuple(sums.get((month, one), Fen(0)) for one in columns)) for month in months)
    return SumTable(columns, tuple(rows))


def _of_use(figures: Iterable[FundFigure], use: FundUse) -> Iterable[FundFigure]:
    return (figure for figure in figures if figure.use is use)


def in_columns(figures: Iterable[FundFigure]) -> Mapping[FundColumn, list[FundFigure]]:
    """The figures under the columns, those of the single phases under none."""
    columns: dict[FundColumn, list[FundFigure]] = {}
    for figure in figures:
        if (column := _COLUMNS.get(figure.stage)) is not None:
            columns.setdefault(column, []).append(figure)
    return {column: columns[column] for column in FundColumn if column in columns}


def _table(
    told: Mapping[FundColumn, Sequence[FundFigure]], key: Callable[[FundFigure], K], order: Sequence[K]
) -> SumTable[K]:
    sums: dict[tuple[K, FundColumn], int] = {}
    for column, figures in told.items():
        for figure in figures:
            cell = key(figure), column
            sums[cell] = sums.get(cell, 0) + figure.amount_fen
    columns = tuple(told)
    rows = (SumRow(one, tuple(Fen(sums.get((one, column), 0)) for column in columns)) for one in order)
    return SumTable(columns, tuple(row for row in rows if any(row.amounts)))


def by_program(told: Mapping[FundColumn, Sequence[FundFigure]]) -> Mapping[Program | None, Mapping[DivisionCode, Fen]]:
    """The first column that is told, of each programme by part: small multiples."""
    found: dict[Program | None, dict[DivisionCode, Fen]] = {}
    for figure in next(iter(told.values()), ()):
        parts = found.setdefault(figure.program, {})
        parts[figure.part] = Fen(parts.get(figure.part, 0) + figure.amount_fen)
    return {program: found[program] for program in (*Program, None) if program in found}


def classes(values: Sequence[int]) -> tuple[int, ...]:
    """For each value its class from 1 to five, so that each class holds as many; 0 for nothing."""
    ranked = sorted({value for value in values if value > 0})
    ranks = {value: 1 + CLASSES * place // len(ranked) for place, value in enumerate(ranked)}
    return tuple(ranks.get(value, 0) for value in values)
