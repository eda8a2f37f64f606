"""Reconciliation as a law: what fits is never told, what does not fit always is, and only as finely as it is known."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.funds import FundSource, FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.reconciliation import CHAIN, Discrepancy, Overspent, discrepancies, overspent

COUNTY, TOWN, OTHER = DivisionCode("370811"), DivisionCode("370811002"), DivisionCode("370811003")
LOW, TEMPORARY = Program.SUBSISTENCE_ALLOWANCE, Program.TEMPORARY_ASSISTANCE


def figure(
    stage: FundStage, amount: int, part: DivisionCode = TOWN, program: Program | None = None,
    source: FundSource | None = None,
) -> FundFigure:  # fmt: skip
    return FundFigure(stage, 2026, COUNTY, part, Fen(amount), program=program, source=source)


figures = st.builds(
    figure,
    st.sampled_from(CHAIN),
    st.integers(1, 50),
    st.sampled_from((COUNTY, TOWN, OTHER)),
    st.sampled_from((None, LOW, TEMPORARY)),
    st.sampled_from((None, FundSource.CENTRAL, FundSource.COUNTY)),
)
tables = st.lists(figures, max_size=12)


def told(table: Sequence[FundFigure]) -> list[tuple[FundStage, FundStage, DivisionCode, object, object, int, int]]:
    return [
        (one.earlier, one.later, one.division, one.program, one.source, one.bound_fen, one.found_fen)
        for one in discrepancies(table)
    ]


def test_more_allocated_than_budgeted_is_told_of_the_town_and_of_its_county():
    table = [figure(FundStage.BUDGET, 100), figure(FundStage.ALLOCATED, 130)]
    expected = [(FundStage.BUDGET, FundStage.ALLOCATED, place, None, None, 100, 130) for place in (COUNTY, TOWN)]
    assert told(table) == expected


def test_a_town_may_get_more_than_planned_while_the_county_keeps_within_its_budget():
    table = [
        figure(FundStage.BUDGET, 100),
        figure(FundStage.BUDGET, 100, OTHER),
        figure(FundStage.ALLOCATED, 130),
    ]
    assert [one.division for one in discrepancies(table)] == [TOWN]


def test_each_programme_and_source_is_held_against_its_own():
    table = [
        figure(FundStage.BUDGET, 100, COUNTY, LOW, FundSource.CENTRAL),
        figure(FundStage.BUDGET, 100, COUNTY, LOW, FundSource.COUNTY),
        figure(FundStage.ALLOCATED, 130, COUNTY, LOW, FundSource.CENTRAL),
        figure(FundStage.ALLOCATED, 10, COUNTY, LOW, FundSource.COUNTY),
    ]
    assert told(table) == [(FundStage.BUDGET, FundStage.ALLOCATED, COUNTY, LOW, FundSource.CENTRAL, 100, 130)]


def test_a_side_that_tells_no_source_is_compared_without_sources():
    table = [
        figure(FundStage.ALLOCATED, 100, COUNTY, LOW, FundSource.CENTRAL),
        figure(FundStage.ALLOCATED, 50, COUNTY, LOW, FundSource.COUNTY),
        figure(FundStage.PAID, 140, COUNTY, LOW),
    ]
    assert told(table) == []
    assert told([*table, figure(FundStage.PAID, 20, COUNTY, LOW)])[0][-2:] == (150, 160)


def test_a_programme_without_a_budget_on_record_is_not_held_against_another_ones():
    assert told([figure(FundStage.BUDGET, 100, COUNTY, LOW), figure(FundStage.PAID, 500, COUNTY, TEMPORARY)]) == []


def test_payments_are_held_against_the_budget_where_no_allocation_tells_of_them():
    table = [
        figure(FundStage.BUDGET, 100, COUNTY, LOW),
        figure(FundStage.ALLOCATED, 90, COUNTY, TEMPORARY),
        figure(FundStage.PAID, 120, COUNTY, LOW),
    ]
    assert told(table) == [(FundStage.BUDGET, FundStage.PAID, COUNTY, LOW, None, 100, 120)]


def test_money_for_work_counts_nowhere():
    table = [figure(FundStage.BUDGET, 1), replace(figure(FundStage.ALLOCATED, 9), use=FundUse.WORK)]
    assert discrepancies(table) == ()


@given(tables)
def test_every_discrepancy_is_one_and_stages_keep_their_order(table: list[FundFigure]):
    for one in discrepancies(table):
        assert one.found_fen > one.bound_fen
        assert CHAIN.index(one.earlier) < CHAIN.index(one.later)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_figures_does_not_matter(table: list[FundFigure], random):
    mixed = list(table)
    random.shuffle(mixed)
    assert discrepancies(mixed) == discrepancies(table)


def _keys(found: Sequence[Discrepancy]) -> set[tuple[object, ...]]:
    return {(one.earlier, one.later, one.division) for one in found}


@given(tables, st.integers(0, 50))
def test_more_budget_never_makes_more_warnings_of_the_budget(table: list[FundFigure], more: int):
    """Raise each amount of the budget: whatever fitted before fits still."""
    raised = [
        replace(one, amount_fen=Fen(one.amount_fen + more)) if one.stage is FundStage.BUDGET else one for one in table
    ]
    assert _keys(discrepancies(raised)) <= _keys(discrepancies(table))


@given(tables, st.integers(0, 50))
def test_more_paid_never_makes_a_warning_of_payments_disappear(table: list[FundFigure], more: int):
    raised = [
        replace(one, amount_fen=Fen(one.amount_fen + more)) if one.stage is FundStage.PAID else one for one in table
    ]
    of_payments = {key for key in _keys(discrepancies(table)) if key[1] is FundStage.PAID}
    assert of_payments <= _keys(discrepancies(raised))


@given(tables)
def test_what_is_too_much_altogether_is_always_told(table: list[FundFigure]):
    """Of one division whose two stages both tell no programme there is no way to hide an excess."""
    plain = [replace(one, program=None) for one in table]
    sums = {stage: sum(one.amount_fen for one in plain if one.stage is stage) for stage in CHAIN}
    stages = [stage for stage in CHAIN if sums[stage]]
    whole = {(one.earlier, one.later) for one in discrepancies(plain) if one.division == COUNTY}
    for earlier, later in pairwise(stages):
        if sums[later] > sums[earlier]:
            assert (earlier, later) in whole


CITY = DivisionCode("370800")


def received(amount: int, source: FundSource | None) -> FundFigure:
    return FundFigure(FundStage.ALLOCATED, 2026, CITY, COUNTY, Fen(amount), source=source)


def test_a_county_passes_on_no_more_of_a_source_than_came_in():
    came = [received(100, FundSource.CENTRAL), received(40, FundSource.PROVINCE)]
    went = [
        figure(FundStage.ALLOCATED, 70, TOWN, source=FundSource.CENTRAL),
        figure(FundStage.ALLOCATED, 31, OTHER, source=FundSource.CENTRAL),
        figure(FundStage.ALLOCATED, 40, OTHER, source=FundSource.PROVINCE),
    ]
    assert overspent(came, went) == (Overspent(2026, COUNTY, FundSource.CENTRAL, Fen(100), Fen(101)),)
    assert overspent(came, went[1:]) == ()


def test_its_own_money_and_what_is_not_told_by_source_is_held_against_nothing():
    own = [figure(FundStage.ALLOCATED, 500, TOWN, source=FundSource.COUNTY)]
    assert overspent([received(100, FundSource.CENTRAL)], own) == ()
    central = [figure(FundStage.ALLOCATED, 500, TOWN, source=FundSource.CENTRAL)]
    assert overspent([received(100, FundSource.CENTRAL), received(1, None)], central) == ()
    assert overspent([], central) == ()


def test_what_was_left_from_the_year_before_may_be_paid_beside_what_was_allocated():
    """结转 is taken off an allocation because the place has it already."""
    table = [
        figure(FundStage.ALLOCATED, 100, TOWN, LOW, FundSource.CENTRAL),
        figure(FundStage.CARRIED_OVER, 20, TOWN, LOW),
        figure(FundStage.PAID, 120, TOWN, LOW, FundSource.CENTRAL),
    ]
    assert told(table) == []
    found = told([*table, figure(FundStage.PAID, 1, TOWN, LOW, FundSource.CENTRAL)])
    assert {(place, bound, paid) for _earlier, _later, place, *_what, bound, paid in found} == {
        (COUNTY, 120, 121),
        (TOWN, 120, 121),
    }


def test_what_was_left_adds_nothing_to_the_budget_and_is_held_against_no_other_programme():
    left = figure(FundStage.CARRIED_OVER, 20, COUNTY, LOW)
    over = [figure(FundStage.BUDGET, 100, COUNTY, LOW), figure(FundStage.ALLOCATED, 110, COUNTY, LOW)]
    assert told([*over, left])[0][-2:] == (100, 110)
    other = [figure(FundStage.ALLOCATED, 100, COUNTY, TEMPORARY), figure(FundStage.PAID, 110, COUNTY, TEMPORARY)]
    assert told([*other, left])[0][-2:] == (100, 110)
    assert told([left, figure(FundStage.PAID, 110, COUNTY, LOW)]) == []


@given(tables, st.lists(st.builds(figure, st.just(FundStage.CARRIED_OVER), st.integers(1, 50)), max_size=3))
def test_what_was_left_never_makes_a_warning(table: list[FundFigure], left: list[FundFigure]):
    assert _keys(discrepancies([*table, *left])) <= _keys(discrepancies(table))
