"""People and offices change: cases go back to the dispatcher or on to a desk free of interest, and the keys follow.

Whoever changes accounts or offices holds no key of a sealed case. So such a case goes to its new desk at once, and its
key as soon as somebody signs in who holds the former desk's; until then nobody but he and the submitter can read it.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, true
from sqlalchemy.orm import Session

from portal.domain.case_actions import RESTING, Action
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.cases import CaseState
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Permission, Role, permissions_of
from portal.domain.routing import Desk, Routing, ids_in
from portal.models.cases import Case, CaseAccused, CaseKey, CaseRecusal
from portal.models.desk_keys import DeskKey
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.transaction import transaction
from portal.queries.case_scope import floors_above
from portal.queries.desk_keys import desk_keys, routing_desks, takes_in
from portal.usecases.case_clocks import retrack_clocks
from portal.usecases.case_events import append
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, open_key
from portal.usecases.case_settling import (
    drop_custody,
    exclusion_of_case,
    going_along,
    keep_out,
    may_stay_where_it_is,
    onward,
    pass_identity,
    renew_content_key,
)
from portal.usecases.services import Services

_BATCH = 200
_LIVE = RESTING - {CaseState.CONCLUDED}
_NOBODY = N_("这个单位还有没办完的诉求件，这个人走后单位和上级都没有人能受理：请先让另一个人担任同样的角色，再办这一步")


def release_cases(
    session: Session, account_id: int, office_id: int, *, former: frozenset[Role], now: frozenset[Role], at: datetime
) -> None:
    """Somebody leaves an office where he had `former` roles, or keeps `now` other ones there: he gives back his cases.

    What nobody free of interest could take in any more goes on to who can. RefusedError when neither the office nor any
    above it has anybody left.
    """
    desks = routing_desks(session)
    kind = session.scalars(select(Office.kind).where(Office.id == office_id)).one()
    assigned = () if _handles(now) else _cases(session, _LIVE, Case.officer_id == account_id)
    for case in assigned:
        case.officer_id = None
        append(session, case, Action.REROUTE, case.state, at=at, office=case.office_id)
    took_in = takes_in(kind) in permissions_of(former) - permissions_of(now)
    for case in _cases(session, _LIVE, Case.office_id == office_id, _may_lack_hands(desks, office_id)):
        if not _move_on(session, case, desks, at=at) and (took_in or case in assigned):
            raise RefusedError(_NOBODY)


def _handles(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles may keep what was assigned to him."""
    return bool({Permission.HANDLE_CASES, Permission.HANDLE_DISCIPLINE} & permissions_of(roles))


def _may_lack_hands(desks: Sequence[Desk], office_id: int) -> ColumnElement[bool]:
    """Of ten thousand cases those that need a look: where any of the few who take in cases is kept out."""
    hands = next(desk.hands for desk in desks if desk.office_id == office_id)
    if not hands:
        return true()
    accused = select(CaseAccused.case_id).where(CaseAccused.account_id.in_(hands))
    recused = select(CaseRecusal.case_id).where(CaseRecusal.account_id.in_(hands))
    return or_(Case.id.in_(accused), Case.id.in_(recused))


def keep_out_who_moves(session: Session, account_id: int, former: Office, *, at: datetime) -> None:
    """Whoever was kept out with his office stays kept out of its cases when he works elsewhere.

    So does who worked below a case's floor at its place: the floor stands for an accused whom nobody has named, and he
    may be the one who moves up.
    """
    known = select(CaseRecusal.case_id).where(CaseRecusal.account_id == account_id)
    accused = select(CaseAccused.case_id).where(CaseAccused.office_id.in_(ids_in(former.path)))
    kept_out = select(Case.id).where(
        or_(Case.id.in_(accused), _below_the_floor(session, former)), Case.id.not_in(known)
    )
    session.add_all(CaseRecusal(case_id=case_id, account_id=account_id, at=at) for case_id in session.scalars(kept_out))
    session.flush()


def _below_the_floor(session: Session, office: Office) -> ColumnElement[bool]:
    """True for cases at the place of an office, or at one around it or within it, whose floor keeps the office out."""
    place = session.get_one(Division, office.division_code)
    around = select(Division.code).where(
        or_(Division.path.startswith(place.path, autoescape=True), literal(place.path).startswith(Division.path))
    )
    return and_(Case.level_floor.in_(floors_above(place.level)), Case.division_code.in_(around))


