"""The public statistics of cases, made from the sums alone, whatever number of cases there is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from sqlalchemy import select

from portal.domain.case_statistics import (
    CaseCell,
    CaseTable,
    Quarter,
    Rate,
    ShownRate,
    StatisticsRules,
    Tally,
    YearlyRow,
    case_table,
    shown_rate,
    yearly_table,
)
from portal.domain.cases import CaseKind, Outcome
from portal.domain.divisions import DivisionCode
from portal.models.base import db
from portal.models.case_statistics import CaseCount, CaseOfficeMonth, CaseOverdue, CaseStatisticsState
from portal.models.offices import Office

MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of cases by row and year on a day."""

    table: CaseTable
    yearly: tuple[YearlyRow, ...]
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfficeRates:
    """The four rates of one office, or of all together (`name` is empty then), in one month."""

    name: str
    rates: Mapping[Rate, ShownRate]

    @property
    def tells(self) -> bool:
        """Whether any of its rates may be told."""
        return any(rate.per_cent is not None for rate in self.rates.values())


@dataclass(frozen=True, slots=True)
class MonthRates:
    """The rates of a month: all offices together, each office that may be told, and how many may not."""

    month: str
    months: tuple[str, ...]
    city: OfficeRates
    offices: tuple[OfficeRates, ...]
    untold: int


def counted(rules: StatisticsRules, on: date) -> Counted:
    """The rows that add up, and the yearly table."""
    state = db.session.get(CaseStatisticsState, 1)
    columns = (CaseCount.county_code, CaseCount.quarter, CaseCount.kind, CaseCount.outcome, CaseCount.cases)
    cells = tuple(_cell(*row) for row in db.session.execute(select(*columns)))
    return Counted(case_table(cells, rules, on), yearly_table(cells, rules, on), state.counted_at if state else None)


def _cell(county_code: str, quarter: str, kind: CaseKind, outcome: str, cases: int) -> CaseCell:
    return CaseCell(DivisionCode(county_code), _quarter(quarter), kind, Outcome(outcome) if outcome else None, cases)


@cache
def _quarter(text: str) -> Quarter:
    """There are thousands of cells and only a few quarters."""
    year, _, number = text.partition("-")
    return Quarter(int(year), int(number))


def month_rates(rules: StatisticsRules, on: date, month: str = "") -> MonthRates | None:
    """The rates of a month that has ended; nothing before there is one.

    When none is asked for, the newest in which anything may be told, or else the newest of all.
    """
    ended = select(CaseOfficeMonth.month).where(CaseOfficeMonth.month < f"{on:%Y-%m}").distinct()
    months = tuple(db.session.scalars(ended.order_by(CaseOfficeMonth.month.desc()).limit(MOST_MONTHS)))
    if not months:
        return None
    if month in months:
        return _rates_of(month, months, rules)
    newest, *older = (partial(_rates_of, one, months, rules) for one in months)
    first = newest()
    return first if first.city.tells else next((found for one in older if (found := one()).city.tells), first)


def _rates_of(month: str, months: tuple[str, ...], rules: StatisticsRules) -> MonthRates:
    sums = _sums(month)
    offices = tuple(OfficeRates(name, _shown(tallies, rules)) for name, tallies in sums.items())
    told = tuple(one for one in offices if one.tells)
    return MonthRates(month, months, OfficeRates("", _shown(_together(sums), rules)), told, len(offices) - len(told))


def _sums(month: str) -> dict[str, dict[Rate, Tally]]:
    query = (
        select(Office.name, CaseOfficeMonth)
        .join(Office, Office.id == CaseOfficeMonth.office_id)
        .where(CaseOfficeMonth.month == month)
        .order_by(Office.division_code, Office.id)
    )
    found: dict[str, dict[Rate, Tally]] = defaultdict(dict)
    for name, row in db.session.execute(query):
        found[name][row.rate] = Tally(row.reached, row.cases, row.silent)
    return found


def _together(sums: Mapping[str, Mapping[Rate, Tally]]) -> dict[Rate, Tally]:
    every = [(rate, tally) for tallies in sums.values() for rate, tally in tallies.items()]
    return {
        rate: Tally(
            sum(one.reached for which, one in every if which is rate),
            sum(one.all for which, one in every if which is rate),
            sum(one.silent for which, one in every if which is rate),
        )
        for rate in Rate
    }


def _shown(tallies: Mapping[Rate, Tally], rules: StatisticsRules) -> dict[Rate, ShownRate]:
    return {rate: shown_rate(tallies.get(rate, Tally(0, 0, 0)), rules) for rate in Rate}


def overdue_by_county(rules: StatisticsRules) -> Mapping[str, int | None]:
    """How many cases are overdue in each county that has any; None for fewer than may be told. No total is told."""
    rows = db.session.scalars(select(CaseOverdue))
    return {row.county_code: row.cases if row.cases >= rules.threshold else None for row in rows}
