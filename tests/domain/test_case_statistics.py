from datetime import date
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.domain.case_statistics import (
    CaseCell,
    CaseRow,
    Quarter,
    Rate,
    Tally,
    case_table,
    quarter_of,
    shown_rate,
    yearly_table,
)
from portal.domain.cases import CaseKind, Outcome
from portal.domain.divisions import DivisionCode
from portal.queries.rulebook import read_rulebook

RULES = read_rulebook(Path("no-such-folder")).case_statistics
A, B, C = (DivisionCode(code) for code in ("370811", "370812", "370826"))
Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
ON = date(2026, 11, 27)
TRUE, FALSE = Outcome.SUBSTANTIATED, Outcome.UNSUBSTANTIATED
BY_ROW = [kind for kind in CaseKind if RULES.is_told_by_row(kind)]


def cell(cases, county=A, quarter=Q1, kind=CaseKind.COMPLAINT, outcome=TRUE):
    return CaseCell(county, quarter, kind, outcome, cases)


def shown(*cells, on=ON):
    table = case_table(cells, RULES, on)
    return {(row.county, row.quarter, row.kind, row.outcome): row.cases for row in table.rows}, table.total


def test_large_counts_stand_in_rows_of_their_own():
    rows, total = shown(cell(12), cell(30, outcome=FALSE), cell(11, kind=CaseKind.INQUIRY, outcome=None))
    assert rows == {
        (A, Q1, CaseKind.COMPLAINT, TRUE): 12, (A, Q1, CaseKind.COMPLAINT, FALSE): 30, (A, Q1, CaseKind.INQUIRY, None): 11,
    }  # fmt: skip
    assert total == 53


def test_small_counts_come_together_one_level_above():
    rows, total = shown(cell(30), cell(4, outcome=FALSE), cell(8, outcome=Outcome.UNVERIFIABLE))
    assert rows == {(A, Q1, CaseKind.COMPLAINT, TRUE): 30, (A, Q1, CaseKind.COMPLAINT, None): 12}
    assert total == 42


def test_one_small_count_takes_a_larger_one_with_it():
    rows, _ = shown(cell(30), cell(40, outcome=Outcome.PARTLY_SUBSTANTIATED), cell(3, outcome=FALSE))
    assert rows == {(A, Q1, CaseKind.COMPLAINT, TRUE): 30, (A, Q1, CaseKind.COMPLAINT, None): 43}


def test_a_county_with_few_cases_stands_among_the_rest_of_the_city():
    rows, total = shown(cell(30), cell(4, county=B), cell(8, county=C))
    assert rows == {(A, Q1, CaseKind.COMPLAINT, TRUE): 30, (None, None, None, None): 12}
    assert total == 42


def test_all_cases_together_may_be_too_few_to_be_told():
    assert shown(cell(5), cell(4, county=B)) == ({}, None)
    assert shown() == ({}, None)


def test_a_row_says_whether_it_holds_all_outcomes_or_a_kind_without_findings():
    table = case_table(
        [cell(6, kind=CaseKind.INQUIRY, outcome=None), cell(7, kind=CaseKind.PROPOSAL, outcome=None), cell(20)],
        RULES,
        ON,
    )
    assert CaseRow(A, Q1, None, None, True, 13) in table.rows
    table = case_table([cell(16, kind=CaseKind.INQUIRY, outcome=None)], RULES, ON)
    assert table.rows == (CaseRow(A, Q1, CaseKind.INQUIRY, None, False, 16),)


def test_a_quarter_that_still_runs_is_not_told():
    assert shown(cell(30), on=date(2026, 3, 31)) == ({}, None)
    assert shown(cell(30), on=date(2026, 4, 1))[1] == 30
    assert [quarter_of(date(2026, month, 1)).number for month in (1, 3, 4, 12)] == [1, 1, 2, 4]


def test_tip_offs_and_objections_never_stand_in_rows():
    assert shown(cell(500, kind=CaseKind.TIP_OFF), cell(500, kind=CaseKind.OBJECTION)) == ({}, None)


def test_tip_offs_of_an_ended_year_are_told_city_wide_from_ten_on_and_without_a_sum():
    cells = [
        cell(6, kind=CaseKind.TIP_OFF),
        cell(6, county=B, quarter=Q2, kind=CaseKind.TIP_OFF),
        cell(9, kind=CaseKind.TIP_OFF, outcome=FALSE),
    ]
    rows = yearly_table(cells, RULES, date(2027, 1, 1))
    assert {(row.kind, row.outcome): row.cases for row in rows if row.cases} == {(CaseKind.TIP_OFF, TRUE): 12}
    assert len(rows) == 2 * (len(Outcome) + 1)
    assert yearly_table(cells, RULES, ON) == ()


def test_nought_looks_like_few():
    rows = yearly_table([cell(9, kind=CaseKind.TIP_OFF)], RULES, date(2027, 1, 1))
    assert {row.cases for row in rows} == {None}


def test_rates_are_whole_per_cents_and_silence_is_told_beside_them():
    assert (shown_rate(Tally(20, 40, 15), RULES).per_cent, shown_rate(Tally(20, 40, 15), RULES).silent_per_cent) == (
        50,
        38,
    )
    assert shown_rate(Tally(0, 10, 10), RULES).per_cent == 0
    assert shown_rate(Tally(10, 10, 0), RULES).per_cent == 100


