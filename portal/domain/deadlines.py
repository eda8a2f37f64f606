"""Objection periods (公示期): how long they run and on which day they end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.domain.calendar import SPRING_FESTIVAL, WorkingCalendar
from portal.domain.messages import N_, Message


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How long a period lasts: calendar days (天), working days (工作日), or both, and then the later end counts.

    Below `warn_below` working days in it the clerk is warned that few people can object in time.
    """

    days: int | None
    working_days: int | None
    warn_below: int = 0

    def __post_init__(self) -> None:
        counts = [count for count in (self.days, self.working_days) if count is not None]
        if not counts or min(counts) < 1:
            raise ValueError("a period needs at least one count of days, and each of at least one day")


@dataclass(frozen=True, slots=True)
class ObjectionPeriod:
    """A computed period, both ends included; the last day ends at 24:00 in Shanghai (民法典 art. 203)."""

    first_on: date
    last_on: date
    provisional: bool
    warnings: tuple[Message, ...]


def period_rule_from_table(table: Mapping[str, Any]) -> PeriodRule:
    """A rule from a table with `days` and `working_days`, either of which may be left out, and perhaps `warn_below`."""
    return PeriodRule(table.get("days"), table.get("working_days"), table.get("warn_below", 0))


def objection_period(posted_on: date, rule: PeriodRule, calendar: WorkingCalendar) -> ObjectionPeriod:
    """The period of a notice posted on a day.

    The day of posting is not counted (民法典 art. 201). Where two rules bind, each gets its full count and the later
    end holds. A last day on which offices rest moves to the next working day (art. 203).
    """
    first_on = posted_on + timedelta(days=1)
    last_on = calendar.on_or_after(_latest_end(posted_on, rule, calendar))
    period = tuple(first_on + timedelta(days=offset) for offset in range((last_on - first_on).days + 1))
    provisional = any(calendar.is_provisional(day) for day in period)
    return ObjectionPeriod(first_on, last_on, provisional, _warnings(period, rule, calendar))


def never_shorter(former: date, computed: date) -> date:
    """The later of the last day once promised and a newly computed one: a promise to the public is only extended."""
    return max(former, computed)


def _latest_end(posted_on: date, rule: PeriodRule, calendar: WorkingCalendar) -> date:
    ends = []
    if rule.days is not None:
        ends.append(posted_on + timedelta(days=rule.days))
    if rule.working_days is not None:
        ends.append(calendar.add_working_days(posted_on, rule.working_days))
    return max(ends)


def _warnings(period: tuple[date, ...], rule: PeriodRule, calendar: WorkingCalendar) -> tuple[Message, ...]:
    found = []
    working = sum(calendar.is_working(day) for day in period)
    if working < rule.warn_below:
        found.append(Message(N_("公示期内只有%(days)d个工作日，群众可能来不及提出异议"), {"days": working}))
    if any(calendar.festival(day) == SPRING_FESTIVAL for day in period):
        found.append(Message(N_("公示期遇春节，建议提前或者推迟公示")))
    return tuple(found)
