"""The pairs of desks that open sealed cases, and the desks as routing sees them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.desk_keys import DeskKind
from portal.domain.offices import OfficeKind
from portal.domain.permissions import GRANTS, AccountId, Permission
from portal.domain.routing import Desk
from portal.models.base import db
from portal.models.cases import Case, CaseKey
from portal.models.desk_keys import DeskKey, DeskKeyHolder
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole

_TAKES_IN = {OfficeKind.DISCIPLINE: Permission.HANDLE_DISCIPLINE}
"""Discipline officers take in what comes to a discipline office; elsewhere dispatchers do."""


@dataclass(frozen=True, slots=True)
class DeskPublicKey:
    """What sealing for a desk needs; of an offline pair the private half lies on paper outside the portal."""

    id: int
    office_id: int
    kind: DeskKind
    public_key: bytes
    offline: bool


def desk_keys(session: Session) -> tuple[DeskPublicKey, ...]:
    """Every present pair that somebody can open, here or with the paper; the newest of a desk first."""
    held = exists().where(DeskKeyHolder.desk_key_id == DeskKey.id)
    query = select(DeskKey).where(DeskKey.retired_at.is_(None), or_(DeskKey.offline, held)).order_by(DeskKey.id.desc())
    return tuple(
        DeskPublicKey(row.id, row.office_id, row.kind, row.public_key, row.offline) for row in session.scalars(query)
    )


def desk_key_for(session: Session, office_id: int, kind: DeskKind) -> DeskPublicKey | None:
    """The pair of an office's desk; nothing when nobody there can open what is sealed to it."""
    found = (key for key in desk_keys(session) if (key.office_id, key.kind, key.offline) == (office_id, kind, False))
    return next(found, None)


def desk_kind_of(office: OfficeKind) -> DeskKind:
    """The desk of an office at which tip-offs are opened."""
    return DeskKind.DISCIPLINE if office is OfficeKind.DISCIPLINE else DeskKind.CASE


def takes_in(office: OfficeKind) -> Permission:
    """What somebody of an office must be allowed to do in order to take in what comes there."""
    return _TAKES_IN.get(office, Permission.DISPATCH_CASES)


def is_key_elsewhere(case_id: int) -> bool:
    """Whether the key of a case still lies at the desk where it was before, until a holder of that one signs in."""
    held = (
        select(CaseKey.case_id)
        .join(DeskKey, DeskKey.id == CaseKey.holder_id)
        .join(Case, Case.id == CaseKey.case_id)
        .where(Case.id == case_id, CaseKey.purpose == KeyPurpose.CONTENT, CaseKey.holder == Holder.DESK)
    )
    elsewhere = held.where(DeskKey.office_id != Case.office_id, DeskKey.offline.is_(False))
    return db.session.scalar(elsewhere.limit(1)) is not None


def routing_desks(session: Session) -> tuple[Desk, ...]:
    """Every office as routing sees it: who may take in a case there, and whether a tip-off could be opened."""
    opened = {(key.office_id, key.kind) for key in desk_keys(session) if not key.offline}
    hands = _hands(session)
    rows = session.execute(select(Office.id, Office.path, Office.kind, Division.path).join(Division))
    return tuple(
        Desk(
            office_id=office_id,
            path=path,
            kind=kind,
            division_path=division_path,
            hands=frozenset(hands[office_id, takes_in(kind)]),
            opens_sealed=(office_id, desk_kind_of(kind)) in opened,
        )
        for office_id, path, kind, division_path in rows
    )


def _hands(session: Session) -> dict[tuple[int, Permission], set[AccountId]]:
    """The enabled accounts of each office by what they may do."""
    rows = session.execute(
        select(Account.office_id, Account.id, AccountRole.role)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(Account.disabled_at.is_(None))
    )
    found: dict[tuple[int, Permission], set[AccountId]] = defaultdict(set)
    for office_id, account_id, role in rows:
        for permission in GRANTS[role]:
            found[office_id, permission].add(AccountId(account_id))
    return found
