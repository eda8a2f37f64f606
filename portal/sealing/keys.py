"""Keys in files outside the database, one file each, readable by the operator's user alone."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
PURPOSES = ("names", "persons", "sessions", "limits", "totp", "spool", "content", "identity", "notify", "codes")


class UnsafeKeyError(RuntimeError):
    """A key file is missing, damaged or readable by others; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The standing keys by purpose, and the folder in which every sealed list has a key of its own."""

    folder: Path
    keys: dict[str, bytes] = field(repr=False)

    def key(self, purpose: str) -> bytes:
        """The 32 bytes for a purpose; KeyError for an unknown one."""
        return self.keys[purpose]

    def create_single(self, key_id: str) -> bytes:
        """Make the key of one sealed list."""
        return _create(self._single(key_id))

    def read_single(self, key_id: str) -> bytes:
        """Read the key of one sealed list; UnsafeKeyError when it was destroyed or is unsafe."""
        return _read(self._single(key_id))

    def destroy_single(self, key_id: str) -> None:
        """Overwrite and remove the key of one sealed list; without it the list is gone. Safe to repeat."""
        path = self._single(key_id)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()

    def _single(self, key_id: str) -> Path:
        if not key_id.isalnum():
            raise UnsafeKeyError("the name of a key is made of letters and digits")
        return self.folder / "lists" / f"{key_id}.key"


def open_keyring(folder: Path, *, create: bool) -> Keyring:
    """Read every standing key; `create` makes those that are missing (only `init` and a first `make run` do)."""
    keys = {}
    for purpose in PURPOSES:
        path = folder / f"{purpose}.key"
        keys[purpose] = _create(path) if create and not path.exists() else _read(path)
    return Keyring(folder, keys)


def new_key_id() -> str:
    """A name for the key of one sealed list."""
    return secrets.token_hex(16)


def _create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = os.urandom(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


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
