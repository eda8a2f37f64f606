"""What every correction begins with: a publication that is open to the public, and no other correction on its way."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import OPEN_STATES, Area, RevisionState, WithdrawalKind
from portal.models.publications import Publication, Revision
from portal.usecases.scope import publication_within


@dataclass(frozen=True, slots=True)
class Correction:
    """Which publication is corrected, why, and the note that the public will read."""

    number: str
    kind: WithdrawalKind
    note: str


def correctable(session: Session, actor: Actor, area: Area, number: str, *, at: datetime) -> Publication:
    """The publication of a number in an area; ConflictError unless it is public now."""
    found = _of_area(session, actor, area, number)
    if found.live_revision_id is None or found.withdrawn_at is not None:
        raise ConflictError(N_("只有正在公开的内容才能更正"))
    check_not_over(session, found, at=at)
    return found


def check_not_over(session: Session, publication: Publication, *, at: datetime) -> None:
    """ConflictError when the list's time is over: no correction, however late, opens sealed names once more."""
    live = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    if live is None or live.visible_until is None:
        return
    if live.state is RevisionState.EXPIRED or live.visible_until <= at:
        raise ConflictError(N_("公示期已满，名单已经封存，不能更正；需要再次公示的，请新建一份公示"))


def next_ordinal(session: Session, publication: Publication) -> int:
    """The number of its next revision; ConflictError while another one is open."""
    rows = session.execute(
        select(Revision.ordinal, Revision.state).where(Revision.publication_id == publication.id)
    ).all()
    if any(state in OPEN_STATES for _, state in rows):
        raise ConflictError(N_("它已有一份更正正在办理"))
    return max(ordinal for ordinal, _ in rows) + 1


def open_draft(session: Session, actor: Actor, area: Area, number: str) -> Revision:
    """The draft of a publication in an area; ConflictError when none can be changed now."""
    publication = _of_area(session, actor, area, number)
    found = session.execute(
        select(Revision).where(Revision.publication_id == publication.id, Revision.state == RevisionState.DRAFT)
    ).scalar_one_or_none()
    if found is None:
        raise ConflictError(N_("%(number)s现在没有可以修改的草稿"), number=number)
    return found


def _of_area(session: Session, actor: Actor, area: Area, number: str) -> Publication:
    found = publication_within(session, actor, number)
    if found.area is not area:
        raise NotFoundError(N_("%(number)s不是这一类内容"), number=number)
    return found
