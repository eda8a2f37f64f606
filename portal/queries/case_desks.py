"""The desks that open sealed cases as people see them: who holds each, who could, and where too few do."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from portal.domain.desk_keys import FEWEST_HOLDERS, NEEDS, DeskKind, kinds_of
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission
from portal.models.base import db
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.queries.offices import within


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who can open the desk."""

    account_id: AccountId
    username: str
    display_name: str
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the office who may hold the desk's key but does not; without a pair he must sign in first."""

    account_id: AccountId
    display_name: str
    has_pair: bool


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """A desk of an office; without `key_id` it has not been opened yet, and nothing can be sealed for it."""

    office_id: int
    office_name: str
    kind: DeskKind
    key_id: int | None
    offline: bool
    holders: tuple[Holder, ...]

    @property
    def has_too_few_holders(self) -> bool:
        """Whether an illness would leave what comes in to nobody; of an offline key nobody is a holder."""
        return self.key_id is not None and not self.offline and len(self.holders) < FEWEST_HOLDERS


@dataclass(frozen=True, slots=True)
class OwnDesk:
    """A desk that the actor may hold, whether he does, and whom he could enrol."""

    desk: CaseDesk
    is_holder: bool
    colleagues: tuple[Colleague, ...]


def own_desks(actor: Actor) -> tuple[OwnDesk, ...]:
    """The desks of the actor's own office that his roles may open, opened or not."""
    office = db.session().get_one(Office, actor.office_id)
    opened = {desk.kind: desk for desk in _opened(Office.id == office.id) if not desk.offline}
    mine = [kind for kind in kinds_of(office.kind) if actor.may(Permission.HOLD_DESK_KEY) and actor.may(NEEDS[kind])]
    return tuple(
        _own(actor, opened.get(kind) or CaseDesk(office.id, office.name, kind, None, offline=False, holders=()))
        for kind in mine
    )


def own_desk(actor: Actor, kind: DeskKind) -> OwnDesk:
    """One of them; NotFoundError for a desk that the actor may not hold."""
    for own in own_desks(actor):
        if own.desk.kind is kind:
            return own
    raise NotFoundError(N_("没有这个受理台"))


def warnings_within(actor: Actor) -> tuple[CaseDesk, ...]:
    """The desks in the actor's scope that one person alone can open, or nobody but the paper."""
    if not (actor.may(Permission.HOLD_DESK_KEY) or actor.may(Permission.MANAGE_ACCOUNTS)):
        return ()
    return tuple(desk for desk in _opened(within(actor)) if desk.has_too_few_holders)


def opened_desks(actor: Actor | None) -> tuple[CaseDesk, ...]:
    """Every desk that has a key, those of the actor's scope; all of them for the operator."""
    return _opened(within(actor) if actor else true())


def _opened(where: ColumnElement[bool]) -> tuple[CaseDesk, ...]:
    query = select(DeskKey, Office).join(Office).where(where, DeskKey.retired_at.is_(None))
    rows = db.session().execute(query.order_by(Office.path, DeskKey.id)).all()
    holders = _holders([key.id for key, _ in rows])
    return tuple(
        CaseDesk(office.id, office.name, key.kind, key.id, key.offline, tuple(holders[key.id])) for key, office in rows
    )


def _holders(key_ids: list[int]) -> dict[int, list[Holder]]:
    query = select(DeskKeyHolder, Account).join(Account).where(DeskKeyHolder.desk_key_id.in_(key_ids))
    found: dict[int, list[Holder]] = defaultdict(list)
    for row, account in db.session().execute(query.order_by(Account.username)):
        holder = Holder(AccountId(account.id), account.username, account.display_name, row.enrolled_at)
        found[row.desk_key_id].append(holder)
    return found


def _own(actor: Actor, desk: CaseDesk) -> OwnDesk:
    holding = {holder.account_id for holder in desk.holders}
    others = tuple(one for one in _may_hold(desk) if one.account_id not in holding)
    return OwnDesk(desk, actor.account_id in holding, others)


def _may_hold(desk: CaseDesk) -> list[Colleague]:
    """The enabled accounts of the desk's office whose roles grant both permissions, by name."""
    needed = {Permission.HOLD_DESK_KEY, NEEDS[desk.kind]}
    fitting = [role for role, granted in GRANTS.items() if needed <= granted]
    query = (
        select(Account.id, Account.display_name, func.max(AccountKey.account_id).is_not(None))
        .join(AccountRole, AccountRole.account_id == Account.id)
        .outerjoin(AccountKey, AccountKey.account_id == Account.id)
        .where(Account.office_id == desk.office_id, Account.disabled_at.is_(None), AccountRole.role.in_(fitting))
        .group_by(Account.id, Account.display_name)
        .order_by(Account.display_name, Account.id)
    )
    return [Colleague(AccountId(account_id), name, has) for account_id, name, has in db.session().execute(query)]
