"""What happens to the money of the sample: budgets and allocations of two years, a late one, one that waits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import Division, Level
from portal.domain.funds import FundSource
from portal.domain.instants import SHANGHAI
from portal.domain.roster_values import Problem
from portal.queries.divisions import children_of
from portal.queries.warnings import warnings_for
from portal.usecases import publications
from portal.usecases.allocations import AllocationOrder, import_allocation
from portal.usecases.budgets import BudgetOrder, import_budget
from portal.usecases.demo_fund_sheets import allocation_sheets, budget_sheet
from portal.usecases.demo_offices import Desk, desk_of
from portal.usecases.demo_stories import Stage, Story
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.warnings import close, run_rules, take_over

CITY_POOL, COUNTY_POOL, LARGE_POOL = 21_000, 2_400, 9_000
"""What a batch distributes, in 万元; the large one is more than a county's budget."""
_CARRIED_OVER = "上年结转资金在本批一并分配，已在决算中反映（示例）。"
FIRST_BATCH = "第一批"
CITY_BATCHES = ((FIRST_BATCH, 3, 12), ("第二批", 7, 16))
"""The city's batches of a year with month and day of their issue."""
_COUNTY_DAY = (8, 6)
_NUMBER = "示例财社〔{year}〕{serial}号"

Draft = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class FundPlan:
    """Makes the stories of the money, from a day on: earlier ones would begin before the sample does."""

    stage: Stage
    table: Mapping[str, Any]
    since: date

    def stories(self) -> Iterator[Story]:
        """All of them; one whose day has not come is left out."""
        city, county = desk_of(self.table["city"]), desk_of(self.table["counties"][0])
        for year in (self.stage.today.year - 1, self.stage.today.year):
            yield from self._city(city, year)
            yield from self._county(county, year)
        yield self._waiting(county)
        yield from self._disagreeing(desk_of(self.table["counties"][1]))

    def _city(self, desk: Desk, year: int) -> Iterator[Story]:
        """A year of the city; last year's budget was late, and its page says so."""
        is_late = year < self.stage.today.year
        budgets = (
            (BudgetPhase.APPROVED, date(year, 1, 20), date(year, 3, 4) if is_late else date(year, 2, 4)),
            (BudgetPhase.ADJUSTED, date(year, 9, 15), date(year, 9, 28)),
            (BudgetPhase.FINAL_ACCOUNTS, date(year + 1, 6, 20), date(year + 1, 7, 3)),
        )
        for phase, approved_on, day in budgets:
            yield from self._told(desk, day, partial(self._budget, desk, year, phase, approved_on))
        for batch, month, on in CITY_BATCHES:
            day = date(year, month, on)
            yield from self._told(desk, day, partial(self._allocation, desk, year, batch, day, CITY_POOL))

    def _county(self, desk: Desk, year: int) -> Iterator[Story]:
        """A county that tells its own budget, and what it has passed on to its towns."""
        approved_on, day = date(year, 2, 6), date(year, 2, 20)
        yield from self._told(desk, day, partial(self._budget, desk, year, BudgetPhase.APPROVED, approved_on))
        day = county_day(year)
        yield from self._told(desk, day, partial(self._allocation, desk, year, FIRST_BATCH, day, COUNTY_POOL))

    def _told(self, desk: Desk, day: date, draft: Draft) -> Iterator[Story]:
        working = self.stage.working_day(day)
        if self.since <= working < self.stage.today:
            yield published_story(self.stage.services, desk, working, draft)

    def _waiting(self, desk: Desk) -> Story:
        """An adjustment that nobody has brought to the public in time: red at the desk."""
        day = self.stage.recent(2)
        approved_on = day - timedelta(days=30)
        yield (at := _at(day, 11))
        self._budget(desk, approved_on.year, BudgetPhase.ADJUSTED, approved_on, at)

    def _disagreeing(self, desk: Desk) -> Iterator[Story]:
        """A county that has allocated more than its budget, by two sources: of one it has said why."""
        told, day, explained = (self.stage.working_day(self.stage.today - timedelta(days=ago)) for ago in (60, 45, 40))
        if told < self.since:
            return
        budget = partial(self._budget, desk, told.year, BudgetPhase.ADJUSTED, told - timedelta(days=12))
        yield published_story(self.stage.services, desk, told, budget)
        yield published_story(
            self.stage.services, desk, day, partial(self._allocation, desk, told.year, FIRST_BATCH, day, LARGE_POOL)
        )
        yield self._explained(desk, explained)

    def _explained(self, desk: Desk, day: date) -> Story:
        """Found by the rules, taken over, explained; whatever else they find waits."""
        services, actor = self.stage.services, desk.reviewer
        yield (at := _at(day, 9))
        run_rules(services, at=at)
        found = warnings_for(actor, services.rulebook, at=at)
        one = next(line for line in found if line.division == desk.place.code and line.source is FundSource.CENTRAL)
        yield (at := _at(day, 15))
        take_over(actor, one.id, at=at)
        close(services, actor, one.id, "carry_over", _CARRIED_OVER, at=at)

    def _budget(self, desk: Desk, year: int, phase: BudgetPhase, approved_on: date, at: datetime) -> str:
        places = self._below(desk) if desk.place.level is Level.CITY else [desk.place]
        content = budget_sheet(desk.place, places, year, phase, self.stage.census.seed)
        order = BudgetOrder(
            year,
            phase=phase,
            approved_on=approved_on,
            document_number=_NUMBER.format(year=approved_on.year, serial=approved_on.month),
        )
        outcome = import_budget(self.stage.services, desk.drafter, Upload("预算.xlsx", content), order, at=at)
        return drafted_number(outcome.number, outcome.problems)

    def _allocation(self, desk: Desk, year: int, batch: str, day: date, pool: int, at: datetime) -> str:
        content = allocation_sheets(desk.place, self._below(desk), year, batch, pool, self.stage.census.seed)
        order = AllocationOrder(
            year, document_number=number_of(day),
            received_on=day - timedelta(days=12), approved_on=day - timedelta(days=4), issued_on=day,
        )  # fmt: skip
        outcome = import_allocation(self.stage.services, desk.drafter, Upload("分配.xlsx", content), order, at=at)
        return drafted_number(outcome.number, outcome.problems)

    def _below(self, desk: Desk) -> list[Division]:
        return [place for place in children_of(desk.place.code) if not place.virtual]


def county_day(year: int) -> date:
    """When a county issues what it gives its towns."""
    return date(year, *_COUNTY_DAY)


def number_of(issued: date) -> str:
    """The document number of an allocation of the sample."""
    return _NUMBER.format(year=issued.year, serial=10 + issued.month)


def published_story(services: Services, desk: Desk, day: date, draft: Draft) -> Story:
    """Drafted in the morning, public in the afternoon."""
    yield (at := _at(day, 9))
    number = draft(at)
    for hour, step, actor in (
        (10, publications.submit, desk.drafter),
        (14, publications.review, desk.reviewer),
        (16, publications.publish, desk.publisher),
    ):
        yield (at := _at(day, hour))
        step(services, actor, number, at=at)


def drafted_number(number: str | None, problems: Sequence[Problem]) -> str:
    """The number of a draft; RuntimeError when a sample table was refused."""
    if number is None:
        raise RuntimeError(f"a sample table was refused: {[str(one.message) for one in problems[:3]]}")
    return number


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), SHANGHAI)
