from datetime import date, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.models.fund_totals import FundTotal
from portal.models.transaction import transaction
from portal.queries.budgets import desk_budget
from portal.queries.fund_totals import figures_by_program, figures_by_source, figures_of_years, months_of_whole
from portal.usecases import publications
from portal.usecases.budgets import corrected_order, import_budget
from portal.usecases.fund_totals import rebuild_figures, replace_figures
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases import allocations
from tests.usecases.budgets import book, drafted, published

COUNTY = DivisionCode("370811")
RAISED = ((3_500_000, 1_000_000), (900_000, 600_000), (100_000, 50_000))


def sums(stage: FundStage, year: int = 2026) -> dict[tuple[Program | None, FundUse], int]:
    found: dict[tuple[Program | None, FundUse], int] = {}
    for figure in figures_by_program(year, COUNTY):
        if figure.stage is stage:
            found[figure.program, figure.use] = found.get((figure.program, figure.use), 0) + figure.amount_fen
    return found


BUDGET = {
    (Program.SUBSISTENCE_ALLOWANCE, FundUse.RELIEF): 400_000_000,
    (Program.TEMPORARY_ASSISTANCE, FundUse.RELIEF): 150_000_000,
    (None, FundUse.WORK): 15_000_000,
}


def test_nothing_counts_before_it_is_public_and_everything_after(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert (figures_of_years(COUNTY), sums(FundStage.BUDGET)) == ({}, {})
    allocations.publish(services, cast, number, at=at)
    assert list(figures_of_years(COUNTY)) == [2026]
    assert sums(FundStage.BUDGET) == BUDGET


def test_a_correction_replaces_the_figures_and_a_withdrawal_removes_them(services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    order = corrected_order(desk_budget(cast.li_si, number), WithdrawalKind.CORRECTION, "中央追加了资金")
    import_budget(services, cast.li_si, Upload("预算.xlsx", book(RAISED)), order, at=at)
    allocations.publish(services, cast, number, at=at)
    assert sums(FundStage.BUDGET)[Program.SUBSISTENCE_ALLOWANCE, FundUse.RELIEF] == 450_000_000
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert (sums(FundStage.BUDGET), figures_of_years(COUNTY)) == ({}, {})


def test_of_two_tables_of_one_phase_the_last_counts_once(services: Services, cast: Cast, at: datetime):
    published(services, cast, at=at)
    published(services, cast, book(RAISED), at=at)
    assert sums(FundStage.BUDGET)[Program.SUBSISTENCE_ALLOWANCE, FundUse.RELIEF] == 450_000_000
    assert sums(FundStage.BUDGET)[None, FundUse.WORK] == 15_000_000


def test_the_budget_in_force_is_the_latest_phase(services: Services, cast: Cast, at: datetime):
    published(services, cast, at=at)
    published(services, cast, book(RAISED), at=at, approved_on=date(2026, 1, 20))
    assert sums(FundStage.BUDGET)[Program.SUBSISTENCE_ALLOWANCE, FundUse.RELIEF] == 450_000_000
    assert sum(sums(FundStage.BUDGET).values()) == 615_000_000


def test_batches_of_allocations_add_up_in_their_months(services: Services, cast: Cast, at: datetime):
    for day in (date(2026, 3, 1), date(2026, 9, 1), date(2026, 9, 20)):
        number = allocations.imported(services, cast.li_si, at=at, issued_on=day).number
        assert number is not None
        allocations.publish(services, cast, number, at=at)
    assert sums(FundStage.ALLOCATED) == {(None, FundUse.RELIEF): 300_000_000}
    assert months_of_whole(2026, COUNTY, {FundStage.ALLOCATED}) == {
        FundStage.ALLOCATED: [(3, 100_000_000), (9, 200_000_000)]
    }
    town = DivisionCode("370811002")
    assert sum(figure.amount_fen for figure in figures_by_program(2026, COUNTY, town)) == 150_000_000


def test_what_an_allocation_takes_off_as_left_from_before_is_told_beside_it(services, cast: Cast, at: datetime):
    number = allocations.published(services, cast, allocations.book_with_carry_over(), at=at)
    assert sums(FundStage.ALLOCATED) == {(None, FundUse.RELIEF): 93_000_000}
    assert sums(FundStage.CARRIED_OVER) == {(None, FundUse.RELIEF): 7_000_000}
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert sums(FundStage.CARRIED_OVER) == {}


def test_figures_can_be_built_anew_from_what_is_public(services: Services, cast: Cast, session: Session, at: datetime):
    published(services, cast, at=at)
    allocations.published(services, cast, at=at)
    before = figures_by_program(2026, COUNTY)
    session.rollback()
    with transaction() as writing:
        writing.execute(delete(FundTotal))
    assert rebuild_figures() == 2
    assert figures_by_program(2026, COUNTY) == before


def test_a_month_is_written_anew_without_the_others(services: Services, cast: Cast):
    def figure(month: int, amount: int) -> FundFigure:
        return FundFigure(FundStage.PAID, 2026, COUNTY, COUNTY, Fen(amount), month, source=FundSource.CENTRAL)

    paid = frozenset({FundStage.PAID})
    with transaction() as session:
        replace_figures(session, FigureScope(2026, COUNTY, paid, 1), [figure(1, 5), figure(1, 6)])
        replace_figures(session, FigureScope(2026, COUNTY, paid, 2), [figure(2, 7)])
        replace_figures(session, FigureScope(2026, COUNTY, paid, 1), [figure(1, 8)])
    assert months_of_whole(2026, COUNTY, paid) == {FundStage.PAID: [(1, 8), (2, 7)]}
    assert [figure.amount_fen for figure in figures_by_source(2026, COUNTY)] == [15]
    with transaction() as session, pytest.raises(ValueError, match="outside"):
        replace_figures(session, FigureScope(2026, COUNTY, paid, 1), [figure(2, 5)])


def test_the_sums_of_a_year_are_those_of_its_months_whatever_is_written_and_taken_back(services: Services, cast: Cast):
    paid, both = frozenset({FundStage.PAID}), frozenset({FundStage.PAID, FundStage.ALLOCATED})
    town = DivisionCode("370811002")

    def write(scope: FigureScope, *told: tuple[int, int, FundSource | None]) -> None:
        figures = [
            FundFigure(stage, scope.year, COUNTY, town, Fen(amount), month, source=source)
            for stage in scope.stages
            for month, amount, source in told
        ]
        with transaction() as session:
            replace_figures(session, scope, figures)

    def sums() -> tuple[int, int]:
        year = sum(figure.amount_fen for figure in figures_by_program(2026, COUNTY))
        return year, sum(fen for told in months_of_whole(2026, COUNTY, both).values() for _month, fen in told)

    write(FigureScope(2026, COUNTY, both), (1, 5, FundSource.CENTRAL), (2, 6, FundSource.CITY), (2, 1, None))
    assert sums() == (24, 24)
    write(FigureScope(2026, COUNTY, paid, 2), (2, 10, None))
    write(FigureScope(2025, COUNTY, paid, 2), (2, 99, None))
    assert sums() == (27, 27)
    by_source = {one.source: one.amount_fen for one in figures_by_source(2026, COUNTY, town) if one.stage in paid}
    assert by_source == {None: 10, FundSource.CENTRAL: 5}
    write(FigureScope(2026, COUNTY, both))
    assert sums() == (0, 0)
