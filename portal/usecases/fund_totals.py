"""Writes the sums of the year pages anew, in the transaction that publishes money or takes it back."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.domain.allocation_tables import AllocationTable
from portal.domain.allocation_tables import read_draft as read_allocation
from portal.domain.budgets import BudgetTable
from portal.domain.budgets import read_draft as read_budget
from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import (
    ALLOCATION_STAGES,
    STAGE_OF_PHASE,
    WHOLE_YEAR,
    FigureScope,
    FundFigure,
    FundStage,
    added_up,
    in_force,
)
from portal.domain.funds import FundSource
from portal.domain.money import Fen
from portal.domain.publications import Area
from portal.domain.registers import RegisterKind
from portal.models.allocations import Allocation
from portal.models.budgets import Budget
from portal.models.fund_totals import FundTotal, FundYearTotal
from portal.models.publications import Publication, Revision
from portal.models.registers import Register
from portal.models.transaction import transaction
from portal.usecases.payment_totals import city_payments, count_untold, county_payments
from portal.usecases.register_totals import city_returns, disbursements, own_returns
from portal.usecases.site import bump_revision


def replace_figures(session: Session, scope: FigureScope, figures: Iterable[FundFigure]) -> None:
    """Write the figures of a scope in place of those that stand there; ValueError for one outside of it."""
    told = added_up(figures)
    if any(not scope.holds(figure) for figure in told):
        raise ValueError("a figure lies outside of its scope")
    former = delete(FundTotal).where(
        FundTotal.year == scope.year, FundTotal.whole_code == scope.whole, FundTotal.stage.in_(scope.stages)
    )
    session.execute(former if scope.month is None else former.where(FundTotal.month == scope.month))
    if told:
        session.execute(insert(FundTotal), [_values(figure) for figure in told])
    _add_up_year(session, scope)


def _values(figure: FundFigure) -> dict[str, Any]:
    return {
        "year": figure.year, "whole_code": figure.whole, "part_code": figure.part, "stage": figure.stage,
        "month": figure.month, "program": figure.program, "use": figure.use, "source": figure.source,
        "amount_fen": figure.amount_fen, "persons": figure.persons,
    }  # fmt: skip


def _add_up_year(session: Session, scope: FigureScope) -> None:
    """Write the sums of the scope's year and stages anew from its months."""
    session.execute(
        delete(FundYearTotal).where(
            FundYearTotal.year == scope.year, FundYearTotal.whole_code == scope.whole,
            FundYearTotal.stage.in_(scope.stages),
        )
    )  # fmt: skip
    names = ("year", "whole_code", "part_code", "stage", "program", "use", "source")
    columns = [getattr(FundTotal, name) for name in names]
    sums = (
        select(*columns, func.sum(FundTotal.amount_fen), func.sum(FundTotal.persons))
        .where(FundTotal.year == scope.year, FundTotal.whole_code == scope.whole, FundTotal.stage.in_(scope.stages))
        .group_by(*columns)
    )
    session.execute(insert(FundYearTotal).from_select([*names, "amount_fen", "persons"], sums))


def refresh_figures(session: Session, publication: Publication) -> None:
    """After a publication became public or ceased to be: the figures of its area, year and division."""
    if publication.area in _REFRESHERS:
        _REFRESHERS[publication.area](session, publication)


def rebuild_figures() -> int:
    """Write every figure anew, from what is public now; gives how many publications were looked at."""
    with transaction() as session:
        query = select(Publication).where(Publication.area.in_(_REFRESHERS), Publication.live_revision_id.is_not(None))
        found = session.execute(query).scalars().all()
        for publication in found:
            refresh_figures(session, publication)
        bump_revision(session)
        return len(found)