def test_a_rate_of_few_cases_is_not_told():
    few = shown_rate(Tally(5, 9, 0), RULES)
    assert (few.per_cent, few.silent_per_cent) == (None, None)
    assert shown_rate(Tally(0, 0, 0), RULES).per_cent is None


@pytest.mark.parametrize("numbers", [(11, 10, 0), (0, 10, 11), (-1, 10, 0), (0, 10, -1)])
def test_a_part_is_never_more_than_the_whole(numbers):
    with pytest.raises(ValueError, match="all"):
        Tally(*numbers)


def test_every_rate_has_its_formula_in_both_languages_and_is_marked_as_policy():
    assert set(RULES.formulas) == set(Rate)
    assert all("÷" in formula.chinese and "÷" in formula.english for formula in RULES.formulas.values())
    assert not RULES.confirmed


CELLS = st.lists(
    st.builds(
        CaseCell,
        st.sampled_from([A, B, C]),
        st.sampled_from([Q1, Q2]),
        st.sampled_from(list(CaseKind)),
        st.sampled_from([*Outcome, None]),
        st.one_of(st.integers(0, 12), st.integers(0, 60)),
    ),
    max_size=40,
)


def column(row):
    """The columns that are told of a row, so many as lie above what was merged."""
    told = (row.county, row.quarter, row.kind, row.outcome)
    return told if not row.merged else tuple(part for part in told if part is not None)


def held_by(rows, cells):
    """Which cells each row stands for: the deepest row whose columns they share."""
    found = {row: [] for row in rows}
    for one in cells:
        path = (one.county, one.quarter, one.kind, one.outcome)
        fitting = [row for row in rows if path[: len(column(row))] == column(row)]
        found[max(fitting, key=lambda row: len(column(row)))].append(one)
    return found


@given(CELLS)
def test_the_rows_always_add_up_to_all_cases_that_they_tell_of(cells):
    table = case_table(cells, RULES, ON)
    total = sum(one.cases for one in cells if one.kind in BY_ROW)
    assert table.total == (total if total >= 10 else None)
    assert sum(row.cases for row in table.rows) == (table.total or 0)
    assert all(row.cases >= 10 for row in table.rows)
    assert len({(*column(row), row.merged) for row in table.rows}) == len(table.rows)


@given(CELLS)
def test_every_row_is_the_sum_of_the_cases_that_it_stands_for(cells):
    table = case_table(cells, RULES, ON)
    counted = [one for one in cells if one.kind in BY_ROW and one.cases]
    if table.total is None:
        return
    for row, held in held_by(table.rows, counted).items():
        assert row.cases == sum(one.cases for one in held)


OUTCOMES = (*Outcome, None)


def rows_of(counts):
    table = case_table(
        [cell(count, outcome=outcome) for outcome, count in zip(OUTCOMES, counts, strict=True)], RULES, ON
    )
    return frozenset(table.rows)


def other_tables(counts, hidden, value):
    """Tables of the same sum that hold another value in the first hidden cell.

    What it lacks or has too much is made up for in up to two others, or by one each in as many as it takes: where all
    are nearly as large as a small count can be, two have no room for it.
    """
    first, *others = hidden
    owed = counts[first] - value
    for one, another in product(others, repeat=2):
        for share in range(-30, 31):
            table = list(counts)
            table[first] = value
            table[one] += share
            table[another] += owed - share
            if min(table) >= 0:
                yield table
    if abs(owed) <= len(others):
        step = 1 if owed > 0 else -1
        for moved in combinations(others, abs(owed)):
            table = list(counts)
            table[first] = value
            for place in moved:
                table[place] += step
            if min(table) >= 0:
                yield table


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 11), st.integers(0, 25)), min_size=5, max_size=5).filter(
        lambda counts: sum(counts) >= 10
    )
)
@example([8, 8, 8, 8, 9])
@example([9, 9, 9, 9, 9])
def test_who_knows_the_rule_and_all_rows_cannot_tell_a_small_count(counts):
    rows = rows_of(counts)
    told = {OUTCOMES.index(row.outcome) for row in rows if not row.merged}
    for small in (place for place, count in enumerate(counts) if 0 < count < 10):
        hidden = [small, *(place for place in range(5) if place != small and place not in told)]
        possible = {
            value for value in range(10) if any(rows_of(table) == rows for table in other_tables(counts, hidden, value))
        }
        assert small not in told
        assert len(possible) >= 5, possible


@given(CELLS, st.permutations(range(4)))
def test_the_order_in_which_cases_are_counted_changes_nothing(cells, order):
    shuffled = [one for start in order for one in cells[start::4]]
    assert set(case_table(shuffled, RULES, ON).rows) == set(case_table(cells, RULES, ON).rows)


@given(CELLS)
def test_no_figure_of_a_year_is_small(cells):
    rows = yearly_table(cells, RULES, date(2027, 6, 1))
    assert all(row.cases is None or row.cases >= 10 for row in rows)
    told = {(row.kind, row.outcome) for row in rows}
    assert told in (set(), set(product(RULES.yearly_only, (*Outcome, None))))
