"""One case as the desk sees it: its facts, its clocks, who is kept out, what has happened, what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from portal.domain.attachments import FileFinding
from portal.domain.case_actions import ACTIONS, Action
from portal.domain.case_clocks import Clock, Clockwork, card
from portal.domain.case_permits import ON_BEHALF_OF, CaseFacts, Hand, allowed_actions
from portal.domain.cases import (
    Card,
    CaseKind,
    CaseState,
    Category,
    Channel,
    ExternalSystem,
    ItemKind,
    Outcome,
    Party,
    Protection,
    Rung,
    ServiceManner,
    Track,
)
from portal.domain.divisions import Level
from portal.domain.intake import ExternalNumber
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseAccused, CaseEvent, CaseExternalNumber, CaseFile, CaseRecusal
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.publications import Publication
from portal.models.staff import Account
from portal.queries.case_scope import open_to
from portal.queries.delegations import Substitute, substitute_of


@dataclass(frozen=True, slots=True)
class DeskClock:
    """A clock with how urgent it is now."""

    clock: Clock
    card: Card
    has_lapsed: bool


@dataclass(frozen=True, slots=True)
class KeptOut:
    """Who may learn nothing of the case, and why."""

    offices: tuple[str, ...]
    people: tuple[str, ...]
    recused: tuple[str, ...]
    floor: Level | None


@dataclass(frozen=True, slots=True)
class KeptAs:
    """How a file is kept: its size in bytes; in quarantine it waits for its scan, or for what was `found` in it."""

    size: int
    quarantined: bool
    found: FileFinding | None


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One opened piece; `by` is empty for what the submitter wrote. `kept` is there for a file."""

    id: str
    kind: ItemKind
    at: datetime
    by: str
    content: Mapping[str, Any] = field(repr=False)
    kept: KeptAs | None = None


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One thing that has happened; `party` says who, when it was nobody of the staff. `facts` are named values.

    `item_id` is the sealed piece that went along with it, empty for none; `on_behalf_of` the absent colleague for whom
    it was done, empty where it was done in one's own name.
    """

    action: Action
    at: datetime
    by: str
    party: Party
    to_state: CaseState
    has_moved: bool
    facts: Mapping[str, str | int | StrEnum]
    item_id: str = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class DeskCase:
    """Everything of a case that its reader may know. `items` are None when nothing at hand opens them."""

    id: int
    number: str
    kind: CaseKind
    category: Category
    track: Track
    channel: Channel
    state: CaseState
    outcome: Outcome | None
    version: int
    office_id: int
    office_name: str
    officer_name: str
    division_name: str
    notice_number: str
    notice_row: int | None
    main_number: str
    merged: tuple[str, ...]
    external: tuple[ExternalNumber, ...]
    rating: int | None
    slow_lane: bool
    received_at: datetime
    registered_at: datetime | None
    concluded_at: datetime | None
    clocks: tuple[DeskClock, ...]
    kept_out: KeptOut
    events: tuple[DeskEvent, ...]
    items: tuple[DeskItem, ...] | None
    facts: CaseFacts
    hand: Hand
    allowed: tuple[Action, ...]
    substitute: Substitute | None

    @property
    def is_stood_in_for(self) -> bool:
        """Whether its reader stands in for the absent officer."""
        return any(one.is_officer for one in self.hand.stand_ins)

    @property
    def last_event(self) -> DeskEvent:
        """What was done last, for whoever came a moment too late."""
        return self.events[-1]


_ENUMS: Mapping[str, type[StrEnum]] = {
    "rung": Rung,
    "protection": Protection,
    "outcome": Outcome,
    "manner": ServiceManner,
    "channel": Channel,
    "system": ExternalSystem,
}
_OFFICES = ("office", "accused_office")
_PEOPLE = ("officer", "account", ON_BEHALF_OF)
_OWN_BUSINESS = frozenset({"at_office", "due_on", "item", ON_BEHALF_OF})
"""What the portal keeps of an event for its own ways: whose letter it is, what it promised, its sealed piece."""


def desk_case(
    session: Session,
    actor: Actor,
    case: Case,
    clocks: Sequence[Clock],
    clockwork: Clockwork,
    items: tuple[DeskItem, ...] | None,
    facts: CaseFacts,
    hand: Hand,
    *,
    at: datetime,
) -> DeskCase:
    """The page of a case that the actor was found to be let into."""
    place, office, officer = _names(session, case)
    notice = session.get(Publication, case.notice_id) if case.notice_id else None
    return DeskCase(
        id=case.id, number=case.number, kind=case.kind, category=case.category, track=case.track,
        channel=case.channel, state=case.state, outcome=case.outcome, version=case.version, office_id=case.office_id,
        office_name=office, officer_name=officer or "", division_name=place,
        notice_number=notice.number if notice else "", notice_row=case.notice_row,
        main_number=next(iter(_numbers(session, actor, Case.id == case.merged_into_id)), ""),
        merged=_numbers(session, actor, Case.merged_into_id == case.id), external=external_numbers(session, case.id),
        rating=case.rating, slow_lane=case.slow_lane, received_at=case.received_at,
        registered_at=case.registered_at, concluded_at=case.concluded_at,
        clocks=tuple(DeskClock(one, card(one, at, clockwork.calendar), one.has_lapsed_at(at)) for one in clocks),
        kept_out=_kept_out(session, case), events=events_of(session, case.id), items=items, facts=facts,
        hand=hand, allowed=allowed_actions(facts, hand), substitute=substitute_of(session, case.officer_id, at=at),
    )  # fmt: skip


def events_of(session: Session, case_id: int) -> tuple[DeskEvent, ...]:
    """What has happened to a case, oldest first, with names in place of ids."""
    query = (
        select(CaseEvent, Account.display_name, Office.name)
        .outerjoin(Account, Account.id == CaseEvent.account_id)
        .outerjoin(Office, Office.id == Account.office_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.seq)
    )
    rows = session.execute(query).all()
    offices = _named(session, Office.id, Office.name, [row[0].detail.get(name) for row in rows for name in _OFFICES])
    people = [row[0].detail.get(name) for row in rows for name in _PEOPLE]
    accounts = _named(session, Account.id, Account.display_name, people)
    return tuple(_event(event, person, office, offices, accounts) for event, person, office in rows)


def external_numbers(session: Session, case_id: int) -> tuple[ExternalNumber, ...]:
    """The numbers of the same matter elsewhere."""
    rows = session.execute(
        select(CaseExternalNumber.system, CaseExternalNumber.number)
        .where(CaseExternalNumber.case_id == case_id)
        .order_by(CaseExternalNumber.id)
    )
    return tuple(ExternalNumber(row.system, row.number) for row in rows)


def kept_files(session: Session, case_id: int) -> Mapping[str, KeptAs]:
    """The size of a case's files, and which lie in quarantine, by the item that names each."""
    rows = session.scalars(select(CaseFile).where(CaseFile.case_id == case_id))
    return {row.item_id: KeptAs(row.size, row.quarantined, row.found) for row in rows}


