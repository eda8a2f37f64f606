"""One matter that two people have reported: handled once, answered to each, and neither learns of the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock
from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import (
    AccusedRole,
    CaseState,
    Category,
    ClockKind,
    ContactChoice,
    Outcome,
    Protection,
    ServiceManner,
)
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.intake import Contact
from portal.models.audit import AuditEntry
from portal.models.cases import Case, CaseClock, CaseEvent, CaseKey, CaseNews
from portal.queries.case_facts import clock_of
from portal.usecases import progress
from portal.usecases.case_events import broken_at
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, open_key
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.case_texts import check_text
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, TIP_OFF, about, hand_in, open_desk, submitter_of, take
from tests.usecases.test_cases import case_of, discipline, reply, reply_registered, texts

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


ENDINGS = {
    Action.DECLINE: {"ground": "not_within_powers", "right_body": "某区人社局", "text": "不属于本机关职权"},
    Action.FORWARD_OUTSIDE: {"right_body": "某区人社局", "reason": "归其办理"},
}


@pytest.mark.parametrize("action", ENDINGS)
def test_what_was_merged_into_a_case_that_ends_without_an_answer_is_handled_by_itself_again(
    session: Session, services: Services, cast: Cast, at: datetime, action: Action
) -> None:
    main, double = merged(services, cast, at)
    take(services, cast.zhao_liu, main, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, main, action, at=at, **ENDINGS[action])

    case = case_of(session, double)
    assert (case.state, case.merged_into_id) == (CaseState.REGISTERED, None)
    events = events_about(session, double)
    assert (events[-1].action, events[-1].account_id, events[-1].from_state) == (
        Action.SEPARATE, None, CaseState.MERGED,
    )  # fmt: skip
    assert broken_at(events) is None
    assert session.scalars(select(CaseNews.id).where(CaseNews.case_id == case.id)).all()
    assert session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "case.separate")).all() == [double]
    reply_registered(services, cast, double, at)
    assert case_of(session, double).state is CaseState.REPLIED


def test_it_is_so_when_the_main_submitter_takes_his_own_back_and_the_other_reads_nothing_of_it(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = hand_in(services, at=at), hand_in(services, at=at)
    take(services, cast.zhao_liu, double.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double.number, Action.MERGE, at=at, main_number=main.number, reason="同一件事")
    act_as_submitter(services, submitter_of(session, services, main), Action.WITHDRAW, Given(), at=at)

    assert case_of(session, main.number).state is CaseState.WITHDRAWN
    assert case_of(session, double.number).state is CaseState.REGISTERED
    page = progress.look(services, submitter_of(session, services, double), at=at)
    assert page.state is CaseState.REGISTERED
    told = {step.action for step in page.steps}
    assert Action.REOPEN in told
    assert not {Action.MERGE, Action.SEPARATE} & told
    assert main.number not in repr(page)


def test_it_is_so_when_another_body_has_taken_the_main_tip_off_over_and_its_key_is_destroyed(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    main, double = hand_in(services, TIP_OFF, at=at), hand_in(services, TIP_OFF, at=at)
    for one in (main, double):
        take(services, cast.chen_er, one.number, Action.REGISTER, at=at)
    opened = {"at": at, "openers": [discipline]}
    take(services, cast.chen_er, double.number, Action.MERGE, main_number=main.number, reason="同一件事", **opened)
    take(services, cast.chen_er, main.number, Action.TRANSFER, right_body="公安机关", reason="涉嫌犯罪", **opened)
    assert case_of(session, double.number).state is CaseState.MERGED
    take(services, cast.chen_er, main.number, Action.RECORD_RECEIPT, receipt="回执1号", **opened)

    case = case_of(session, double.number)
    assert case.state is CaseState.REGISTERED
    assert texts(session, case, discipline)
    take(services, cast.chen_er, double.number, Action.TRANSFER, right_body="公安机关", reason="同一件事", **opened)


def test_his_own_promise_runs_from_the_merge_and_is_not_put_off_by_being_separated(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = merged(services, cast, at)
    (promised,) = finish_of(session, double)
    assert promised.met_at is None
    take(services, cast.zhao_liu, main, Action.REGISTER, at=at)
    later = at + timedelta(days=10)
    take(services, cast.zhao_liu, main, Action.DECLINE, at=later, **ENDINGS[Action.DECLINE])
    take(services, cast.zhao_liu, double, Action.ACCEPT, at=later)
    session.expire_all()
    (kept,) = finish_of(session, double)
    assert kept.due_at == promised.due_at


def test_whoever_has_his_answer_keeps_it_when_the_main_case_is_taken_up_again_and_goes_elsewhere(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    main, double = merged(services, cast, at)
    reply(services, cast, main, at)
    take(services, cast.li_si, double, Action.REPLY, at=at, **SERVED)
    take(services, cast.zhao_liu, main, Action.REOPEN, at=at, reason="有新情况")
    take(services, cast.zhao_liu, main, Action.FORWARD_OUTSIDE, at=at, **ENDINGS[Action.FORWARD_OUTSIDE])
    assert case_of(session, main).state is CaseState.FORWARDED
    assert case_of(session, double).state is CaseState.REPLIED


def test_a_chain_is_let_go_at_its_own_end(session: Session, services: Services, cast: Cast, at: datetime) -> None:
    inner, outer = merged(services, cast, at)
    third = hand_in(services, at=at).number
    take(services, cast.zhao_liu, third, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, inner, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, inner, Action.MERGE, at=at, main_number=third, reason="同一件事")
    take(services, cast.zhao_liu, third, Action.DECLINE, at=at, **ENDINGS[Action.DECLINE])

    assert case_of(session, inner).state is CaseState.REGISTERED
    assert case_of(session, outer).state is CaseState.MERGED
    assert case_of(session, outer).merged_into_id == case_of(session, inner).id
    reply_registered(services, cast, inner, at)
    take(services, cast.li_si, outer, Action.REPLY, at=at, **SERVED)
    assert case_of(session, outer).state is CaseState.REPLIED


def test_nothing_is_merged_into_a_case_that_has_ended_without_an_answer(
    services: Services, cast: Cast, at: datetime
) -> None:
    main, double = hand_in(services, at=at).number, hand_in(services, at=at).number
    for one in (main, double):
        take(services, cast.zhao_liu, one, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, main, Action.DECLINE, at=at, **ENDINGS[Action.DECLINE])
    with pytest.raises(InvalidError) as caught:
        take(services, cast.zhao_liu, double, Action.MERGE, at=at, main_number=main, reason="同一件事")
    assert caught.value.fields.keys() == {"main_number"}


def test_whoever_has_taken_his_tip_off_back_gets_no_mail_that_tells_that_it_goes_on(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    main, double = hand_in(services, TIP_OFF, at=at), hand_in(services, TIP_OFF, at=at)
    for one in (main, double):
        take(services, cast.chen_er, one.number, Action.REGISTER, at=at)
    opened = {"at": at, "openers": [discipline]}
    take(services, cast.chen_er, double.number, Action.MERGE, main_number=main.number, reason="同一件事", **opened)
    act_as_submitter(services, submitter_of(session, services, double), Action.END_CONTACT, Given(), at=at)
    away = {"right_body": "公安机关", "reason": "归其办理", "protection": Protection.WIDE_INSPECTION}
    take(services, cast.chen_er, main.number, Action.FORWARD_OUTSIDE, **away, **opened)

    case = case_of(session, double.number)
    assert case.state is CaseState.REGISTERED
    assert session.scalars(select(CaseNews.id).where(CaseNews.case_id == case.id)).all() == []
    assert progress.look(services, submitter_of(session, services, double), at=at).state is CaseState.WITHDRAWN


def events_about(session: Session, number: str) -> Sequence[CaseEvent]:
    query = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id).where(Case.number == number)
    return session.scalars(query.order_by(CaseEvent.seq)).all()


def finish_of(session: Session, number: str) -> list[Clock]:
    query = select(CaseClock).join(Case, Case.id == CaseClock.case_id).where(Case.number == number)
    return [clock_of(row) for row in session.scalars(query.where(CaseClock.clock == ClockKind.FINISH))]
