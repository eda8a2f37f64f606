"""Who a case may be handed to, and what that means for the keys of a tip-off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.domain.case_holders import Holder, KeyPurpose, Wrap
from portal.domain.cases import CaseKind, Track
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Actor
from portal.domain.routing import Desk
from portal.domain.routing import check_may_receive as check_desk_may_receive
from portal.models.cases import Case, CaseKey
from portal.queries.case_scope import not_kept_out
from portal.queries.desk_keys import desk_key_for, desk_kind_of, routing_desks
from portal.usecases.case_clocks import retrack_clocks
from portal.usecases.case_sealing import Opener, open_key, wrap_for_desk
from portal.usecases.case_settling import exclusion_of_case, going_along
from portal.usecases.services import Services

_KEPT_OUT = N_("这件诉求不能交给所选的单位或人：与其有关，或反映人要求不转给")


def check_may_receive(session: Session, case: Case, officer: Actor) -> None:
    """RefusedError when somebody must not learn of the case: accused, interested, or below its floor."""
    if not session.scalar(select(exists().where(Case.id == case.id, *not_kept_out(officer)))):
        raise RefusedError(_KEPT_OUT)


def hand_over(
    session: Session, services: Services, case: Case, office_id: int, openers: Sequence[Opener], *, at: datetime
) -> None:
    """Make an office the handling one; of a tip-off its desk gets the key, and the former desk's wrap goes.

    What was merged into the case goes along. RefusedError when the office is accused, lies below the floor, has nobody
    who is free of interest, or has no desk that could open a tip-off.
    """
    desk = next((one for one in routing_desks(session) if one.office_id == office_id), None)
    if desk is None:
        raise NotFoundError(N_("没有这个单位"))
    for one in (case, *going_along(session, case)):
        if one.office_id != office_id:
            _hand_over_one(session, one, desk, openers)
            retrack_clocks(session, one, services, at=at)


def _hand_over_one(session: Session, case: Case, desk: Desk, openers: Sequence[Opener]) -> None:
    """Discipline inspection handles what only its officers may; nothing else is theirs to answer."""
    is_theirs = desk.kind is OfficeKind.DISCIPLINE
    sealed = case.kind is CaseKind.TIP_OFF
    if is_theirs is not (case.track is Track.DISCIPLINE) and not (is_theirs and sealed):
        raise RefusedError(N_("纪检监察机构只接举报，接了的也不再转给其他单位：请选同类的单位"))
    check_desk_may_receive(desk, exclusion_of_case(session, case), sealed=sealed)
    if sealed:
        _pass_key(session, case, desk, openers)
    case.office_id, case.officer_id = desk.office_id, None
    case.track = Track.DISCIPLINE if is_theirs else case.track


def _pass_key(session: Session, case: Case, desk: Desk, openers: Sequence[Opener]) -> None:
    pair = desk_key_for(session, desk.office_id, desk_kind_of(desk.kind))
    if pair is None:
        raise RefusedError(N_("所选单位还没有启用举报受理台，打不开这件举报"))
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    session.execute(
        delete(CaseKey).where(
            CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.CONTENT, CaseKey.holder == Holder.DESK
        )
    )
    wrap_for_desk(session, case, key, Wrap(KeyPurpose.CONTENT, Holder.DESK, pair.id), pair.public_key)
