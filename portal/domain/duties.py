"""Which publications fulfil a duty of the disclosure catalogue, until when the next one has to be there, how it stands.

A standing holds days only, never a verdict: whether something is late is asked of it on the day on which it is read, so
that a page is right at midnight whether a job has run or not.
"""

import hashlib
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

from portal.domain.calendar import WorkingCalendar
from portal.domain.cases import Rung
from portal.domain.deadlines import objection_period
from portal.domain.disclosure import DisclosureCatalogue, Duty
from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError
from portal.domain.ladders import Ladder, ladder_from_table, rung_on
from portal.domain.messages import N_
from portal.domain.payment_months import MonthRules, next_to
from portal.domain.programs import Program


class DutyState(StrEnum):
    """How a duty of one place stands on a day."""

    MET = "met"
    DUE = "due"
    LATE = "late"
    NEVER = "never"
    QUIET = "quiet"
    """Nothing has happened that would have to be disclosed, such as an adjustment of the budget."""
    NOT_APPLICABLE = "not_applicable"


MISSED = frozenset({DutyState.LATE, DutyState.NEVER})
COUNTED = frozenset({DutyState.MET, DutyState.DUE, *MISSED})
"""What a total counts; what nobody owes is not in it."""


class Fulfilment(StrEnum):
    """By what a duty is fulfilled."""

    DOCUMENTS = "documents"
    NOTICES = "notices"
    PAYMENTS = "payments"
    BUDGETS = "budgets"
    ALLOCATIONS = "allocations"
    OFFICE = "office"


class Rhythm(StrEnum):
    """How often a duty has to be fulfilled."""

    ONCE = "once"
    EVERY = "every"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    ON_OCCASION = "on_occasion"


_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that owes disclosure, for it has an office here; `reachable` when people can write to it and ring it."""

    path: str
    level: Level
    reachable: bool

    @property
    def code(self) -> str:
        """The code of the division."""
        return self.path.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One publication that is public: where it is of, what it is, on which day it came, and the period that it tells.

    `period` is the first day of a month or year where a rhythm asks for one.
    """

    path: str
    level: Level
    by: Fulfilment
    kind: str
    program: Program | None
    on: date
    period: date | None
    publication_id: int | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A budget that was approved and is not public yet; `due_on` is its last day (预算法 art. 14)."""

    path: str
    kind: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """The days of one duty of one place. `reason` says why the duty does not apply, where an office has stated so."""

    due_on: date | None
    fulfilled_on: date | None
    publication_id: int | None = None
    reason: str = ""

    def state(self, today: date, warn: timedelta) -> DutyState:
        """How it stands on a day; without a publication it only ever gets worse."""
        if self.reason:
            return DutyState.NOT_APPLICABLE
        if self.due_on is None:
            return DutyState.MET if self.fulfilled_on else DutyState.QUIET
        if today > self.due_on:
            return DutyState.LATE if self.fulfilled_on else DutyState.NEVER
        is_near = self.fulfilled_on is None or today > self.due_on - warn
        return DutyState.DUE if is_near else DutyState.MET


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A duty with what fulfils it; the fields are those of `duty_rules.toml`."""

    duty: Duty
    by: Fulfilment
    rhythm: Rhythm
    kinds: frozenset[str]
    counts_from: Level | None
    gathers: bool
    months: int
    month: int
    day: int
    years_later: int
    may_not_apply: bool

    def takes(self, one: Evidence) -> bool:
        """Whether a publication is of the sort that fulfils the duty, wherever it is of."""
        if one.by is not self.by or (self.kinds and one.kind not in self.kinds):
            return False
        return one.program == self.duty.program or self.by in {Fulfilment.BUDGETS, Fulfilment.ALLOCATIONS}

    def holds_below(self, level: Level) -> bool:
        """Whether what is published at a level counts for the places within it."""
        return self.counts_from is not None and _LEVELS.index(level) >= _LEVELS.index(self.counts_from)


