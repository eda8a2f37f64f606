"""Files in quarantine: looked at again by the worker or an officer, given out clean, kept with what was found."""

import dataclasses
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.attachments import FileFinding
from portal.domain.case_actions import Action
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import NotAllowedError, NotFoundError, RefusedError
from portal.domain.intake import KeptFile, Submission
from portal.models.audit import AuditEntry
from portal.models.cases import CaseFile
from portal.usecases.attachments import examine
from portal.usecases.case_reading import opened_file
from portal.usecases.case_voices import listen
from portal.usecases.quarantine import Rescan, rescan, rescan_waiting
from portal.usecases.services import Services
from tests.cast import Cast
from tests.files.clamd import clamd
from tests.samples.hostile_files import APART, EICAR
from tests.samples.media_files import mp3_frames
from tests.samples.office_files import docx, with_parts
from tests.usecases.cases import COMPLAINT, TIP_OFF, hand_in, open_desk, take

WAITS = Rescan(released=False, found=None)
RELEASED = Rescan(released=True, found=None)


@pytest.fixture
def scanner(services: Services, tmp_path: Path):
    with clamd(tmp_path / "clamd.ctl") as (address, _server):
        yield _with_clamd(services, address)


@pytest.fixture
def away(services: Services, tmp_path: Path) -> Services:
    return _with_clamd(services, f"unix:{tmp_path}/nobody")


def _with_clamd(services: Services, address: str) -> Services:
    return dataclasses.replace(services, settings=dataclasses.replace(services.settings, clamd=address))


def _text(content: bytes) -> KeptFile:
    return KeptFile("a.txt", "txt", "text/plain", content, quarantined=True)


def _number(services: Services, file: KeptFile, at: datetime, submission: Submission = COMPLAINT) -> str:
    return hand_in(services, replace(submission, files=(file,)), at=at).number


def _row(session: Session) -> CaseFile:
    session.rollback()
    return session.scalars(select(CaseFile)).one()


def test_the_worker_releases_what_the_scanner_finds_clean(
    session: Session, away: Services, scanner: Services, cast: Cast, at: datetime
) -> None:
    number = _number(away, examine(away, "a.txt", b"one line"), at)
    item_id = _row(session).item_id
    with pytest.raises(RefusedError):
        opened_file(away, cast.li_si, number, item_id)
    assert rescan_waiting(scanner, at=at) == 1

    assert _row(session).scanned_at == at
    assert b"".join(opened_file(scanner, cast.li_si, number, item_id).pieces) == b"one line"
    assert rescan_waiting(scanner, at=at) == 0


def test_a_virus_stays_in_quarantine_with_what_was_found_and_is_given_to_nobody(
    session: Session, scanner: Services, cast: Cast, at: datetime
) -> None:
    number = _number(scanner, _text(EICAR), at)
    assert rescan_waiting(scanner, at=at) == 0

    row = _row(session)
    assert (row.quarantined, row.found) == (True, FileFinding.VIRUS)
    with pytest.raises(RefusedError):
        opened_file(scanner, cast.li_si, number, row.item_id)
    looked = rescan(scanner, cast.li_si, number, row.item_id, (), at=at)
    assert looked == Rescan(released=False, found=FileFinding.VIRUS)


def test_macros_that_the_rules_of_today_find_keep_a_document_in_quarantine(
    session: Session, scanner: Services, cast: Cast, at: datetime
) -> None:
    content = with_parts(docx(), **{"word/vbaProject.bin": b"macro"})
    file = KeptFile("a.docx", "docx", "application/octet-stream", content, quarantined=True)
    _number(scanner, file, at)
    rescan_waiting(scanner, at=at)

    assert _row(session).found is FileFinding.MACROS


def test_a_document_that_came_with_macros_is_never_scanned_again_and_never_released(
    session: Session, scanner: Services, cast: Cast, at: datetime
) -> None:
    number = _number(scanner, examine(scanner, *APART["a document with macros"]), at)
    assert rescan_waiting(scanner, at=at) == 0
    row = _row(session)
    assert (row.quarantined, row.found, row.scanned_at) == (True, FileFinding.MACROS, None)
    with pytest.raises(RefusedError, match="留在隔离中"):
        opened_file(scanner, cast.li_si, number, row.item_id)

    looked = rescan(scanner, cast.li_si, number, row.item_id, (), at=at)
    assert looked == Rescan(released=False, found=FileFinding.MACROS)
    assert _row(session).quarantined


def test_while_the_scanner_is_away_or_there_is_none_a_file_waits_and_is_left_alone_for_ten_minutes(
    session: Session, services: Services, away: Services, scanner: Services, cast: Cast, at: datetime
) -> None:
    number = _number(services, _text(b"one line"), at)
    item_id = _row(session).item_id
    assert rescan(services, cast.li_si, number, item_id, (), at=at) == WAITS
    assert rescan_waiting(services, at=at) == 0
    assert rescan_waiting(away, at=at + timedelta(minutes=10)) == 0
    assert rescan_waiting(scanner, at=at + timedelta(minutes=19)) == 0
    assert rescan_waiting(scanner, at=at + timedelta(minutes=20)) == 1


def test_of_a_tip_off_an_officer_with_the_key_has_it_looked_at_and_the_worker_cannot(
    session: Session, scanner: Services, cast: Cast, at: datetime
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    number = _number(scanner, _text(b"one line"), at, TIP_OFF)
    item_id = _row(session).item_id

    assert rescan_waiting(scanner, at=at) == 0
    with pytest.raises(NotAllowedError):
        rescan(scanner, cast.chen_er, number, item_id, (), at=at)
    with pytest.raises(NotFoundError):
        rescan(scanner, cast.qian_qi, number, item_id, (desk,), at=at)
    assert rescan(scanner, cast.chen_er, number, item_id, (desk,), at=at) == RELEASED
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.file_rescanned")).one()
    assert (entry.subject, entry.detail) == (number, {"found": None, "released": True})
    with pytest.raises(NotFoundError):
        rescan(scanner, cast.chen_er, number, item_id, (desk,), at=at)


def test_a_hidden_voice_is_scanned_when_its_custodian_opens_it(
    session: Session, away: Services, scanner: Services, cast: Cast, at: datetime
) -> None:
    custody = open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    number = _number(away, replace(examine(away, "a.mp3", mp3_frames()), voice=True), at, TIP_OFF)
    take(
        away, cast.chen_er, number, Action.ASK_IDENTITY, at=at, reason="须先有文字", ground="transcribe", openers=[desk]
    )
    take(away, cast.chu_san, number, Action.AGREE_IDENTITY, at=at)
    take(away, cast.wei_si, number, Action.OPEN_IDENTITY, at=at, openers=[custody])
    assert rescan_waiting(scanner, at=at) == 0
    with pytest.raises(RefusedError):
        listen(away, cast.wei_si, number, [custody], at=at)

    assert b"".join(listen(scanner, cast.wei_si, number, [custody], at=at).pieces)
    assert not _row(session).quarantined
