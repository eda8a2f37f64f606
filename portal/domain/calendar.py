"""Working days and rest days as the State Council arranges them, make-up days (调休) included."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5
SPRING_FESTIVAL = "春节"
"""The festival during which notices go unread; named here because a warning depends on it."""


class DayKind(StrEnum):
    """What a day is to an office."""

    WORKING = "working"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


_WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})


@dataclass(frozen=True, slots=True, repr=False)
class WorkingCalendar:
    """The table of days; a date beyond it counts as provisional, Monday to Friday as working.

    `provisional` holds the days of years for which the State Council has not announced its arrangement (暂定);
    `festivals` names the festival to which a day off belongs.
    """

    days: Mapping[date, DayKind]
    provisional: frozenset[date] = frozenset()
    festivals: Mapping[date, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Tells one calendar from another: what was counted by another one is counted anew."""
        days = "".join(f"{day}{kind}{day in self.provisional}" for day, kind in sorted(self.days.items()))
        return hashlib.sha256(days.encode()).hexdigest()[:16]

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        kind = self.days.get(day)
        return day.weekday() < SATURDAY if kind is None else kind in _WORKED

    def is_provisional(self, day: date) -> bool:
        """Whether the day's kind may still change when the year's arrangement is announced."""
        return day not in self.days or day in self.provisional

    def festival(self, day: date) -> str:
        """The festival of a day off, empty on other days."""
        return self.festivals.get(day, "")

    def next_working_day(self, day: date) -> date:
        """The first working day after the day."""
        return self.on_or_after(day + timedelta(days=1))

    def previous_working_day(self, day: date) -> date:
        """The last working day before the day."""
        day -= timedelta(days=1)
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself when offices work on it, otherwise the next working day (民法典 art. 203)."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The last of `count` working days from a day on; the first day is not counted (民法典 art. 201)."""
        for _ in range(count):
            day = self.next_working_day(day)
        return day


def calendar_from_rows(rows: Iterable[Mapping[str, str]]) -> WorkingCalendar:
    """The calendar from a table with the columns date, kind, festival, source, provisional (yes or empty).

    `source` names the document that arranges the day; an empty one means the ordinary week
    (国务院关于职工工作时间的规定 art. 7). A date or kind that cannot be read raises ValueError.
    """
    days: dict[date, DayKind] = {}
    festivals: dict[date, str] = {}
    provisional: set[date] = set()
    for row in rows:
        day = date.fromisoformat(row["date"])
        days[day] = DayKind(row["kind"])
        if row["festival"]:
            festivals[day] = row["festival"]
        if row["provisional"]:
            provisional.add(day)
    return WorkingCalendar(days, frozenset(provisional), festivals)
