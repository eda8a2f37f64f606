"""Cases as the desk sees them: the inbox by deadline, its filters and counts, all through `open_to`.

Lists read clear columns alone: nothing that is sealed is opened for them, however many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.calendar import WorkingCalendar
from portal.domain.case_actions import ENDED
from portal.domain.case_clocks import Clock, card, next_promise
from portal.domain.cases import Card, CaseKind, CaseState, Category, Channel, Outcome, Party, Track
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.permissions import GRANTS, Actor, Permission
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseExternalNumber
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.queries.case_facts import clock_of
from portal.queries.case_scope import open_to
from portal.queries.paging import EPOCH, Cursor

PAGE_SIZE = 30
OPEN = frozenset(CaseState) - ENDED
_ASKED = (CaseState.ASKED_BEFORE_ACCEPTANCE, CaseState.ASKED_IN_HANDLING)
_SHORTEST_NUMBER = 3
_TOWNSHIP = 3
"""How many codes the path of a township has: its city, its county, its own."""
_HANDLING = {Permission.HANDLE_CASES, Permission.HANDLE_DISCIPLINE}


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which cases a list shows; without a state those on which something is still owed. `number` is a part of one."""

    kind: CaseKind | None = None
    category: Category | None = None
    state: CaseState | None = None
    division_code: str = ""
    office_id: int | None = None
    officer_ids: frozenset[int] = frozenset()
    is_overdue: bool = False
    is_due_today: bool = False
    number: str = ""
    ended: bool = False
    whether_or_not_ended: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. `promise` is what is owed next, with its last day in `due_at`."""

    number: str
    kind: CaseKind
    category: Category
    track: Track
    channel: Channel
    state: CaseState
    outcome: Outcome | None
    division_name: str
    office_name: str
    officer_id: int | None
    officer_name: str
    slow_lane: bool
    received_at: datetime
    registered_at: datetime | None
    concluded_at: datetime | None
    promise: Clock | None
    card: Card | None

    @property
    def waits_for(self) -> Party:
        """Who must act now."""
        return Party.SUBMITTER if self.state in _ASKED else Party.STAFF


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases are open to somebody, and how many of them are late."""

    open: int
    due_today: int
    overdue: int
    mine: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of the inbox, the earliest deadline first; `after` is where the next one begins."""

    lines: tuple[CaseLine, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a filter lets choose."""

    id: int
    name: str


def inbox(
    actor: Actor,
    filters: CaseFilters,
    calendar: WorkingCalendar,
    *,
    at: datetime,
    after: Cursor | None = None,
    size: int | None = PAGE_SIZE,
) -> CasePage:
    """A page of the cases that are open to the actor; without a `size` all of them."""
    query = chosen_cases(actor, filters, at=at)
    if after is not None:
        query = query.where(_behind(after))
    query = query.order_by(Case.next_due_at.asc().nulls_last(), Case.id)
    rows = db.session.execute(query.limit(size + 1) if size else query).all()
    shown = rows[:size] if size else rows
    clocks = _clocks([row.Case.id for row in shown])
    lines = tuple(_line(row, clocks.get(row.Case.id, ()), calendar, at) for row in shown)
    last = shown[-1].Case if len(rows) > len(shown) else None
    return CasePage(lines, Cursor(last.next_due_at or EPOCH, last.id) if last else None)


def chosen_cases(actor: Actor, filters: CaseFilters, *, at: datetime) -> Select[Case, str, str, str]:
    """The cases of the inbox with their place, office and officer, in no order yet."""
    return _lines().where(open_to(actor), *_chosen(filters, at))


def counts(actor: Actor, mine: Sequence[int], *, at: datetime) -> CaseCounts:
    """Of all open cases, whatever is filtered; `mine` are those for whom the actor handles cases."""
    query = (
        select(func.count(), _sum(_due_today(at)), _sum(_overdue(at)), _sum(Case.officer_id.in_(mine)))
        .select_from(Case)
        .join(Office, Office.id == Case.office_id)
        .where(open_to(actor), Case.state.in_(OPEN))
    )
    return CaseCounts(*(number or 0 for number in db.session.execute(query).one()))


def similar_cases(actor: Actor, case_id: int, calendar: WorkingCalendar, *, at: datetime) -> tuple[CaseLine, ...]:
    """Open cases of the same kind from the same township or nearer, which may be about the same matter."""
    own = aliased(Case)
    place = select(Division.path).join(own, own.division_code == Division.code).where(own.id == case_id)
    path = db.session.execute(place).scalar_one()
    township = "/".join(path.split("/")[:_TOWNSHIP]) + "/"
    kind = select(own.kind).where(own.id == case_id).scalar_subquery()
    query = _lines().where(
        open_to(actor),
        Case.id != case_id,
        Case.kind == kind,
        Case.state.in_(OPEN - {CaseState.MERGED}),
        Division.path.startswith(township.replace("//", "/"), autoescape=True),
    )
    rows = db.session.execute(query.order_by(Case.received_at.desc(), Case.id).limit(PAGE_SIZE)).all()
    clocks = _clocks([row.Case.id for row in rows])
    return tuple(_line(row, clocks.get(row.Case.id, ()), calendar, at) for row in rows)


