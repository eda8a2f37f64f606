"""Holders who go: disabled, reset, moved or given other roles, they lose their wraps, but never the last one."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.desk_keys import NEEDS, check_may_go
from portal.domain.permissions import GRANTS, Role
from portal.models.desk_keys import DeskKey, DeskKeyHolder


def let_go(session: Session, account_id: int, *, still: frozenset[Role] = frozenset()) -> None:
    """Drop the account's wraps of every desk that its remaining roles do not open.

    RefusedError, and nothing is changed, when it is the last holder of one of them.
    """
    permitted = frozenset().union(*(GRANTS[role] for role in still))
    held = session.scalars(
        select(DeskKey)
        .join(DeskKeyHolder, DeskKeyHolder.desk_key_id == DeskKey.id)
        .where(DeskKeyHolder.account_id == account_id, DeskKey.retired_at.is_(None))
        .order_by(DeskKey.id)
        .with_for_update(of=DeskKey)  # of two who go at the same instant the second must see the first gone
    ).all()
    for desk in held:
        if NEEDS[desk.kind] not in permitted:
            check_may_go(holders_of(session, desk.id))
            remove_holder(session, desk.id, account_id)


def holders_of(session: Session, desk_key_id: int) -> int:
    """How many people hold a desk's key."""
    return session.scalar(select(func.count()).where(DeskKeyHolder.desk_key_id == desk_key_id)) or 0


def remove_holder(session: Session, desk_key_id: int, account_id: int) -> None:
    """Drop one wrap."""
    session.execute(
        delete(DeskKeyHolder).where(DeskKeyHolder.desk_key_id == desk_key_id, DeskKeyHolder.account_id == account_id)
    )
