"""Naming who stands in for an absent colleague (A/B 角), and ending it early; its last day ends it by itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.domain.delegations import (
    AbsenceReason,
    DelegationState,
    Period,
    faults_in,
    may_end,
    may_name_for_others,
    state_on,
)
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.permissions import AccountId, Actor
from portal.models.delegations import Delegation
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.staff import actor_of
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """What is stated of a delegation."""

    absent_id: int
    deputy_id: int
    period: Period
    reason: AbsenceReason


def name_deputy(new: NewDelegation, *, actor: Actor, at: datetime, sent: Sent | None = None) -> int:
    """Name who stands in; gives the id. InvalidError names the fields that cannot be used.

    Everybody names his own substitute, who gives the right to approve away with it; for colleagues a dispatcher does,
    who gives handling alone. Nobody names himself.
    """
    with transaction() as session:
        claim(session, sent, actor, at=at)
        absent, deputy = _both(session, actor, new)
        by_himself = actor.account_id == absent.account_id
        faults = faults_in(absent, deputy, new.period, shanghai_date(at), by_himself=by_himself)
        if deputy.account_id == actor.account_id:
            faults["deputy_id"] = Message(N_("不能指定您自己代办别人的件：请由本人或另一位受理人指定"))
        faults = _overlaps(session, new) | faults
        if faults:
            raise InvalidError(N_("请改正标出的内容"), fields=faults)
        row = Delegation(
            account_id=absent.account_id, deputy_id=deputy.account_id, office_id=absent.office_id,
            first_on=new.period.first_on, last_on=new.period.last_on, reason=new.reason,
            named_by_id=actor.account_id, created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _note(session, actor, row, at=at)
        return row.id


def _note(session: Session, actor: Actor, row: Delegation, *, at: datetime) -> None:
    audit.record(
        session, actor, "delegation.named", f"account:{row.account_id}", at=at, delegation=row.id, deputy=row.deputy_id,
        first_on=row.first_on.isoformat(), last_on=row.last_on.isoformat(), reason=str(row.reason),
    )  # fmt: skip


def end_delegation(delegation_id: int, *, actor: Actor, at: datetime, sent: Sent | None = None) -> None:
    """End a delegation before its last day, or take one back that has not begun; ConflictError when it is over."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = session.scalar(select(Delegation).where(Delegation.id == delegation_id).with_for_update())
        if row is None or not may_end(actor, AccountId(row.account_id), _path(session, row.office_id)):
            raise NotFoundError(N_("没有找到这项代办安排"))
        state = state_on(shanghai_date(at), Period(row.first_on, row.last_on), row.ended_at)
        if state not in {DelegationState.PRESENT, DelegationState.COMING}:
            raise ConflictError(N_("这项代办安排已经结束"))
        row.ended_at = at
        audit.record(session, actor, "delegation.ended", f"account:{row.account_id}", at=at, delegation=row.id)


def end_delegations_of(session: Session, account_id: int, *, at: datetime) -> None:
    """Whoever leaves his office or is shut out stands in for nobody any more, and nobody for him."""
    his = or_(Delegation.account_id == account_id, Delegation.deputy_id == account_id)
    live = Delegation.ended_at.is_(None) & (Delegation.last_on >= shanghai_date(at))
    session.execute(update(Delegation).where(his, live).values(ended_at=at))


def _both(session: Session, actor: Actor, new: NewDelegation) -> tuple[Actor, Actor]:
    """The absent person and the substitute, locked against a second naming; NotFoundError outside the scope."""
    wanted = select(Account.id).where(Account.id.in_({new.absent_id, new.deputy_id}), Account.disabled_at.is_(None))
    found = set(session.scalars(wanted.order_by(Account.id).with_for_update()))
    if new.absent_id not in found:
        raise NotFoundError(N_("没有这个账号"))
    if new.deputy_id not in found:
        raise InvalidError(N_("请改正标出的内容"), fields={"deputy_id": Message(N_("这个账号已经停用"))})
    absent, deputy = actor_of(new.absent_id), actor_of(new.deputy_id)
    if absent.account_id != actor.account_id:
        if not may_name_for_others(actor):
            raise RefusedError(N_("您只能为自己指定代办人"))
        if not absent.office_path.startswith(actor.office_path):
            raise NotFoundError(N_("没有这个账号"))
    return absent, deputy


def _overlaps(session: Session, new: NewDelegation) -> dict[str, Message]:
    """One substitute at a time, and none who is away himself on one of the days."""
    faults = {}
    if _has_one(session, new.absent_id, new.period):
        faults["first_on"] = Message(N_("这段时间里已经有代办安排：请先结束原来的，或者改日期"))
    if _has_one(session, new.deputy_id, new.period):
        faults["deputy_id"] = Message(N_("这位同事这段时间自己也不在岗，已经由别人代办"))
    return faults


def _has_one(session: Session, account_id: int, period: Period) -> bool:
    live = select(Delegation).where(Delegation.account_id == account_id, Delegation.ended_at.is_(None))
    return any(period.meets(Period(row.first_on, row.last_on)) for row in session.scalars(live))


def _path(session: Session, office_id: int) -> str:
    return session.scalars(select(Office.path).where(Office.id == office_id)).one()
