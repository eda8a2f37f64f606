"""The worker's part of the queue of rosters: take one, read it, end it. What is left halfway is taken up again.

Drafts and the end of their upload are written in one transaction, by whoever still holds the upload; so a roster is
stored once or not at all, whatever is killed in between.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFoundError, PortalError, StorageFullError
from portal.domain.messages import N_
from portal.domain.payment_uploads import LEASE, MOST_TRIES, OPEN, PAUSE, UploadState, UploadStep
from portal.models.base import db
from portal.models.payment_uploads import PaymentUpload
from portal.models.transaction import transaction
from portal.queries.staff import enabled_actor
from portal.sealing.envelopes import BrokenEnvelopeError
from portal.usecases import audit, sealed_uploads
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentDraft, PaymentOrder
from portal.usecases.payment_uploads import close
from portal.usecases.payments import import_payments
from portal.usecases.services import Services
from portal.usecases.upload_contents import UploadReport, read_upload, report_of, written_report

TOLD_EVERY = timedelta(seconds=1)

Now = Callable[[], datetime]


class LetGoError(PortalError):
    """The upload was given up, or another worker holds it: whatever was done so far is dropped."""

    def __init__(self) -> None:
        super().__init__(N_("这份花名册已经放弃"))


class StoppedError(PortalError):
    """The worker was asked to stop: the roster goes back into the queue."""

    def __init__(self) -> None:
        super().__init__(N_("后台任务正在停止"))


@dataclass(frozen=True, slots=True)
class Taken:
    """An upload in a worker's hands; `lease` proves that it still is."""

    id: str
    account_id: int
    file_id: str
    lease: str = field(repr=False)
    known_rows: int = 0


@dataclass(slots=True)
class Teller:
    """Writes down how far the work is, once a second; learns at the same time whether it shall go on."""

    taken: Taken
    now: Now
    stopped: Callable[[], bool]
    step: UploadStep | None = None
    told_at: datetime | None = None
    known_rows: int = 0

    def __call__(self, step: UploadStep, rows: int) -> None:
        """LetGoError or StoppedError where the work shall end here."""
        if self.stopped():
            raise StoppedError
        at = self.now()
        self.known_rows = max(self.known_rows, rows)
        if step is self.step and self.told_at and at - self.told_at < TOLD_EVERY:
            return
        self.step, self.told_at = step, at
        with transaction() as session:
            row = _held(session, self.taken)
            row.step, row.rows, row.known_rows, row.leased_until = step, rows, self.known_rows, at + LEASE


def run_uploads(
    services: Services, *, now: Now, stopped: Callable[[], bool], most: int | None = None
) -> tuple[int, int]:
    """Read the rosters that waited at the start, the oldest first; how many came to their end, and how many not."""
    started = now()
    sweep_uploads(services, at=started)
    ended, tried = 0, list[str]()
    while len(tried) != most and not stopped() and (taken := take(services, now=now, due_by=started, except_for=tried)):
        tried.append(taken.id)
        ended += work(services, taken, now=now, stopped=stopped)
    return ended, len(tried) - ended


def take(services: Services, *, now: Now, due_by: datetime, except_for: Sequence[str]) -> Taken | None:
    """Lease the oldest roster that nobody holds; one that was tried too often comes to its end instead."""
    at, lease, exhausted = now(), secrets.token_hex(16), list[str | None]()
    free = or_(PaymentUpload.leased_until.is_(None), PaymentUpload.leased_until < at)
    waiting = select(PaymentUpload).where(
        PaymentUpload.state.in_(OPEN), PaymentUpload.created_at <= due_by, free, PaymentUpload.id.not_in(except_for)
    )
    taken = None
    with transaction() as session:
        for row in session.scalars(waiting.order_by(PaymentUpload.created_at).with_for_update(skip_locked=True)):
            if row.tries < MOST_TRIES and row.file_id:
                row.state, row.step, row.rows = UploadState.AT_WORK, UploadStep.READ, 0
                row.lease, row.leased_until, row.tries = lease, at + LEASE, row.tries + 1
                taken = Taken(row.id, row.account_id, row.file_id, lease, row.known_rows)
                break
            exhausted.append(row.file_id)
            _end(session, row, UploadState.FAILED, at=at)
    for file_id in exhausted:
        sealed_uploads.remove(services, file_id)
    return taken


def work(services: Services, taken: Taken, *, now: Now, stopped: Callable[[], bool]) -> bool:
    """Read one roster; gives whether it came to an end. A failure is kept by its kind alone and tried again."""
    try:
        upload, order = _opened(services, taken, at=now())
    except (NotFoundError, BrokenEnvelopeError):
        return _finish(services, taken, UploadState.FAILED, at=now())
    try:
        return _read(services, taken, upload, order, Teller(taken, now, stopped, known_rows=taken.known_rows))
    except LetGoError:
        return True
    except Exception as error:  # noqa: BLE001 - whatever fails, somebody waits for the end and the roster must go
        return _give_back(services, taken, error, at=now())


