import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from portal.domain.errors import StorageFullError
from portal.files import attachment_store
from portal.files.attachment_store import delete, new_file_id, put, read, sweep


def test_what_was_put_can_be_read_and_deleted(tmp_path: Path):
    folder, name = tmp_path / "attachments", new_file_id()
    stored = put(folder, name, [b"one", b"two"])
    assert (stored.size, stored.sha256) == (6, sha256(b"onetwo").hexdigest())
    assert b"".join(read(folder, name)) == b"onetwo"
    assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    delete(folder, name)
    delete(folder, name)
    with pytest.raises(FileNotFoundError):
        read(folder, name)


@pytest.mark.parametrize("name", ["", "../" + "a" * 29, "a" * 31, "A" * 32, "a" * 33, "a" * 31 + "/", "0" * 32 + "\n"])
def test_only_a_random_name_is_taken(tmp_path: Path, name: str):
    for act in (lambda: put(tmp_path, name, [b"a"]), lambda: read(tmp_path, name), lambda: delete(tmp_path, name)):
        with pytest.raises(ValueError, match="32 hexadecimal digits"):
            act()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(attachment_store.os, "fsync", full)
    with pytest.raises(StorageFullError):
        put(tmp_path, new_file_id(), [b"a" * 100_000])
    assert list(tmp_path.iterdir()) == []


def test_a_real_full_device_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    opened = os.open
    monkeypatch.setattr(attachment_store.os, "open", lambda path, flags, mode=0o777: opened("/dev/full", os.O_WRONLY))
    with pytest.raises(StorageFullError):
        put(tmp_path, new_file_id(), [b"a" * 100_000])


def test_a_failure_halfway_leaves_the_former_file_as_it_was(tmp_path: Path):
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError

    name = new_file_id()
    put(tmp_path, name, [b"former"])
    with pytest.raises(RuntimeError):
        put(tmp_path, name, broken())
    assert b"".join(read(tmp_path, name)) == b"former"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_nobody_keeps_is_swept_once_it_is_old(tmp_path: Path):
    at = datetime(2026, 11, 20, tzinfo=UTC)
    kept, stray, fresh = new_file_id(), new_file_id(), new_file_id()
    for name in (kept, stray, f"{stray}.12345678", fresh):
        (tmp_path / name).write_bytes(b"a")
        age = timedelta(minutes=1) if name == fresh else timedelta(hours=2)
        os.utime(tmp_path / name, ((at - age).timestamp(),) * 2)
    assert sweep(tmp_path, {kept}, before=at - timedelta(hours=1)) == 2
    assert {path.name for path in tmp_path.iterdir()} == {kept, fresh}
