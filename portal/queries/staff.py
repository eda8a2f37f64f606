"""Accounts, actors and sessions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import AccountId, Actor, Role
from portal.domain.staff import IDLE, Account, OpenSession, SessionStage, normal_username
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account as Row
from portal.models.staff import AccountRole, StaffSession
from portal.queries.offices import within


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser's session as a request finds it: whose it is, and how far it is signed in."""

    session_id: int
    stage: SessionStage
    actor: Actor
    last_seen_at: datetime


def actor_named(username: str) -> Actor:
    """The enabled account of a username; NotFoundError for unknown and disabled ones alike."""
    row = db.session().scalar(select(Row).where(Row.username == normal_username(username), Row.disabled_at.is_(None)))
    if row is None:
        raise NotFoundError(N_("没有可用的账号：%(username)s"), username=username)
    return _actor(row)


def actor_of(account_id: int) -> Actor:
    """The member of staff behind an account's id."""
    return _actor(db.session().get_one(Row, account_id))


def enabled_actor(account_id: int) -> Actor:
    """The same as long as the account is enabled; NotFoundError afterwards."""
    row = db.session().scalar(select(Row).where(Row.id == account_id, Row.disabled_at.is_(None)))
    if row is None:
        raise NotFoundError(N_("这个账号已经停用"))
    return _actor(row)


def visit_of(token_hash: str, at: datetime) -> Visit | None:
    """The live session of a token's hash: not revoked, not idle too long, not over, its account not disabled."""
    row = db.session().scalar(select(StaffSession).where(StaffSession.token_hash == token_hash, live(at)))
    account = db.session().get(Row, row.account_id) if row else None
    if row is None or account is None or account.disabled_at is not None:
        return None
    return Visit(row.id, SessionStage(row.stage), _actor(account), row.last_seen_at)


def account_of(token_hash: str) -> AccountId | None:
    """Whose session a token's hash stands for, live or ended; nothing for a disabled account."""
    owner = select(Row.id).join(StaffSession, StaffSession.account_id == Row.id)
    found = db.session().scalar(owner.where(StaffSession.token_hash == token_hash, Row.disabled_at.is_(None)))
    return AccountId(found) if found else None


def live(at: datetime) -> ColumnElement[bool]:
    """True for the sessions that count at an instant."""
    return (
        (StaffSession.revoked_at.is_(None)) & (StaffSession.expires_at > at) & (StaffSession.last_seen_at > at - IDLE)
    )


def sessions_of(account_id: int, at: datetime) -> tuple[OpenSession, ...]:
    """The live sessions of an account that are fully signed in, newest first."""
    mine = (StaffSession.account_id == account_id) & (StaffSession.stage == SessionStage.FULL)
    rows = db.session().scalars(select(StaffSession).where(mine, live(at)).order_by(StaffSession.id.desc()))
    return tuple(OpenSession(row.id, row.device, row.created_at, row.last_seen_at) for row in rows)


def accounts_within(actor: Actor) -> tuple[Account, ...]:
    """Every account of the offices in the actor's scope, by office and username."""
    return _accounts(select(Row, Office).join(Office).where(within(actor)))


def all_accounts() -> tuple[Account, ...]:
    """Every account, by office and username."""
    return _accounts(select(Row, Office).join(Office))


def account_named(username: str) -> Account:
    """The account of a username, disabled or not; NotFoundError when there is none."""
    found = _accounts(select(Row, Office).join(Office).where(Row.username == normal_username(username)))
    if not found:
        raise NotFoundError(N_("没有这个账号"))
    return found[0]


def account_within(actor: Actor, account_id: int) -> Account:
    """One account in the actor's scope; NotFoundError also for those that exist outside it."""
    found = _accounts(select(Row, Office).join(Office).where(within(actor), Row.id == account_id))
    if not found:
        raise NotFoundError(N_("没有这个账号"))
    return found[0]


def _accounts(statement: Select[Row, Office]) -> tuple[Account, ...]:
    found = db.session().execute(statement.order_by(Office.path, Row.username)).all()
    roles = roles_of([row.id for row, _ in found])
    return tuple(_account(row, office, roles.get(row.id, frozenset())) for row, office in found)


def _account(row: Row, office: Office, roles: frozenset[Role]) -> Account:
    return Account(
        id=AccountId(row.id),
        username=row.username,
        display_name=row.display_name,
        office_id=office.id,
        office_name=office.name,
        roles=roles,
        has_second_factor=row.totp_confirmed_at is not None,
        must_change_password=row.must_change_password,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        version=row.version,
    )


def roles_of(account_ids: list[int]) -> dict[int, frozenset[Role]]:
    """The roles of several accounts at once."""
    found: dict[int, set[Role]] = {}
    held = select(AccountRole.account_id, AccountRole.role).where(AccountRole.account_id.in_(account_ids))
    for account_id, role in db.session().execute(held):
        found.setdefault(account_id, set()).add(role)
    return {account_id: frozenset(roles) for account_id, roles in found.items()}


def actors_where(*conditions: ColumnElement[bool]) -> tuple[Actor, ...]:
    """Everybody whom conditions on accounts and offices choose, by office and account; read at once."""
    query = (
        select(Row, Office, Division)
        .join(Office, Office.id == Row.office_id)
        .join(Division, Division.code == Office.division_code)
        .where(*conditions)
        .order_by(Office.path, Row.id)
    )
    found = db.session().execute(query).all()
    roles = roles_of([row.id for row, _, _ in found])
    return tuple(_acting(row, office, division, roles.get(row.id, frozenset())) for row, office, division in found)


def _actor(row: Row) -> Actor:
    (found,) = actors_where(Row.id == row.id)
    return found


def _acting(row: Row, office: Office, division: Division, roles: frozenset[Role]) -> Actor:
    return Actor(
        account_id=AccountId(row.id),
        username=row.username,
        display_name=row.display_name,
        office_id=office.id,
        office_name=office.name,
        office_path=office.path,
        division_code=division.code,
        division_path=division.path,
        roles=roles,
    )
