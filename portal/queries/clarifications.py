"""Requests for clarification: one's own, and those that somebody free of interest may decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from portal.domain.clarifications import ClarificationScope, ClarificationState, may_decide
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.base import db
from portal.models.clarifications import Clarification
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account

MOST = 200
_DECIDERS_OFFICE, _DECIDER = aliased(Office), aliased(Account)


@dataclass(frozen=True, slots=True)
class ClarificationLine:
    """One request: for whom, where harm arose, how far it has come. Its words are opened by a use case."""

    number: str
    whom: str
    office_name: str
    for_office: bool
    scope: ClarificationScope
    state: ClarificationState
    asked_at: datetime
    decided_at: datetime | None
    decided_in: str
    is_own: bool


def clarifications_for(actor: Actor) -> tuple[ClarificationLine, ...]:
    """The actor's own requests and those that he may decide, the newest first."""
    query = _lines().where(open_to(actor)).order_by(Clarification.asked_at.desc(), Clarification.id.desc())
    return tuple(_line(row, actor) for row in db.session().execute(query.limit(MOST)))


def clarification_of(actor: Actor, number: str) -> ClarificationLine:
    """One request; NotFoundError for those of others that the actor may not decide."""
    row = db.session().execute(_lines().where(open_to(actor), Clarification.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这件澄清申请"))
    return _line(row, actor)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """One's own requests, and those that one may decide; for a select that joins `offices` and `divisions`."""
    return or_(Clarification.account_id == actor.account_id, decidable_by(actor))


def decidable_by(actor: Actor) -> ColumnElement[bool]:
    """True for requests of offices below the actor's, and for discipline inspection of every office of its place.

    Nobody decides for himself or for his own office: what it was accused of lies above it.
    """
    if not may_decide(actor):
        return false()
    below = and_(Office.path.startswith(actor.office_path, autoescape=True), Office.id != actor.office_id)
    if actor.may(Permission.HANDLE_DISCIPLINE):
        below = or_(below, Division.path.startswith(actor.division_path, autoescape=True))
    return and_(below, Clarification.account_id != actor.account_id, Clarification.office_id != actor.office_id)


def row_to_decide(session: Session, actor: Actor, number: str) -> Clarification:
    """The row of a request that the actor may decide, locked; NotFoundError otherwise."""
    query = select(Clarification).join(Office, Office.id == Clarification.office_id)
    query = query.join(Division, Division.code == Office.division_code)
    wanted = query.where(Clarification.number == number, decidable_by(actor)).with_for_update(of=Clarification)
    row = session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这件澄清申请"))
    return row


def _lines() -> Select[Clarification, str, str, str]:
    return (
        select(Clarification, Account.display_name, Office.name, _DECIDERS_OFFICE.name)
        .join(Account, Account.id == Clarification.account_id)
        .join(Office, Office.id == Clarification.office_id)
        .join(Division, Division.code == Office.division_code)
        .outerjoin(_DECIDER, _DECIDER.id == Clarification.decided_by)
        .outerjoin(_DECIDERS_OFFICE, _DECIDERS_OFFICE.id == _DECIDER.office_id)
    )


def _line(row: Any, actor: Actor) -> ClarificationLine:
    asked, person, office, decided_in = row
    return ClarificationLine(
        number=asked.number, whom=office if asked.for_office else person, office_name=office,
        for_office=asked.for_office, scope=asked.scope, state=asked.state, asked_at=asked.asked_at,
        decided_at=asked.decided_at, decided_in=decided_in or "", is_own=asked.account_id == actor.account_id,
    )  # fmt: skip