class EvidenceOfRule:
    """The publications that one rule takes, found by place without looking at each for each place."""

    def __init__(self, rule: DutyRule, evidence: Iterable[Evidence]) -> None:
        self._own: defaultdict[str, list[Evidence]] = defaultdict(list)
        self._below: defaultdict[str, list[Evidence]] = defaultdict(list)
        self._within: defaultdict[str, list[Evidence]] = defaultdict(list)
        for one in filter(rule.takes, evidence):
            self._own[one.path].append(one)
            if rule.holds_below(one.level):
                self._below[one.path].append(one)
            for above in prefixes(one.path)[:-1] if rule.gathers else ():
                self._within[above].append(one)

    def of(self, path: str) -> list[Evidence]:
        """What counts for a place: its own, what those above published for it, what those within it published."""
        inherited = [one for above in prefixes(path)[:-1] for one in self._below.get(above, ())]
        return [*self._own.get(path, ()), *inherited, *self._within.get(path, ())]


def prefixes(path: str) -> tuple[str, ...]:
    """The paths of the divisions above one, the city first, and its own."""
    return tuple(accumulate(f"{code}/" for code in path.strip("/").split("/")))


@dataclass(frozen=True, slots=True, repr=False)
class DutyRules:
    """Every duty that is watched, with the calendars by which its last days are counted.

    `ladder` tells from how many days after a last day on each rung of supervision is reached, the lowest first;
    `fingerprint` tells one set of rules from another: what was counted by another one is counted anew.
    """

    rules: tuple[DutyRule, ...]
    warn: timedelta
    months: MonthRules
    calendar: WorkingCalendar
    effective_on: date
    ladder: Ladder
    fingerprint: str

    def rule_of(self, code: str) -> DutyRule:
        """The rule of a duty; NotFoundError when it is not watched."""
        for rule in self.rules:
            if rule.duty.code == code:
                return rule
        raise NotFoundError(N_("公开目录没有这一项"))

    def rung_of(self, standing: Standing, today: date) -> Rung | None:
        """The highest rung that a duty has reached, None while nobody need be reminded of it."""
        if standing.reason or standing.due_on is None:
            return None
        return rung_on(self.ladder, standing.due_on, today)

    def of_level(self, level: Level) -> tuple[DutyRule, ...]:
        """The duties of places of a level, in the order of the catalogue; a programme that pays no months owes none."""
        return tuple(rule for rule in self.rules if level in rule.duty.levels and self._is_owed(rule))

    def standings(
        self,
        place: Place,
        found: Mapping[str, EvidenceOfRule],
        promises: Iterable[Promise],
        *,
        founded_on: date,
    ) -> dict[str, Standing]:
        """The standings of those duties of a place that are in `found`, by code; nothing counts before `founded_on`."""
        since = max(founded_on, self.effective_on)
        own = [one for one in promises if one.path == place.path]
        result = {}
        for rule in self.of_level(place.level):
            if rule.duty.code not in found:
                continue
            evidence = found[rule.duty.code].of(place.path)
            promised = [one.due_on for one in own if one.kind in rule.kinds and rule.by is Fulfilment.BUDGETS]
            result[rule.duty.code] = self._standing(rule, place, evidence, promised, since)
        return result

    def _standing(
        self, rule: DutyRule, place: Place, evidence: Sequence[Evidence], promised: Sequence[date], since: date
    ) -> Standing:
        if rule.by is Fulfilment.OFFICE:
            return Standing(
                None if place.reachable else self._first_due(rule, since), since if place.reachable else None
            )
        newest = max(evidence, key=lambda one: (one.period or one.on, one.on), default=None)
        dues = [*promised, *filter(None, [self.due_on(rule, evidence, since)])]
        return Standing(
            min(dues, default=None), newest.on if newest else None, newest.publication_id if newest else None
        )

    def due_on(self, rule: DutyRule, evidence: Sequence[Evidence], since: date) -> date | None:
        """The last day for the next publication; None while nothing has to come."""
        match rule.rhythm:
            case Rhythm.ON_OCCASION:
                return None
            case Rhythm.MONTHLY:
                return self._first_missing_month(evidence, since)
            case Rhythm.YEARLY:
                return self._first_missing_year(rule, evidence, since)
            case _ if not evidence:
                return self._first_due(rule, since)
            case Rhythm.EVERY:
                return self.calendar.on_or_after(_months_after(max(one.on for one in evidence), rule.months))
            case _:
                return None

    def _is_owed(self, rule: DutyRule) -> bool:
        return rule.rhythm is not Rhythm.MONTHLY or rule.duty.program in self.months.programs

    def _first_due(self, rule: DutyRule, since: date) -> date:
        """The catalogue's own limit, from the founding on: what was there before has to be brought over in time."""
        return objection_period(since, rule.duty.limit, self.calendar).last_on

    def _first_missing_month(self, evidence: Sequence[Evidence], since: date) -> date:
        told, month = {one.period for one in evidence}, since.replace(day=1)
        while month in told:
            month = next_to(month, step=1)
        return self.months.due_on(month)

    def _first_missing_year(self, rule: DutyRule, evidence: Sequence[Evidence], since: date) -> date:
        told = {one.period.year for one in evidence if one.period}
        year, first = since.year - rule.years_later, self._first_due(rule, since)
        while year in told or self._year_due(rule, year) < first:
            year += 1
        return self._year_due(rule, year)

    def _year_due(self, rule: DutyRule, year: int) -> date:
        return self.calendar.on_or_after(date(year + rule.years_later, rule.month, rule.day))


