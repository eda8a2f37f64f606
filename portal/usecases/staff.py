"""Accounts: created, given roles, disabled and reset by an administrator or by the operator at the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.messages import N_, Message
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission, Role, check_roles
from portal.domain.staff import faults_in, normal_username, password_fault
from portal.models.offices import Office
from portal.models.staff import Account as Row
from portal.models.staff import AccountRole, StaffSession
from portal.models.transaction import transaction
from portal.queries.offices import within
from portal.queries.staff import roles_of
from portal.sealing.passwords import hash_password, one_time_password
from portal.usecases import audit, idempotency, limits
from portal.usecases.account_keys import PasswordLock, drop_pair, keep_pair, new_account_pair, new_lock
from portal.usecases.case_moving import keep_out_who_moves, release_cases
from portal.usecases.delegations import end_delegations_of
from portal.usecases.desk_holders import let_go
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is stated of a new account; without a password a one-time password is made, which must be changed."""

    username: str
    display_name: str
    office_id: int
    roles: frozenset[Role]
    password: str | None = None
    must_change_password: bool = True


@dataclass(frozen=True, slots=True)
class IssuedPassword:
    """A password as it is shown once; `repr` does not tell it."""

    account_id: AccountId
    username: str
    password: str

    def __repr__(self) -> str:
        return f"IssuedPassword(account_id={self.account_id})"


@dataclass(frozen=True, slots=True, repr=False)
class PreparedAccount:
    """An account whose password has been hashed, and whose key is ready when he holds desks from the first day."""

    new: NewAccount
    username: str
    password: str
    hashed: str
    lock: PasswordLock | None


def add_account(new: NewAccount, *, actor: Actor | None, at: datetime, sent: Sent | None = None) -> IssuedPassword:
    """Create an account. InvalidError names the fields; an actor of None is the operator at the command line."""
    _permit(actor)
    prepared = prepare_account(new)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        return _add(session, prepared, actor, at=at)


def add_accounts(
    prepared: Iterable[PreparedAccount], *, actor: Actor | None, at: datetime
) -> tuple[IssuedPassword, ...]:
    """Create accounts by the hundred, all or none."""
    _permit(actor)
    with transaction() as session:
        return tuple(_add(session, one, actor, at=at) for one in prepared)


def prepare_account(new: NewAccount) -> PreparedAccount:
    """Everything slow (argon2, outside Python's lock), before the transaction: no other writer needs to wait for it."""
    username, password = normal_username(new.username), new.password or one_time_password()
    _check_new(username, new)
    holds = not new.must_change_password and any(Permission.HOLD_DESK_KEY in GRANTS[role] for role in new.roles)
    return PreparedAccount(new, username, password, hash_password(password), new_lock(password) if holds else None)


def _add(session: Session, prepared: PreparedAccount, actor: Actor | None, *, at: datetime) -> IssuedPassword:
    new = prepared.new
    check_roles(new.roles, _office(session, actor, new.office_id).kind)
    row = Row(
        username=prepared.username,
        display_name=new.display_name.strip(),
        office_id=new.office_id,
        password_hash=prepared.hashed,
        totp_last_step=0,
        must_change_password=new.must_change_password,
        created_at=at,
        version=1,
    )
    _insert(session, row, new.roles)
    if prepared.lock:
        keep_pair(session, new_account_pair(row.id, prepared.lock), at=at)
    audit.record(session, actor, "account.created", f"account:{row.id}", at=at, roles=_listed(new.roles))
    return IssuedPassword(AccountId(row.id), prepared.username, prepared.password)


def set_roles(
    account_id: int, roles: frozenset[Role], *, version: int, actor: Actor, at: datetime, sent: Sent | None = None
) -> None:
    """Give an account other roles; ConflictError when its version is no longer the one seen."""
    _permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _other(session, actor, account_id)
        if row.version != version:
            raise ConflictError(N_("您打开页面以后，有人修改了这个账号"))
        check_roles(roles, session.get_one(Office, row.office_id).kind)
        former = _roles(row)
        session.execute(delete(AccountRole).where(AccountRole.account_id == row.id))
        session.add_all(AccountRole(account_id=row.id, role=role) for role in roles)
        let_go(session, row.id, still=roles)
        row.version = version + 1
        release_cases(session, row.id, row.office_id, former=former, now=roles, at=at)
        audit.record(session, actor, "account.roles_set", f"account:{row.id}", at=at, roles=_listed(roles))


