"""What the desk sees of every publication but a list of people: its newest revision and how far that has come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, func, or_, select

from portal.domain.errors import NotFoundError
from portal.domain.permissions import AccountId, Actor
from portal.domain.publications import OPEN_STATES, Hands, RevisionState, WithdrawalKind, normal_number
from portal.models.base import db
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.queries.offices import within


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPublication:
    """The newest revision of a publication as its office sees it."""

    number: str
    title: str
    state: RevisionState
    ordinal: int
    version: int
    office_name: str
    steps: int
    hands: Hands
    change_kind: WithdrawalKind | None
    change_note: str
    returned_note: str
    publish_at: datetime | None
    is_public: bool
    is_withdrawn: bool

    @property
    def is_open(self) -> bool:
        """Whether its newest revision is on its way to the public."""
        return self.state in OPEN_STATES


D = TypeVar("D", bound=DeskPublication)


def standing(publication: Publication, revision: Revision, office: Office) -> dict[str, Any]:
    """What a DeskPublication of any kind says, from the rows of a select that `newest` began."""
    return {
        "number": publication.number,
        "title": revision.title,
        "state": revision.state,
        "ordinal": revision.ordinal,
        "version": revision.version,
        "office_name": office.name,
        "steps": office.steps,
        "hands": hands_of(revision),
        "change_kind": revision.change_kind,
        "change_note": revision.change_note,
        "returned_note": revision.returned_note,
        "publish_at": revision.publish_at,
        "is_public": publication.live_revision_id is not None and publication.withdrawn_at is None,
        "is_withdrawn": publication.withdrawn_at is not None,
    }


def hands_of(revision: Revision) -> Hands:
    """Who has drafted and who has reviewed a revision: neither may take the step after it."""
    return Hands(AccountId(revision.drafted_by), AccountId(revision.reviewed_by) if revision.reviewed_by else None)


def newest(actor: Actor, *more: Any) -> Any:
    """Publication, newest revision, office and more of what lies in the actor's offices, for further joins.

    A thrown-away correction leaves the revision before it in view.
    """
    ordinal = (
        select(func.max(Revision.ordinal))
        .where(Revision.publication_id == Publication.id)
        .where(or_(Revision.state != RevisionState.DISCARDED, Publication.live_revision_id.is_(None)))
        .scalar_subquery()
        .correlate(Publication)
    )
    return (
        select(Publication, Revision, Office, *more)
        .join(Revision, and_(Revision.publication_id == Publication.id, Revision.ordinal == ordinal))
        .join(Office, Office.id == Publication.office_id)
        .where(within(actor))
    )


def all_within(query: Any, made: Callable[[Any], D]) -> tuple[D, ...]:
    """What a select that `newest` began finds, newest first, without what was thrown away."""
    rows = db.session.execute(query.order_by(Publication.created_at.desc(), Publication.id.desc()))
    return tuple(one for one in map(made, rows) if one.state is not RevisionState.DISCARDED)


def one_within(query: Any, number: str, made: Callable[[Any], D], missing: str) -> D:
    """The one of a number; NotFoundError in the words of `missing`, also for those that exist outside the offices."""
    row = db.session.execute(query.where(Publication.number == normal_number(number))).one_or_none()
    if row is None:
        raise NotFoundError(missing, number=number)
    return made(row)
