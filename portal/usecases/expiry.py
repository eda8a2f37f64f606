"""The end of a list's time: its names leave the open tables; the gate has hidden them since the same instant."""

from datetime import datetime

from sqlalchemy import delete, select, update

from portal.domain.instants import shanghai_date
from portal.domain.publications import RevisionState
from portal.models.base import db
from portal.models.notices import SealedName
from portal.models.publications import Publication, Revision, SealedSnapshot
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.payment_people import forget_people, note_terminated
from portal.usecases.publishing import take_back
from portal.usecases.services import Services
from portal.usecases.site import bump_revision

ENDED = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED)


def due_for_sealing(at: datetime) -> tuple[int, ...]:
    """The revisions whose time is over and whose names still stand in the open tables, newest first."""
    query = select(Revision.id).where(
        Revision.visible_until <= at, Revision.sealed_at.is_(None), Revision.state.in_(ENDED)
    )
    return tuple(db.session.execute(query.order_by(Revision.id.desc())).scalars())


def seal_list(services: Services, revision_id: int, *, at: datetime) -> bool:
    """Seal one list; False when somebody else has done it or its time is not over."""
    with transaction() as session:
        revision = session.get_one(Revision, revision_id)
        changed = session.execute(
            update(Revision)
            .where(
                Revision.id == revision_id,
                Revision.state.in_(ENDED),
                Revision.sealed_at.is_(None),
                Revision.visible_until <= at,
            )
            .values(
                state=RevisionState.EXPIRED if revision.state is RevisionState.PUBLISHED else revision.state,
                version=Revision.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return False
        if revision.state is RevisionState.PUBLISHED:  # as it was read; a superseded list says nothing any more
            note_terminated(session, services, revision)
        take_back(session, services, revision, at=at, keep_sealed=True)
        bump_revision(session)
        number = session.get_one(Publication, revision.publication_id).number
        audit.record(session, None, "publication.expire", number, at=at, revision=revision.ordinal)
        return True


def purge(services: Services, *, at: datetime) -> int:
    """Delete full names past their purge date and people's hashes past their month, kill old sealed lists' keys."""
    today = shanghai_date(at)
    with transaction() as session:
        names = session.execute(delete(SealedName).where(SealedName.purge_on <= today))
        dead = session.execute(select(SealedSnapshot).where(SealedSnapshot.destroy_on <= today)).scalars().all()
        for snapshot in dead:
            services.keyring.destroy_single(snapshot.key_id)
            session.delete(snapshot)
        people = forget_people(session, services, today=today)
        count = int(names.rowcount) + len(dead) + people  # type: ignore[attr-defined]
        if count:
            audit.record(session, None, "retention.purged", "lists", at=at, count=count)
        return count
