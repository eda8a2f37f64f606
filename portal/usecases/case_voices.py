"""The voice note of somebody who must not be known: heard by the custodian alone, read by officers as a transcript.

A voice tells who speaks. So the key of the sound lies with the identity, while the words that the custodian writes down
are sealed under a key that he and the officers of the case share.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import IdentityGround, ItemKind
from portal.domain.errors import NotAllowedError, NotFoundError
from portal.domain.identity_requests import STATES
from portal.domain.intake import KeptFile
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import canonical_json
from portal.files.attachment_store import new_file_id
from portal.models.base import db
from portal.models.cases import Case, CaseEvent, CaseFile, CaseVoice
from portal.queries.case_scope import in_custody_of
from portal.sealing.envelopes import seal, unseal
from portal.usecases import attachments
from portal.usecases.case_files import check_released, file_place, read_file
from portal.usecases.case_reading import OpenedFile
from portal.usecases.case_sealing import APART, TRANSCRIPT_KEY, Opener, add_item, new_key, open_key, padded
from portal.usecases.quarantine import judge, note
from portal.usecases.services import Services

LISTEN_FOR = timedelta(hours=2)
"""So long the custodian may listen once he has opened a voice; afterwards another request is needed."""
_NAME = "录音"


def keep_voice(
    session: Session, services: Services, case: Case, keys: Mapping[KeyPurpose, bytes], file: KeptFile, *, at: datetime
) -> None:
    """Seal a voice note with the identity; what officers see of it names neither the file nor how to open it."""
    file_id, file_key, shared = new_file_id(), new_key(), new_key().hex()
    attachments.put(services.settings.attachments, file_id, file_key, file.content, file_place(file_id))
    told = {"name": f"{_NAME}.{file.extension}", "extension": file.extension, "media_type": file.media_type}
    shown = {**told, "removed": list(file.removed), "voice": True, TRANSCRIPT_KEY: shared}
    item_id = add_item(session, case, keys[KeyPurpose.CONTENT], ItemKind.FILE, shown, at=at)
    session.flush()
    size, waits = len(file.content), file.quarantined
    session.add(CaseFile(id=file_id, case_id=case.id, item_id=item_id, size=size, quarantined=waits))
    content = {**told, "file": file_id, "key": file_key.hex(), TRANSCRIPT_KEY: shared}
    sealed = seal(
        keys[KeyPurpose.IDENTITY], padded(canonical_json(content).encode()), bound_to=voice_place(case.id, item_id)
    )
    session.add(CaseVoice(item_id=item_id, case_id=case.id, sealed=sealed))


def listen(services: Services, actor: Actor, number: str, openers: Sequence[Opener], *, at: datetime) -> OpenedFile:
    """The sound itself, for the custodian who has just opened it; NotAllowedError for everybody else."""
    session = db.session()
    case = session.scalars(
        select(Case).where(Case.number == number.strip().upper(), in_custody_of(actor))
    ).one_or_none()
    if case is None:
        raise NotFoundError(N_("没有找到这件诉求"))
    check_listening(session, case, actor, at=at)
    item_id, content = opened_voice(session, case, open_key(session, case, KeyPurpose.IDENTITY, openers))
    _look_first(services, session, item_id, content, at=at)
    check_released(session, case, item_id)
    return OpenedFile(content["extension"], content["media_type"], read_file(services, content["file"], content["key"]))


def _look_first(
    services: Services, session: Session, item_id: str, content: Mapping[str, Any], *, at: datetime
) -> None:
    """A voice in quarantine is scanned when it is first opened: nobody else could."""
    if session.scalar(select(CaseFile.quarantined).where(CaseFile.item_id == item_id)):
        whole = b"".join(read_file(services, content["file"], content["key"]))
        session.rollback()  # no read transaction stays open while the scanner is asked
        note(item_id, judge(services, content["extension"], whole), at=at)


def may_listen(case_id: int, actor: Actor, *, at: datetime) -> bool:
    """Whether the actor has opened the voice of a case himself, and not too long ago."""
    session = db.session()
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.action.in_(STATES)).order_by(CaseEvent.seq)
    ).all()
    if not events or not is_for_voice(events):
        return False
    last = events[-1]
    is_own = last.action is Action.OPEN_IDENTITY and last.account_id == actor.account_id
    return is_own and at - last.at <= LISTEN_FOR and has_voice(session, case_id)


def check_listening(session: Session, case: Case, actor: Actor | None, *, at: datetime) -> None:
    """NotAllowedError unless the actor has just opened the voice on a request that asked for its words."""
    session.flush()
    if actor is None or not may_listen(case.id, actor, at=at):
        raise NotAllowedError(N_("录音只能在打开以后两小时内听：须先有人申请把录音整理成文字，并经另一个人同意"))


def is_for_voice(events: Sequence[CaseEvent]) -> bool:
    """Whether the last request among the events asks for the words of a voice note and not for the contact."""
    asked = [event for event in events if event.action is Action.ASK_IDENTITY]
    return bool(asked) and asked[-1].detail.get("ground") == IdentityGround.TRANSCRIBE


def has_voice(session: Session, case_id: int) -> bool:
    """Whether a case has a voice note that lies with the identity."""
    return session.scalar(select(CaseVoice.item_id).where(CaseVoice.case_id == case_id)) is not None


def opened_voice(session: Session, case: Case, key: bytes) -> tuple[str, Mapping[str, Any]]:
    """The piece that names the voice note of a case, and what the identity key opens of it."""
    row = session.scalars(select(CaseVoice).where(CaseVoice.case_id == case.id)).one_or_none()
    if row is None:
        raise NotFoundError(N_("这件诉求没有单独保管的录音"))
    content: dict[str, Any] = json.loads(
        unseal(key, row.sealed, bound_to=voice_place(case.id, row.item_id)).rstrip(b" ")
    )
    return row.item_id, content


def keep_transcript(session: Session, case: Case, key: bytes, text: str, *, at: datetime, account_id: int) -> None:
    """Seal the words of a voice note for the officers of the case; `key` is that of the identity."""
    _, content = opened_voice(session, case, key)
    shared = bytes.fromhex(content[TRANSCRIPT_KEY])
    add_item(session, case, shared, ItemKind.TRANSCRIPT, {"text": text}, at=at, account_id=account_id, generation=APART)


def voice_place(case_id: int, item_id: str) -> str:
    """What a sealed voice is bound to."""
    return f"case:{case_id}:voice:{item_id}"
