"""Rosters in the queue, for whoever uploaded them and for nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.payment_uploads import LATE, OPEN, UploadProgress, UploadState
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.payment_uploads import PaymentUpload


@dataclass(frozen=True, slots=True)
class QueuedRoster:
    """Where a roster stands. `size` is in bytes; `file_id` names its sealed report, where there is one."""

    id: str
    size: int
    state: UploadState
    progress: UploadProgress
    created_at: datetime
    file_id: str | None
    numbers: tuple[str, ...]
    """Of the drafts that it became."""

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being read."""
        return self.state in OPEN

    def minutes_late(self, at: datetime) -> int:
        """How many minutes it has waited for a worker, once that is long; 0 before, and while it is read."""
        waited = at - self.created_at
        return waited // timedelta(minutes=1) if self.state is UploadState.WAITING and waited >= LATE else 0


def queued_roster(actor: Actor, upload_id: str) -> QueuedRoster:
    """One of the actor's own; NotFoundError for everybody else's, and for what has ended long ago."""
    row = db.session().get(PaymentUpload, upload_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError(N_("没有这份上传的花名册，或者它的结果已经过期"))
    return _roster(row)


def queued_rosters(actor: Actor) -> tuple[QueuedRoster, ...]:
    """The actor's own that are not drafts yet and were not given up, the newest first."""
    untold = PaymentUpload.state.not_in((UploadState.DRAFTED, UploadState.GIVEN_UP))
    mine = select(PaymentUpload).where(PaymentUpload.account_id == actor.account_id, untold)
    return tuple(map(_roster, db.session().scalars(mine.order_by(PaymentUpload.created_at.desc()))))


def _roster(row: PaymentUpload) -> QueuedRoster:
    return QueuedRoster(
        id=row.id,
        size=row.size,
        state=row.state,
        progress=UploadProgress(row.step, row.rows, row.known_rows),
        created_at=row.created_at,
        file_id=row.file_id,
        numbers=tuple(row.numbers.split()),
    )
