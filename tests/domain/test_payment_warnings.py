"""Payments against the standard, the month before and the lists of terminations."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.divisions import DivisionCode
from portal.domain.payment_warnings import BatchSum, PlaceMonth, findings_of_batches, findings_of_months
from portal.domain.payments import PaymentKind
from portal.domain.programs import Program
from portal.domain.warnings import WarningRule, warning_rules_from_table

COUNTY, TOWN = DivisionCode("370811"), DivisionCode("370811002")
RULES = warning_rules_from_table(read_toml("warnings.toml", Path("no-such-folder")))
LOW = Program.SUBSISTENCE_ALLOWANCE
BATCH = BatchSum(
    "FF-2026-00001", COUNTY, TOWN, date(2026, 10, 1), LOW, PaymentKind.BASIC, 40, 40 * 80_000, 80_000, 0, is_told=True
)


def found(batch: BatchSum) -> list[tuple[WarningRule, int, int, bool]]:
    return [(one.rule, one.bound, one.found, one.is_told) for one in findings_of_batches([batch], RULES)]


def test_more_than_the_standard_for_each_person_is_told_with_both_sides():
    assert found(BATCH) == []
    above = replace(BATCH, amount_fen=3_200_001)
    assert found(above) == [(WarningRule.ABOVE_STANDARD, 3_200_000, 3_200_001, True)]
    assert found(replace(above, is_told=False)) == [(WarningRule.ABOVE_STANDARD, 3_200_000, 3_200_001, False)]


@pytest.mark.parametrize(
    "changed",
    [{"standard_fen": None}, {"persons": None}, {"kind": PaymentKind.SUPPLEMENT}, {"kind": PaymentKind.CARE}],
)
def test_without_a_standard_or_a_number_of_persons_and_beside_the_allowance_nothing_is_said(changed):
    assert found(replace(BATCH, amount_fen=99_000_000, **changed)) == []


def test_who_is_paid_after_his_end_is_counted_and_never_told():
    assert found(replace(BATCH, two_programs=3)) == [(WarningRule.TWO_PROGRAMS, 0, 3, False)]
    assert found(replace(BATCH, after_termination=2)) == [(WarningRule.AFTER_TERMINATION, 0, 2, False)]


def month(number: int, persons: int, yuan: int, year: int = 2026) -> PlaceMonth:
    return PlaceMonth(COUNTY, TOWN, date(year, number, 1), LOW, None, persons, yuan * 100)


def changes(*months: PlaceMonth) -> list[tuple[WarningRule, int, int, int, bool]]:
    return [(one.rule, one.month, one.bound, one.found, one.is_told) for one in findings_of_months(months, RULES)]


def test_a_month_is_held_against_the_one_before_also_over_the_new_year():
    assert changes(month(12, 100, 50_000, 2025), month(1, 100, 70_000)) == [
        (WarningRule.SUDDEN_AMOUNT, 1, 5_000_000, 7_000_000, True)
    ]
    assert changes(month(1, 100, 50_000), month(3, 100, 70_000)) == []


def test_fewer_is_as_sudden_as_more_and_persons_stay_at_the_desk():
    assert changes(month(3, 100, 50_000), month(4, 70, 50_000)) == [(WarningRule.SUDDEN_PERSONS, 4, 100, 70, False)]


@pytest.mark.parametrize(
    ("before", "after"),
    [((100, 50_000), (119, 50_000)), ((20, 9_000), (35, 18_000)), ((1000, 900_000), (1100, 1_100_000))],
)
def test_a_change_is_sudden_only_when_it_is_great_both_by_itself_and_by_its_share(before, after):
    assert changes(month(3, *before), month(4, *after)) == []


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_greater_rise_is_never_less_of_a_warning(before: int, rise: int, more: int):
    def rules(after: int) -> set[WarningRule]:
        return {one[0] for one in changes(month(3, 1, before), month(4, 1, after))}

    assert rules(before + rise) <= rules(before + rise + more)
