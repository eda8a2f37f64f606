"""What left the treasuries of the sample: the city's and one county's ledgers, and money that has not left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from portal.domain.divisions import Division
from portal.domain.register_periods import MONTHS_OF_A_QUARTER, Period
from portal.domain.registers import RegisterKind
from portal.queries.divisions import children_of
from portal.usecases.demo_fund_sheets import UNIT, allocated, book_of
from portal.usecases.demo_funds import (
    CITY_BATCHES,
    CITY_POOL,
    COUNTY_POOL,
    FIRST_BATCH,
    county_day,
    drafted_number,
    number_of,
    published_story,
)
from portal.usecases.demo_offices import Desk, desk_of
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import RegisterOrder, import_register

_HEADER = ["拨付日期", "收款单位", "资金项目", "资金来源", "文号", "支付凭证号", "金额"]
_WHOLE = "困难群众救助补助资金"
_LATE = 2
"""The county, in the order of the sample, to which this year's second batch has not been sent."""
_MONTHS = 12

Row = tuple[date, list[object]]


@dataclass(frozen=True, slots=True)
class TreasuryPlan:
    """Makes the stories of the ledgers: last year's, and this year's up to the end of the last quarter."""

    stage: Stage
    table: Mapping[str, Any]
    since: date

    def stories(self) -> Iterator[Story]:
        """The city's ledgers and those of the first county; one of which nothing can be told is left out."""
        city, county = desk_of(self.table["city"]), desk_of(self.table["counties"][0])
        first = (self.stage.today.month - 1) // MONTHS_OF_A_QUARTER * MONTHS_OF_A_QUARTER + 1
        ended = self.stage.today.replace(month=first, day=1) - timedelta(days=1)
        for last in dict.fromkeys((date(self.stage.today.year - 1, _MONTHS, 31), ended)):
            day = self.stage.working_day(last + timedelta(days=9))
            for desk, rows in ((city, self._city(city, last)), (county, self._county(county, last))):
                if rows and self.since <= day < self.stage.today:
                    yield published_story(self.stage.services, desk, day, partial(self._draft, desk, last.year, rows))

    def _city(self, desk: Desk, last: date) -> Sequence[Row]:
        """Each batch of the year that the portal has told, county by county, some days after its issue."""
        late = desk_of(self.table["counties"][_LATE]).place.code
        rows: list[Row] = []
        for batch, month, on in CITY_BATCHES:
            issued, places = date(last.year, month, on), _below(desk)
            shares = allocated(desk.place, places, last.year, batch, CITY_POOL, self.stage.census.seed)
            for place, fen in zip(places, shares, strict=True):
                is_held = place.code == late and month == CITY_BATCHES[-1][1] and last.year == self.stage.today.year
                if not is_held and issued >= self.since:
                    rows += self._sent(place.display_name + "民政局", issued, int(fen) // UNIT)
        return [row for row in rows if row[0] <= last]

    def _sent(self, payee: str, issued: date, units: int) -> Iterator[Row]:
        """Seven tenths central and three provincial, as they were allocated, in 元."""
        dice = Random(f"{self.stage.census.seed}:{payee}:{issued}")  # noqa: S311 - sample data
        day = self.stage.working_day(issued + timedelta(days=dice.randint(4, 15)))
        central = units * 7 // 10
        for source, part in (("中央资金", central), ("省级资金", units - central)):
            yield day, [day.isoformat(), payee, _WHOLE, source, number_of(issued), dice.randint(100, 999), part * 100]

    def _county(self, desk: Desk, last: date) -> Sequence[Row]:
        """A twelfth of the year's pool each month, before the month's payments; cited once it has been allocated."""
        issued, towns = county_day(last.year), _below(desk)
        shares = allocated(desk.place, towns, last.year, FIRST_BATCH, COUNTY_POOL, self.stage.census.seed)
        central = sum(int(fen) // UNIT * 7 // 10 for fen in shares)
        parts = (("中央资金", central), ("省级资金", sum(int(fen) // UNIT for fen in shares) - central))
        rows: list[Row] = []
        for month in range(1, last.month + 1):
            day = self.stage.working_day(date(last.year, month, 7))
            number = number_of(issued) if day >= issued else None
            for source, units in parts:
                yuan = (units * month // _MONTHS - units * (month - 1) // _MONTHS) * 100
                rows.append((day, [day.isoformat(), desk.place.display_name, _WHOLE, source, number, month, yuan]))
        return rows

    def _draft(self, desk: Desk, year: int, rows: Sequence[Row], at: datetime) -> str:
        title = f"{desk.place.display_name}{year}年救助资金拨付台账（示例数据）"
        total = ["合计", None, None, None, None, None, sum(row[-1] for _day, row in rows if isinstance(row[-1], int))]
        lines = [row for _day, row in sorted(rows, key=lambda one: one[0])]
        content = book_of(("台账", [[title], ["单位：元"], _HEADER, *lines, total]))
        order = RegisterOrder(RegisterKind.DISBURSEMENTS, period=Period(year))
        outcome = import_register(self.stage.services, desk.drafter, Upload("台账.xlsx", content), order, at=at)
        return drafted_number(outcome.number, outcome.problems)


def _below(desk: Desk) -> list[Division]:
    return [place for place in children_of(desk.place.code) if not place.virtual]
