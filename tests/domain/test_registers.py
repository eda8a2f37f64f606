from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode
from portal.domain.money import Fen, MoneyUnit
from portal.domain.register_periods import Period, period_in, read_period
from portal.domain.registers import (
    COLUMNS,
    Figures,
    RegisterKind,
    RegisterRow,
    RegisterTable,
    name_of,
    read_told,
    told_as_json,
    told_by,
)
from portal.domain.statistics import Shown

LEAST = 10
QUARTER = Period(2026, quarter=3)


def register(*persons: int, kind: RegisterKind = RegisterKind.CASH, period: Period = QUARTER) -> RegisterTable:
    """One row a town, each person with a hundred yuan and some fen."""
    money = len(COLUMNS[kind].money)
    words = tuple("词" for _ in COLUMNS[kind].words)
    rows = tuple(
        RegisterRow(
            DivisionCode(f"37081100{at}"), f"镇{at}", period, None, words, (Fen(10_001 * count),) * money, count
        )
        for at, count in enumerate(persons)
    )
    return RegisterTable(kind, DivisionCode("370811"), "任城区", 2026, period, MoneyUnit.YUAN, rows)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9), st.sets(st.integers(0, 8)))
def test_what_is_told_and_the_rest_always_add_up_to_the_total(persons, stay):
    table = register(*persons)
    told = told_by(table, LEAST, stay_hidden={row.division for at, row in enumerate(table.rows) if at in stay})
    if told.total is None:
        assert not any(row.figures for row in told.rows)
        return
    parts = [row.figures for row in told.rows if row.figures] + ([told.rest] if told.rest else [])
    assert sum(part.persons for part in parts) == told.total.persons == sum(persons)
    assert sum(part.amounts[0] for part in parts) == told.total.amounts[0] == 10_001 * sum(persons)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9))
def test_no_row_of_a_few_persons_is_told_or_is_what_the_rest_leaves(persons):
    told = told_by(register(*persons), LEAST)
    hidden = [count for count, row in zip(persons, told.rows, strict=True) if row.figures is None]
    for count, row in zip(persons, told.rows, strict=True):
        assert row.figures is None or count == 0 or count >= LEAST
        assert row.figures is not None or row.words == ()
    small = [count for count in hidden if 0 < count < LEAST]
    if told.total is not None and small:
        assert len(hidden) > 1
        assert told.rest is not None
        assert told.rest.persons >= LEAST


def test_a_register_about_a_few_persons_tells_nothing():
    told = told_by(register(4, 0, 5), LEAST)
    assert (told.total, told.rest) == (None, None)
    assert {row.shown for row in told.rows} == {Shown.SMALL}


def test_a_fund_of_which_nothing_was_used_is_told():
    told = told_by(register(30, 0, 12, kind=RegisterKind.RESERVE_FUND), LEAST)
    assert [row.figures.persons for row in told.rows if row.figures] == [30, 0, 12]
    assert told.rest is None


def test_a_place_once_hidden_stays_hidden_for_its_balance_is_the_next_opening():
    first = register(4, 30, 12, kind=RegisterKind.RESERVE_FUND)
    hidden = told_by(first, LEAST).hidden
    assert hidden == {"370811000": "镇0", "370811001": "镇1"}
    later = register(40, 30, 12, kind=RegisterKind.RESERVE_FUND, period=Period(2026, quarter=4))
    assert [row.figures is None for row in told_by(later, LEAST, stay_hidden=hidden).rows] == [True, True, False]
    assert told_by(later, LEAST).hidden == {}
    beside = register(30, 0, 12, kind=RegisterKind.RESERVE_FUND)
    assert list(told_by(beside, LEAST, stay_hidden={"370811000"}).hidden.values()) == ["镇0", "镇2"]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.sets(st.integers(0, 5), min_size=1))
def test_no_row_stands_alone_in_the_rest(persons, stay):
    table = register(*persons)
    told = told_by(table, LEAST, stay_hidden={row.division for at, row in enumerate(table.rows) if at in stay})
    alone = sum(row.figures is None for row in told.rows) == 1
    assert not alone or told.total is None
    assert all(told.rows[at].figures is None for at in stay if at < len(persons))


def test_a_ledger_tells_what_went_to_the_towns_of_a_county_as_the_county_s():
    table = register(3, 40, kind=RegisterKind.DISBURSEMENTS)
    told = told_by(table, LEAST)
    assert [(row.division, row.place, row.figures.amounts) for row in told.rows if row.figures] == [
        ("370811", "任城区", (Fen(430_043),))
    ]
    assert (told.rest, told.total) == (None, Figures((Fen(430_043),), 0))
    assert "镇" not in str(told)


@given(st.sampled_from(RegisterKind), st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_a_snapshot_tells_what_was_told(kind: RegisterKind, persons):
    told = told_by(register(*persons, kind=kind), LEAST)
    assert read_told(told_as_json(told)) == told


def test_a_row_is_named_by_all_that_it_tells():
    told = told_by(register(20, kind=RegisterKind.GOODS), LEAST)
    assert name_of(told.rows[0]) == "镇0 2026年第三季度 词 词 词"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026", "2026"),
        ("2026年度", "2026"),
        ("10月", "2026-10"),
        ("2026年10月", "2026-10"),
        ("2026.9", "2026-09"),
        ("２０２６－１０－１２", "2026-10-12"),
        ("2026-10-12 00:00:00", "2026-10-12"),
        ("2026年10月12日", "2026-10-12"),
        ("第三季度", "2026-Q3"),
        ("2026年4季度", "2026-Q4"),
        ("2026-Q1", "2026-Q1"),
        ("2026q2", "2026-Q2"),
    ],
)
def test_a_period_is_read_as_people_write_it(written: str, stored: str):
    period = read_period(written, 2026)
    assert period is not None
    assert period.stored == stored
    assert Period.of_stored(stored) == period


@pytest.mark.parametrize("written", ["", "去年", "13月", "2026-02-30", "五季度", "46305", "2026年10月12日上午"])
def test_what_is_no_period_is_none(written: str):
    assert read_period(written, 2026) is None


def test_a_title_tells_its_period_and_a_year_alone_none():
    assert period_in("任城区2026年第三季度备用金") == Period(2026, quarter=3)
    assert period_in("任城区2026年10月退回登记") == Period(2026, month=10)
    assert period_in("任城区2026年备用金") is None
    for wrong in ("2026-13", "2026-Q5", "26", "2026-10-32"):
        with pytest.raises(ValueError, match=r"."):
            Period.of_stored(wrong)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_day_lies_in_its_month_its_quarter_and_its_year_alone(day: date):
    quarter = (day.month + 2) // 3
    told = Period(day.year, month=day.month, day=day.day)
    holders = (Period(day.year), Period(day.year, quarter=quarter), Period(day.year, month=day.month), told)
    assert all(holder.holds(told) for holder in holders)
    assert not Period(day.year + 1).holds(told)
    assert not Period(day.year, quarter=quarter % 4 + 1).holds(told)
    assert not Period(day.year, month=day.month % 12 + 1).holds(told)
    assert not told.holds(Period(day.year, month=day.month))
    assert str(told) == f"{day.year}年{day.month}月{day.day}日"
