"""A voice note counts as identity: heard by the custodian alone, read by the officers as a transcript."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError
from portal.domain.intake import Submission, Telling
from portal.models.cases import Case, CaseItem, CaseVoice
from portal.usecases.attachments import examine
from portal.usecases.case_reading import opened_file
from portal.usecases.case_sealing import DeskOpener, Opener, OpenItem, ServiceOpener, open_key, read_items
from portal.usecases.case_voices import listen
from portal.usecases.services import Services
from tests.cast import Cast
from tests.samples.media_files import mp3_frames
from tests.usecases.cases import COMPLAINT, TIP_OFF, Handed, hand_in, open_desk, take
from tests.usecases.test_identity_requests import HIDDEN_COMPLAINT

WORDS = "村里的存折都在会计家里放着。"


@pytest.fixture
def custody(cast: Cast, at: datetime) -> DeskOpener:
    return open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)


@pytest.fixture
def discipline(cast: Cast, at: datetime) -> DeskOpener:
    return open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)


def spoken(services: Services, submission: Submission, at: datetime) -> Handed:
    note = replace(examine(services, "郑十一的录音.mp3", mp3_frames()), voice=True)
    return hand_in(services, replace(submission, telling=Telling(""), files=(note,)), at=at)


@pytest.fixture
def tip_off(services: Services, custody: DeskOpener, discipline: DeskOpener, at: datetime) -> Handed:
    return spoken(services, TIP_OFF, at)


def items(session: Session, number: str, *openers: Opener) -> dict[ItemKind, OpenItem]:
    session.rollback()
    case = session.scalars(select(Case).where(Case.number == number)).one()
    key = open_key(session, case, KeyPurpose.CONTENT, openers)
    return {item.kind: item for item in read_items(session, case, key)}


def ask(services: Services, cast: Cast, number: str, opener: DeskOpener, at: datetime) -> None:
    take(
        services, cast.chen_er, number, Action.ASK_IDENTITY, at=at, reason="须先有文字", ground="transcribe",
        openers=[opener],
    )  # fmt: skip
    take(services, cast.chu_san, number, Action.AGREE_IDENTITY, at=at)


def test_an_officer_sees_that_there_is_a_voice_and_neither_hears_it_nor_reads_its_name(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, discipline: DeskOpener
) -> None:
    file = items(session, tip_off.number, discipline)[ItemKind.FILE]

    assert file.content["voice"]
    assert file.content["name"] == "录音.mp3"
    assert not {"file", "key"} & set(file.content)
    with pytest.raises(NotAllowedError, match="只有身份保管人能听"):
        opened_file(services, cast.chen_er, tip_off.number, file.id, [discipline])


def test_the_custodian_hears_it_after_two_others_and_his_transcript_goes_to_the_officers(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    with pytest.raises(NotAllowedError):
        listen(services, cast.wei_si, tip_off.number, [custody], at=at)
    ask(services, cast, tip_off.number, discipline, at)
    with pytest.raises(NotAllowedError):
        listen(services, cast.wei_si, tip_off.number, [custody], at=at)
    told = take(services, cast.wei_si, tip_off.number, Action.OPEN_IDENTITY, at=at, openers=[custody]).told
    heard = listen(services, cast.wei_si, tip_off.number, [custody], at=at)
    take(services, cast.wei_si, tip_off.number, Action.TRANSCRIBE, at=at, text=WORDS, openers=[custody])

    assert told == {}  # the words were asked for, not the contact
    assert b"".join(heard.pieces) == examine(services, "a.mp3", mp3_frames()).content
    assert items(session, tip_off.number, discipline)[ItemKind.TRANSCRIPT].content["text"] == WORDS


def test_after_two_hours_or_for_anybody_else_the_voice_is_closed_again(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    ask(services, cast, tip_off.number, discipline, at)
    take(services, cast.wei_si, tip_off.number, Action.OPEN_IDENTITY, at=at, openers=[custody])
    later = at + timedelta(hours=2, seconds=1)

    with pytest.raises(NotAllowedError):
        listen(services, cast.wei_si, tip_off.number, [custody], at=later)
    with pytest.raises(NotAllowedError):
        take(services, cast.wei_si, tip_off.number, Action.TRANSCRIBE, at=later, text=WORDS, openers=[custody])
    with pytest.raises(NotAllowedError):
        listen(services, cast.wei_si, tip_off.number, [], at=at)
    for other in (cast.chen_er, cast.feng_yi):
        with pytest.raises(NotFoundError):
            listen(services, other, tip_off.number, [custody], at=at)


def test_whoever_asked_for_the_contact_gets_no_voice(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    take(
        services, cast.chen_er, tip_off.number, Action.ASK_IDENTITY, at=at, reason="核实", ground="ask_facts",
        openers=[discipline],
    )  # fmt: skip
    take(services, cast.chu_san, tip_off.number, Action.AGREE_IDENTITY, at=at)
    take(services, cast.wei_si, tip_off.number, Action.OPEN_IDENTITY, at=at, openers=[custody])

    with pytest.raises(NotAllowedError):
        listen(services, cast.wei_si, tip_off.number, [custody], at=at)


def test_the_service_opens_neither_the_voice_of_a_tip_off_nor_that_of_a_hidden_complaint(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed
) -> None:
    hidden = spoken(services, HIDDEN_COMPLAINT, at)
    service = ServiceOpener(services.keyring)
    file = items(session, hidden.number, service)[ItemKind.FILE]

    assert not {"file", "key"} & set(file.content)
    with pytest.raises(NotAllowedError):
        opened_file(services, cast.li_si, hidden.number, file.id)
    assert len(session.scalars(select(CaseVoice)).all()) == 2
    assert all("录音".encode() not in row.sealed for row in session.scalars(select(CaseVoice)))


def test_of_an_open_complaint_the_officer_hears_the_voice(
    session: Session, services: Services, cast: Cast, at: datetime, custody: DeskOpener
) -> None:
    number = spoken(services, COMPLAINT, at).number
    file = items(session, number, ServiceOpener(services.keyring))[ItemKind.FILE]

    assert b"".join(opened_file(services, cast.li_si, number, file.id).pieces)
    with pytest.raises(InvalidError):  # nothing to open by the custodian; the contact is open as well
        take(services, cast.li_si, hand_in(services, HIDDEN_COMPLAINT, at=at).number, Action.ASK_IDENTITY, at=at,
             reason="核实", ground="transcribe")  # fmt: skip


def test_a_transcript_outlives_a_new_content_key_and_a_second_one_can_be_written(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at)
    ask(services, cast, tip_off.number, discipline, at)
    take(services, cast.wei_si, tip_off.number, Action.OPEN_IDENTITY, at=at, openers=[custody])
    take(services, cast.wei_si, tip_off.number, Action.TRANSCRIBE, at=at, text=WORDS, openers=[custody])
    take(
        services, cast.chen_er, tip_off.number, Action.ADD_ACCUSED, at=at, accused_account_id=cast.wu_shi.account_id,
        openers=[discipline],
    )  # fmt: skip
    take(services, cast.wei_si, tip_off.number, Action.TRANSCRIBE, at=at, text="还有一句。", openers=[custody])

    session.rollback()
    case = session.scalars(select(Case).where(Case.number == tip_off.number)).one()
    key = open_key(session, case, KeyPurpose.CONTENT, [discipline])
    transcripts = read_items(session, case, key, (ItemKind.TRANSCRIPT,))
    assert [item.content["text"] for item in transcripts] == [WORDS, "还有一句。"]
    generations = session.scalars(select(CaseItem.generation).where(CaseItem.kind == ItemKind.TRANSCRIPT)).all()
    assert sorted(generations) == [0, 2]
