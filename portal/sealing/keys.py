"""Keys in files outside the database, one file each, readable by the operator's user alone."""

import fcntl
import hashlib
import os
import secrets
import stat
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

KEY_BYTES, KEY_ID_BYTES = 32, 8
SEALING = ("names", "totp", "content", "identity", "notify")
"""What is sealed under these can be sealed anew under others."""
HASHING = ("persons", "sessions", "limits", "codes")
"""What was hashed with these cannot: whoever could compute it again no longer gives the value."""
PURPOSES = SEALING + HASHING


class Single(StrEnum):
    """What has a key of its own, by the folder in which these keys lie."""

    LIST = "lists"
    UPLOAD = "uploads"


class UnsafeKeyError(RuntimeError):
    """A key file is missing, damaged or readable by others; the text says which and what to do."""


class KeysInUseError(RuntimeError):
    """Another process uses the keys; it would go on sealing under those that are to be replaced."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Keyring:
    """The standing keys by purpose, and the folders of what has a key of its own: sealed lists, uploads in the queue.

    `former` keys only read, until everything is sealed anew. The process holds the folder through `lock`.
    """

    folder: Path
    keys: dict[str, bytes] = field(repr=False)
    former: dict[str, tuple[bytes, ...]] = field(repr=False)
    lock: int = field(repr=False)

    def key(self, purpose: str) -> bytes:
        """The 32 bytes for a purpose; KeyError for an unknown one."""
        return self.keys[purpose]

    def reading_keys(self, purpose: str) -> tuple[bytes, ...]:
        """The present key, and the former ones whose envelopes may still lie somewhere."""
        return (self.keys[purpose], *self.former[purpose])

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from the keys meanwhile; KeysInUseError when one has them open."""
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self.lock, fcntl.LOCK_SH)
            raise KeysInUseError from None
        try:
            yield
        finally:
            fcntl.flock(self.lock, fcntl.LOCK_SH)

    def renew(self, purpose: str) -> None:
        """Put a new key in the place of the present one, which is kept to read with.

        At whatever point the power fails, the old key lies in one of the two places.
        """
        old, new = self.keys[purpose], os.urandom(KEY_BYTES)
        _put(self._former(purpose, old), old)
        _put(self._standing(purpose), new)
        self.keys[purpose], self.former[purpose] = new, (old, *self.former[purpose])

    def destroy_former(self) -> None:
        """Overwrite and remove every former key, once nothing is sealed under it any more."""
        for purpose, keys in self.former.items():
            for key in keys:
                _destroy(self._former(purpose, key))
            self.former[purpose] = ()

    def create_single(self, key_id: str, of: Single = Single.LIST) -> bytes:
        """Make the key of one sealed list or upload."""
        return _create(self._single(key_id, of))

    def read_single(self, key_id: str, of: Single = Single.LIST) -> bytes:
        """Read the key of one sealed list or upload; UnsafeKeyError when it was destroyed or is unsafe."""
        return _read(self._single(key_id, of))

    def destroy_single(self, key_id: str, of: Single = Single.LIST) -> None:
        """Overwrite and remove the key of one list or upload; without it the content is gone. Safe to repeat."""
        _destroy(self._single(key_id, of))

    def singles_before(self, at: datetime, of: Single) -> tuple[str, ...]:
        """The names of the keys of lists or uploads that were made before an instant."""
        paths = (self.folder / of).glob("*.key")
        return tuple(path.stem for path in paths if path.stat().st_mtime < at.timestamp())

    def _single(self, key_id: str, of: Single) -> Path:
        if not key_id.isalnum():
            raise UnsafeKeyError("the name of a key is made of letters and digits")
        return self.folder / of / f"{key_id}.key"

    def _standing(self, purpose: str) -> Path:
        return self.folder / f"{purpose}.key"

    def _former(self, purpose: str, key: bytes) -> Path:
        return self.folder / "former" / f"{purpose}-{key_id(key).hex()}.key"


def open_keyring(folder: Path, *, create: bool) -> Keyring:
    """Read every standing key; `create` makes those that are missing (only `init` and a first `make run` do).

    Waits while another process replaces the keys.
    """
    if create:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = _shared(folder)
    keys = {}
    for purpose in PURPOSES:
        path = folder / f"{purpose}.key"
        keys[purpose] = _create(path) if create and not path.exists() else _read(path)
    former = {purpose: _former_keys(folder, purpose, keys[purpose]) for purpose in PURPOSES}
    keyring = Keyring(folder, keys, former, lock)
    weakref.finalize(keyring, os.close, lock)
    return keyring


def key_id(key: bytes) -> bytes:
    """Eight bytes that name a standing key inside its envelopes and tell nothing of it."""
    return hashlib.sha256(b"key id\n" + key).digest()[:KEY_ID_BYTES]


def new_key_id() -> str:
    """A name for the key of one sealed list or upload."""
    return secrets.token_hex(16)


def _shared(folder: Path) -> int:
    """Hold the folder as one of many."""
    if not folder.is_dir():
        raise UnsafeKeyError(f"the folder of the keys {folder} is missing: run `flask --app wsgi init`")
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _former_keys(folder: Path, purpose: str, present: bytes) -> tuple[bytes, ...]:
    """Where a renewal was cut short the present key lies among the former ones: it is not former yet."""
    found = (_read(path) for path in sorted((folder / "former").glob(f"{purpose}-*.key")))
    return tuple(key for key in found if key != present)


def _destroy(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _put(path: Path, key: bytes) -> None:
    """Write a key file as a whole or not at all, over whatever has that name."""
    coming = path.with_suffix(".new")
    coming.unlink(missing_ok=True)
    _write(coming, key)
    coming.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Let the names in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _create(path: Path) -> bytes:
    key = os.urandom(KEY_BYTES)
    _write(path, key)
    return key


def _write(path: Path, key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise UnsafeKeyError(
            f"the key file {path} is missing: run `flask --app wsgi init`, or restore it from its backup"
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UnsafeKeyError(f"the key file {path} can be read by others: run `chmod 600 {path}`")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise UnsafeKeyError(f"the key file {path} is damaged: it must hold {KEY_BYTES} bytes")
    return key
