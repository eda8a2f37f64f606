import os
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.domain.errors import StorageFullError
from portal.files import attachment_store
from portal.models.cases import Case, CaseFile
from portal.usecases.attachments import examine
from portal.usecases.case_files import read_file, sweep_files
from portal.usecases.case_sealing import SubmitterOpener, open_key, read_items
from portal.usecases.services import Services
from tests.samples.picture_files import photo
from tests.usecases.cases import COMPLAINT, Handed, hand_in, submitter_of


def _hand_in_with_photo(services: Services, at: datetime) -> Handed:
    return hand_in(services, replace(COMPLAINT, files=(examine(services, "存折.jpg", photo()),)), at=at)


def test_the_submitter_finds_his_photo_again_and_learns_what_was_removed(
    session: Session, services: Services, at: datetime
) -> None:
    handed = _hand_in_with_photo(services, at)
    case = session.scalars(select(Case).where(Case.number == handed.number)).one()
    opener = SubmitterOpener(submitter_of(session, services, handed).private)
    key = open_key(session, case, KeyPurpose.CONTENT, [opener])
    (item,) = read_items(session, case, key, [ItemKind.FILE])
    assert item.content["name"] == "存折.jpg"
    assert "place" in item.content["removed"]
    content = b"".join(read_file(services, item.content["file"], item.content["key"]))
    assert content == examine(services, "存折.jpg", photo()).content


def test_files_without_a_row_are_swept_after_an_hour(session: Session, services: Services, at: datetime) -> None:
    _hand_in_with_photo(services, at)
    folder = services.settings.attachments
    (folder / ("0" * 32)).write_bytes(b"left behind")
    for path in folder.iterdir():
        os.utime(path, (at.timestamp(),) * 2)
    assert sweep_files(services, at=at + timedelta(minutes=59)) == 0
    assert sweep_files(services, at=at + timedelta(minutes=61)) == 1
    assert {path.name for path in folder.iterdir()} == set(session.scalars(select(CaseFile.id)))


def test_a_full_disk_takes_no_case_and_leaves_no_file(
    session: Session, services: Services, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open
    monkeypatch.setattr(attachment_store.os, "open", lambda path, flags, mode=0o777: opened("/dev/full", os.O_WRONLY))
    with pytest.raises(StorageFullError):
        _hand_in_with_photo(services, at)
    assert session.scalars(select(Case)).all() == []
    assert list(services.settings.attachments.iterdir()) == []