def move_account(
    account_id: int, office_id: int, *, actor: Actor | None, at: datetime, sent: Sent | None = None
) -> None:
    """Let an account work in another office, with the same roles; keys and cases stay behind with its colleagues.

    What its former office was kept out of, it stays kept out of. RefusedError when a desk would be left with one holder
    or cases with nobody, and when the roles do not belong into the other office.
    """
    _permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row, office = _other(session, actor, account_id), _office(session, actor, office_id)
        if row.office_id == office.id:
            raise RefusedError(N_("这个账号已经在这个单位"))
        check_roles(_roles(row), office.kind)
        let_go(session, row.id, can_wait=True)
        former = session.get_one(Office, row.office_id)
        audit.record(session, actor, "account.moved", f"account:{row.id}", at=at, former=former.id, to=office.id)
        row.office_id = office.id
        session.flush()
        end_delegations_of(session, row.id, at=at)
        keep_out_who_moves(session, row.id, former, at=at)
        release_cases(session, row.id, former.id, former=_roles(row), now=frozenset(), at=at)


def disable_account(account_id: int, *, actor: Actor | None, at: datetime, sent: Sent | None = None) -> None:
    """Shut an account; its sessions end at once. It is never deleted: the audit log and the papers name it."""
    _permit(actor)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _other(session, actor, account_id)
        if row.disabled_at is not None:
            raise ConflictError(N_("这个账号已经停用"))
        let_go(session, row.id)
        drop_pair(session, row.id)
        row.disabled_at = at
        session.flush()
        end_delegations_of(session, row.id, at=at)
        release_cases(session, row.id, row.office_id, former=_roles(row), now=frozenset(), at=at)
        end_sessions(session, row.id, at=at)
        audit.record(session, actor, "account.disabled", f"account:{row.id}", at=at)


def reset_password(
    account_id: int, *, second_factor: bool, actor: Actor | None, at: datetime, sent: Sent | None = None
) -> IssuedPassword:
    """Make a one-time password that must be changed; sessions end. `second_factor` also forgets a lost device.

    A disabled account becomes usable again.
    """
    _permit(actor)
    password = one_time_password()
    hashed = hash_password(password)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _other(session, actor, account_id)
        row.password_hash, row.must_change_password, row.disabled_at = hashed, True, None
        let_go(session, row.id)
        drop_pair(session, row.id)
        if second_factor:
            row.totp_sealed, row.totp_confirmed_at = None, None
        end_sessions(session, row.id, at=at)
        lost = "yes" if second_factor else "no"
        audit.record(session, actor, "account.reset", f"account:{row.id}", at=at, second_factor=lost)
        return IssuedPassword(AccountId(row.id), row.username, password)


def end_sessions(session: Session, account_id: int, *, at: datetime, but: int | None = None) -> None:
    """Revoke every live session of an account, except one."""
    ended = update(StaffSession).where(StaffSession.account_id == account_id, StaffSession.revoked_at.is_(None))
    session.execute(ended.where(StaffSession.id != (but or 0)).values(revoked_at=at))


def forget_traces(services: Services, *, at: datetime) -> None:
    """Delete what nobody needs any more: old attempts, keys of sent forms, sessions ended long ago."""
    kept = services.rulebook.retention
    with transaction() as session:
        limits.forget(session, at=at)
        idempotency.forget(session, before=at - timedelta(days=kept.idempotency_days))
        session.execute(delete(StaffSession).where(StaffSession.expires_at < at - timedelta(days=kept.sessions_days)))


def _permit(actor: Actor | None) -> None:
    if actor:
        actor.require(Permission.MANAGE_ACCOUNTS)


def _check_new(username: str, new: NewAccount) -> None:
    faults: dict[str, Message] = faults_in(username, new.display_name.strip())
    fault = password_fault(new.password, username) if new.password is not None else None
    if fault:
        faults["password"] = fault
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)


def _insert(session: Session, row: Row, roles: frozenset[Role]) -> None:
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        taken = Message(N_("这个账号已经有人使用"))
        raise InvalidError(N_("请改正标出的内容"), fields={"username": taken}) from None
    session.add_all(AccountRole(account_id=row.id, role=role) for role in roles)


def _office(session: Session, actor: Actor | None, office_id: int) -> Office:
    wanted = select(Office).where(Office.id == office_id)
    office = session.scalar(wanted.where(within(actor)) if actor else wanted)
    if office is None:
        raise NotFoundError(N_("没有这个单位"))
    return office


def _other(session: Session, actor: Actor | None, account_id: int) -> Row:
    """An account in the actor's scope that is not the actor's own: nobody raises or shuts himself."""
    wanted = select(Row).join(Office).where(Row.id == account_id)
    row = session.scalar((wanted.where(within(actor)) if actor else wanted).with_for_update(of=Row))
    if row is None:
        raise NotFoundError(N_("没有这个账号"))
    if actor and row.id == actor.account_id:
        raise RefusedError(N_("不能修改自己的账号，请另一位管理员办理"))
    return row


def _roles(row: Row) -> frozenset[Role]:
    return roles_of([row.id]).get(AccountId(row.id), frozenset())


def _listed(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))
