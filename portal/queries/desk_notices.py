"""Notices as the desk sees them: every state within the actor's offices, and what waits for him."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from portal.domain.instants import shanghai_date
from portal.domain.notices import NoticeKind, Waiting
from portal.domain.permissions import Actor, Permission
from portal.domain.programs import Program
from portal.domain.publications import OPEN_STATES, Area, RevisionState
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.notices import HiddenRow, Notice, PostingPlace
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.queries.offices import within

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One notice in a list of the desk; `state` is that of the revision at work, else of the public one."""

    id: int
    number: str
    title: str
    kind: NoticeKind
    program: Program
    division_name: str
    office_name: str
    state: RevisionState
    ordinal: int
    is_public: bool
    returned_note: str
    publish_at: datetime | None
    period_last_on: date | None
    unconfirmed_places: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the list, newest first; `after` is where the next one begins."""

    lines: tuple[DeskLine, ...]
    after: int | None


def desk_page(
    actor: Actor, *, at: datetime, state: RevisionState | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> DeskPage:
    """The notices of the actor's offices; drafts only for those who may see drafts."""
    query = _lines(actor)
    if state is not None:
        query = query.where(*_in_state(state, at))
    if after is not None:
        query = query.where(Publication.id < after)
    rows = db.session.execute(query.order_by(Publication.id.desc()).limit(size + 1)).all()
    lines = tuple(_line(row, at) for row in rows)
    return DeskPage(lines[:size], lines[size - 1].id if len(lines) > size else None)


def waiting_for(actor: Actor, *, at: datetime) -> Mapping[Waiting, Sequence[DeskLine]]:
    """What waits for this person, by reason, the oldest first; reasons without notices are left out."""
    found: dict[Waiting, Sequence[DeskLine]] = {}
    for reason, (permission, condition) in _reasons(actor, at).items():
        if actor.may(permission):
            query = _lines(actor).where(Publication.withdrawn_at.is_(None), condition)
            rows = db.session.execute(query.order_by(Publication.id).limit(PAGE_SIZE)).all()
            if rows:
                found[reason] = tuple(_line(row, at) for row in rows)
    return found


def _reasons(actor: Actor, at: datetime) -> dict[Waiting, tuple[Permission, ColumnElement[bool]]]:
    me = actor.account_id
    mine = and_(Revision.state == RevisionState.DRAFT, Revision.drafted_by == me)
    signable = or_(
        and_(Revision.state == RevisionState.REVIEWED, or_(Revision.reviewed_by != me, Office.steps == _TWO_STEPS)),
        and_(Revision.state == RevisionState.SUBMITTED, Office.steps == _TWO_STEPS),
    )
    to_sign = and_(signable, Revision.drafted_by != me)
    hidden = exists().where(
        HiddenRow.revision_id == Publication.live_revision_id,
        HiddenRow.reviewed_at.is_(None),
        HiddenRow.hidden_by.is_distinct_from(me),
    )
    return {
        Waiting.RETURNED: (Permission.DRAFT, and_(mine, Revision.returned_note != "")),
        Waiting.DRAFT: (Permission.DRAFT, and_(mine, Revision.returned_note == "")),
        Waiting.HIDDEN_ROWS: (Permission.REVIEW, hidden),
        Waiting.REVIEW: (
            Permission.REVIEW,
            and_(Revision.state == RevisionState.SUBMITTED, Revision.drafted_by != me),
        ),
        Waiting.PUBLISH: (Permission.PUBLISH, and_(to_sign, Revision.publish_at.is_(None))),
        Waiting.SCHEDULED: (Permission.PUBLISH, and_(to_sign, Revision.publish_at.is_not(None))),
        Waiting.POSTING: (Permission.RECORD_POSTING, and_(_is_open(at), _unconfirmed() > 0)),
    }


_TWO_STEPS = 2


def _lines(actor: Actor) -> Any:
    return (
        select(Publication, Revision, Notice, Division.display_name, Office.name, _unconfirmed())
        .join(Notice, Notice.publication_id == Publication.id)
        .join(Office, Office.id == Publication.office_id)
        .join(Division, Division.code == Publication.division_code)
        .join(Revision, Revision.id == _at_work(actor))
        .where(Publication.area == Area.NOTICES, within(actor))
    )


def _at_work(actor: Actor) -> ColumnElement[Any]:
    """The revision that a line is about: the open one, else the public one, else the last one that was thrown away."""
    other = aliased(Revision)
    mine = select(func.max(other.id)).where(other.publication_id == Publication.id).correlate(Publication)
    if not actor.may(Permission.SEE_DRAFTS):
        return func.coalesce(Publication.live_revision_id, mine.where(printable(actor, other)).scalar_subquery())
    an_open_one = mine.where(other.state.in_(OPEN_STATES)).scalar_subquery()
    return func.coalesce(an_open_one, Publication.live_revision_id, mine.scalar_subquery())


def printable(actor: Actor, revision: Any) -> ColumnElement[bool]:
    """What somebody sees who may see no drafts: who prints for the villages, what will be posted on the first day."""
    return and_(true() if actor.may(Permission.PRINT_FULL_NAMES) else false(), revision.state == RevisionState.REVIEWED)


def _unconfirmed() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(PostingPlace.publication_id == Publication.id, PostingPlace.posted_on.is_(None))
        .correlate(Publication)
        .scalar_subquery()
    )


def _is_open(at: datetime) -> ColumnElement[bool]:
    """Whether the public revision still hangs; a notice with a period, until its last day is over."""
    live = aliased(Revision)
    return exists().where(
        live.id == Publication.live_revision_id,
        live.state == RevisionState.PUBLISHED,
        live.visible_until > at,
        live.period_last_on >= shanghai_date(at),
    )


def _in_state(state: RevisionState, at: datetime) -> Sequence[ColumnElement[bool]]:
    if state is RevisionState.WITHDRAWN:
        return [Publication.withdrawn_at.is_not(None)]
    over = and_(Revision.visible_until.is_not(None), Revision.visible_until <= at)
    conditions = [Publication.withdrawn_at.is_(None)]
    if state is RevisionState.PUBLISHED:
        return [*conditions, Revision.state == state, ~over]
    if state is RevisionState.EXPIRED:
        return [*conditions, or_(Revision.state == state, and_(Revision.state == RevisionState.PUBLISHED, over))]
    return [*conditions, Revision.state == state]


def _line(row: Any, at: datetime) -> DeskLine:
    publication, revision, notice, division_name, office_name, unconfirmed = row
    return DeskLine(
        id=publication.id, number=publication.number, title=revision.title, kind=notice.kind, program=notice.program,
        division_name=division_name, office_name=office_name, state=shown_state(publication, revision, at),
        ordinal=revision.ordinal, is_public=publication.live_revision_id is not None and not publication.withdrawn_at,
        returned_note=revision.returned_note, publish_at=revision.publish_at, period_last_on=revision.period_last_on,
        unconfirmed_places=unconfirmed,
    )  # fmt: skip


def shown_state(publication: Publication, revision: Revision, at: datetime) -> RevisionState:
    """The state as of an instant, also when no job has run since the end of the period."""
    if publication.withdrawn_at is not None:
        return RevisionState.WITHDRAWN
    over = revision.visible_until is not None and revision.visible_until <= at
    return RevisionState.EXPIRED if over and revision.state is RevisionState.PUBLISHED else revision.state