def resettle_offices(session: Session, office_id: int, former_path: str, *, at: datetime) -> None:
    """An office was given another place in the tree: who was kept out stays so, and who is now loses what is there."""
    path = session.scalars(select(Office.path).where(Office.id == office_id)).one()
    _keep_out_office(session, office_id, ids_in(former_path) - ids_in(path))
    desks = routing_desks(session)
    within = select(Office.id).where(Office.path.startswith(path, autoescape=True))
    held = select(DeskKey.id).where(DeskKey.office_id.in_(within), DeskKey.offline.is_(False))
    wrapped = select(CaseKey.case_id).where(CaseKey.holder == Holder.DESK, CaseKey.holder_id.in_(held))
    accused = select(CaseAccused.case_id).where(CaseAccused.office_id.in_(ids_in(path)))
    here = or_(Case.office_id.in_(within), Case.id.in_(wrapped))
    for case in _cases(session, RESTING, here, or_(Case.id.in_(accused), Case.level_floor.is_not(None))):
        _move_on(session, case, desks, at=at)
        drop_custody(session, case, exclusion_of_case(session, case))


def _keep_out_office(session: Session, office_id: int, left: Collection[int]) -> None:
    """What lay below an accused office and does no longer is accused by itself from now on."""
    known = select(CaseAccused.case_id).where(CaseAccused.office_id == office_id)
    accused = select(CaseAccused.case_id).where(CaseAccused.office_id.in_(left), CaseAccused.case_id.not_in(known))
    found = session.scalars(accused.distinct()).all()
    session.add_all(CaseAccused(case_id=case_id, office_id=office_id) for case_id in found)
    session.flush()


def pass_keys(session: Session, services: Services, opener: DeskOpener | ServiceOpener, *, at: datetime) -> int:
    """Give the keys of cases that have gone elsewhere to the desks where they lie now; gives how many.

    Asked with the desks that somebody's session has unlocked, and by the worker for what the service still opens.
    """
    passed = 0
    for case in session.scalars(_left_behind(opener)).all():
        key = open_key(session, case, KeyPurpose.CONTENT, [opener])
        routing = Routing(case.office_id, case.track, exclusion_of_case(session, case), ())
        with suppress(RefusedError):  # where no desk has a pair yet the key waits
            renew_content_key(session, services, case, routing, key)
            pass_identity(session, case, routing.exclusion, [opener])
            retrack_clocks(session, case, services, at=at)
            passed += 1
    return passed


def pass_service_keys(services: Services, *, at: datetime) -> int:
    """The worker's part: what only the key on paper may open from now on, the service forgets."""
    with transaction() as session:
        return pass_keys(session, services, ServiceOpener(services.keyring), at=at)


def _left_behind(opener: DeskOpener | ServiceOpener) -> Select[Case]:
    holds = and_(CaseKey.case_id == Case.id, CaseKey.purpose == KeyPurpose.CONTENT)
    query = select(Case).join(CaseKey, holds).order_by(Case.id).limit(_BATCH).with_for_update(of=Case)
    if isinstance(opener, ServiceOpener):
        return query.where(CaseKey.holder == Holder.SERVICE, Case.offline)
    held = query.join(DeskKey, DeskKey.id == CaseKey.holder_id).where(CaseKey.holder == Holder.DESK)
    return held.where(CaseKey.holder_id.in_(opener.privates), or_(DeskKey.office_id != Case.office_id, Case.offline))


def _cases(session: Session, states: frozenset[CaseState], *conditions: ColumnElement[bool]) -> Sequence[Case]:
    """Main cases come before what was merged into them, which goes along."""
    found = select(Case).where(Case.state.in_(states), *conditions).with_for_update(of=Case)
    return session.scalars(found.order_by(Case.merged_into_id.is_not(None), Case.id)).all()


def _move_on(session: Session, case: Case, desks: Sequence[Desk], *, at: datetime) -> bool:
    """Let a case go where somebody free of interest is; the keys follow. Tells whether somebody is there now."""
    exclusion = exclusion_of_case(session, case)
    routing = onward(case, exclusion, desks)
    if routing is None or not _can_be_opened(session, routing):
        return routing is None and may_stay_where_it_is(case, exclusion, desks)
    for one in (case, *going_along(session, case)):
        keep_out(session, one, exclusion_of_case(session, one) | routing.exclusion, at=at)
        one.office_id, one.track, one.officer_id = routing.office_id, routing.track, None
        session.flush()
        append(session, one, Action.REROUTE, one.state, at=at, office=routing.office_id)
    return True


def _can_be_opened(session: Session, routing: Routing) -> bool:
    """Nothing goes to the key on paper where none was ever printed."""
    return not routing.exclusion.offline or any(key.offline for key in desk_keys(session))
