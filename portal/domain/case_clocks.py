"""The clocks of a case: which start with which step, until when they run, and how urgent they are at an instant.

The rules are data with versions; a case keeps the version under which it was received. A promise is never shortened:
whatever is computed anew, the later day holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.domain.calendar import WorkingCalendar
from portal.domain.case_actions import ACTIONS, Action
from portal.domain.cases import Card, CaseKind, Channel, ClockKind, Party, Rung, Track
from portal.domain.disclosure import LegalBasis
from portal.domain.errors import ConflictError, NotFoundError, RefusedError
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.messages import N_

RIGHTS = frozenset({ClockKind.MISROUTED, ClockKind.SUPPLEMENT, ClockKind.ASK_REEXAMINATION, ClockKind.ASK_FINAL_REVIEW})
"""Clocks of what somebody may do: they lapse, nobody is late."""

_OF_SUBMITTER = RIGHTS - {ClockKind.MISROUTED}
_INTERNAL = frozenset({ClockKind.MISROUTED, ClockKind.HOTLINE_REPLY})


class ClockUnit(StrEnum):
    """What is counted: calendar days (日), working days (工作日), or hours from the very instant."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class ClockSubject:
    """What of a case decides its clocks."""

    kind: CaseKind
    track: Track
    channel: Channel


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One entry of the table; empty filters fit everything. `extension` is how many units may be added, once."""

    clock: ClockKind
    starts_with: frozenset[Action]
    count: int
    unit: ClockUnit
    confirmed: bool
    basis: tuple[LegalBasis, ...]
    extension: int = 0
    pausable: bool = False
    tracks: frozenset[Track] = frozenset()
    kinds: frozenset[CaseKind] = frozenset()
    channels: frozenset[Channel] = frozenset()

    def __post_init__(self) -> None:
        if self.count < 1 or self.extension < 0:
            raise ValueError("a clock runs for at least one unit")
        if self.unit is ClockUnit.HOURS and (self.pausable or self.extension):
            raise ValueError("a clock of hours neither pauses nor is extended")

    def fits(self, subject: ClockSubject) -> bool:
        """Whether the entry is meant for such a case."""
        asked = ((self.tracks, subject.track), (self.kinds, subject.kind), (self.channels, subject.channel))
        return all(not allowed or value in allowed for allowed, value in asked)

    @property
    def narrowness(self) -> int:
        """How many filters it has; the narrower of two entries that fit is the one that counts."""
        return sum(map(bool, (self.tracks, self.kinds, self.channels)))


@dataclass(frozen=True, slots=True)
class LadderRung:
    """A rung is due so many working days after the last day of a duty; before it when negative."""

    rung: Rung
    working_days: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ClockRuleSet:
    """One version of all clocks."""

    version: str
    effective_on: date
    clocks: tuple[ClockRule, ...]
    ladder: tuple[LadderRung, ...]

    def rule_for(self, clock: ClockKind, subject: ClockSubject) -> ClockRule | None:
        """The rule of a clock for such a case, None when such a case has no such clock."""
        fitting = [rule for rule in self.clocks if rule.clock is clock and rule.fits(subject)]
        return max(fitting, key=lambda rule: rule.narrowness, default=None)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """All versions, the oldest first."""

    versions: tuple[ClockRuleSet, ...]

    def in_force(self, on: date) -> ClockRuleSet:
        """The version for a case received on a day; a day before the first version gets the first."""
        return [self.versions[0], *(version for version in self.versions if version.effective_on <= on)][-1]

    def of_version(self, version: str) -> ClockRuleSet:
        """The version under which a case was received; NotFoundError when the tables no longer hold it."""
        for found in self.versions:
            if found.version == version:
                return found
        raise NotFoundError(N_("没有找到这件诉求收到时适用的时限规则%(version)s"), version=version)


@dataclass(frozen=True, slots=True)
class Clock:
    """A running, paused or met clock.

    `units` is everything granted so far: the rule's count, an extension, and what passed while it paused. From the
    instant `due_at` on it is overdue or has lapsed. `met_at` is set when the promise was kept or is no longer owed.
    """

    clock: ClockKind
    started_at: datetime
    units: int
    due_at: datetime
    rule_version: str
    paused_on: date | None = None
    extended: bool = False
    met_at: datetime | None = None
    provisional: bool = False

    @property
    def due_on(self) -> date:
        """The last day, as it is told to people."""
        return shanghai_date(self.due_at - timedelta(microseconds=1))

    @property
    def party(self) -> Party:
        """Who must act while it runs."""
        return Party.SUBMITTER if self.clock in _OF_SUBMITTER else Party.STAFF

    def runs_at(self, at: datetime) -> bool:
        """Whether it is neither met nor past its end; a paused clock waits, and so runs."""
        return self.met_at is None and (self.paused_on is not None or at < self.due_at)

    def has_lapsed_at(self, at: datetime) -> bool:
        """Whether it was a right that nobody used in its days; what ended the case later used it no more."""
        return self.clock in RIGHTS and self.paused_on is None and self.due_at <= (self.met_at or at)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The rules and the calendar by which the clocks of one case go."""

    rules: ClockRuleSet
    subject: ClockSubject
    calendar: WorkingCalendar

    def after(
        self, action: Action, clocks: Iterable[Clock], at: datetime, *, counted_from: datetime | None = None
    ) -> tuple[Clock, ...]:
        """The clocks after a step: what it meets, pauses, resumes, stops and starts.

        `counted_from` is the instant from which the days of what it starts are counted when that is not the step's own:
        the day on which a reply was served, or on which a paper letter came in.
        """
        touched = {clock.clock: self._touched(action, clock, at) for clock in clocks}
        for rule in self._started(action):
            former = touched.get(rule.clock)
            if former is None or former.met_at is not None or rule.clock in RIGHTS:
                touched[rule.clock] = self.started(rule, counted_from or at)
        return tuple(touched.values())

    def started(self, rule: ClockRule, at: datetime) -> Clock:
        """A new clock of a rule."""
        clock = Clock(rule.clock, at, rule.count, at, self.rules.version)
        return self._timed(clock, rule)

    def extend(self, clock: Clock, units: int) -> Clock:
        """Grant more units, once and up to the rule's number; RefusedError or ConflictError otherwise."""
        rule = self._rule(clock)
        if not rule.extension:
            raise RefusedError(N_("这个期限不能延长"))
        if clock.extended:
            raise ConflictError(N_("已经延期一次，不能再延"))
        if not 1 <= units <= rule.extension:
            raise RefusedError(N_("最多延长%(most)d天"), most=rule.extension)
        return self._timed(replace(clock, units=clock.units + units, extended=True), rule)

    def extendable(self, clocks: Iterable[Clock], at: datetime) -> frozenset[ClockKind]:
        """The clocks that may still be extended; asking must come before the end."""
        open_ones = (clock for clock in clocks if clock.runs_at(at) and not clock.extended and self._knows(clock))
        return frozenset(clock.clock for clock in open_ones if self._rule(clock).extension)

    def retracked(self, clocks: Iterable[Clock], received_at: datetime, at: datetime) -> tuple[Clock, ...]:
        """The clocks of a case that has come onto another track: what that track does not know is no longer owed.

        Its own clocks count from the receipt of the case, so that nobody waits longer for having been routed wrongly.
        """
        kept = {
            clock.clock: clock if self._knows(clock) else replace(clock, met_at=clock.met_at or at) for clock in clocks
        }
        begun = {rule.clock: self.started(rule, received_at) for rule in self._started(Action.SUBMIT)}
        return tuple((begun | kept).values())

    def recompute(self, clock: Clock) -> Clock:
        """The clock under the calendar as it now is, never earlier than promised; met clocks are history.

        So is a clock of the track from which a case has just come, until `retracked` has looked at it.
        """
        return self._timed(clock, self._rule(clock)) if clock.met_at is None and self._knows(clock) else clock

    def _started(self, action: Action) -> tuple[ClockRule, ...]:
        rules = (self.rules.rule_for(clock, self.subject) for clock in ClockKind)
        return tuple(rule for rule in rules if rule and action in rule.starts_with)

    def _touched(self, action: Action, clock: Clock, at: datetime) -> Clock:
        step = ACTIONS[action]
        if clock.met_at is not None or not self._knows(clock):
            return clock
        if step.resumes:
            clock = self._resumed(clock, shanghai_date(at))
        if clock.clock in step.meets or step.ends:
            return replace(clock, met_at=at)
        if step.pauses and self._rule(clock).pausable and clock.runs_at(at):
            return replace(clock, paused_on=clock.paused_on or shanghai_date(at))
        return clock

    def _resumed(self, clock: Clock, on: date) -> Clock:
        if clock.paused_on is None:
            return clock
        rule = self._rule(clock)
        days = [clock.paused_on + timedelta(days=number + 1) for number in range((on - clock.paused_on).days)]
        passed = len(days) if rule.unit is ClockUnit.DAYS else sum(map(self.calendar.is_working, days))
        return self._timed(replace(clock, units=clock.units + passed, paused_on=None), rule)

    def _timed(self, clock: Clock, rule: ClockRule) -> Clock:
        """The clock with its end counted anew and never earlier (民法典 art. 201, 203)."""
        if rule.unit is ClockUnit.HOURS:
            return replace(clock, due_at=clock.started_at + timedelta(hours=clock.units))
        started_on = shanghai_date(clock.started_at)
        last_on = self._last_day(started_on, clock.units, rule.unit)
        span = (started_on + timedelta(days=number + 1) for number in range((last_on - started_on).days))
        return replace(
            clock,
            due_at=max(clock.due_at, end_of_day(last_on)),
            provisional=any(self.calendar.is_provisional(day) for day in span),
        )

    def _last_day(self, started_on: date, units: int, unit: ClockUnit) -> date:
        if unit is ClockUnit.WORKING_DAYS:
            return self.calendar.add_working_days(started_on, units)
        return self.calendar.on_or_after(started_on + timedelta(days=units))

    def _knows(self, clock: Clock) -> bool:
        return self.rules.rule_for(clock.clock, self.subject) is not None

    def _rule(self, clock: Clock) -> ClockRule:
        rule = self.rules.rule_for(clock.clock, self.subject)
        if rule is None:
            raise NotFoundError(N_("没有找到这件诉求收到时适用的时限规则%(version)s"), version=clock.rule_version)
        return rule


