import errno
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.errors import NotFoundError, StorageFullError
from portal.usecases import spool
from portal.usecases.spool import KEEP, Ticket


def test_a_content_comes_back_with_its_ticket(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path / "spool", b"a list", 7, at=at)
    assert spool.get(tmp_path / "spool", ticket, 7, at=at) == b"a list"
    assert ticket.key not in repr(ticket)


def test_the_file_tells_nothing_and_is_for_the_operator_alone(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path, b"a list", 7, at=at)
    path = tmp_path / ticket.id
    assert b"a list" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [ticket.id]


@pytest.mark.parametrize("key", ["", "no key", "00" * 32, "ff" * 31])
def test_another_key_opens_nothing(tmp_path: Path, at: datetime, key: str):
    ticket = spool.put(tmp_path, b"a list", 7, at=at)
    with pytest.raises(NotFoundError):
        spool.get(tmp_path, Ticket(ticket.id, key), 7, at=at)


def test_another_person_opens_nothing(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path, b"a list", 7, at=at)
    with pytest.raises(NotFoundError):
        spool.get(tmp_path, ticket, 8, at=at)


@pytest.mark.parametrize("name", ["", "../keys/names.key", "1790000000-" + "0" * 31, "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, at: datetime, name: str):
    with pytest.raises(NotFoundError):
        spool.get(tmp_path, Ticket(name, "00" * 32), 7, at=at)


def test_after_half_an_hour_it_is_gone_even_before_it_is_swept(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path, b"a list", 7, at=at)
    spool.replace(tmp_path, ticket, b"another", 7)
    assert spool.get(tmp_path, ticket, 7, at=at + KEEP - timedelta(seconds=1)) == b"another"
    with pytest.raises(NotFoundError):
        spool.get(tmp_path, ticket, 7, at=at + KEEP)


def test_sweeping_leaves_only_what_still_waits(tmp_path: Path, at: datetime):
    spool.put(tmp_path, b"old", 7, at=at - KEEP)
    young = spool.put(tmp_path, b"young", 7, at=at)
    (tmp_path / "left over").write_bytes(b"x")
    assert spool.sweep(tmp_path, at=at) == 2
    assert [path.name for path in tmp_path.iterdir()] == [young.id]
    assert spool.sweep(tmp_path / "missing", at=at) == 0


def test_a_prolonged_content_lives_longer_under_the_same_ticket(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path, b"a draft", 0, at=at)
    spool.prolong(tmp_path, ticket, at=at + timedelta(minutes=20))
    assert spool.get(tmp_path, ticket, 0, at=at + timedelta(minutes=45)) == b"a draft"
    assert spool.sweep(tmp_path, at=at + timedelta(minutes=50)) == 1
    with pytest.raises(NotFoundError):
        spool.prolong(tmp_path, ticket, at=at)


def test_what_is_done_with_does_not_come_back(tmp_path: Path, at: datetime):
    ticket = spool.put(tmp_path, b"a draft", 0, at=at)
    spool.remove(tmp_path, ticket)
    with pytest.raises(NotFoundError):
        spool.replace(tmp_path, ticket, b"typed too late", 0)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    ticket = spool.put(tmp_path, b"a draft", 0, at=at)
    monkeypatch.setattr("portal.usecases.spool.os.utime", full)
    with pytest.raises(StorageFullError):
        spool.replace(tmp_path, ticket, b"more", 0)
    assert spool.get(tmp_path, ticket, 0, at=at) == b"a draft"
    assert len(list(tmp_path.iterdir())) == 1
