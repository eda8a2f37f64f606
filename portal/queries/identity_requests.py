"""Requests to see who submitted a case, as their custodian sees them: clear columns alone, never a word of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind, CaseState, Category, IdentityGround, Track
from portal.domain.errors import NotFoundError
from portal.domain.identity_requests import STATES, RequestState
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.base import db
from portal.models.cases import Case, CaseEvent, CaseVoice
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.case_scope import in_custody_of, open_to
from portal.queries.desk_case import DeskEvent, events_of
from portal.queries.paging import Cursor

PAGE_SIZE = 30
_LAST, _ASKED = aliased(CaseEvent), aliased(CaseEvent)
_ASKERS_OFFICE = aliased(Office)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """The last request on a case: who asked when and on what ground, and how far it has come."""

    number: str
    kind: CaseKind
    category: Category
    track: Track
    case_state: CaseState
    division_name: str
    office_name: str
    received_at: datetime
    state: RequestState
    changed_at: datetime
    ground: IdentityGround | None
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class RequestList:
    """One page of requests, what changed last comes first; `after` is where the next one begins."""

    lines: tuple[RequestLine, ...]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class IdentityRequest:
    """A request with all that has ever been asked, agreed, refused and opened on its case, oldest first."""

    line: RequestLine
    case_id: int
    events: tuple[DeskEvent, ...]
    has_voice: bool


def requests_for(actor: Actor, state: RequestState | None = None, after: Cursor | None = None) -> RequestList:
    """The requests on cases whose identity the actor's custody desk keeps; none from which he is kept out."""
    query = _requests().where(in_custody_of(actor))
    if state is not None:
        query = query.where(_LAST.action == _step_to(state))
    if after is not None:
        query = query.where(or_(_LAST.at < after.at, and_(_LAST.at == after.at, _LAST.id < after.id)))
    rows = db.session().execute(query.order_by(_LAST.at.desc(), _LAST.id.desc()).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    last = shown[-1][1] if len(rows) > PAGE_SIZE else None
    return RequestList(tuple(map(_line, shown)), Cursor(last.at, last.id) if last else None)


def request_on(actor: Actor, number: str) -> IdentityRequest:
    """The request on one case; NotFoundError when there is none, or none that the actor may know of."""
    query = _requests().where(in_custody_of(actor), Case.number == number.strip().upper())
    row = db.session().execute(query).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这件查看身份的申请"))
    events = events_of(db.session(), row[0].id)
    shown = tuple(event for event in events if event.action in STATES or event.action is Action.TRANSCRIBE)
    voice = select(CaseVoice.item_id).where(CaseVoice.case_id == row[0].id)
    return IdentityRequest(_line(row), row[0].id, shown, db.session().scalar(voice) is not None)


def to_be_opened(actor: Actor) -> int:
    """How many requests wait for the actor as their custodian."""
    if not actor.may(Permission.OPEN_IDENTITY):
        return 0
    waiting = _requests().where(in_custody_of(actor), _LAST.action == _step_to(RequestState.AGREED))
    return db.session().scalar(select(func.count()).select_from(waiting.subquery())) or 0


def to_be_agreed(actor: Actor) -> Sequence[str]:
    """The numbers of cases on which another person has asked, so that the actor may agree or refuse."""
    tracks = []
    if actor.may(Permission.APPROVE_CASES) or any(Permission.APPROVE_CASES in one.on_others for one in actor.standings):
        tracks.append(Case.track != Track.DISCIPLINE)
    if actor.may(Permission.HANDLE_DISCIPLINE):
        tracks.append(Case.track == Track.DISCIPLINE)
    if not tracks:
        return ()
    waiting = _requests().where(
        or_(*tracks), open_to(actor), _LAST.action == Action.ASK_IDENTITY, _LAST.account_id != actor.account_id
    )
    return [row[0].number for row in db.session().execute(waiting.order_by(_LAST.at, _LAST.id).limit(PAGE_SIZE))]


def _requests() -> Select[Case, CaseEvent, CaseEvent, str, str, str, str]:
    last, asked = _newest(CaseEvent.action.in_(STATES)), _newest(CaseEvent.action == Action.ASK_IDENTITY)
    return (
        select(Case, _LAST, _ASKED, Division.display_name, Office.name, Account.display_name, _ASKERS_OFFICE.name)
        .join(Office, Office.id == Case.office_id)
        .join(Division, Division.code == Case.division_code)
        .join(last, last.c.case_id == Case.id)
        .join(_LAST, and_(_LAST.case_id == Case.id, _LAST.seq == last.c.seq))
        .join(asked, asked.c.case_id == Case.id)
        .join(_ASKED, and_(_ASKED.case_id == Case.id, _ASKED.seq == asked.c.seq))
        .join(Account, Account.id == _ASKED.account_id)
        .join(_ASKERS_OFFICE, _ASKERS_OFFICE.id == Account.office_id)
    )


def _newest(condition: ColumnElement[bool]) -> FromClause:
    newest = select(CaseEvent.case_id, func.max(CaseEvent.seq).label("seq")).where(condition)
    return newest.group_by(CaseEvent.case_id).subquery()


def _step_to(state: RequestState) -> Action:
    return next(action for action, reached in STATES.items() if reached is state)


def _line(row: Any) -> RequestLine:
    case, last, asked, place, office, person, their_office = row
    ground = asked.detail.get("ground")
    return RequestLine(
        number=case.number, kind=case.kind, category=case.category, track=case.track, case_state=case.state,
        division_name=place, office_name=office, received_at=case.received_at, state=STATES[last.action],
        changed_at=last.at, ground=IdentityGround(ground) if ground else None, asked_at=asked.at,
        asked_by=f"{person}（{their_office}）",
    )  # fmt: skip
