"""Attachments of a case: each under a key of its own that stands sealed in the case, its bytes in a folder."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.cases import ItemKind
from portal.domain.errors import RefusedError
from portal.domain.intake import KeptFile
from portal.domain.messages import N_
from portal.files import attachment_store
from portal.files.attachment_store import new_file_id
from portal.models.base import db
from portal.models.cases import Case, CaseFile
from portal.models.proxy_collectors import ConsentScan
from portal.usecases import attachments
from portal.usecases.case_sealing import add_item, new_key
from portal.usecases.services import Services

_LONGEST_SUBMIT = timedelta(hours=1)
_WAITS = N_("这个附件还没有查过病毒，查过以后才能下载")
_FOUND = N_("这个附件查出了问题，留在隔离中，不能下载")


def keep_files(
    session: Session,
    services: Services,
    case: Case,
    key: bytes,
    files: Sequence[KeptFile],
    *,
    at: datetime,
    account_id: int | None = None,
) -> None:
    """Seal cleaned files; whatever the transaction leaves without a row is swept by the worker.

    `account_id` is the member of staff who sends them to the submitter.
    """
    for file in files:
        file_id, file_key = new_file_id(), new_key()
        attachments.put(services.settings.attachments, file_id, file_key, file.content, file_place(file_id))
        described = {"name": file.name, "extension": file.extension, "media_type": file.media_type}
        content = {**described, "removed": list(file.removed), "file": file_id, "key": file_key.hex()}
        item_id = add_item(session, case, key, ItemKind.FILE, content, at=at, account_id=account_id)
        session.flush()
        row = CaseFile(id=file_id, case_id=case.id, item_id=item_id, size=len(file.content))
        row.quarantined, row.found = file.quarantined, file.found
        session.add(row)


def read_file(services: Services, file_id: str, key: str) -> Iterator[bytes]:
    """The bytes of an attachment in pieces; id and key come from its opened item. NotFoundError when it is gone."""
    return attachments.read(services.settings.attachments, file_id, bytes.fromhex(key), file_place(file_id))


def file_place(file_id: str) -> str:
    """What the bytes of an attachment are bound to."""
    return f"attachment:{file_id}"


def check_released(session: Session, case: Case, item_id: str) -> None:
    """RefusedError while a file is in quarantine: nobody gets it before it was scanned, or with what was found."""
    kept = select(CaseFile.found).where(CaseFile.case_id == case.id, CaseFile.item_id == item_id, CaseFile.quarantined)
    for found in session.scalars(kept):
        raise RefusedError(_FOUND if found else _WAITS)


def sweep_files(services: Services, *, at: datetime) -> int:
    """Remove what a stopped process or a transaction that was undone has left; gives how many files."""
    kept = {*db.session.scalars(select(CaseFile.id)), *db.session.scalars(select(ConsentScan.id))}
    db.session.rollback()
    return attachment_store.sweep(services.settings.attachments, kept, before=at - _LONGEST_SUBMIT)
