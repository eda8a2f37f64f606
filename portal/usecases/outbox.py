"""Work that follows a committed write: enqueued in its transaction, leased and done by a worker afterwards."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models.outbox import Job, OutboxRow


def enqueue(
    session: Session,
    job: Job,
    publication_id: int,
    revision_id: int | None,
    *,
    at: datetime,
    due_at: datetime | None = None,
) -> None:
    """Ask for one piece of work; asking again while it is still open and not begun changes nothing."""
    due = due_at or at
    waiting = select(OutboxRow.id).where(
        OutboxRow.job == job,
        OutboxRow.publication_id == publication_id,
        OutboxRow.revision_id == revision_id,
        OutboxRow.done_at.is_(None),
        OutboxRow.leased_until.is_(None),
        OutboxRow.due_at == due,
    )
    if session.execute(waiting).first() is None:
        session.add(
            OutboxRow(job=job, publication_id=publication_id, revision_id=revision_id, created_at=at, due_at=due)
        )
