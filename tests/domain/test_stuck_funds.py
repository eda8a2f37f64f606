"""Money that has not reached anybody, and what the rules make of it when a year runs and when it is over."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.stuck_funds import shortfalls
from portal.domain.warning_findings import findings_of_totals
from portal.domain.warnings import WarningRule, warning_rules_from_table

COUNTY, TOWN, OTHER = DivisionCode("370811"), DivisionCode("370811002"), DivisionCode("370811003")
LOW, TEMPORARY = Program.SUBSISTENCE_ALLOWANCE, Program.TEMPORARY_ASSISTANCE
RULES = warning_rules_from_table(read_toml("warnings.toml", Path("no-such-folder")))


def allocated(amount: int, part: DivisionCode = TOWN, program: Program | None = None, month: int = 3) -> FundFigure:
    return FundFigure(FundStage.ALLOCATED, 2026, COUNTY, part, Fen(amount), month, program)


def paid(amount: int, part: DivisionCode = TOWN, program: Program = LOW) -> FundFigure:
    return FundFigure(FundStage.PAID, 2026, COUNTY, part, Fen(amount), program=program)


def missing(*figures: FundFigure, untold: frozenset[tuple[int, DivisionCode]] = frozenset()):
    return [(one.division, one.program, one.due_fen, one.reached_fen) for one in shortfalls(figures, untold)]


def rules_of(*figures: FundFigure, today: date) -> list[WarningRule]:
    return [one.rule for one in findings_of_totals(figures, (), frozenset(), RULES, today, {})]


def test_each_town_and_programme_is_looked_at_by_itself():
    figures = (allocated(100, program=LOW), allocated(50, program=TEMPORARY), allocated(70, OTHER, LOW))
    assert missing(*figures, paid(100), paid(30, OTHER)) == [
        (TOWN, TEMPORARY, 50, 0),
        (OTHER, LOW, 70, 30),
    ]


def test_an_allocation_of_no_programme_may_be_paid_in_any():
    assert missing(allocated(100), paid(60), paid(40, program=TEMPORARY)) == []
    assert missing(allocated(100), paid(60)) == [(TOWN, None, 100, 60)]


def test_what_was_left_from_the_year_before_is_owed_beside_what_was_allocated():
    left = replace(allocated(20, program=LOW), stage=FundStage.CARRIED_OVER)
    assert missing(allocated(100, program=LOW), left, paid(100)) == [(TOWN, LOW, 120, 100)]
    assert missing(allocated(100, program=LOW), left, paid(120)) == []


def test_where_towns_are_hidden_in_the_rest_only_the_whole_county_is_looked_at():
    figures = (allocated(100), allocated(50, OTHER), paid(90), paid(60, COUNTY))
    assert missing(*figures) == []
    assert missing(*figures, allocated(1, OTHER)) == [(COUNTY, None, 151, 150)]


def test_a_place_with_a_batch_that_is_not_told_is_never_said_to_have_kept_its_money():
    figures = (allocated(100), allocated(100, OTHER), paid(10))
    assert missing(*figures, untold=frozenset({(2026, OTHER)})) == [(TOWN, None, 100, 10)]


def test_where_nothing_is_told_as_paid_nothing_is_said():
    assert missing(allocated(100)) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 29), []),
        (date(2026, 6, 30), [WarningRule.STUCK]),
        (date(2026, 12, 31), [WarningRule.STUCK]),
        (date(2027, 1, 31), []),
        (date(2027, 2, 1), [WarningRule.UNSPENT]),
    ],
)
def test_money_is_stuck_after_its_days_and_unspent_after_its_year(today: date, expected: list[WarningRule]):
    assert rules_of(allocated(100), paid(60), today=today) == expected


def test_a_small_rest_of_a_year_is_no_warning_and_an_allocation_without_a_month_is_never_stuck():
    assert rules_of(allocated(100), paid(96), today=date(2027, 3, 1)) == []
    assert rules_of(replace(allocated(100), month=0), paid(1), today=date(2026, 12, 31)) == []


@given(
    st.lists(st.integers(1, 50), max_size=5), st.lists(st.integers(1, 50), min_size=1, max_size=5), st.integers(1, 50)
)
def test_one_more_payment_never_makes_more_of_the_money_missing(due: list[int], paid_out: list[int], more: int):
    before = [*map(allocated, due), *map(paid, paid_out)]
    gaps = [sum(one[2] - one[3] for one in missing(*table)) for table in (before, [*before, paid(more)])]
    assert gaps[1] <= gaps[0]
