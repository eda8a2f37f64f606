"""Warnings: those of one's offices for the desk, those about public money for the year pages, and what rules ask."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, select

from portal.domain.cases import Card
from portal.domain.divisions import DivisionCode, Level
from portal.domain.errors import NotFoundError
from portal.domain.funds import FundSource
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.offices import OfficeKind
from portal.domain.payment_warnings import findings_of_batches, findings_of_months
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.stale_bases import findings_of_bases
from portal.domain.warning_findings import findings_of_totals
from portal.domain.warnings import (
    Finding,
    WarningRule,
    WarningRules,
    WarningState,
    WarningStep,
)
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.warnings import RaisedWarning, WarningEvent, WarningRun
from portal.queries.case_scope import level_of
from portal.queries.payment_sums import batch_sums, place_months
from portal.queries.published_words import published_words
from portal.queries.reconciliation import chain_figures, received_figures, untold_places
from portal.queries.rulebook import Rulebook
from portal.queries.site import site
from portal.queries.treasury import told_months

MOST = 500
_NEVER_WATCHING = frozenset({OfficeKind.AGENT_BANK})
_NEVER_HANDLING = frozenset({OfficeKind.AGENT_BANK, OfficeKind.DISCIPLINE})
_OPEN_FIRST = case(
    (RaisedWarning.state == WarningState.OPEN, 0), (RaisedWarning.state == WarningState.CLOSED, 1), else_=2
)


def _lines() -> Any:
    return (
        select(RaisedWarning, Division.display_name, Account.display_name)
        .join(Division, Division.code == RaisedWarning.division_code)
        .outerjoin(Account, Account.id == RaisedWarning.owner_id)
    )


_TOLD = (
    _lines()
    .where(RaisedWarning.year == bindparam("year"), RaisedWarning.whole_code == bindparam("whole"))
    .where(RaisedWarning.state != WarningState.ENDED)
    .order_by(_OPEN_FIRST, RaisedWarning.id)
)
"""Made once: every year page asks for it, and its making would cost more than its answer."""


_LAST_RUN = select(WarningRun.revision).where(WarningRun.seen.like(bindparam("asked")))


@dataclass(frozen=True, slots=True)
class WarningLine:
    """One warning with names and card. `bound` and `found` are fen, or persons; the page of `whole` tells it."""

    id: int
    rule: WarningRule
    year: int
    month: int
    whole: DivisionCode
    division: DivisionCode
    division_name: str
    program: Program | None
    source: FundSource | None
    subject: str
    bound: int
    found: int
    state: WarningState
    card: Card
    opened_at: datetime
    days_open: int
    due_on: date
    owner_id: int | None
    owner_name: str
    reason: str
    words: str
    closed_at: datetime | None

    @property
    def difference(self) -> int:
        """By how much the two sides differ."""
        return abs(self.found - self.bound)


@dataclass(frozen=True, slots=True)
class WarningHappening:
    """One step of a warning's history; `name` is empty for what the rules did."""

    at: datetime
    name: str
    step: WarningStep
    bound: int
    found: int
    reason: str
    words: str


def warnings_for(actor: Actor, rulebook: Rulebook, *, at: datetime) -> tuple[WarningLine, ...]:
    """What the actor's offices are warned of: open ones first, the nearest deadline before the others."""
    query = _lines().where(watched_by(actor)).order_by(_OPEN_FIRST, RaisedWarning.due_on, RaisedWarning.id).limit(MOST)
    return tuple(_line(row, rulebook, at) for row in db.session.execute(query))


def warning_for(actor: Actor, warning_id: int, rulebook: Rulebook, *, at: datetime) -> WarningLine:
    """One warning; NotFoundError also for those outside the actor's offices."""
    row = db.session.execute(_lines().where(watched_by(actor), RaisedWarning.id == warning_id)).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有这条预警，或它不在您单位的范围内"))
    return _line(row, rulebook, at)


def history_of(warning_id: int) -> tuple[WarningHappening, ...]:
    """What has happened to a warning that the reader may see, the first step first."""
    query = (
        select(WarningEvent, Account.display_name)
        .outerjoin(Account, Account.id == WarningEvent.account_id)
        .where(WarningEvent.warning_id == warning_id)
        .order_by(WarningEvent.id)
    )
    return tuple(
        WarningHappening(event.at, name or "", event.step, event.bound, event.found, event.reason, event.words)
        for event, name in db.session.execute(query)
    )


