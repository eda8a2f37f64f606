"""Who could be given a case: offices and officers that are not kept out of it, the least loaded first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.cases import CaseKind, Track
from portal.domain.offices import OfficeKind
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission
from portal.domain.routing import Exclusion, Viewer, is_excluded, level_of
from portal.models.base import db
from portal.models.cases import Case, CaseAccused, CaseRecusal
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.queries.case_scope import open_to
from portal.queries.desk_cases import OPEN
from portal.queries.desk_keys import desk_keys, desk_kind_of

_HANDLES = {True: Permission.HANDLE_DISCIPLINE, False: Permission.HANDLE_CASES}


@dataclass(frozen=True, slots=True)
class Receiver:
    """An office or an officer that a case may be given to, with how many open cases lie there already."""

    id: int
    name: str
    office_id: int
    open_cases: int


@dataclass(frozen=True, slots=True)
class _Place:
    id: int
    name: str
    path: str
    kind: OfficeKind
    division_path: str


def officers_for(actor: Actor, case_id: int) -> tuple[Receiver, ...]:
    """The officers of the actor's offices to whom he may assign the case, those with the fewest open cases first.

    Whoever is kept out is never listed; a tip-off goes only where it can be opened.
    """
    session = db.session()
    case = session.get_one(Case, case_id)
    exclusion = exclusion_of(session, case_id)
    places = {
        place.id: place for place in _able(session, case, _places(session)) if place.path.startswith(actor.office_path)
    }
    loads = _loads(session, actor, Case.officer_id)
    found = [
        Receiver(account_id, f"{name}（{places[office_id].name}）", office_id, loads[account_id])
        for account_id, name, office_id in _handlers(session, case, places)
        if not is_excluded(_viewer(account_id, places[office_id]), exclusion)
    ]
    return tuple(sorted(found, key=lambda one: (one.open_cases, one.id)))


def offices_for(actor: Actor, case_id: int) -> tuple[Receiver, ...]:
    """The offices to which the actor may forward the case: nearest kin first, then the least loaded."""
    session = db.session()
    case = session.get_one(Case, case_id)
    exclusion = exclusion_of(session, case_id)
    loads = _loads(session, actor, Case.office_id)
    is_discipline = case.track is Track.DISCIPLINE
    found = [
        (_distance(actor.office_path, place.path), Receiver(place.id, place.name, place.id, loads[place.id]))
        for place in _able(session, case, _places(session))
        if (place.kind is OfficeKind.DISCIPLINE) == is_discipline
        and place.id != case.office_id
        and not exclusion.shuts_out_office(place.path, level_of(place.division_path))
    ]
    found.sort(key=lambda one: (one[0], one[1].open_cases, one[1].id))
    return tuple(receiver for _, receiver in found)


def everybody() -> tuple[tuple[Receiver, ...], tuple[Receiver, ...]]:
    """Every office and every enabled member of staff, any of whom a case may turn out to be about."""
    session = db.session()
    places = {place.id: place for place in _places(session)}
    rows = session.execute(
        select(Account.id, Account.display_name, Account.office_id).where(Account.disabled_at.is_(None))
    )
    people = [Receiver(row[0], f"{row[1]}（{places[row[2]].name}）", row[2], 0) for row in rows]
    offices = [Receiver(place.id, place.name, place.id, 0) for place in places.values()]
    return tuple(sorted(offices, key=lambda one: one.name)), tuple(sorted(people, key=lambda one: one.name))


def exclusion_of(session: Session, case_id: int) -> Exclusion:
    """Who is kept out of a case, as the rules of routing put it."""
    case = session.get_one(Case, case_id)
    accused = session.execute(
        select(CaseAccused.office_id, CaseAccused.account_id).where(CaseAccused.case_id == case_id)
    ).all()
    recused = session.scalars(select(CaseRecusal.account_id).where(CaseRecusal.case_id == case_id))
    return Exclusion(
        offices=frozenset(row.office_id for row in accused if row.office_id),
        accounts=frozenset(AccountId(row.account_id) for row in accused if row.account_id),
        recused=frozenset(AccountId(account_id) for account_id in recused),
        floor=case.level_floor,
        offline=case.offline,
    )


def _places(session: Session) -> list[_Place]:
    rows = session.execute(select(Office.id, Office.name, Office.path, Office.kind, Division.path).join(Division))
    return [_Place(*row) for row in rows]


def _able(session: Session, case: Case, places: Iterable[_Place]) -> Iterable[_Place]:
    """The offices that could open the case: of a tip-off the present one, and those whose desk has a key."""
    if case.kind is not CaseKind.TIP_OFF:
        return places
    opened = {(key.office_id, key.kind) for key in desk_keys(session) if not key.offline}
    return [place for place in places if place.id == case.office_id or (place.id, desk_kind_of(place.kind)) in opened]


def _handlers(session: Session, case: Case, places: Mapping[int, _Place]) -> Sequence[tuple[int, str, int]]:
    needed = _HANDLES[case.track is Track.DISCIPLINE]
    roles = [role for role, granted in GRANTS.items() if needed in granted]
    rows = session.execute(
        select(Account.id, Account.display_name, Account.office_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(Account.disabled_at.is_(None), AccountRole.role.in_(roles), Account.office_id.in_(places))
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _loads(session: Session, actor: Actor, column: object) -> Counter[int]:
    """Open cases by officer or office, of those that are open to the actor."""
    rows = session.execute(
        select(column, func.count())  # type: ignore[call-overload]
        .select_from(Case)
        .join(Office, Office.id == Case.office_id)
        .where(open_to(actor), Case.state.in_(OPEN))
        .group_by(column)
    )
    return Counter({row[0]: row[1] for row in rows if row[0] is not None})


def _viewer(account_id: int, place: _Place) -> Viewer:
    return Viewer(AccountId(account_id), place.path, level_of(place.division_path))


def _distance(own: str, other: str) -> int:
    """How far apart two offices stand in the tree."""
    mine, theirs = own.split("/")[:-1], other.split("/")[:-1]
    shared = sum(1 for one, two in zip(mine, theirs, strict=False) if one == two)
    return len(mine) + len(theirs) - 2 * shared
