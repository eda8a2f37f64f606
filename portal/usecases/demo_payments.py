"""What two counties of the sample have paid, by the tables of sums that they hand in; some months are missing.

The newest month is nobody's yet, and of 低保 they tell that of the towns: whoever tries out a roster of the villages
must not find its money told already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from portal.domain.divisions import Division
from portal.domain.instants import SHANGHAI
from portal.domain.payment_months import next_to
from portal.queries.divisions import children_of
from portal.usecases import publications
from portal.usecases.demo_fund_sheets import allocated
from portal.usecases.demo_funds import COUNTY_POOL, FIRST_BATCH
from portal.usecases.demo_offices import Desk, desk_of
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payments import import_payments

_TITLE = "{place}{year}年{month}月社会救助资金发放统计表（示例数据）"
_HEADER = ("镇街", "城市低保户数", "城市低保人数", "城市低保金额（元）", "特困人数", "特困金额（元）")
_SPENT = 92
"""Percent of what it is given that a town spends in a year."""
_POOR_YUAN = 1_090
_FEW = 7
"""One township in so many has hardly anybody in extreme poverty: it is not told by itself."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How a county hands its tables in: for how many years, which months (so many ago) it left out, whether of 特困."""

    years: int
    left_out: frozenset[int]
    tells_of_poor: bool = False


_LATEST = 2
"""So many months ago is the latest that is told."""
_HABITS = (Habit(2, frozenset({9}), tells_of_poor=True), Habit(1, frozenset({3, 5})))
"""The first county tells of 特困 too, the second does not: that is red, as are the months left out."""


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """Makes the stories of the payments of this year and the last, from a day on."""

    stage: Stage
    table: Mapping[str, Any]
    since: date

    def stories(self) -> Iterator[Story]:
        """One of each county and month whose table is due."""
        for entry, habit in zip(self.table["counties"], _HABITS, strict=False):
            desk = desk_of(entry)
            towns = [one for one in children_of(desk.place.code) if not one.virtual]
            for ago in range(_LATEST, 12 * (habit.years - 1) + self.stage.today.month):
                month = next_to(self.stage.today.replace(day=1), step=-ago)
                told = self.stage.working_day(next_to(month, step=1) + timedelta(days=8))
                if self.since <= told < self.stage.today and ago not in habit.left_out:
                    yield self._told(desk, self._table(desk.place, towns, month, habit), month, told)

    def _told(self, desk: Desk, upload: Upload, month: date, day: date) -> Story:
        """Handed in and submitted in the morning, public in the afternoon."""
        services = self.stage.services
        yield (at := _at(day, 9))
        order = PaymentOrder(month, desk.place.code, paid_on=self.stage.working_day(month.replace(day=10)))
        outcome = import_payments(services, desk.drafter, upload, order, at=at)
        if outcome.problems:
            raise RuntimeError(f"a sample table was refused: {[str(one.message) for one in outcome.problems[:3]]}")
        for hour, step, actor in (
            (10, publications.submit, desk.drafter),
            (14, publications.review, desk.reviewer),
            (16, publications.publish, desk.publisher),
        ):
            yield (at := _at(day, hour))
            for draft in outcome.drafts:
                step(services, actor, draft.number, at=at)

    def _table(self, place: Division, towns: list[Division], month: date, habit: Habit) -> Upload:
        title = _TITLE.format(place=place.display_name, year=month.year, month=month.month)
        year = allocated(place, towns, month.year, FIRST_BATCH, COUNTY_POOL, self.stage.census.seed)
        spent = (fen * _SPENT // 100 // 100 // 12 for fen in year)
        figures = (self._figures(town, month, yuan) for town, yuan in zip(towns, spent, strict=True))
        rows = [_HEADER, *((town.display_name, *told) for town, told in zip(towns, figures, strict=True))]
        read = 6 if habit.tells_of_poor else 4
        lines = (",".join(map(str, row[:read])) for row in rows)
        return Upload("统计表.csv", "\n".join((title, *lines)).encode())

    def _figures(self, town: Division, month: date, spent: int) -> tuple[int, int, int, int, int]:
        """Households and persons with their amount, and persons in extreme poverty with theirs; they drift slowly.

        Together they cost what the town spends in a month, in yuan.
        """
        chance = Random(f"{self.stage.census.seed}|{town.code}")  # noqa: S311 - sample data, no secret
        poor = spent * chance.randint(20, 35) // 100 // _POOR_YUAN
        if chance.randrange(_FEW) == 0:
            poor = chance.randint(2, 8)
        each = 436 + month.year % 10 * 4
        households = (spent - poor * _POOR_YUAN) // each * 10 // 17
        age = month.year * 12 + month.month + int(town.code)
        households += households * (age * 7 % 11 - 5) // 200
        persons = households * 17 // 10
        return households, persons, persons * each, poor, poor * _POOR_YUAN


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 40), SHANGHAI)
