"""Holders who go: disabled, reset, moved or given other roles, they lose their wraps, but never the last one."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.domain.desk_keys import NEEDS, check_enough_stay, check_may_go
from portal.domain.permissions import GRANTS, Role, permissions_of
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.models.staff import Account, AccountRole


def let_go(session: Session, account_id: int, *, still: frozenset[Role] = frozenset(), can_wait: bool = False) -> None:
    """Drop the account's wraps of every desk that its remaining roles do not open.

    RefusedError, and nothing is changed, when it is the last holder of one of them; of what `can_wait` until somebody
    else is enrolled also when one alone would be left.
    """
    permitted = permissions_of(still)
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
            if can_wait:
                check_enough_stay(holders_of(session, desk.id) - 1, _colleagues(session, desk))
            remove_holder(session, desk.id, account_id)


def _colleagues(session: Session, desk: DeskKey) -> tuple[str, ...]:
    """Who could be enrolled at once: people of the office with the role and a pair of their own."""
    roles = [role for role, granted in GRANTS.items() if NEEDS[desk.kind] in granted]
    holding = select(DeskKeyHolder.account_id).where(DeskKeyHolder.desk_key_id == desk.id)
    query = (
        select(Account.display_name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .join(AccountKey, AccountKey.account_id == Account.id)
        .where(Account.office_id == desk.office_id, Account.disabled_at.is_(None), AccountRole.role.in_(roles))
        .where(Account.id.not_in(holding))
    )
    return tuple(session.scalars(query.distinct().order_by(Account.display_name)))


def holders_of(session: Session, desk_key_id: int) -> int:
    """How many people hold a desk's key."""
    return session.scalar(select(func.count()).where(DeskKeyHolder.desk_key_id == desk_key_id)) or 0


def remove_holder(session: Session, desk_key_id: int, account_id: int) -> None:
    """Drop one wrap."""
    session.execute(
        delete(DeskKeyHolder).where(DeskKeyHolder.desk_key_id == desk_key_id, DeskKeyHolder.account_id == account_id)
    )
