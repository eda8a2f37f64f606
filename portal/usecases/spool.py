"""What the portal keeps for a while for a clerk: encrypted under a key that only his browser holds."""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal

KEEP = timedelta(minutes=30)
_NAME = re.compile(r"(\d{10})-[0-9a-f]{32}")
_KEY_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where a spooled content lies (`id` goes into addresses) and its key (for the browser's cookie alone)."""

    id: str
    key: str = field(repr=False)


def put(folder: Path, content: bytes, owner: int, *, at: datetime, keep: timedelta = KEEP) -> Ticket:
    """Keep a content for half an hour, or for `keep`; the file's name tells its last second and nothing else."""
    last_second = int((at + keep).timestamp())
    ticket = Ticket(f"{last_second:010d}-{secrets.token_hex(16)}", secrets.token_hex(_KEY_BYTES))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace(folder, ticket, content, owner)
    return ticket


def replace(folder: Path, ticket: Ticket, content: bytes, owner: int) -> None:
    """Keep another content in the place of a former one; its time is not prolonged."""
    sealed = seal(_key(ticket), content, bound_to=_place(ticket, owner))
    path, draft = _path(folder, ticket.id), folder / f"{ticket.id}.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
    draft.replace(path)


def get(folder: Path, ticket: Ticket, owner: int, *, at: datetime) -> bytes:
    """The content; NotFoundError when its time is over, it is done with, or the key or the person is another one."""
    path = _path(folder, ticket.id)
    if _ends(ticket.id) <= at:
        raise _gone()
    try:
        return unseal(_key(ticket), path.read_bytes(), bound_to=_place(ticket, owner))
    except (FileNotFoundError, BrokenEnvelopeError):
        raise _gone() from None


def remove(folder: Path, ticket: Ticket) -> None:
    """Delete a content that is done with; safe to repeat."""
    _path(folder, ticket.id).unlink(missing_ok=True)


def sweep(folder: Path, *, at: datetime) -> int:
    """Delete everything whose time is over, and what a stopped process has left half-written; gives how many files."""
    swept = 0
    for path in folder.glob("*") if folder.is_dir() else ():
        if not _NAME.match(path.name) or _ends(path.name) <= at:
            with suppress(FileNotFoundError):
                path.unlink()
                swept += 1
    return swept


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise _gone()
    return folder / name


def _ends(name: str) -> datetime:
    return _EPOCH + timedelta(seconds=int(name[:10]))


def _key(ticket: Ticket) -> bytes:
    try:
        key = bytes.fromhex(ticket.key)
    except ValueError:
        raise _gone() from None
    if len(key) != _KEY_BYTES:
        raise _gone()
    return key


def _place(ticket: Ticket, owner: int) -> str:
    return f"spool:{ticket.id}:{owner}"


def _gone() -> NotFoundError:
    return NotFoundError(N_("上传的文件已经删除（最多保留30分钟），请重新上传"))