def _refresh_budgets(session: Session, publication: Publication) -> None:
    """Of several tables of one phase the one published last counts for each programme that it holds."""
    year = session.get_one(Budget, publication.id).year
    whole = DivisionCode(publication.division_code)
    newest_first = [read_budget(draft) for draft in _live_drafts(session, Budget, year, whole)]
    taken: dict[tuple[object, ...], BudgetTable] = {}
    figures: list[FundFigure] = []
    for table in newest_first:
        own = {(table.phase, line.program, line.use): table for line in table.lines}
        taken = own | taken
        figures += [
            figure
            for figure in _budget_figures(table, whole)
            if taken[table.phase, figure.program, figure.use] is table
        ]
    scope = FigureScope(year, whole, frozenset({*STAGE_OF_PHASE.values(), FundStage.BUDGET}))
    replace_figures(session, scope, (*figures, *in_force(figures)))


def _budget_figures(table: BudgetTable, whole: DivisionCode) -> Iterable[FundFigure]:
    for line in table.lines:
        parts = zip(table.sources, line.sources, strict=True) if table.sources else ((None, line.total_fen),)
        for source, amount in parts:
            yield FundFigure(
                STAGE_OF_PHASE[table.phase], table.year, whole, line.division, amount,
                program=line.program, use=line.use, source=source,
            )  # fmt: skip


def _refresh_allocations(session: Session, publication: Publication) -> None:
    """Every allocation of a year counts: one batch comes after the other."""
    year = session.get_one(Allocation, publication.id).year
    whole = DivisionCode(publication.division_code)
    tables = map(read_allocation, _live_drafts(session, Allocation, year, whole))
    figures = [figure for table in tables for figure in _allocation_figures(table, whole)]
    replace_figures(session, FigureScope(year, whole, ALLOCATION_STAGES), figures)


def _allocation_figures(table: AllocationTable, whole: DivisionCode) -> Iterable[FundFigure]:
    month = table.issued_on.month if table.issued_on and table.issued_on.year == table.year else WHOLE_YEAR
    for row in table.rows:
        parts: Iterable[tuple[FundSource | None, Fen]] = zip(table.sources, row.sources, strict=True)
        for source, amount in parts if table.sources else ((None, row.final_fen),):
            yield FundFigure(
                FundStage.ALLOCATED, table.year, whole, row.code, amount,
                month=month, program=table.program, source=source,
            )  # fmt: skip
        yield FundFigure(
            FundStage.CARRIED_OVER, table.year, whole, row.code, row.carried_over_fen,
            month=month, program=table.program,
        )  # fmt: skip


def _live_drafts(
    session: Session, area: type[Budget] | type[Allocation], year: int, whole: DivisionCode
) -> Iterable[Mapping[str, Any]]:
    """What is public of an area's year and division, published last first."""
    query = (
        select(Revision.draft)
        .join(Publication, Publication.live_revision_id == Revision.id)
        .join(area, area.publication_id == Publication.id)
        .where(area.year == year, Publication.division_code == whole, Publication.withdrawn_at.is_(None))
        .order_by(Publication.first_published_at.desc(), Publication.id.desc())
    )
    return session.execute(query).scalars().all()


def _refresh_payments(session: Session, publication: Publication) -> None:
    """Of one month, in the county and, by county, in the city."""
    scope, figures = county_payments(session, publication)
    replace_figures(session, scope, figures)
    count_untold(session, scope)
    replace_figures(session, *city_payments(session, scope))


def _refresh_registers(session: Session, publication: Publication) -> None:
    """Of a year: returned money in the register's own division and, by county, in the city; what left its treasury."""
    facts = session.get_one(Register, publication.id)
    if facts.kind is RegisterKind.DISBURSEMENTS:
        replace_figures(session, *disbursements(session, facts.year, DivisionCode(publication.division_code)))
    if facts.kind is not RegisterKind.RETURNS:
        return
    scope, figures = own_returns(session, facts.year, DivisionCode(publication.division_code))
    replace_figures(session, scope, figures)
    replace_figures(session, *city_returns(session, scope))


_REFRESHERS: Mapping[Area, Callable[[Session, Publication], None]] = {
    Area.ALLOCATIONS: _refresh_allocations,
    Area.BUDGETS: _refresh_budgets,
    Area.PAYMENTS: _refresh_payments,
    Area.REGISTERS: _refresh_registers,
}
