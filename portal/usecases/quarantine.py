"""Attachments in quarantine are looked at again: given out once nothing is found, kept and told of when something is.

The worker looks at what the service can open. What is sealed for a desk alone waits for an officer of the desk, and a
voice that lies with the identity for its custodian.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.attachments import (
    INFECTED,
    AttachmentLimits,
    FileFinding,
    RefusedFileError,
    ScanState,
)
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.domain.errors import NotAllowedError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.files.attachments import inspect
from portal.files.virus_scanner import scan
from portal.models.base import db
from portal.models.cases import Case, CaseFile
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.case_files import read_file
from portal.usecases.case_reading import case_open_to
from portal.usecases.case_sealing import Opener, ServiceOpener, open_key, read_items
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services

AGAIN_AFTER = timedelta(minutes=10)
"""So long the worker leaves a file alone after a look that the scanner did not answer."""
_BATCH = 20
_DOCUMENTS = frozenset({"pdf", "docx", "xlsx"})


@dataclass(frozen=True, slots=True)
class Rescan:
    """What a look has found; neither released nor found means that the scanner could not be asked."""

    released: bool
    found: FileFinding | None


def rescan(
    services: Services,
    actor: Actor,
    number: str,
    item_id: str,
    openers: Sequence[Opener],
    *,
    at: datetime,
    sent: Sent | None = None,
) -> Rescan:
    """Let an officer whose keys open the case have a file looked at now; NotFoundError when it is not in quarantine."""
    case, _ = case_open_to(db.session(), actor, number)
    looked = _look(services, case, item_id, (ServiceOpener(services.keyring), *openers))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        _note(session, item_id, looked, at=at)
        found = str(looked.found) if looked.found else None
        audit.record(session, actor, "case.file_rescanned", case.number, at=at, found=found, released=looked.released)
    return looked


def rescan_waiting(services: Services, *, at: datetime) -> int:
    """The worker's part: look at what waits and can be opened by the service; gives how many files were released."""
    released = 0
    if not services.settings.clamd:
        return released
    for item_id, case_id in _waiting(at):
        with suppress(NotAllowedError, NotFoundError):  # sealed for a desk, or lying with the identity
            case = db.session().get_one(Case, case_id)
            looked = _look(services, case, item_id, (ServiceOpener(services.keyring),))
            with transaction() as session:
                _note(session, item_id, looked, at=at)
            released += looked.released
            if not (looked.released or looked.found):
                break  # the scanner is away: the next ones would wait for it in vain as well
    return released


def judge(services: Services, extension: str, content: bytes) -> Rescan:
    """Ask the scanner, and take a document apart once more by the rules of today."""
    found = None
    try:
        state = scan(services.settings.clamd, content)
        if extension in _DOCUMENTS:
            found = inspect(f"attachment.{extension}", content, AttachmentLimits()).found
    except RefusedFileError as error:
        is_virus = error.message.text == INFECTED
        return Rescan(released=False, found=FileFinding.VIRUS if is_virus else FileFinding.ACTIVE_CONTENT)
    return Rescan(released=state is ScanState.CLEAN and not found, found=found)


def note(item_id: str, looked: Rescan, *, at: datetime) -> None:
    """Write down what a look has found."""
    with transaction() as session:
        _note(session, item_id, looked, at=at)


def _look(services: Services, case: Case, item_id: str, openers: Sequence[Opener]) -> Rescan:
    session = db.session()
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    named = {item.id: item.content for item in read_items(session, case, key, (ItemKind.FILE,))}
    content, row = named.get(item_id, {}), _in_quarantine(session, item_id)
    if "file" not in content or row is None:
        raise NotFoundError(N_("这个附件不在等待查毒"))
    whole = b"".join(read_file(services, content["file"], content["key"]))
    session.rollback()  # no read transaction stays open while the scanner is asked
    return judge(services, content["extension"], whole)


def _in_quarantine(session: Session, item_id: str) -> CaseFile | None:
    return session.scalars(select(CaseFile).where(CaseFile.item_id == item_id, CaseFile.quarantined)).one_or_none()


def _note(session: Session, item_id: str, looked: Rescan, *, at: datetime) -> None:
    row = _in_quarantine(session, item_id)
    if row is not None:
        row.quarantined, row.found, row.scanned_at = not looked.released, looked.found, at


def _waiting(at: datetime) -> Sequence[tuple[str, int]]:
    rested = or_(CaseFile.scanned_at.is_(None), CaseFile.scanned_at <= at - AGAIN_AFTER)
    query = select(CaseFile.item_id, CaseFile.case_id).where(CaseFile.quarantined, CaseFile.found.is_(None), rested)
    rows = db.session().execute(query.order_by(CaseFile.scanned_at.nulls_first(), CaseFile.id).limit(_BATCH)).all()
    db.session.rollback()
    return [(row.item_id, row.case_id) for row in rows]