def offices_with_cases(actor: Actor) -> tuple[Named, ...]:
    """The offices that handle a case which is open to the actor."""
    query = select(Office.id, Office.name).where(
        Office.path.startswith(actor.office_path, autoescape=True),
        exists().where(Case.office_id == Office.id, open_to(actor)),
    )
    return tuple(Named(row.id, row.name) for row in db.session.execute(query.order_by(Office.path)))


def officers_within(actor: Actor) -> tuple[Named, ...]:
    """Everybody in the actor's offices whose role lets him handle cases."""
    handling = [role for role, granted in GRANTS.items() if granted & _HANDLING]
    query = (
        select(Account.id, Account.display_name, Office.name.label("office"))
        .join(Office, Office.id == Account.office_id)
        .where(
            Office.path.startswith(actor.office_path, autoescape=True),
            Account.disabled_at.is_(None),
            exists().where(AccountRole.account_id == Account.id, AccountRole.role.in_(handling)),
        )
    )
    rows = db.session.execute(query.order_by(Office.path, Account.id))
    return tuple(Named(row.id, f"{row.display_name}（{row.office}）") for row in rows)


def _lines() -> Select[Case, str, str, str]:
    officer = aliased(Account)
    return (
        select(
            Case,
            Division.display_name.label("division"),
            Office.name.label("office"),
            officer.display_name.label("officer"),
        )
        .join(Office, Office.id == Case.office_id)
        .join(Division, Division.code == Case.division_code)
        .outerjoin(officer, officer.id == Case.officer_id)
    )


def _chosen(filters: CaseFilters, at: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.number:
        return [_numbered(filters.number)]
    for column, value in ((Case.kind, filters.kind), (Case.category, filters.category), (Case.state, filters.state)):
        if value is not None:
            wanted.append(column == value)
    if filters.state is None and not filters.whether_or_not_ended:
        wanted.append(Case.state.in_(ENDED if filters.ended else OPEN))
    if filters.division_code:
        wanted.append(Case.division_code.in_(_divisions_below(filters.division_code)))
    if filters.office_id is not None:
        wanted.append(Case.office_id == filters.office_id)
    if filters.officer_ids:
        wanted.append(Case.officer_id.in_(filters.officer_ids))
    if filters.is_overdue:
        wanted.append(_overdue(at))
    if filters.is_due_today:
        wanted.append(_due_today(at))
    return wanted


def _numbered(text: str) -> ColumnElement[bool]:
    """A part of the case's own number, or the whole number of the same matter elsewhere."""
    elsewhere = exists().where(CaseExternalNumber.case_id == Case.id, CaseExternalNumber.number == text)
    if len(text) < _SHORTEST_NUMBER:
        return elsewhere
    return or_(Case.number.contains(text.upper(), autoescape=True), elsewhere)


def _divisions_below(code: str) -> Select[Any]:
    above = select(Division.path).where(Division.code == code).scalar_subquery()
    return select(Division.code).where(Division.path.startswith(above))


def _overdue(at: datetime) -> ColumnElement[bool]:
    """Late, unless the clock waits for the submitter."""
    return and_(Case.next_due_at <= at, _runs())


def _due_today(at: datetime) -> ColumnElement[bool]:
    return and_(Case.next_due_at > at, Case.next_due_at <= end_of_day(shanghai_date(at)), _runs())


def _runs() -> ColumnElement[bool]:
    paused = exists().where(
        CaseClock.case_id == Case.id, CaseClock.due_at == Case.next_due_at, CaseClock.paused_on.is_not(None)
    )
    return or_(Case.state.not_in(_ASKED), ~paused)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _behind(after: Cursor) -> ColumnElement[bool]:
    """What stands behind the cursor; cases without a deadline come last and carry the epoch in theirs."""
    if after.at == EPOCH:
        return and_(Case.next_due_at.is_(None), Case.id > after.id)
    later = and_(Case.next_due_at == after.at, Case.id > after.id)
    return or_(Case.next_due_at > after.at, later, Case.next_due_at.is_(None))


def _clocks(case_ids: Sequence[int]) -> Mapping[int, Sequence[Clock]]:
    """The unmet clocks of one page, read at once."""
    found: dict[int, list[Clock]] = {}
    for row in db.session.scalars(select(CaseClock).where(CaseClock.case_id.in_(case_ids), CaseClock.met_at.is_(None))):
        found.setdefault(row.case_id, []).append(clock_of(row))
    return found


def _line(row: Any, clocks: Sequence[Clock], calendar: WorkingCalendar, at: datetime) -> CaseLine:
    found: Case = row.Case
    promise = next_promise(clocks)
    return CaseLine(
        number=found.number,
        kind=found.kind,
        category=found.category,
        track=found.track,
        channel=found.channel,
        state=found.state,
        outcome=found.outcome,
        division_name=row.division,
        office_name=row.office,
        officer_id=found.officer_id,
        officer_name=row.officer or "",
        slow_lane=found.slow_lane,
        received_at=found.received_at,
        registered_at=found.registered_at,
        concluded_at=found.concluded_at,
        promise=promise,
        card=card(promise, at, calendar) if promise else None,
    )