def _months_after(day: date, months: int) -> date:
    years, index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def duty_rules_from_table(
    table: Mapping[str, Any], catalogue: DisclosureCatalogue, months: MonthRules, calendar: WorkingCalendar
) -> DutyRules:
    """The rules of `duty_rules.toml`; KeyError, ValueError or NotFoundError when an entry is not complete."""
    told = f"{dict(table)}{catalogue}{months.programs and sorted(months.programs)}{months.within}{calendar.fingerprint}"
    return DutyRules(
        rules=tuple(_rule(entry, catalogue) for entry in table["rules"]),
        warn=timedelta(days=table["warn_days"]),
        ladder=ladder_from_table(table["ladder"], reminder=1 - table["warn_days"]),
        fingerprint=hashlib.sha256(told.encode()).hexdigest()[:16],
        months=months,
        calendar=calendar,
        effective_on=catalogue.effective_on,
    )


def _rule(entry: Mapping[str, Any], catalogue: DisclosureCatalogue) -> DutyRule:
    rhythm = Rhythm(entry["rhythm"])
    is_every, is_yearly = rhythm is Rhythm.EVERY, rhythm is Rhythm.YEARLY
    return DutyRule(
        duty=catalogue.duty(entry["duty"]),
        by=Fulfilment(entry["by"]),
        rhythm=rhythm,
        kinds=frozenset(entry.get("kinds", ())),
        counts_from=Level(entry["counts_from"]) if "counts_from" in entry else None,
        gathers=entry.get("gathers", False),
        months=entry["months"] if is_every else 0,
        month=entry["month"] if is_yearly else 0,
        day=entry["day"] if is_yearly else 0,
        years_later=entry.get("years_later", 0),
        may_not_apply=entry.get("may_not_apply", False),
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many duties are kept, missed, and counted at all."""

    kept: int
    missed: int

    @property
    def counted(self) -> int:
        """Everything that somebody owes."""
        return self.kept + self.missed


def tally(states: Iterable[DutyState]) -> Tally:
    """Count states; those that nobody owes are left out."""
    counted = [state for state in states if state in COUNTED]
    missed = sum(state in MISSED for state in counted)
    return Tally(len(counted) - missed, missed)
