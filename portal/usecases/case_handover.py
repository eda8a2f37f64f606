"""Who a case may be handed to, and what that means for the keys of a tip-off."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.domain.case_holders import Holder, KeyPurpose, Wrap
from portal.domain.cases import CaseKind
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.cases import Case, CaseKey
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.queries.case_scope import level_of, not_kept_out, office_not_kept_out
from portal.queries.desk_keys import desk_key_for, desk_kind_of
from portal.usecases.case_sealing import Opener, open_key, wrap_for_desk

_KEPT_OUT = N_("这件诉求不能交给所选的单位或人：与其有关，或反映人要求不转给")


def check_may_receive(session: Session, case: Case, officer: Actor) -> None:
    """RefusedError when somebody must not learn of the case: accused, interested, or below its floor."""
    if not session.scalar(select(exists().where(Case.id == case.id, *not_kept_out(officer)))):
        raise RefusedError(_KEPT_OUT)


def hand_over(session: Session, case: Case, office_id: int, openers: Sequence[Opener]) -> None:
    """Make an office the handling one; of a tip-off its desk gets the key, and the former desk's wrap goes.

    RefusedError when the office is accused, lies below the floor, or has no desk that could open a tip-off.
    """
    found = session.execute(
        select(Office.path, Division.path).join(Division).where(Office.id == office_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError(N_("没有这个单位"))
    allowed = office_not_kept_out(found[0], level_of(found[1]))
    if not session.scalar(select(exists().where(Case.id == case.id, *allowed))):
        raise RefusedError(_KEPT_OUT)
    if case.kind is CaseKind.TIP_OFF and office_id != case.office_id:
        _pass_key(session, case, office_id, openers)
    case.office_id = office_id


def _pass_key(session: Session, case: Case, office_id: int, openers: Sequence[Opener]) -> None:
    kind = session.scalars(select(Office.kind).where(Office.id == office_id)).one()
    desk = desk_key_for(session, office_id, desk_kind_of(kind))
    if desk is None:
        raise RefusedError(N_("所选单位还没有启用举报受理台，打不开这件举报"))
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    session.execute(
        delete(CaseKey).where(
            CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.CONTENT, CaseKey.holder == Holder.DESK
        )
    )
    wrap_for_desk(session, case, key, Wrap(KeyPurpose.CONTENT, Holder.DESK, desk.id), desk.public_key)
