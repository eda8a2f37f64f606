"""The scan of a written consent (委托书): checked and sealed as all uploads, opened for a purpose, gone with its entry.

One entry has one scan; a better one takes its place. Its name is not kept, for names of files tell names of people.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from portal.domain.attachments import RefusedFileError, extension_of
from portal.domain.errors import InvalidError, NotFoundError, RefusedError
from portal.domain.intake import KeptFile
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor, Permission
from portal.domain.proxy_collectors import CONSENT_TYPES, ReadingPurpose
from portal.files.attachment_store import new_file_id
from portal.models.base import db
from portal.models.proxy_collectors import ConsentScan, ProxyCollector
from portal.models.transaction import transaction
from portal.queries.proxy_collectors import row_within
from portal.sealing.envelopes import seal_under, unseal_under
from portal.usecases import attachments, audit
from portal.usecases.case_sealing import new_key, padded
from portal.usecases.idempotency import Sent, claim
from portal.usecases.proxy_collectors import PURPOSE, delete_scans, drop_scans, permit, running
from portal.usecases.quarantine import AGAIN_AFTER, judge
from portal.usecases.services import Services

_SEALED_BYTES = 256
_BATCH = 20
_WRONG_TYPE = N_("委托书请上传PDF，或拍清楚的照片（jpg、png）")
_WAITS = N_("这个附件还没有查过病毒，查过以后才能下载")
_FOUND = N_("这个附件查出了问题，留在隔离中，不能下载")


@dataclass(frozen=True, slots=True)
class OpenedConsent:
    """The scan in pieces, and what it is."""

    pieces: Iterator[bytes]
    extension: str
    media_type: str


def keep_consent(
    services: Services, actor: Actor, number: str, name: str, content: bytes, *, at: datetime, sent: Sent | None = None
) -> None:
    """Keep the scan of an entry that runs, in place of a former one; InvalidError says why a file is not taken."""
    permit(actor, Permission.DRAFT)
    file = _examined(services, name, content)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        row = running(session, actor, number)
        former = drop_scans(session, [row.id])
        session.add(_sealed(services, file, row, actor, at=at))
        audit.record(session, actor, "proxy_collector.consent_kept", number, at=at, replaced=len(former))
    delete_scans(services, former)


def open_consent(
    services: Services, actor: Actor, number: str, purpose: ReadingPurpose, *, at: datetime
) -> OpenedConsent:
    """Open the scan; who looks, and for what, is noted first. RefusedError while it lies in quarantine."""
    permit(actor)
    with transaction() as session:
        entry = row_within(session, actor, number)
        row = session.scalars(select(ConsentScan).where(ConsentScan.proxy_id == entry.id)).one_or_none()
        if row is None:
            raise NotFoundError(N_("这条代领登记没有委托书扫描件"))
        if row.quarantined:
            raise RefusedError(_FOUND if row.found else _WAITS)
        audit.record(session, actor, "proxy_collector.consent_read", number, at=at, purpose=str(purpose))
        return _opened(services, row)


def rescan_consents(services: Services, *, at: datetime) -> int:
    """The worker's part: look at what waits in quarantine once more; gives how many scans were released."""
    released = 0
    if not services.settings.clamd:
        return released
    for file_id in _waiting(at):
        opened = _opened(services, db.session().get_one(ConsentScan, file_id))
        whole = b"".join(opened.pieces)
        db.session.rollback()  # no read transaction stays open while the scanner is asked
        looked = judge(services, opened.extension, whole)
        with transaction() as session:
            row = session.get_one(ConsentScan, file_id)
            row.quarantined, row.found, row.scanned_at = not looked.released, looked.found, at
        released += looked.released
        if not (looked.released or looked.found):
            break  # the scanner is away: the next ones would wait for it in vain as well
    return released


def consent_place(file_id: str) -> str:
    """What a scan and its key are bound to."""
    return f"consent:{file_id}"


def _examined(services: Services, name: str, content: bytes) -> KeptFile:
    if extension_of(name) not in CONSENT_TYPES:
        raise _refused(Message(_WRONG_TYPE))
    try:
        return attachments.examine(services, name, content)
    except RefusedFileError as error:
        raise _refused(error.message) from None


def _refused(why: Message) -> InvalidError:
    return InvalidError(N_("请改正标出的内容"), fields={"file": why})


def _sealed(services: Services, file: KeptFile, entry: ProxyCollector, actor: Actor, *, at: datetime) -> ConsentScan:
    """Put the bytes away; whatever a transaction that is undone leaves of them is swept by the worker."""
    file_id, key = new_file_id(), new_key()
    attachments.put(services.settings.attachments, file_id, key, file.content, consent_place(file_id))
    told = json.dumps({"key": key.hex(), "extension": file.extension, "media_type": file.media_type}).encode()
    sealed = seal_under(services.keyring, PURPOSE, padded(told, _SEALED_BYTES), bound_to=consent_place(file_id))
    return ConsentScan(
        id=file_id, proxy_id=entry.id, sealed=sealed, quarantined=file.quarantined, found=file.found,
        added_by=actor.account_id, added_at=at,
    )  # fmt: skip


def _opened(services: Services, row: ConsentScan) -> OpenedConsent:
    place = consent_place(row.id)
    told: dict[str, str] = json.loads(unseal_under(services.keyring, PURPOSE, row.sealed, bound_to=place))
    pieces = attachments.read(services.settings.attachments, row.id, bytes.fromhex(told["key"]), place)
    return OpenedConsent(pieces, told["extension"], told["media_type"])


def _waiting(at: datetime) -> Sequence[str]:
    rested = or_(ConsentScan.scanned_at.is_(None), ConsentScan.scanned_at <= at - AGAIN_AFTER)
    query = select(ConsentScan.id).where(ConsentScan.quarantined, ConsentScan.found.is_(None), rested)
    found = db.session.scalars(query.order_by(ConsentScan.scanned_at.nulls_first(), ConsentScan.id).limit(_BATCH)).all()
    db.session.rollback()
    return found
