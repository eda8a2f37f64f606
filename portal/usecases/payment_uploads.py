"""A large roster is sealed and put into the queue, so that nobody waits at a browser; whoever did so may give it up."""

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, NotFoundError, PortalError, RefusedError
from portal.domain.messages import N_
from portal.domain.payment_uploads import KEEP, MOST_WAITING, OPEN, UploadState, UploadStep
from portal.domain.permissions import Actor
from portal.importing.row_counts import rows_told
from portal.importing.workbooks import check_workbook
from portal.models.payment_uploads import PaymentUpload
from portal.models.transaction import transaction
from portal.usecases import audit, sealed_uploads
from portal.usecases.idempotency import Sent, claim
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder
from portal.usecases.payments import A_COUNTY, check_order
from portal.usecases.services import Services
from portal.usecases.upload_contents import UploadReport, read_report, written_upload


def is_large(services: Services, upload: Upload) -> bool:
    """Whether a roster is read by the worker and not while the clerk waits."""
    return len(upload.content) > services.settings.queue_above


def queue_roster(
    services: Services, actor: Actor, upload: Upload, order: PaymentOrder, *, at: datetime, sent: Sent | None = None
) -> str:
    """Seal a roster for the worker and give the name of its place in the queue.

    What can be refused without reading the rows is refused at once, as `import_payments` would.
    """
    check_order(actor, order, at=at)
    check_workbook(upload.content, upload.filename, A_COUNTY)
    file_id = sealed_uploads.put(services, written_upload(upload, order), actor.account_id, at=at)
    try:
        with transaction() as session:
            _check_number(session, actor)
            row = _row(actor, upload, file_id, at)
            session.add(row)
            claim(session, sent, actor, at=at, number=row.id)
            audit.record(session, actor, "payment.queued", row.id, at=at, bytes=row.size)
            return row.id
    except PortalError:
        sealed_uploads.remove(services, file_id)
        raise


def give_up(services: Services, actor: Actor, upload_id: str, *, at: datetime) -> None:
    """Take a roster out of the queue, also from under a worker's hands; ConflictError when it is at its end already."""
    with transaction() as session:
        row = _own(session, actor, upload_id)
        if row.state not in OPEN:
            raise ConflictError(N_("这份花名册已经读完，不能再放弃"))
        file_id = row.file_id
        close(row, UploadState.GIVEN_UP, at=at)
        audit.record(session, actor, "payment.upload_given_up", row.id, at=at)
    sealed_uploads.remove(services, file_id)


def open_report(services: Services, actor: Actor, file_id: str, *, at: datetime) -> UploadReport:
    """What is wrong with a roster, for whoever uploaded it; NotFoundError when its time is over."""
    return read_report(sealed_uploads.get(services, file_id, actor.account_id, at=at))


def close(row: PaymentUpload, state: UploadState, *, at: datetime, file_id: str | None = None) -> None:
    """End an upload: nobody holds it any more, and of the roster nothing lies here."""
    row.state, row.file_id = state, file_id
    row.lease, row.leased_until = "", None
    row.expires_at = at + KEEP


def _check_number(session: Session, actor: Actor) -> None:
    mine = (PaymentUpload.account_id == actor.account_id) & PaymentUpload.state.in_(OPEN)
    if session.execute(select(func.count()).select_from(PaymentUpload).where(mine)).scalar_one() >= MOST_WAITING:
        text = N_("您已有%(count)s份花名册在排队：请等它们读完，或放弃一份，再上传")
        raise RefusedError(text, count=MOST_WAITING)


def _row(actor: Actor, upload: Upload, file_id: str, at: datetime) -> PaymentUpload:
    return PaymentUpload(
        id=secrets.token_hex(16), account_id=actor.account_id, size=len(upload.content),
        state=UploadState.WAITING, step=UploadStep.READ, known_rows=rows_told(upload.content), file_id=file_id,
        created_at=at, expires_at=at + KEEP,
    )  # fmt: skip


def _own(session: Session, actor: Actor, upload_id: str) -> PaymentUpload:
    """Whoever has not uploaded it may not know that there is one."""
    row = session.get(PaymentUpload, upload_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError(N_("没有这份上传的花名册，或者它的结果已经过期"))
    return row
