"""Who submitted a case: asked for by one person, agreed to by another, opened by its custodian, told to the submitter."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import AccusedRole, CaseState, ContactChoice
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.identity_requests import RequestState
from portal.domain.intake import Contact, Member
from portal.models.audit import AuditEntry
from portal.models.cases import Case, CaseAccused, CaseContact, CaseEvent, CaseRecusal
from portal.models.transaction import transaction
from portal.queries.identity_requests import request_on, requests_for, to_be_agreed, to_be_opened
from portal.queries.progress import Look
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.case_steps import Stepped, act_as_submitter
from portal.usecases.identity_requests import can_open
from portal.usecases.progress import look
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, TIP_OFF, Handed, about, hand_in, open_desk, submitter_of, take

NAMED = Contact(
    ContactChoice.NAMED, name="郑十一", phone="0537-1234567", email="z@example.org",
    members=(Member("冯十二", "0537-7654321"),),
)  # fmt: skip
HIDDEN_COMPLAINT = replace(COMPLAINT, contact=replace(NAMED, confidential=True, members=()))
NAMED_TIP_OFF = replace(TIP_OFF, contact=NAMED)


@pytest.fixture
def custody(cast: Cast, at: datetime) -> DeskOpener:
    return open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)


@pytest.fixture
def discipline(cast: Cast, at: datetime) -> DeskOpener:
    return open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)


@pytest.fixture
def tip_off(services: Services, custody: DeskOpener, discipline: DeskOpener, at: datetime) -> Handed:
    return hand_in(services, NAMED_TIP_OFF, at=at)


@pytest.fixture
def complaint(services: Services, custody: DeskOpener, at: datetime) -> Handed:
    return hand_in(services, HIDDEN_COMPLAINT, at=at)


def asked(services: Services, cast: Cast, number: str, opener: DeskOpener, at: datetime) -> None:
    take(
        services, cast.chen_er, number, Action.ASK_IDENTITY, at=at, reason="须当面核对原件", ground="testify",
        openers=[opener],
    )  # fmt: skip


def agreed(services: Services, cast: Cast, number: str, opener: DeskOpener, at: datetime) -> None:
    asked(services, cast, number, opener, at)
    take(services, cast.chu_san, number, Action.AGREE_IDENTITY, at=at)


def opened(services: Services, cast: Cast, number: str, opener: DeskOpener, at: datetime) -> Stepped:
    return take(services, cast.wei_si, number, Action.OPEN_IDENTITY, at=at, openers=[opener])


def test_the_identity_of_a_tip_off_opens_for_the_custodian_after_two_others_whatever_tree_it_lies_in(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    agreed(services, cast, tip_off.number, discipline, at)
    told = opened(services, cast, tip_off.number, custody, at).told

    assert told is not None
    assert (told["choice"], told["name"], told["phone"]) == ("named", "郑十一", "0537-1234567")
    assert told["members"] == [{"name": "冯十二", "phone": "0537-7654321"}]
    assert "email" not in told


def test_nobody_opens_an_identity_before_somebody_has_agreed_and_each_agreement_opens_once(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    with pytest.raises(ConflictError):
        opened(services, cast, tip_off.number, custody, at)
    asked(services, cast, tip_off.number, discipline, at)
    with pytest.raises(ConflictError):
        opened(services, cast, tip_off.number, custody, at)
    take(services, cast.chu_san, tip_off.number, Action.AGREE_IDENTITY, at=at)
    opened(services, cast, tip_off.number, custody, at)
    with pytest.raises(ConflictError):
        opened(services, cast, tip_off.number, custody, at)


def test_whoever_asked_once_may_agree_to_what_another_asks_later(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    agreed(services, cast, tip_off.number, discipline, at)
    opened(services, cast, tip_off.number, custody, at)
    take(
        services, cast.chu_san, tip_off.number, Action.ASK_IDENTITY, at=at, reason="再核对一次", ground="ask_facts",
        openers=[discipline],
    )  # fmt: skip
    take(services, cast.chen_er, tip_off.number, Action.AGREE_IDENTITY, at=at)

    assert opened(services, cast, tip_off.number, custody, at).told


def test_only_the_custodian_opens_and_only_with_the_key_of_his_desk(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    agreed(services, cast, tip_off.number, discipline, at)

    with pytest.raises(NotAllowedError):
        take(services, cast.wei_si, tip_off.number, Action.OPEN_IDENTITY, at=at)
    for stranger in (cast.chen_er, cast.chu_san, cast.zhao_liu, cast.feng_yi, cast.sun_ba):
        with pytest.raises(NotFoundError):
            take(services, stranger, tip_off.number, Action.OPEN_IDENTITY, at=at, openers=[custody])


def test_the_custodian_takes_no_other_step_and_reads_none_of_the_words(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener
) -> None:
    asked(services, cast, tip_off.number, discipline, at)
    for action in (Action.REGISTER, Action.NOTE, Action.MESSAGE, Action.ASK_IDENTITY):
        with pytest.raises(NotFoundError):
            take(services, cast.wei_si, tip_off.number, action, at=at, text="内容", reason="理由", openers=[custody])
    found = request_on(cast.wei_si, tip_off.number)

    assert "须当面核对原件" not in repr(found)
    assert found.line.ground == "testify"
    assert can_open(found, [custody])
    assert not can_open(found, [])


def test_a_hidden_complaint_takes_the_same_way_and_the_officer_does_not_read_the_contact(
    services: Services, cast: Cast, at: datetime, complaint: Handed, custody: DeskOpener
) -> None:
    number = complaint.number
    with pytest.raises(ConflictError, match="要求保密"):
        take(services, cast.li_si, number, Action.READ_CONTACT, at=at)
    take(services, cast.li_si, number, Action.ASK_IDENTITY, at=at, reason="须送达书面答复", ground="serve_letter")
    with pytest.raises(NotAllowedError):
        take(services, cast.li_si, number, Action.AGREE_IDENTITY, at=at)
    take(services, cast.wang_wu, number, Action.AGREE_IDENTITY, at=at)

    told = opened(services, cast, number, custody, at).told
    assert told is not None
    assert told["name"] == "郑十一"


def test_an_open_complaint_needs_no_custodian_and_lies_in_no_custody(
    services: Services, cast: Cast, at: datetime, custody: DeskOpener
) -> None:
    number = hand_in(services, at=at).number
    with pytest.raises(ConflictError, match="没有要求保密"):
        take(services, cast.li_si, number, Action.ASK_IDENTITY, at=at, reason="核实", ground="ask_facts")
    with pytest.raises(NotFoundError):
        request_on(cast.wei_si, number)


@pytest.mark.parametrize("who", ["wei_si", "chu_san"])
def test_a_request_is_refused_by_the_second_person_or_by_the_custodian(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener, discipline: DeskOpener, who: str
) -> None:
    asked(services, cast, tip_off.number, discipline, at)
    take(services, getattr(cast, who), tip_off.number, Action.REFUSE_IDENTITY, at=at, ground="ask_in_dialogue")

    assert request_on(cast.wei_si, tip_off.number).line.state is RequestState.REFUSED
    with pytest.raises(ConflictError):
        opened(services, cast, tip_off.number, custody, at)


def test_a_ground_is_one_of_its_list_so_that_no_words_get_into_the_log(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, discipline: DeskOpener
) -> None:
    with pytest.raises(InvalidError):
        take(
            services, cast.chen_er, tip_off.number, Action.ASK_IDENTITY, at=at, reason="理由", ground="郑十一说的",
            openers=[discipline],
        )  # fmt: skip


def _case(session: Session, number: str) -> Case:
    session.rollback()
    return session.scalars(select(Case).where(Case.number == number)).one()


@pytest.mark.parametrize("reason", ["person", "office", "recused"])
def test_a_custodian_who_is_accused_or_interested_does_not_learn_of_the_request(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener, reason: str,
) -> None:  # fmt: skip
    agreed(services, cast, tip_off.number, discipline, at)
    case_id, custodian = _case(session, tip_off.number).id, cast.wei_si
    rows = {
        "person": lambda: CaseAccused(case_id=case_id, account_id=custodian.account_id),
        "office": lambda: CaseAccused(case_id=case_id, office_id=custodian.office_id),
        "recused": lambda: CaseRecusal(case_id=case_id, account_id=custodian.account_id, at=at),
    }
    with transaction() as writing:
        writing.add(rows[reason]())

    assert requests_for(custodian).lines == ()
    assert to_be_opened(custodian) == 0
    with pytest.raises(NotFoundError):
        request_on(custodian, tip_off.number)
    for action in (Action.OPEN_IDENTITY, Action.REFUSE_IDENTITY):
        with pytest.raises(NotFoundError):
            take(services, custodian, tip_off.number, action, at=at, ground="not_needed", openers=[custody])


def test_an_office_of_the_custodian_that_is_accused_when_a_case_comes_in_never_holds_its_identity(
    services: Services, cast: Cast, at: datetime, custody: DeskOpener, discipline: DeskOpener
) -> None:
    open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    accusing = about(NAMED_TIP_OFF, accused_role=AccusedRole.OFFICE_HEAD, accused_office_id=cast.wei_si.office_id)
    number = hand_in(services, accusing, at=at).number

    with pytest.raises(NotFoundError):
        take(services, cast.wei_si, number, Action.OPEN_IDENTITY, at=at, openers=[custody])


def test_the_list_tells_what_waits_what_was_refused_and_what_was_opened_the_last_change_first(
    services: Services, cast: Cast, at: datetime, tip_off: Handed, complaint: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    agreed(services, cast, tip_off.number, discipline, at)
    later = at + timedelta(hours=1)
    take(services, cast.li_si, complaint.number, Action.ASK_IDENTITY, at=later, reason="核实", ground="ask_facts")

    assert [line.number for line in requests_for(cast.wei_si).lines] == [complaint.number, tip_off.number]
    assert [line.number for line in requests_for(cast.wei_si, RequestState.AGREED).lines] == [tip_off.number]
    assert requests_for(cast.wei_si, RequestState.REFUSED).lines == ()
    assert to_be_opened(cast.wei_si) == 1
    assert to_be_agreed(cast.wang_wu) == [complaint.number]
    assert list(to_be_agreed(cast.li_si)) == []
    assert list(to_be_agreed(cast.chu_san)) == []
    opened(services, cast, tip_off.number, custody, later)
    assert to_be_opened(cast.wei_si) == 0


def test_the_submitter_reads_in_his_dialogue_who_asked_agreed_and_looked(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    agreed(services, cast, tip_off.number, discipline, at)
    opened(services, cast, tip_off.number, custody, at)

    page = look(services, submitter_of(session, services, tip_off), at=at)
    looks = [one for one in page.dialogue if isinstance(one, Look)]
    assert [(one.action, one.ground) for one in looks] == [
        (Action.ASK_IDENTITY, "testify"),
        (Action.AGREE_IDENTITY, ""),
        (Action.OPEN_IDENTITY, ""),
    ]
    assert looks[-1].office_name == cast.wei_si.office_name


def test_each_opening_is_audited_and_no_log_holds_a_name(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    agreed(services, cast, tip_off.number, discipline, at)
    stepped = opened(services, cast, tip_off.number, custody, at)
    session.rollback()

    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.open_identity")).one()
    assert (entry.account_id, entry.subject) == (cast.wei_si.account_id, tip_off.number)
    case = _case(session, tip_off.number)
    details = [str(event.detail) for event in session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))]
    details += [str(row.detail) for row in session.scalars(select(AuditEntry))]
    assert "郑十一" not in "".join(details) + repr(stepped)
    assert session.get_one(CaseContact, case.id).identity.find("郑十一".encode()) == -1


def test_whoever_has_taken_a_tip_off_back_is_not_looked_for(
    session: Session, services: Services, cast: Cast, at: datetime, tip_off: Handed, custody: DeskOpener,
    discipline: DeskOpener,
) -> None:  # fmt: skip
    agreed(services, cast, tip_off.number, discipline, at)
    submitter = submitter_of(session, services, tip_off)
    act_as_submitter(services, submitter, Action.END_CONTACT, Given(), at=at)

    with pytest.raises(ConflictError, match="不再联系"):
        opened(services, cast, tip_off.number, custody, at)
    assert _case(session, tip_off.number).state is CaseState.RECEIVED
