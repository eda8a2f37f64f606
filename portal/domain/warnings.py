"""Warnings (风险预警): what is found, until when it is explained, and what becomes of it when the figures change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.calendar import WorkingCalendar
from portal.domain.case_clusters import ClusterRule, cluster_rule_from_table
from portal.domain.cases import Card
from portal.domain.divisions import DivisionCode
from portal.domain.fund_totals import WHOLE_YEAR
from portal.domain.funds import FundSource
from portal.domain.programs import Program
from portal.domain.wordings import Wording, wording_from_table

FEN = 100


class WarningRule(StrEnum):
    """What a warning is about."""

    OVER_BUDGET = "over_budget"
    OVER_ALLOCATED = "over_allocated"
    OVER_DISBURSED = "over_disbursed"
    OVER_RECEIVED = "over_received"
    UNDISBURSED = "undisbursed"
    STUCK = "stuck"
    UNSPENT = "unspent"
    ABOVE_STANDARD = "above_standard"
    AFTER_TERMINATION = "after_termination"
    TWO_PROGRAMS = "two_programs"
    SUDDEN_AMOUNT = "sudden_amount"
    SUDDEN_PERSONS = "sudden_persons"
    STALE_BASIS = "stale_basis"


COUNTED = frozenset({WarningRule.AFTER_TERMINATION, WarningRule.TWO_PROGRAMS, WarningRule.SUDDEN_PERSONS})
"""Rules whose figures are persons; those of all others are fen, but of STALE_BASIS documents."""


class WarningState(StrEnum):
    """How a warning stands: nobody has explained it, somebody has, or the figures agree again."""

    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


class WarningStep(StrEnum):
    """What happens to a warning; CHANGED are new figures while it was open anyway."""

    OPENED = "opened"
    CHANGED = "changed"
    TAKEN = "taken"
    CLOSED = "closed"
    REOPENED = "reopened"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found: `found` does not fit to `bound` in one place and time.

    `whole` is the division whose page tells it, `subject` what else makes it different from others of its rule.
    `is_told` is false for what would show few people, or something of a figure that is not public.
    """

    rule: WarningRule
    year: int
    whole: DivisionCode
    division: DivisionCode
    bound: int
    found: int
    month: int = WHOLE_YEAR
    program: Program | None = None
    source: FundSource | None = None
    subject: str = ""
    is_told: bool = True

    @property
    def key(self) -> str:
        """What stays the same while its figures change."""
        parts = (self.rule, self.year, self.month, self.whole, self.division, self.program, self.source, self.subject)
        return "|".join("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a warning that is on record stands, with the figures that it was last seen with."""

    state: WarningState
    bound: int
    found: int


def step_of(standing: Standing | None, finding: Finding | None) -> WarningStep | None:
    """What happens to a warning after a run of the rules; None when nothing has changed, so that a run can be repeated.

    An explanation holds for the figures that it explains: other figures open the warning again.
    """
    if finding is None:
        return WarningStep.ENDED if standing and standing.state is not WarningState.ENDED else None
    if standing is None:
        return WarningStep.OPENED
    if standing.state is WarningState.ENDED:
        return WarningStep.REOPENED
    if (standing.bound, standing.found) == (finding.bound, finding.found):
        return None
    return WarningStep.CHANGED if standing.state is WarningState.OPEN else WarningStep.REOPENED


@dataclass(frozen=True, slots=True)
class SuddenChange:
    """From which change on a month differs suddenly from the one before: both bounds must be reached."""

    percent: int
    least: int


@dataclass(frozen=True, slots=True)
class WarningRules:
    """The bureau's own table: which rules count, the days, and the reasons that may be given."""

    version: str
    deadline_working_days: int
    yellow_working_days: int
    reasons: Mapping[str, Wording]
    enabled: frozenset[WarningRule]
    undisbursed_days: int
    stuck_days: int
    unspent_days: int
    unspent_percent: int
    sudden_amount: SuddenChange
    sudden_persons: SuddenChange
    sudden_programs: frozenset[Program]
    exclusive: tuple[frozenset[Program], ...]
    """Of each of these a person has a right to one alone."""
    clusters: ClusterRule

    @property
    def fingerprint(self) -> str:
        """Tells one table from another, so that a changed one is asked anew."""
        days = (self.undisbursed_days, self.stuck_days, self.unspent_days, self.unspent_percent)
        changes = (self.sudden_amount, self.sudden_persons, *sorted(self.sudden_programs))
        return hashlib.sha256(repr((*sorted(self.enabled), days, changes)).encode()).hexdigest()[:16]

    def excluded_by(self, program: Program) -> frozenset[Program]:
        """The programmes that nobody is paid beside this one."""
        return frozenset().union(*(one for one in self.exclusive if program in one)) - {program}

    def due_on(self, opened_on: date, calendar: WorkingCalendar) -> date:
        """The last day on which a warning is explained in time; the day of opening is not counted (民法典 art. 201)."""
        return calendar.add_working_days(opened_on, self.deadline_working_days)

    def card(self, state: WarningState, due_on: date, today: date, calendar: WorkingCalendar) -> Card:
        """How urgent a warning is: red from the first day after its last one, yellow shortly before."""
        if state is not WarningState.OPEN:
            return Card.GREEN
        if today > due_on:
            return Card.RED
        return Card.YELLOW if calendar.add_working_days(today, self.yellow_working_days) >= due_on else Card.GREEN


def warning_rules_from_table(table: Mapping[str, Any]) -> WarningRules:
    """Read `warnings.toml`; KeyError or ValueError when an entry is incomplete, or names a rule that there is not."""
    rules = table["rules"]
    amount, persons = rules["sudden_amount"], rules["sudden_persons"]
    return WarningRules(
        version=table["version"],
        deadline_working_days=table["deadline_working_days"],
        yellow_working_days=table["yellow_working_days"],
        reasons={entry["code"]: wording_from_table(entry, "name") for entry in table["reasons"]},
        enabled=frozenset(WarningRule(name) for name, rule in rules.items() if rule["enabled"]),
        undisbursed_days=rules["undisbursed"]["days"],
        stuck_days=rules["stuck"]["days"],
        unspent_days=rules["unspent"]["days"],
        unspent_percent=rules["unspent"]["percent"],
        sudden_amount=SuddenChange(amount["percent"], amount["least_yuan"] * FEN),
        sudden_persons=SuddenChange(persons["percent"], persons["least_persons"]),
        sudden_programs=frozenset(map(Program, table["sudden_programs"])),
        exclusive=tuple(frozenset(map(Program, one)) for one in rules["two_programs"]["exclusive"]),
        clusters=cluster_rule_from_table(table["complaint_clusters"]),
    )
