"""Sealed files in a folder, each under a random name; a file is there whole or not at all."""

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.domain.errors import StorageFullError

_ID = re.compile(r"[0-9a-f]{32}")
_READ = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Stored:
    """How many bytes lie in the folder, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


def new_file_id() -> str:
    """A name that tells nothing: 32 random hexadecimal digits."""
    return secrets.token_hex(16)


def put(folder: Path, file_id: str, pieces: Iterable[bytes]) -> Stored:
    """Write the pieces so that they survive a power cut; StorageFullError leaves nothing half-written behind."""
    path = _path(folder, file_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{file_id}.{secrets.token_hex(4)}"
    try:
        stored = _write(draft, pieces)
        draft.replace(path)
        _sync(folder)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError from None
        raise
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return stored


def read(folder: Path, file_id: str) -> Iterator[bytes]:
    """The sealed bytes in pieces; FileNotFoundError at once when there is no such file."""
    file = _path(folder, file_id).open("rb")

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_READ):
                yield piece

    return pieces()


def delete(folder: Path, file_id: str) -> None:
    """Remove a file; safe to repeat."""
    _path(folder, file_id).unlink(missing_ok=True)


def sweep(folder: Path, keep: Collection[str], *, before: datetime) -> int:
    """Remove what is older and not to be kept: half-written files, and files whose row was never committed."""
    strays = [path for path in folder.glob("*") if path.name not in keep]
    old = [path for path in strays if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _path(folder: Path, file_id: str) -> Path:
    if not _ID.fullmatch(file_id):
        raise ValueError("an attachment is named by 32 hexadecimal digits")
    return folder / file_id


def _write(path: Path, pieces: Iterable[bytes]) -> Stored:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return Stored(size, digest.hexdigest())


def _sync(folder: Path) -> None:
    """The name is on the disk only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
