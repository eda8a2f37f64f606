"""A case leaves the portal as one sealed file: for a body outside, and for the machine where the key on paper is."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.attachments import FileFinding
from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import CaseState, Category
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.intake import KeptFile
from portal.models.audit import AuditEntry
from portal.models.cases import CaseEvent, CaseFile
from portal.models.transaction import transaction
from portal.sealing.pairs import new_pair
from portal.sealing.paper_keys import printed, printed_public
from portal.usecases import progress
from portal.usecases.attachments import examine
from portal.usecases.case_packages import export_offline
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, open_key
from portal.usecases.case_steps import Stepped
from portal.usecases.package_opening import open_package
from portal.usecases.services import Services
from tests.cast import Cast
from tests.samples.hostile_files import APART
from tests.samples.picture_files import photo
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, Handed, about, hand_in, open_desk, submitter_of, take
from tests.usecases.test_cases import case_of, discipline, texts

__all__ = ["discipline"]

BODY = "梁山县纪委监委"
PHRASE = "abcd-efgh-jkmn-pqrs"
PAIR = new_pair()


def transferring(services: Services, cast: Cast, at: datetime, opener: DeskOpener, *more: KeptFile) -> Handed:
    with_photo = replace(TIP_OFF, files=(examine(services, "存折.jpg", photo()), *more))
    handed = hand_in(services, with_photo, at=at)
    take(services, cast.chen_er, handed.number, Action.REGISTER, at=at)
    words = {"right_body": BODY, "reason": "不在管辖范围", "openers": [opener]}
    take(services, cast.chen_er, handed.number, Action.TRANSFER, at=at, **words)
    return handed


def exported(services: Services, cast: Cast, number: str, at: datetime, opener: DeskOpener, **how: str) -> Stepped:
    return take(services, cast.chen_er, number, Action.EXPORT, at=at, openers=[opener], **how)


@pytest.mark.parametrize(
    ("how", "secret"),
    [
        ({"recipient_key": printed_public(PAIR.public)}, printed(PAIR.private)),
        ({"recipient_key": printed_public(PAIR.public), "passphrase": PHRASE}, printed(PAIR.private)),
        ({"passphrase": PHRASE}, PHRASE),
    ],
    ids=["key", "both", "passphrase"],
)
def test_a_body_outside_opens_the_whole_case_and_learns_nothing_of_the_sender(
    services: Services, cast: Cast, at: datetime, discipline: DeskOpener, how: dict[str, str], secret: str
) -> None:
    handed = transferring(services, cast, at, discipline)
    package = exported(services, cast, handed.number, at, discipline, **how).package
    assert package
    assert package.name == f"{handed.number}.sealed"
    assert TEXT.encode() not in package.content
    assert handed.number.encode() not in package.content
    files = open_package(package.content, secret)

    assert set(files) == {"case.txt", "case.json", "files/01.jpg"}
    assert TEXT in files["case.txt"].decode()
    assert files["files/01.jpg"] == examine(services, "存折.jpg", photo()).content
    case = json.loads(files["case.json"])
    assert case["identity"] is None
    assert "key" not in {name for item in case["items"] for name in item}


def test_a_complaint_tells_the_body_outside_whom_to_ask(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.TRANSFER, at=at, right_body="梁山县民政局", reason="属地办理")
    package = take(services, cast.zhao_liu, number, Action.EXPORT, at=at, passphrase=PHRASE).package
    assert package
    assert "郑十一" in open_package(package.content, PHRASE)["case.txt"].decode()


def test_whoever_asked_for_confidence_is_not_named(services: Services, cast: Cast, at: datetime) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    confidential = replace(COMPLAINT, contact=replace(COMPLAINT.contact, confidential=True))
    number = hand_in(services, confidential, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.TRANSFER, at=at, right_body="梁山县民政局", reason="属地办理")
    package = take(services, cast.zhao_liu, number, Action.EXPORT, at=at, passphrase=PHRASE).package
    assert package
    assert "郑十一".encode() not in b"".join(open_package(package.content, PHRASE).values())


def test_the_submitter_reads_which_body_has_it_and_keeps_the_letter_after_the_key_is_destroyed(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = transferring(services, cast, at, discipline)
    submitter = submitter_of(session, services, handed)
    assert BODY in repr([said.content for said in progress.look(services, submitter, at=at).dialogue])
    take(services, cast.chen_er, handed.number, Action.RECORD_RECEIPT, at=at, receipt="收字1号")

    assert [one.kind for one in progress.own_letters(submitter)] == ["forwarding"]
    assert progress.own_letter(services, submitter, progress.own_letters(submitter)[0].seq).startswith(b"%PDF")
    with pytest.raises(NotAllowedError):
        texts(session, case_of(session, handed.number), discipline)


def test_the_event_tells_how_a_file_was_sealed_and_nothing_tells_the_passphrase(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = transferring(services, cast, at, discipline)
    stepped = exported(services, cast, handed.number, at, discipline, passphrase=PHRASE)
    events = session.scalars(select(CaseEvent).where(CaseEvent.action == Action.EXPORT)).all()

    assert [event.detail["sealed_for"] for event in events] == ["passphrase"]
    told = repr([event.detail for event in events]) + repr(stepped)
    told += repr([entry.detail for entry in session.scalars(select(AuditEntry))])
    assert PHRASE not in told


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"passphrase": "short"}, "passphrase"),
        ({"recipient_key": "AAAA-BBBB"}, "recipient_key"),
        ({"recipient_key": printed_public(PAIR.public)[:-1], "passphrase": PHRASE}, "recipient_key"),
        ({}, "recipient"),
    ],
)
def test_a_file_is_not_sealed_for_nobody(
    services: Services, cast: Cast, at: datetime, discipline: DeskOpener, how: dict[str, str], field: str
) -> None:
    handed = transferring(services, cast, at, discipline)
    with pytest.raises(InvalidError) as refused:
        exported(services, cast, handed.number, at, discipline, **how)
    assert set(refused.value.fields) == {field}


def test_nobody_exports_a_tip_off_without_the_key_of_its_desk(
    services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = transferring(services, cast, at, discipline)
    with pytest.raises(NotAllowedError):
        take(services, cast.chen_er, handed.number, Action.EXPORT, at=at, passphrase=PHRASE)
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, handed.number, Action.EXPORT, at=at, passphrase=PHRASE)


def test_an_attachment_that_waits_for_its_scan_holds_the_export_back(
    services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = transferring(services, cast, at, discipline)
    with transaction() as session:
        session.scalars(select(CaseFile)).one().quarantined = True
    with pytest.raises(RefusedError, match="病毒"):
        exported(services, cast, handed.number, at, discipline, passphrase=PHRASE)


def test_a_file_in_which_something_was_found_goes_along_apart_and_holds_nothing_back(
    services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    name, content = APART["a document with macros"]
    handed = transferring(services, cast, at, discipline, examine(services, name, content))
    package = exported(services, cast, handed.number, at, discipline, passphrase=PHRASE).package
    assert package
    files = open_package(package.content, PHRASE)

    assert set(files) == {"case.txt", "case.json", "files/01.jpg", "quarantine/02.docx.quarantined"}
    assert files["quarantine/02.docx.quarantined"] == content
    assert "隔离：带有宏" in files["case.txt"].decode()
    told = [item["quarantine"] for item in json.loads(files["case.json"])["items"] if "quarantine" in item]
    assert told == [FileFinding.MACROS]


@pytest.mark.parametrize(("found", "told"), [(FileFinding.VIRUS, "查出病毒"), (None, "还没有查过病毒")])
def test_what_lies_in_quarantine_is_apart_also_where_only_the_key_on_paper_opens(
    services: Services, cast: Cast, at: datetime, found: FileFinding | None, told: str
) -> None:
    paper = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    (private,) = paper.privates.values()
    kept = replace(examine(services, "存折.jpg", photo()), quarantined=True, found=found)
    hand_in(services, replace(TIP_OFF, files=(kept,)), at=at)
    files = open_package(next(export_offline(services, at=at)[0]).content, printed(private))

    assert set(files) == {"case.txt", "case.json", "quarantine/01.jpg.quarantined"}
    assert f"隔离：{told}" in files["case.txt"].decode()


def test_what_only_the_key_on_paper_opens_is_opened_by_it_elsewhere(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    paper = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    (private,) = paper.privates.values()
    with_photo = replace(TIP_OFF, files=(examine(services, "存折.jpg", photo()),))
    about_portal = about(COMPLAINT, category=Category.PORTAL)
    numbers = [hand_in(services, one, at=at).number for one in (with_photo, about_portal)]
    packages, waiting = export_offline(services, at=at)
    opened = {package.name: open_package(package.content, printed(private)) for package in packages}

    assert waiting == 0
    assert set(opened) == {f"{number}.sealed" for number in numbers}
    first, second = (opened[f"{number}.sealed"] for number in numbers)
    assert TEXT in first["case.txt"].decode()
    assert first["files/01.jpg"] == examine(services, "存折.jpg", photo()).content
    assert "郑十一" in second["case.txt"].decode()
    with pytest.raises(RefusedError, match="打不开"):
        open_package(next(export_offline(services, at=at)[0]).content, printed(PAIR.private))
    with pytest.raises(InvalidError):
        open_package(next(export_offline(services, at=at)[0]).content, "AAAA-BBBB")


def test_neither_words_nor_sender_of_a_complaint_about_the_portal_are_open_to_its_service(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    case = case_of(session, hand_in(services, about(COMPLAINT, category=Category.PORTAL), at=at).number)
    assert case.offline
    for purpose in KeyPurpose:
        with pytest.raises(NotAllowedError):
            open_key(session, case, purpose, [ServiceOpener(services.keyring)])


def test_without_a_key_on_paper_there_is_nothing_to_export(services: Services, at: datetime) -> None:
    with pytest.raises(NotFoundError, match="离线密钥"):
        export_offline(services, at=at)


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b'{"package": 9}\n', "绝密".encode()])
def test_other_files_are_named_as_such(junk: bytes) -> None:
    with pytest.raises(RefusedError, match="不是本平台"):
        open_package(junk, PHRASE)


def test_a_cancelled_transfer_is_handled_here_again(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = transferring(services, cast, at, discipline)
    words = {"reason": "对方不收", "openers": [discipline]}
    take(services, cast.chen_er, handed.number, Action.CANCEL_TRANSFER, at=at, **words)
    assert case_of(session, handed.number).state is CaseState.REGISTERED
