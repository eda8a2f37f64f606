"""What the portal keeps for a while for somebody: encrypted under a key that only his browser holds.

An upload in the queue is the exception: its key lies in a file of its own, so that the worker can open it.

The time of a file is the last second of its content, so that it can be prolonged without another name or key.
"""

import errno
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.domain.errors import NotFoundError, StorageFullError
from portal.domain.messages import N_
from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal

KEEP = timedelta(minutes=30)
_NAME = re.compile(r"[0-9a-f]{32}")
_HALF_WRITTEN = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{8}")
_LONGEST_WRITE = timedelta(hours=1)
_KEY_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where a spooled content lies (`id` goes into addresses) and its key (for the browser's cookie alone)."""

    id: str
    key: str = field(repr=False)


def put(
    folder: Path, content: bytes, owner: int, *, at: datetime, keep: timedelta = KEEP, ticket: Ticket | None = None
) -> Ticket:
    """Keep a content for half an hour, or for `keep`; StorageFullError leaves nothing behind.

    Under a fresh ticket, or under one whose key somebody else has made and holds.
    """
    ticket = ticket or Ticket(secrets.token_hex(16), secrets.token_hex(_KEY_BYTES))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder, ticket, content, owner, last_second=(at + keep).timestamp())
    return ticket


def replace(folder: Path, ticket: Ticket, content: bytes, owner: int) -> None:
    """Keep another content in the place of a former one; its time is not prolonged. NotFoundError when it is gone."""
    try:
        last_second = _path(folder, ticket.id).stat().st_mtime
    except FileNotFoundError:
        raise _gone() from None
    _write(folder, ticket, content, owner, last_second=last_second)


def prolong(folder: Path, ticket: Ticket, *, at: datetime, keep: timedelta = KEEP) -> None:
    """Keep a content that is still there for so long from now on, or for less than before; NotFoundError without it."""
    last_second = (at + keep).timestamp()
    try:
        os.utime(_path(folder, ticket.id), (last_second, last_second))
    except FileNotFoundError:
        raise _gone() from None


def get(folder: Path, ticket: Ticket, owner: int, *, at: datetime) -> bytes:
    """The content; NotFoundError when its time is over, it is done with, or the key or the person is another one."""
    path = _path(folder, ticket.id)
    try:
        if _ends(path) <= at:
            raise _gone()
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
        with suppress(FileNotFoundError):
            if _is_over(path, at):
                path.unlink()
                swept += 1
    return swept


def _write(folder: Path, ticket: Ticket, content: bytes, owner: int, *, last_second: float) -> None:
    sealed = seal(_key(ticket), content, bound_to=_place(ticket, owner))
    path, draft = _path(folder, ticket.id), folder / f"{ticket.id}.{secrets.token_hex(4)}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
        os.utime(draft, (last_second, last_second))
        draft.replace(path)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError from None
        raise
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _is_over(path: Path, at: datetime) -> bool:
    """Whether a file's time is over; what is being written now is left alone, strangers never are."""
    if _HALF_WRITTEN.fullmatch(path.name):
        return _ends(path) + _LONGEST_WRITE <= at
    return not _NAME.fullmatch(path.name) or _ends(path) <= at


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise _gone()
    return folder / name


def _ends(path: Path) -> datetime:
    return _EPOCH + timedelta(seconds=path.stat().st_mtime)


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