def open_clocks(clocks: Iterable[Clock], at: datetime) -> frozenset[ClockKind]:
    """The clocks that run and have not come to their end."""
    return frozenset(clock.clock for clock in clocks if clock.runs_at(at))


def next_promise(clocks: Iterable[Clock]) -> Clock | None:
    """The next date that the submitter was promised, overdue or not; what offices owe one another is left out."""
    duties = (clock for clock in clocks if clock.met_at is None and clock.clock not in RIGHTS | _INTERNAL)
    return min(duties, key=lambda clock: clock.due_at, default=None)


def card(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Card:
    """How urgent a clock is: yellow from one working day before its last day, red from the first day overdue."""
    if clock.met_at is not None or clock.paused_on is not None or clock.clock in RIGHTS:
        return Card.GREEN
    if at >= clock.due_at:
        return Card.RED
    warned_on = calendar.previous_working_day(clock.due_on)
    return Card.YELLOW if shanghai_date(at) >= warned_on else Card.GREEN


def rung_at(clock: Clock, at: datetime, rules: ClockRuleSet, calendar: WorkingCalendar) -> Rung | None:
    """The highest rung of the ladder that a clock has reached, None while nobody need be reminded."""
    if clock.met_at is not None or clock.paused_on is not None or clock.clock in RIGHTS:
        return None
    reached = [rung for rung in rules.ladder if shanghai_date(at) >= _moved(clock.due_on, rung.working_days, calendar)]
    return max(reached, key=lambda rung: rung.working_days).rung if reached else None


def clock_rules_from_table(table: Mapping[str, Any]) -> ClockRules:
    """The rules from their table; KeyError or ValueError when an entry is incomplete or unknown."""
    versions = (
        ClockRuleSet(
            version=entry["version"],
            effective_on=entry["effective_on"],
            clocks=tuple(_clock_rule(clock) for clock in entry["clocks"]),
            ladder=tuple(
                LadderRung(Rung(rung["rung"]), rung["working_days"], rung["confirmed"]) for rung in entry["ladder"]
            ),
        )
        for entry in table["versions"]
    )
    return ClockRules(tuple(sorted(versions, key=lambda version: version.effective_on)))


def _moved(day: date, working_days: int, calendar: WorkingCalendar) -> date:
    for _ in range(-working_days):
        day = calendar.previous_working_day(day)
    return calendar.add_working_days(day, max(working_days, 0))


def _clock_rule(entry: Mapping[str, Any]) -> ClockRule:
    return ClockRule(
        clock=ClockKind(entry["clock"]),
        starts_with=frozenset(Action(step) for step in entry["starts_with"]),
        count=entry["count"],
        unit=ClockUnit(entry["unit"]),
        confirmed=entry["confirmed"],
        basis=tuple(LegalBasis(**basis) for basis in entry["basis"]),
        extension=entry.get("extension", 0),
        pausable=entry.get("pausable", False),
        tracks=frozenset(Track(track) for track in entry.get("tracks", ())),
        kinds=frozenset(CaseKind(kind) for kind in entry.get("kinds", ())),
        channels=frozenset(Channel(channel) for channel in entry.get("channels", ())),
    )
