"""One row taken down at once (隐私撤下): hidden in the same instant, reviewed within 24 hours."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor, Permission
from portal.models.notices import HiddenRow, NoticeRow
from portal.models.outbox import Job
from portal.models.publications import Paper, Publication, Revision
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.outbox import enqueue
from portal.usecases.scope import publication_within
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


def hide_row(
    services: Services, actor: Actor, number: str, seq: int, *, at: datetime, sent: Sent | None = None
) -> None:
    """Hide one row of the live list everywhere, its paper included; its review is due as the bureau's policy says."""
    if not actor.may(Permission.PUBLISH):
        raise NotAllowedError(N_("只有签发人可以撤下一行"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = _live(session, actor, number)
        revision_id = publication.live_revision_id
        if session.get(NoticeRow, (revision_id, seq)) is None:
            raise NotFoundError(N_("名单里没有这一行"))
        already = session.get(HiddenRow, (revision_id, seq))
        if already is not None and already.upheld is not False:
            raise ConflictError(N_("这一行已经撤下"))
        for place in _rows_of_the_same_household(session, publication, seq):
            session.merge(_hidden(place, actor, at, at + services.rulebook.policies.hidden_row_review))
        _repaint(session, publication, at=at)
        audit.record(session, actor, "notice.row_hidden", publication.number, at=at, row=seq)


def hide_as_asked(session: Session, services: Services, publication_id: int, seq: int, *, at: datetime) -> bool:
    """Hide a row within the transaction in which somebody asks for it; whether it is hidden now.

    The review follows like any other. A row that a review has put back is not hidden again by asking again, and when
    many rows of one list wait already (somebody may want the whole list away) the publisher on duty decides.
    """
    publication = session.get_one(Publication, publication_id)
    live = publication.live_revision_id
    if live is None or publication.withdrawn_at is not None or session.get(NoticeRow, (live, seq)) is None:
        return False
    already = session.get(HiddenRow, (live, seq))
    if already is not None:
        return already.upheld is not False
    asked = (HiddenRow.revision_id == live, HiddenRow.hidden_by.is_(None), HiddenRow.reviewed_at.is_(None))
    policies = services.rulebook.policies
    if (session.scalar(select(func.count()).where(*asked)) or 0) >= policies.most_rows_hidden_as_asked:
        return False
    for place in _rows_of_the_same_household(session, publication, seq):
        session.merge(_hidden(place, None, at, at + policies.hidden_row_review))
    _repaint(session, publication, at=at)
    audit.record(session, None, "notice.row_hidden", publication.number, at=at, row=seq)
    return True


def review_hidden_row(
    services: Services,
    actor: Actor,
    number: str,
    seq: int,
    *,
    upheld: bool,
    at: datetime,
    sent: Sent | None = None,
) -> None:
    """Decide whether the row stays hidden; the reviewer is not the person who hid it."""
    if not actor.may(Permission.REVIEW):
        raise NotAllowedError(N_("只有审核人可以复核撤下的行"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        publication = _live(session, actor, number)
        changed = session.execute(
            update(HiddenRow)
            .where(
                HiddenRow.revision_id == publication.live_revision_id,
                HiddenRow.seq == seq,
                HiddenRow.reviewed_at.is_(None),
                HiddenRow.hidden_by.is_distinct_from(actor.account_id),
            )
            .values(reviewed_by=actor.account_id, reviewed_at=at, upheld=upheld)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise ConflictError(N_("这一行没有等待复核，或者是您自己撤下的"))
        for revision_id, other in _rows_of_the_same_household(session, publication, seq):
            session.execute(
                update(HiddenRow)
                .where(HiddenRow.revision_id == revision_id, HiddenRow.seq == other)
                .values(reviewed_by=actor.account_id, reviewed_at=at, upheld=upheld)
            )
        _repaint(session, publication, at=at)
        audit.record(session, actor, "notice.row_reviewed", publication.number, at=at, row=seq, upheld=int(upheld))


def _live(session: Session, actor: Actor, number: str) -> Publication:
    found = publication_within(session, actor, number)
    if found.live_revision_id is None or found.withdrawn_at is not None:
        raise ConflictError(N_("它没有在公开，不需要撤下一行"))
    return found


def _rows_of_the_same_household(session: Session, publication: Publication, seq: int) -> Sequence[tuple[int, int]]:
    """Where the household of a live row stands, in every revision: an earlier one, or a correction on its way."""
    live = aliased(NoticeRow)
    query = (
        select(NoticeRow.revision_id, NoticeRow.seq)
        .join(Revision, Revision.id == NoticeRow.revision_id)
        .join(live, live.person_hash == NoticeRow.person_hash)
        .where(
            Revision.publication_id == publication.id,
            live.revision_id == publication.live_revision_id,
            live.seq == seq,
        )
    )
    return [(revision_id, place) for revision_id, place in session.execute(query)]


def _hidden(place: tuple[int, int], actor: Actor | None, at: datetime, review_due_at: datetime) -> HiddenRow:
    revision_id, seq = place
    return HiddenRow(
        revision_id=revision_id, seq=seq, hidden_by=actor.account_id if actor else None, hidden_at=at,
        review_due_at=review_due_at,
        reviewed_by=None, reviewed_at=None, upheld=None,
    )  # fmt: skip


def keep_hidden(session: Session, publication: Publication, revision: Revision) -> None:
    """A household that is hidden in the live revision stays hidden in the one that replaces it."""
    if publication.live_revision_id is None:
        return
    before, after, taken = aliased(NoticeRow), aliased(NoticeRow), aliased(HiddenRow)
    already = exists().where(taken.revision_id == revision.id, taken.seq == after.seq)
    query = (
        select(HiddenRow, after.seq)
        .join(before, and_(before.revision_id == HiddenRow.revision_id, before.seq == HiddenRow.seq))
        .join(after, and_(after.revision_id == revision.id, after.person_hash == before.person_hash))
        .where(HiddenRow.revision_id == publication.live_revision_id, HiddenRow.upheld.is_not(False), ~already)
    )
    for row, seq in session.execute(query).all():
        session.add(
            HiddenRow(
                revision_id=revision.id, seq=seq, hidden_by=row.hidden_by, hidden_at=row.hidden_at,
                review_due_at=row.review_due_at, reviewed_by=row.reviewed_by, reviewed_at=row.reviewed_at,
                upheld=row.upheld,
            )
        )  # fmt: skip


def _repaint(session: Session, publication: Publication, *, at: datetime) -> None:
    """No paper with the row is served again: it is forgotten here and printed anew."""
    session.execute(delete(Paper).where(Paper.revision_id == publication.live_revision_id))
    enqueue(session, Job.PRINT, publication.id, publication.live_revision_id, at=at)
    bump_revision(session)
