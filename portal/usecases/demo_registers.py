"""What stands beside the money of the sample: reserve funds and returned money of two counties, quarter by quarter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from portal.domain.divisions import Division
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterKind
from portal.queries.divisions import children_of
from portal.usecases.demo_fund_sheets import book_of
from portal.usecases.demo_funds import drafted_number, published_story
from portal.usecases.demo_offices import Desk, desk_of
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.notice_imports import Upload
from portal.usecases.registers import RegisterOrder, import_register

QUOTA = 50_000
"""What the fund of a town begins with, in yuan; it is filled up again at the end of each quarter."""
_REASONS = ("死亡", "账户错误", "重复发放")
_PROGRAMS = ("低保", "特困", "低保")


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """Makes the stories of the registers: of the last two quarters that have ended."""

    stage: Stage
    table: Mapping[str, Any]
    since: date

    def stories(self) -> Iterator[Story]:
        """A county's funds and returns of each quarter, another county's of the last one."""
        first, second = (desk_of(entry) for entry in self.table["counties"][:2])
        last, before = self._ended(1), self._ended(2)
        for desk, period in ((first, before), (first, last), (second, last)):
            for kind in (RegisterKind.RESERVE_FUND, RegisterKind.RETURNS):
                day = self.stage.working_day(_end_of(period) + timedelta(days=9))
                if self.since <= day < self.stage.today:
                    yield published_story(self.stage.services, desk, day, partial(self._draft, desk, kind, period))

    def _ended(self, ago: int) -> Period:
        """The quarter that ended so many quarters ago."""
        count = self.stage.today.year * 4 + (self.stage.today.month - 1) // 3 - ago
        return Period(count // 4, quarter=count % 4 + 1)

    def _draft(self, desk: Desk, kind: RegisterKind, period: Period, at: datetime) -> str:
        towns = [place for place in children_of(desk.place.code) if not place.virtual]
        dice = Random(f"{self.stage.census.seed}:{desk.place.code}:{kind}:{period}")  # noqa: S311 - sample data
        rows = _fund(towns, dice) if kind is RegisterKind.RESERVE_FUND else _returns(towns, dice)
        title = f"{desk.place.display_name}{period}登记表（示例数据）"
        content = book_of(("登记表", [[title], ["单位：元"], *rows]))
        order = RegisterOrder(kind, period=period)
        outcome = import_register(self.stage.services, desk.drafter, Upload("登记.xlsx", content), order, at=at)
        return drafted_number(outcome.number, outcome.problems)


def _end_of(period: Period) -> date:
    month = 3 * period.quarter
    return date(period.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _fund(towns: list[Division], dice: Random) -> list[list[object]]:
    rows: list[list[object]] = [["镇（街道）", "期初额度", "本期增加", "本期使用", "期末余额", "救助人次"]]
    for town in towns:
        persons = dice.choice((0, 4, 12, 16, 23, 31))
        used = persons * dice.randint(300, 900)
        rows.append([town.display_name, QUOTA, used, used, QUOTA, persons])
    return rows


def _returns(towns: list[Division], dice: Random) -> list[list[object]]:
    rows: list[list[object]] = [["镇（街道）", "救助项目", "退回原因", "退回金额", "退回人次"]]
    for town in towns:
        for program, reason in zip(_PROGRAMS, _REASONS, strict=True):
            persons = dice.choice((0, 0, 3, 11, 14))
            if persons:
                rows.append([town.display_name, program, reason, persons * dice.randint(380, 900), persons])
    return rows
