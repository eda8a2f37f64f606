"""Delegations (A/B 角): for whom somebody stands in at an instant, and the lists of an office."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from portal.domain.delegations import (
    AbsenceReason,
    DelegationState,
    Period,
    has_work_to_pass,
    is_substitute,
    may_end,
    may_name_for_others,
    standing_of,
    state_on,
)
from portal.domain.instants import shanghai_date
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission, Standing
from portal.models.base import db
from portal.models.delegations import Delegation
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.queries.staff import actor_of, actors_where

MOST_LINES = 200
_ABSENT, _DEPUTY, _NAMER = aliased(Account), aliased(Account), aliased(Account)


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """Who stands in for whom, when and why. `counts` says that something passes by it now or would on its days.

    `deputy_away` are days of it on which the substitute is away himself: he was named for somebody else later.
    """

    id: int
    absent_id: AccountId
    absent_name: str
    deputy_name: str
    office_name: str
    period: Period
    reason: AbsenceReason
    named_by: str
    ended_at: datetime | None
    state: DelegationState
    counts: bool
    may_be_ended: bool
    deputy_away: Period | None = None


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who stands in for an officer now, and until when."""

    name: str
    last_on: date


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be named, or for whom somebody may be named."""

    id: AccountId
    name: str


def standing_in(actor: Actor, *, at: datetime) -> Actor:
    """The actor with everybody for whom he stands in at an instant; what has come to its end counts no more."""
    query = select(Delegation).where(Delegation.deputy_id == actor.account_id, present(at)).order_by(Delegation.id)
    standings = []
    for row in db.session().scalars(query):
        standing = _standing(row, actor)
        if standing is not None:
            standings.append(standing)
    return replace(actor, standings=tuple(standings))


def substitute_of(session: Session, account_id: int | None, *, at: datetime) -> Substitute | None:
    """Who stands in for somebody now."""
    query = select(Delegation).where(Delegation.account_id == account_id, present(at)).order_by(Delegation.id)
    for row in session.scalars(query):
        deputy = actor_of(row.deputy_id)
        if _standing(row, deputy):
            return Substitute(deputy.display_name, row.last_on)
    return None


def away_on(at: datetime) -> frozenset[int]:
    """The accounts that are away at an instant and have a substitute, for whoever gives cases out."""
    return frozenset(db.session().scalars(select(Delegation.account_id).where(present(at))))


def present(at: datetime) -> ColumnElement[bool]:
    """True for the delegations of the day that were not ended, between accounts that are both enabled."""
    today = shanghai_date(at)
    shut = select(Account.id).where(Account.disabled_at.is_not(None))
    return and_(
        Delegation.first_on <= today,
        Delegation.last_on >= today,
        or_(Delegation.ended_at.is_(None), Delegation.ended_at > at),
        Delegation.account_id.not_in(shut),
        Delegation.deputy_id.not_in(shut),
    )


def delegations_within(actor: Actor, *, at: datetime) -> tuple[DelegationLine, ...]:
    """Those of the actor's office, and of the offices below it for who may name there; the latest days first."""
    query = _lines().where(_seen_by(actor)).order_by(Delegation.last_on.desc(), Delegation.id.desc())
    lines = db.session().execute(query.limit(MOST_LINES)).all()
    live = select(Delegation).where(Delegation.ended_at.is_(None), Delegation.last_on >= shanghai_date(at))
    absences = db.session().scalars(live.order_by(Delegation.first_on)).all()
    return tuple(_line(row, actor, at, absences) for row in lines)


def absentees_for(actor: Actor) -> tuple[Colleague, ...]:
    """Those for whom the actor may name somebody: himself first, and of his scope whoever has something to pass."""
    found = [actor] if has_work_to_pass(actor, by_himself=True) else []
    if may_name_for_others(actor):
        others = [one for one in _working_on_cases(actor) if one.account_id != actor.account_id]
        found += [one for one in others if has_work_to_pass(one, by_himself=False)]
    return tuple(_colleague(one) for one in found)


def deputies_for(actor: Actor) -> tuple[Colleague, ...]:
    """Those whom the actor may name, for himself or for a colleague; never himself."""
    others = [one for one in _working_on_cases(actor) if one.account_id != actor.account_id]
    if not may_name_for_others(actor):
        others = [one for one in others if is_substitute(one, actor, by_himself=True)]
    return tuple(_colleague(one) for one in others)


def _standing(row: Delegation, deputy: Actor) -> Standing | None:
    absent = actor_of(row.account_id)
    return standing_of(absent, deputy, row.last_on, by_himself=row.named_by_id == row.account_id)


def _lines() -> Any:
    return (
        select(Delegation, _ABSENT.display_name, _DEPUTY.display_name, _NAMER.display_name, Office.name)
        .join(_ABSENT, _ABSENT.id == Delegation.account_id)
        .join(_DEPUTY, _DEPUTY.id == Delegation.deputy_id)
        .join(_NAMER, _NAMER.id == Delegation.named_by_id)
        .join(Office, Office.id == Delegation.office_id)
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """A substitute in an office below sees what he was named for, too."""
    place = Office.id == actor.office_id
    if may_name_for_others(actor):
        place = Office.path.startswith(actor.office_path, autoescape=True)
    return or_(place, Delegation.deputy_id == actor.account_id, Delegation.account_id == actor.account_id)


def _line(row: Any, actor: Actor, at: datetime, absences: Sequence[Delegation]) -> DelegationLine:
    found, absent, deputy, namer, office = row
    period = Period(found.first_on, found.last_on)
    state = state_on(shanghai_date(at), period, found.ended_at)
    is_open = state in {DelegationState.PRESENT, DelegationState.COMING}
    path = db.session().get_one(Office, found.office_id).path
    return DelegationLine(
        id=found.id,
        absent_id=AccountId(found.account_id),
        absent_name=absent,
        deputy_name=deputy,
        office_name=office,
        period=period,
        reason=found.reason,
        named_by=namer,
        ended_at=found.ended_at,
        state=state,
        counts=is_open and _standing(found, actor_of(found.deputy_id)) is not None,
        may_be_ended=is_open and may_end(actor, AccountId(found.account_id), path),
        deputy_away=_away_during(period, found.deputy_id, absences) if is_open else None,
    )


def _away_during(period: Period, account_id: int, absences: Sequence[Delegation]) -> Period | None:
    own = (Period(one.first_on, one.last_on) for one in absences if one.account_id == account_id)
    return next((one for one in own if one.meets(period)), None)


def _working_on_cases(actor: Actor) -> Sequence[Actor]:
    """Everybody enabled in the actor's offices who may see cases, by office."""
    seeing = [role for role, granted in GRANTS.items() if Permission.SEE_CASES in granted]
    held = select(AccountRole.account_id).where(AccountRole.role.in_(seeing))
    below = Office.path.startswith(actor.office_path, autoescape=True)
    return actors_where(below, Account.disabled_at.is_(None), Account.id.in_(held))


def _colleague(one: Actor) -> Colleague:
    return Colleague(one.account_id, f"{one.display_name}（{one.office_name}）")