def writers_of(session: Session, account_ids: Sequence[int | None]) -> Mapping[int, str]:
    """The names of those who wrote something in a case."""
    return _named(session, Account.id, Account.display_name, account_ids)


def _names(session: Session, case: Case) -> tuple[str, str, str | None]:
    officer = aliased(Account)
    row = session.execute(
        select(Division.display_name, Office.name, officer.display_name)
        .select_from(Case)
        .join(Office, Office.id == Case.office_id)
        .join(Division, Division.code == Case.division_code)
        .outerjoin(officer, officer.id == Case.officer_id)
        .where(Case.id == case.id)
    ).one()
    return row[0], row[1], row[2]


def _numbers(session: Session, actor: Actor, condition: ColumnElement[bool]) -> tuple[str, ...]:
    """The numbers of cases beside this one; whoever is kept out of one of them does not see it here either."""
    query = select(Case.number).join(Office, Office.id == Case.office_id).where(open_to(actor), condition)
    return tuple(session.scalars(query.order_by(Case.id)))


def _kept_out(session: Session, case: Case) -> KeptOut:
    accused = (
        select(Office.name, Account.display_name)
        .select_from(CaseAccused)
        .outerjoin(Office, Office.id == CaseAccused.office_id)
        .outerjoin(Account, Account.id == CaseAccused.account_id)
        .where(CaseAccused.case_id == case.id)
        .order_by(CaseAccused.id)
    )
    rows = session.execute(accused).all()
    recused = (
        select(Account.display_name)
        .join(CaseRecusal, CaseRecusal.account_id == Account.id)
        .where(CaseRecusal.case_id == case.id)
    )
    return KeptOut(
        offices=tuple(office for office, _ in rows if office),
        people=tuple(person for _, person in rows if person),
        recused=tuple(session.scalars(recused)),
        floor=case.level_floor,
    )


def _event(
    event: CaseEvent, person: str | None, office: str | None, offices: Mapping[int, str], accounts: Mapping[int, str]
) -> DeskEvent:
    parties = ACTIONS[event.action].parties
    return DeskEvent(
        action=event.action,
        at=event.at,
        by=f"{person}（{office}）" if person else "",
        party=Party.SUBMITTER if Party.SUBMITTER in parties else Party.CLOCK,
        to_state=event.to_state,
        has_moved=event.from_state is not event.to_state,
        facts={
            name: _fact(name, value, offices, accounts)
            for name, value in event.detail.items()
            if value and name not in _OWN_BUSINESS
        },
        item_id=str(event.detail.get("item", "")),
        on_behalf_of=accounts.get(event.detail.get(ON_BEHALF_OF, 0), ""),
    )


def _fact(name: str, value: Any, offices: Mapping[int, str], accounts: Mapping[int, str]) -> str | int | StrEnum:
    if name in _ENUMS:
        return _ENUMS[name](value)
    if name in _OFFICES:
        return offices.get(value, "")
    if name in {"officer", "account"}:
        return accounts.get(value, "")
    fact: str | int = value
    return fact


def _named(session: Session, key: ColumnElement[int] | Any, name: Any, ids: Sequence[int | None]) -> Mapping[int, str]:
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = session.execute(select(key, name).where(key.in_(wanted)))
    return {row[0]: row[1] for row in rows}
