"""Drafts of submissions: on the disk only encrypted, under a key that only the submitter's cookie holds."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.domain.attachments import FileFinding, Removed
from portal.domain.errors import NotFoundError, RefusedError, StorageFullError, TooManyError
from portal.domain.intake import KeptFile, Submission
from portal.domain.intake_drafts import (
    ATTACHED,
    HUMAN_SECONDS,
    MOST_FILES,
    STARTED,
    Draft,
    DraftFile,
    Step,
    contact_of,
    submission_of,
)
from portal.domain.messages import N_
from portal.models.base import db
from portal.models.cases import Case
from portal.models.transaction import transaction
from portal.sealing.proof_of_work import challenge_under, is_solved, new_secret
from portal.sealing.query_codes import QueryCode, derive, new_code
from portal.usecases import spool
from portal.usecases.attachments import examine
from portal.usecases.idempotency import Sent, SentTwiceError, new_key
from portal.usecases.intake import submit
from portal.usecases.limits import Origin, reserve
from portal.usecases.services import Services
from portal.usecases.spool import Ticket

_OWNER = 0
"""Nobody signs in here; the key alone decides."""
_RECEIPT = "/cases/new/receipt"


def begin(services: Services, address: str, *, at: datetime) -> tuple[Ticket, Draft]:
    """A new draft with its query code; StorageFullError when there is no room even for that.

    How much comes from the address is noted now and not when the case is handed in, so that no row tells which
    address handed in which case.
    """
    draft = Draft(
        code=new_code().digits,
        form_key=new_key(),
        work_secret=new_secret(),
        started_at=at,
        slow=_is_busy(services, address, at=at),
    )
    return spool.put(services.settings.spool, _packed(draft), _OWNER, at=at, keep=draft.keep), draft


def draft_of(services: Services, ticket: Ticket, *, at: datetime) -> Draft:
    """The draft of a ticket; NotFoundError when its time is over or it was destroyed."""
    return _unpacked(spool.get(services.settings.spool, ticket, _OWNER, at=at))


def save(services: Services, ticket: Ticket, draft: Draft, *, at: datetime) -> None:
    """Keep the draft as it is now, for its full time from now on; its files live as long as it does."""
    folder = services.settings.spool
    spool.replace(folder, ticket, _packed(draft), _OWNER)
    for kept in (ticket, *map(_ticket, draft.files)):
        with suppress(NotFoundError):
            spool.prolong(folder, kept, at=at, keep=draft.keep)


def destroy(services: Services, ticket: Ticket, *, at: datetime) -> None:
    """Delete a draft and its files at once; safe to repeat."""
    with suppress(NotFoundError):
        _remove_files(services, draft_of(services, ticket, at=at).files)
    with suppress(NotFoundError):
        spool.remove(services.settings.spool, ticket)


def attach(
    services: Services, ticket: Ticket, draft: Draft, upload: tuple[str, bytes], address: str, *, voice: bool,
    at: datetime,
) -> Draft:  # fmt: skip
    """Clean a file and keep it with the draft; `upload` is its name and its bytes.

    RefusedError says why it is not taken; TooManyError and StorageFullError that it could not be taken now.
    """
    if len(draft.files) >= MOST_FILES:
        raise RefusedError(N_("最多上传%(most)s个文件"), most=MOST_FILES)
    with transaction() as session:
        reserve(session, ATTACHED, Origin(address, address), at=at, services=services)
    kept = examine(services, *upload)
    place = spool.put(services.settings.spool, kept.content, _OWNER, at=at, keep=draft.keep)
    file = DraftFile(
        place.id, place.key, kept.name, kept.extension, kept.media_type, len(kept.content),
        tuple(map(Removed, kept.removed)), quarantined=kept.quarantined, voice=voice, found=kept.found,
    )  # fmt: skip
    former = [one for one in draft.files if voice and one.voice]
    draft = replace(draft, files=(*(one for one in draft.files if one not in former), file))
    save(services, ticket, draft, at=at)
    _remove_files(services, former)
    return draft


def detach(services: Services, ticket: Ticket, draft: Draft, file_id: str, *, at: datetime) -> Draft:
    """Take a file out of the draft again; safe to repeat."""
    gone = [file for file in draft.files if file.id == file_id]
    draft = replace(draft, files=tuple(file for file in draft.files if file not in gone))
    save(services, ticket, draft, at=at)
    _remove_files(services, gone)
    return draft


def made_ready(draft: Draft) -> Draft:
    """The draft as the last page shows it: with a code for each of several, made before anything is handed in."""
    missing = len(contact_of(draft).members) - len(draft.member_codes)
    codes = (*draft.member_codes, *(new_code().digits for _ in range(missing)))
    return replace(draft, checked=True, member_codes=codes[: len(codes) + min(missing, 0)])


def challenge_of(draft: Draft) -> str:
    """A challenge that only this draft's hand-in counts, as JSON for the page's script."""
    return challenge_under(draft.work_secret)


def hand_in(
    services: Services, ticket: Ticket, draft: Draft, division_code: str, *, proof: str, trapped: bool, at: datetime
) -> str:
    """Take the draft in as a case and give its number; twelve at once are one case with one number.

    Afterwards only number and code are left of the draft, for the receipt.
    """
    slow = trapped or _is_hasty(draft, at=at) or (draft.slow and not is_solved(proof, draft.work_secret))
    try:
        submission = submission_of(draft, division_code, _contents(services, draft, at=at), slow=slow)
        number = _submit(services, submission, draft, at=at)
    except (SentTwiceError, NotFoundError):  # another sending of the same form was faster; its files are gone as well
        number = number_of(services, draft)
        if not number:
            raise
    _keep_receipt(services, ticket, replace(draft, number=number), at=at)
    return number


def number_of(services: Services, draft: Draft) -> str:
    """The number of the case that came of a draft, found by its code; empty while there is none."""
    if draft.number:
        return draft.number
    lookup_id = derive(draft.code, services.keyring.key("codes")).lookup_id
    db.session.rollback()
    return db.session().scalar(select(Case.number).where(Case.lookup_id == lookup_id)) or ""


def _submit(services: Services, submission: Submission, draft: Draft, *, at: datetime) -> str:
    members = tuple(map(QueryCode, draft.member_codes))
    sent = Sent(draft.form_key, _RECEIPT)
    return submit(services, submission, QueryCode(draft.code), at=at, sent=sent, member_codes=members)


def _contents(services: Services, draft: Draft, *, at: datetime) -> Iterable[KeptFile]:
    for file in draft.files:
        content = spool.get(services.settings.spool, _ticket(file), _OWNER, at=at)
        yield KeptFile(
            file.name, file.extension, file.media_type, content, file.removed, file.quarantined, file.voice, file.found
        )


def _keep_receipt(services: Services, ticket: Ticket, draft: Draft, *, at: datetime) -> None:
    """What was typed is now sealed in the case; here it goes, unless the disk is too full even to write less."""
    with suppress(NotFoundError, StorageFullError):
        save(services, ticket, replace(draft, answers={}, files=()), at=at)
        _remove_files(services, draft.files)


def _is_busy(services: Services, address: str, *, at: datetime) -> bool:
    try:
        with transaction() as session:
            reserve(session, STARTED, Origin(address, address), at=at, services=services)
    except TooManyError:
        return True
    return False


def _is_hasty(draft: Draft, *, at: datetime) -> bool:
    return at - draft.started_at < timedelta(seconds=HUMAN_SECONDS)


def _remove_files(services: Services, files: Iterable[DraftFile]) -> None:
    for file in files:
        with suppress(NotFoundError):
            spool.remove(services.settings.spool, _ticket(file))


def _ticket(file: DraftFile) -> Ticket:
    return Ticket(file.id, file.key)


def _packed(draft: Draft) -> bytes:
    return json.dumps(
        {**asdict(draft), "started_at": draft.started_at.isoformat(), "advised": sorted(draft.advised)}
    ).encode()


def _unpacked(content: bytes) -> Draft:
    found = json.loads(content)
    return Draft(
        **{
            **found,
            "started_at": datetime.fromisoformat(found["started_at"]),
            "member_codes": tuple(found["member_codes"]),
            "advised": frozenset(map(Step, found["advised"])),
            "answers": {Step(step): tuple(map(tuple, pairs)) for step, pairs in found["answers"].items()},
            "files": tuple(map(_unpacked_file, found["files"])),
        }
    )


def _unpacked_file(file: dict[str, Any]) -> DraftFile:
    found = FileFinding(file["found"]) if file.get("found") else None
    return DraftFile(**{**file, "removed": tuple(map(Removed, file["removed"])), "found": found})
