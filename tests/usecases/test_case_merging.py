"""One matter that two people have reported: handled once, answered to each, and neither learns of the other."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import AccusedRole, CaseState, Category, ContactChoice, Outcome, ServiceManner
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.intake import Contact
from portal.models.cases import Case, CaseKey
from portal.usecases import progress
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, open_key
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.case_texts import check_text
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, TIP_OFF, about, hand_in, open_desk, submitter_of, take
from tests.usecases.test_cases import case_of, discipline, reply, texts

__all__ = ["discipline"]

ANSWER = "经核查，存折已归还。"
SERVED = {"served_on": date(2026, 11, 20), "served_manner": ServiceManner.ON_THE_PLATFORM}


def merged(services: Services, cast: Cast, at: datetime) -> tuple[str, str]:
    """The numbers of a main case and of one that was merged into it."""
    main, double = hand_in(services, at=at).number, hand_in(services, at=at).number
    take(services, cast.zhao_liu, double, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double, Action.MERGE, at=at, main_number=main, reason="同一件事")
    return main, double


def test_both_submitters_read_the_answer_the_letter_and_what_comes_next_with_their_own_codes(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    other = replace(COMPLAINT, contact=Contact(ContactChoice.NAMED, name="王十二", phone="13900000001"))
    main, double = hand_in(services, at=at), hand_in(services, other, at=at)
    take(services, cast.zhao_liu, double.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double.number, Action.MERGE, at=at, main_number=main.number, reason="同一件事")
    with pytest.raises(ConflictError):
        take(services, cast.li_si, double.number, Action.REPLY, at=at, **SERVED)
    reply(services, cast, main.number, at)
    take(services, cast.li_si, double.number, Action.REPLY, at=at, **SERVED)

    assert case_of(session, double.number).outcome is Outcome.SUBSTANTIATED
    for handed, stranger in ((main, double), (double, main)):
        submitter = submitter_of(session, services, handed)
        page = progress.look(services, submitter, at=at)
        answers = [said.content for said in page.dialogue if said.kind == "reply"]
        assert [one["text"] for one in answers] == [ANSWER]
        assert page.state is CaseState.REPLIED
        assert {Action.RATE, Action.ASK_REEXAMINATION} <= page.allowed
        assert stranger.number not in repr(page) + repr(answers)
        (letter,) = [one for one in progress.own_letters(submitter) if one.kind == "reply"]
        assert letter.seq


def test_the_page_of_a_merged_case_does_not_tell_that_there_is_another(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed, main = hand_in(services, at=at), hand_in(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, handed.number, Action.MERGE, at=at, main_number=main.number, reason="同一件事")

    page = progress.look(services, submitter_of(session, services, handed), at=at)
    assert page.state is CaseState.IN_HANDLING
    assert Action.MERGE not in {step.action for step in page.steps}
    assert Action.WITHDRAW in page.allowed


def test_merged_tip_offs_are_answered_by_whoever_holds_the_desk_and_stay_sealed_both_ways(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    main, double = hand_in(services, TIP_OFF, at=at), hand_in(services, TIP_OFF, at=at)
    for one in (main, double):
        take(services, cast.chen_er, one.number, Action.REGISTER, at=at)
    words = {"main_number": main.number, "reason": "同一件事", "openers": [discipline]}
    take(services, cast.chen_er, double.number, Action.MERGE, at=at, **words)
    second = replace(cast.chen_er, account_id=cast.chu_san.account_id)
    answer_tip_off(services, cast, main.number, at, discipline, second)
    with pytest.raises(NotAllowedError):
        take(services, cast.chen_er, double.number, Action.REPLY, at=at, **SERVED)
    take(services, cast.chen_er, double.number, Action.REPLY, at=at, openers=[discipline], **SERVED)

    case, submitter = case_of(session, double.number), submitter_of(session, services, double)
    assert ANSWER in texts(session, case, submitter.opener)
    assert ANSWER in texts(session, case, discipline)
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [ServiceOpener(services.keyring)])
    with pytest.raises(NotAllowedError):
        texts(session, case_of(session, main.number), replace(submitter.opener, holder_id=1))


def answer_tip_off(
    services: Services, cast: Cast, number: str, at: datetime, opener: DeskOpener, second: object
) -> None:
    take(services, cast.chen_er, number, Action.ACCEPT, at=at)
    office, officer = cast.chen_er.office_id, cast.chen_er.account_id
    opened = {"at": at, "openers": [opener]}
    take(services, cast.chen_er, number, Action.ASSIGN, office_id=office, officer_id=officer, **opened)
    found = {"text": ANSWER, "outcome": Outcome.SUBSTANTIATED, "legal_basis": "条例"}
    take(services, cast.chen_er, number, Action.DRAFT_REPLY, **found, **opened)
    take(services, second, number, Action.APPROVE_REPLY, **opened)
    take(services, cast.chen_er, number, Action.REPLY, **SERVED, **opened)


def test_the_sender_of_a_merged_tip_off_may_end_the_contact_and_it_stays_merged(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    main, double = hand_in(services, TIP_OFF, at=at), hand_in(services, TIP_OFF, at=at)
    take(services, cast.chen_er, double.number, Action.REGISTER, at=at)
    words = {"main_number": main.number, "reason": "同一件事", "openers": [discipline]}
    take(services, cast.chen_er, double.number, Action.MERGE, at=at, **words)
    submitter = submitter_of(session, services, double)
    act_as_submitter(services, submitter, Action.END_CONTACT, Given(), at=at)

    assert progress.look(services, submitter, at=at).state is CaseState.WITHDRAWN
    assert case_of(session, double.number).state is CaseState.MERGED


def test_what_is_merged_goes_where_the_main_case_goes(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = merged(services, cast, at)
    take(services, cast.zhao_liu, main, Action.REGISTER, at=at)
    city = cast.feng_yi.office_id
    take(services, cast.zhao_liu, main, Action.FORWARD, at=at, office_id=city, reason="市里办")

    assert case_of(session, double).office_id == city
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, double, Action.MESSAGE, at=at, text="还想看")


def test_whoever_is_accused_in_the_main_case_is_kept_out_of_what_was_merged_into_it(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = merged(services, cast, at)
    before = {row.case_id: row.wrapped for row in session.scalars(select(CaseKey))}
    take(services, cast.zhao_liu, main, Action.ADD_ACCUSED, at=at, accused_account_id=cast.li_si.account_id)

    case = case_of(session, double)
    assert case.key_generation == 2
    assert before
    with pytest.raises(NotFoundError):
        take(services, cast.li_si, double, Action.MESSAGE, at=at, text="还想看")


def test_a_case_is_not_merged_into_one_that_was_merged_into_it(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = merged(services, cast, at)
    for first, second in ((main, double), (main, main)):
        with pytest.raises(InvalidError) as caught:
            take(services, cast.zhao_liu, first, Action.MERGE, at=at, main_number=second, reason="绕一圈")
        assert caught.value.fields.keys() == {"main_number"}
    assert session.scalars(select(Case.merged_into_id).where(Case.number == main)).one() is None


def test_cases_on_different_tracks_are_not_merged(services: Services, cast: Cast, at: datetime) -> None:
    false_claim = about(TIP_OFF, category=Category.FALSE_CLAIM, accused_role=AccusedRole.RECIPIENT)
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.zhao_liu.office_id, DeskKind.CASE, cast.zhao_liu, at=at)
    tip_off = hand_in(services, false_claim, at=at).number
    complaint = hand_in(services, at=at).number
    with pytest.raises(RefusedError, match="合并"):
        take(services, cast.zhao_liu, complaint, Action.MERGE, at=at, main_number=tip_off, reason="x", openers=[desk])


def test_a_draft_names_nobody_who_reported_the_same_matter(services: Services, cast: Cast, at: datetime) -> None:
    other = replace(COMPLAINT, contact=Contact(ContactChoice.NAMED, name="王十二", phone="13900000001"))
    main, double = hand_in(services, at=at).number, hand_in(services, other, at=at).number
    take(services, cast.zhao_liu, double, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double, Action.MERGE, at=at, main_number=main, reason="同一件事")

    text = "经向王十二了解，存折已于上月归还，款项一并结清，现已核对无误。"
    with pytest.raises(InvalidError):
        check_text(services, cast.li_si, main, Action.DRAFT_REPLY, text)


def test_a_merged_case_is_answered_after_the_main_one_was_contested(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = hand_in(services, at=at), hand_in(services, at=at)
    take(services, cast.zhao_liu, double.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double.number, Action.MERGE, at=at, main_number=main.number, reason="同一件事")
    reply(services, cast, main.number, at)
    act_as_submitter(
        services, submitter_of(session, services, main), Action.ASK_REEXAMINATION, Given(text="不服"), at=at
    )
    assert take(services, cast.li_si, double.number, Action.REPLY, at=at, **SERVED).state is CaseState.REPLIED