def sweep_uploads(services: Services, *, at: datetime) -> int:
    """End what has waited for too long, forget what has ended long ago, destroy what nobody names; gives how many."""
    over = select(PaymentUpload).where(PaymentUpload.expires_at <= at)
    gone = list[str | None]()
    with transaction() as session:
        for row in session.scalars(over):
            gone.append(row.file_id)
            if row.state in OPEN:
                _end(session, row, UploadState.EXPIRED, at=at)
            else:
                session.delete(row)
    for file_id in gone:
        sealed_uploads.remove(services, file_id)
    named = db.session().scalars(select(PaymentUpload.file_id).where(PaymentUpload.file_id.is_not(None))).all()
    db.session.rollback()
    return len(gone) + sealed_uploads.sweep(services, [one for one in named if one], at=at)


def _opened(services: Services, taken: Taken, *, at: datetime) -> tuple[Upload, PaymentOrder]:
    return read_upload(sealed_uploads.get(services, taken.file_id, taken.account_id, at=at))


def _read(services: Services, taken: Taken, upload: Upload, order: PaymentOrder, tell: Teller) -> bool:
    """To the drafts, or to the report of what is wrong; what is no fault of the roster is raised."""
    try:
        return _import(services, taken, upload, order, tell)
    except (LetGoError, StoppedError, StorageFullError):
        raise
    except PortalError as error:
        return _report(services, taken, UploadReport(order, error.message), at=tell.now())


def _import(services: Services, taken: Taken, upload: Upload, order: PaymentOrder, tell: Teller) -> bool:
    at = tell.now()

    def drafted(session: Session, drafts: Sequence[PaymentDraft]) -> None:
        row = _held(session, taken)
        close(row, UploadState.DRAFTED, at=tell.now())
        row.numbers = " ".join(draft.number for draft in drafts)

    actor = enabled_actor(taken.account_id)
    outcome = import_payments(services, actor, upload, order, at=at, progress=tell, drafted=drafted)
    if not outcome.drafts:
        return _report(services, taken, report_of(order, outcome), at=tell.now())
    sealed_uploads.remove(services, taken.file_id)
    return True


def _report(services: Services, taken: Taken, report: UploadReport, *, at: datetime) -> bool:
    """The roster goes, what is wrong with it stays, sealed, under another key."""
    file_id = sealed_uploads.put(services, written_report(report), taken.account_id, at=at)
    if not _finish(services, taken, UploadState.FAULTY, at=at, file_id=file_id):
        sealed_uploads.remove(services, file_id)
    return True


def _give_back(services: Services, taken: Taken, cause: Exception, *, at: datetime) -> bool:
    """Back into the queue: at once when the worker only stops, else after a pause, and not for ever."""
    is_failure = not isinstance(cause, StoppedError)
    with transaction() as session:
        try:
            row = _held(session, taken)
        except LetGoError:
            return True
        row.state, row.lease = UploadState.WAITING, ""
        if not is_failure:
            row.tries, row.leased_until = row.tries - 1, None
            return False
        row.error, row.leased_until = type(cause).__name__[:80], at + PAUSE * row.tries**2
        if row.tries < MOST_TRIES:
            return False
        _end(session, row, UploadState.FAILED, at=at)
    sealed_uploads.remove(services, taken.file_id)
    return True


def _finish(
    services: Services, taken: Taken, state: UploadState, *, at: datetime, file_id: str | None = None
) -> bool:  # fmt: skip
    """Whether this worker could still end it; of the roster nothing lies here then."""
    with transaction() as session:
        try:
            _end(session, _held(session, taken), state, at=at, file_id=file_id)
        except LetGoError:
            return False
    sealed_uploads.remove(services, taken.file_id)
    return True


def _end(
    session: Session, row: PaymentUpload, state: UploadState, *, at: datetime, file_id: str | None = None
) -> None:  # fmt: skip
    close(row, state, at=at, file_id=file_id)
    audit.record(session, None, "payment.upload_ended", row.id, at=at, state=str(state))


def _held(session: Session, taken: Taken) -> PaymentUpload:
    """The row of an upload that is still in this worker's hands; LetGoError when it is not."""
    row = session.get(PaymentUpload, taken.id, with_for_update=True)
    if row is None or row.lease != taken.lease or row.state is not UploadState.AT_WORK:
        raise LetGoError
    return row
