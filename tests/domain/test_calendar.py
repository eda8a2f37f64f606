from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from portal.domain.calendar import DayKind, WorkingCalendar, calendar_from_rows
from portal.queries.rulebook import read_rulebook

CALENDAR = read_rulebook(Path("no-such-folder")).calendar


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 28), 5, date(2026, 10, 10)),
        (date(2026, 9, 18), 10, date(2026, 10, 9)),
        (date(2026, 2, 10), 15, date(2026, 3, 9)),
        (date(2026, 11, 16), 7, date(2026, 11, 25)),
    ],
)
def test_working_days_are_counted_as_by_hand(start, count, end):
    assert CALENDAR.add_working_days(start, count) == end


def test_a_saturday_may_be_worked_and_a_friday_free():
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert not CALENDAR.is_working(date(2026, 10, 2))
    assert CALENDAR.festival(date(2026, 2, 17)) == "春节"
    assert CALENDAR.festival(date(2026, 2, 24)) == ""


def test_the_table_agrees_with_the_announcements_on_every_day_of_the_announced_years():
    day = date(2019, 1, 1)
    while day.year <= 2026:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        assert not CALENDAR.is_provisional(day)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15), date(2028, 1, 25),
        date(2028, 1, 28), date(2028, 10, 3), date(2029, 2, 12), date(2029, 4, 4), date(2030, 2, 4), date(2030, 6, 5), date(2030, 9, 12),
    ],
)  # fmt: skip
def test_statutory_holidays_of_years_not_announced_are_free_and_provisional(day):
    assert not CALENDAR.is_working(day)
    assert CALENDAR.is_provisional(day)


def test_beyond_the_table_monday_to_friday_are_worked_provisionally():
    assert CALENDAR.is_working(date(2035, 3, 5))
    assert not CALENDAR.is_working(date(2035, 3, 4))
    assert CALENDAR.is_provisional(date(2035, 3, 5))
    assert WorkingCalendar({}).add_working_days(date(2040, 1, 6), 1) == date(2040, 1, 9)


def test_the_next_working_day_is_never_the_day_itself():
    assert CALENDAR.next_working_day(date(2026, 11, 16)) == date(2026, 11, 17)
    assert CALENDAR.on_or_after(date(2026, 11, 16)) == date(2026, 11, 16)


def test_an_unknown_kind_of_day_is_refused():
    row = {"date": "2026-01-01", "kind": "party", "festival": "", "source": "", "provisional": ""}
    with pytest.raises(ValueError, match="party"):
        calendar_from_rows([row])
    assert calendar_from_rows([row | {"kind": "rest"}]).days == {date(2026, 1, 1): DayKind.REST}
