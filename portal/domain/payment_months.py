"""Which months of payments have to be public by now, township by township and programme by programme."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from portal.domain.programs import Program


class MonthState(StrEnum):
    """How a month of a township and programme stands."""

    PUBLISHED = "published"
    MISSING = "missing"
    NOT_DUE = "not_due"
    NONE = "none"
    """Nothing is public, and nothing has to be: 临时救助 does not pay every month."""


@dataclass(frozen=True, slots=True)
class MonthRules:
    """The bureau's own table: what is paid monthly, and how soon after a month it has to be told."""

    programs: frozenset[Program]
    within: timedelta

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "MonthRules":
        """Read `payment_months.toml`."""
        return cls(frozenset(map(Program, table["programs"])), timedelta(days=table["published_within_days"]))

    def due_on(self, month: date) -> date:
        """The last day on which the month may still be unpublished."""
        return month.replace(day=monthrange(month.year, month.month)[1]) + self.within

    def state_of(
        self, program: Program, month: date, *, is_published: bool, began: date | None, today: date
    ) -> MonthState:
        """How a month stands; before `began`, the first month that the site tells of, nothing is missing."""
        if is_published:
            return MonthState.PUBLISHED
        if program not in self.programs or began is None or month < began:
            return MonthState.NONE
        return MonthState.MISSING if today > self.due_on(month) else MonthState.NOT_DUE


def months_of(year: int, today: date) -> tuple[date, ...]:
    """The months of a year that have begun."""
    months = (date(year, number, 1) for number in range(1, 13))
    return tuple(month for month in months if month <= today)


def next_to(month: date, *, step: int) -> date:
    """The first day of the month before (-1) or after (1)."""
    place = month.year * 12 + month.month - 1 + step
    return date(place // 12, place % 12 + 1, 1)
