"""An office states that a duty does not apply to a place (不适用), with its reason in public, or takes that back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.duties import DutyStanding
from portal.models.offices import Office
from portal.models.transaction import transaction
from portal.queries.offices import within
from portal.queries.places import IN_CHARGE
from portal.usecases import audit
from portal.usecases.drafts import checked_reason
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


def state_not_applicable(
    services: Services,
    actor: Actor,
    division_code: str,
    duty: str,
    reason: str,
    *,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """A place has no recipients of a programme, or its office does not have the duty; the public reads why.

    RefusedError for a duty that every place has, or for a reason that holds personal data.
    """
    actor.require(Permission.PUBLISH)
    text = checked_reason(reason)
    if not services.rulebook.duties.rule_of(duty).may_not_apply:
        raise RefusedError(N_("这一项每个地方都有，不能写不适用"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _row(session, actor, division_code, duty)
        if row.reason:
            raise ConflictError(N_("这一项已经写明不适用"))
        row.reason, row.stated_by, row.stated_at = text, actor.account_id, at
        bump_revision(session)
        audit.record(session, actor, "duty.not_applicable", f"duty:{division_code}:{duty}", at=at, reason=text)


def state_applicable(actor: Actor, division_code: str, duty: str, *, at: datetime, sent: Sent | None = None) -> None:
    """Take it back: from now on the duty counts again, as late as it then is."""
    actor.require(Permission.PUBLISH)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = _row(session, actor, division_code, duty)
        if not row.reason:
            raise ConflictError(N_("这一项没有写不适用"))
        row.reason, row.stated_by, row.stated_at = "", None, None
        bump_revision(session)
        audit.record(session, actor, "duty.applicable", f"duty:{division_code}:{duty}", at=at)


def _row(session: Session, actor: Actor, division_code: str, duty: str) -> DutyStanding:
    """The duty of a place whose office lies within the actor's; otherwise it does not exist for him."""
    own = select(Office.division_code).where(Office.kind.in_(IN_CHARGE), within(actor))
    query = select(DutyStanding).where(
        DutyStanding.division_code == division_code, DutyStanding.duty == duty, DutyStanding.division_code.in_(own)
    )
    row = session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise NotFoundError(N_("没有这一项，或它不在您单位的范围内"))
    return row
