from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.deadlines import PeriodRule, never_shorter, objection_period
from portal.queries.rulebook import read_rulebook

CALENDAR = read_rulebook(Path("no-such-folder")).calendar
BOTH = PeriodRule(7, 7, warn_below=3)
SEVEN_DAYS = PeriodRule(7, None, warn_below=3)
DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))
COUNTS = st.integers(1, 40)


@pytest.mark.parametrize(
    ("posted_on", "rule", "last_on"),
    [
        (date(2026, 11, 16), SEVEN_DAYS, date(2026, 11, 23)),
        (date(2026, 11, 16), BOTH, date(2026, 11, 25)),
        (date(2026, 11, 14), SEVEN_DAYS, date(2026, 11, 23)),
        (date(2026, 9, 24), SEVEN_DAYS, date(2026, 10, 8)),
        (date(2026, 9, 28), PeriodRule(None, 5), date(2026, 10, 10)),
        (date(2026, 2, 10), PeriodRule(7, 15), date(2026, 3, 9)),
        (date(2026, 10, 3), SEVEN_DAYS, date(2026, 10, 10)),
    ],
)
def test_a_period_ends_on_the_day_counted_by_hand(posted_on, rule, last_on):
    period = objection_period(posted_on, rule, CALENDAR)
    assert (period.first_on, period.last_on) == (posted_on + timedelta(days=1), last_on)


def test_an_ordinary_period_has_no_warning():
    period = objection_period(date(2026, 11, 16), BOTH, CALENDAR)
    assert period.warnings == ()
    assert not period.provisional


def test_a_period_with_hardly_a_working_day_is_warned_of():
    warnings = objection_period(date(2026, 9, 30), SEVEN_DAYS, CALENDAR).warnings
    assert [str(warning) for warning in warnings] == ["公示期内只有1个工作日，群众可能来不及提出异议"]


def test_from_how_few_working_days_on_is_warned_is_the_rules_own():
    assert not objection_period(date(2026, 9, 30), PeriodRule(7, None, warn_below=1), CALENDAR).warnings
    assert objection_period(date(2026, 11, 16), PeriodRule(7, 7, warn_below=8), CALENDAR).warnings


def test_a_period_that_meets_the_spring_festival_is_warned_of():
    warnings = objection_period(date(2026, 2, 10), BOTH, CALENDAR).warnings
    assert any("春节" in str(warning) for warning in warnings)


def test_a_period_into_a_year_not_announced_is_provisional():
    assert objection_period(date(2026, 12, 28), SEVEN_DAYS, CALENDAR).provisional


def test_a_promise_to_the_public_is_only_ever_extended():
    assert never_shorter(date(2027, 1, 8), date(2027, 1, 7)) == date(2027, 1, 8)
    assert never_shorter(date(2027, 1, 8), date(2027, 1, 11)) == date(2027, 1, 11)


@pytest.mark.parametrize("counts", [(None, None), (0, None), (7, 0), (-1, 7)])
def test_a_period_without_days_is_no_rule(counts):
    with pytest.raises(ValueError, match="at least one"):
        PeriodRule(*counts)


@given(DAYS, COUNTS, COUNTS)
def test_a_period_is_never_shorter_than_either_count_and_ends_on_a_working_day(posted_on, days, working_days):
    period = objection_period(posted_on, PeriodRule(days, working_days), CALENDAR)
    span = [period.first_on + timedelta(days=offset) for offset in range((period.last_on - posted_on).days)]
    assert len(span) >= days
    assert sum(map(CALENDAR.is_working, span)) >= working_days
    assert CALENDAR.is_working(period.last_on)
    assert span[-1] == period.last_on


@given(DAYS, COUNTS)
def test_a_later_posting_never_ends_earlier(posted_on, days):
    rule = PeriodRule(days, days)
    following = objection_period(posted_on + timedelta(days=1), rule, CALENDAR)
    assert following.last_on >= objection_period(posted_on, rule, CALENDAR).last_on
