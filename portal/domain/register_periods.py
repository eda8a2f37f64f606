"""The time that a register or one of its rows tells of: a year, a quarter, a month or a day."""

import re
from dataclasses import dataclass
from datetime import date

from portal.domain.sheets import compact

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = r"(?:第?(?P<quarter>[一二三四1-4])季度|Q(?P<letter>[1-4]))"
_WRITTEN = re.compile(
    rf"(?:(?P<year>20\d\d)(?:年度?|[-./]|(?=Q)|$))?"
    rf"(?:{_QUARTER}|(?P<month>\d{{1,2}})(?:月份?|[-./]|$)(?:(?P<day>\d{{1,2}})(?:日|$))?)?",
    re.IGNORECASE,
)
_STORED = re.compile(r"(?P<year>20\d\d)(?:-Q(?P<quarter>[1-4])|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A part of a year; what is 0 is not told. A day stands with its month, a quarter without one."""

    year: int
    quarter: int = 0
    month: int = 0
    day: int = 0

    @classmethod
    def of_stored(cls, text: str) -> "Period":
        """Read 2026, 2026-Q3, 2026-10 or 2026-10-12; ValueError for anything else."""
        match = _STORED.fullmatch(text)
        if match is None:
            raise ValueError("a period is written 2026, 2026-Q3, 2026-10 or 2026-10-12")
        year, quarter, month, day = (int(part or 0) for part in match.groups())
        return _checked(cls(year, quarter, month, day))

    @property
    def on(self) -> date | None:
        """The day, where one is told."""
        return date(self.year, self.month, self.day) if self.day else None

    @property
    def months(self) -> range:
        """The months that lie wholly in it: none in a day."""
        if self.quarter:
            return range(MONTHS_OF_A_QUARTER * self.quarter - 2, MONTHS_OF_A_QUARTER * self.quarter + 1)
        if self.day:
            return range(0)
        return range(self.month, self.month + 1) if self.month else range(1, 13)

    @property
    def stored(self) -> str:
        """The form of drafts, addresses and data files."""
        if self.quarter:
            return f"{self.year}-Q{self.quarter}"
        return "-".join((str(self.year), *(f"{part:02d}" for part in (self.month, self.day) if part)))

    def __str__(self) -> str:
        """The words of titles and papers."""
        if self.quarter:
            return f"{self.year}年第{'一二三四'[self.quarter - 1]}季度"
        month = f"{self.month}月" if self.month else ""
        day = f"{self.day}日" if self.day else ""
        return f"{self.year}年{month}{day}"

    def holds(self, other: "Period") -> bool:
        """Whether the other lies within this one."""
        if self.year != other.year:
            return False
        if self.quarter:
            return self.quarter in {other.quarter, -(-other.month // MONTHS_OF_A_QUARTER)}
        return self.month in {0, other.month} and self.day in {0, other.day}


def read_period(text: str, year: int) -> Period | None:
    """A period as people write it, the year left out or not; nothing for what is none."""
    plain = compact(text).removesuffix("00:00:00")
    match = _WRITTEN.fullmatch(plain) if plain else None
    if match is None:
        return None
    quarter = _QUARTERS.get(match["quarter"] or match["letter"] or "", 0)
    try:
        return _checked(Period(int(match["year"] or year), quarter, int(match["month"] or 0), int(match["day"] or 0)))
    except ValueError:
        return None


def period_in(title: str) -> Period | None:
    """The period that a title names: 2026年10月, 2026年第三季度; nothing where it names a year alone."""
    match = re.search(rf"(?P<told>20\d\d年度?(?:{_QUARTER}|\d{{1,2}}月))", compact(title))
    return read_period(match["told"], 0) if match else None


def _checked(period: Period) -> Period:
    """ValueError for a month or a day that no calendar has."""
    date(period.year, period.month or 1, period.day or 1)
    return period