def told_warnings(year: int, whole: DivisionCode, rulebook: Rulebook, *, at: datetime) -> tuple[WarningLine, ...]:
    """What a year page tells: warnings about sums that stand on it, while these sums are still what they were.

    Where anything was published since the worker has asked the rules they are asked once more here. A warning that
    waits for its next round, because a figure has been taken back since, is told no longer; so nothing can be read from
    a warning that cannot be read from the page.
    """
    rows = db.session.execute(_TOLD, {"year": year, "whole": whole}).all()
    if not rows:
        return ()
    if _nothing_has_come_since(rulebook.warnings, shanghai_date(at)):
        return tuple(_line(row, rulebook, at) for row in rows if row[0].is_told)
    found = findings(rulebook.warnings, shanghai_date(at), year=year, whole=whole)
    true_now = {(one.key, one.bound, one.found) for one in found if one.is_told}
    return tuple(_line(row, rulebook, at) for row in rows if (row[0].key, row[0].bound, row[0].found) in true_now)


def asked_of(rules: WarningRules, today: date) -> str:
    """With which table and on which day the rules were asked: what `WarningRun.seen` begins with."""
    return f"{rules.fingerprint}:{today}:"


def _nothing_has_come_since(rules: WarningRules, today: date) -> bool:
    last = db.session.execute(_LAST_RUN, {"asked": f"{asked_of(rules, today)}%"}).one_or_none()
    return last is not None and last.revision == site().revision


def findings_everywhere(rulebook: Rulebook, today: date) -> tuple[Finding, ...]:
    """All that the rules find now, for the desk: also what no page tells."""
    bases = findings_of_bases(published_words(), rulebook.repealed, rulebook.warnings)
    return (*findings(rulebook.warnings, today), *bases)


def findings(
    rules: WarningRules, today: date, *, year: int | None = None, whole: DivisionCode | None = None
) -> tuple[Finding, ...]:
    """What the rules find now in the figures that one page tells of, or in all; not all of it may be told."""
    ledgers = told_months(year=year, whole=whole)
    return (
        *findings_of_totals(
            chain_figures(year=year, whole=whole, ledgers=ledgers),
            received_figures(year=year, part=whole),
            untold_places(),
            rules,
            today,
            ledgers,
        ),
        *findings_of_batches(batch_sums(year=year, whole=whole), rules),
        *findings_of_months(place_months(rules.sudden_programs, year=year, whole=whole), rules),
    )


def watched_by(actor: Actor) -> ColumnElement[bool]:
    """True for warnings of the actor's division and below; a bank watches nobody. For a select that joins divisions."""
    return and_(Division.path.startswith(actor.division_path, autoescape=True), _sits_in(actor, _NEVER_WATCHING))


def is_handled_by(actor: Actor) -> bool:
    """Whether the actor takes over what he sees: bureaus of county and city do, and ask the townships."""
    level = level_of(actor.division_path)
    if not actor.may(Permission.HANDLE_WARNINGS) or level not in {Level.CITY, Level.COUNTY}:
        return False
    return bool(db.session.scalar(select(_sits_in(actor, _NEVER_HANDLING))))


def _sits_in(actor: Actor, kinds: frozenset[OfficeKind]) -> ColumnElement[bool]:
    return exists(select(Office.id).where(Office.id == actor.office_id, Office.kind.not_in(kinds)))


def _line(row: Any, rulebook: Rulebook, at: datetime) -> WarningLine:
    found, division_name, owner = row
    today = shanghai_date(at)
    return WarningLine(
        id=found.id, rule=found.rule, year=found.year, month=found.month, whole=DivisionCode(found.whole_code),
        division=DivisionCode(found.division_code), division_name=division_name, program=found.program,
        source=found.source, subject=found.subject, bound=found.bound, found=found.found, state=found.state,
        card=rulebook.warnings.card(found.state, found.due_on, today, rulebook.calendar),
        opened_at=found.opened_at, days_open=(today - shanghai_date(found.opened_at)).days, due_on=found.due_on,
        owner_id=found.owner_id, owner_name=owner or "", reason=found.reason, words=found.words,
        closed_at=found.closed_at,
    )  # fmt: skip
