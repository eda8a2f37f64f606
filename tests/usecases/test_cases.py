"""A complaint from the submitter's hand to the answer, and a tip-off that nobody but its desk and its sender opens."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import ACTIONS, Action
from portal.domain.case_given import Given
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import AccusedRole, CaseKind, CaseState, Category, ClockKind, Outcome, ServiceManner
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.instants import SHANGHAI
from portal.domain.intake import Member, Submission
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseEvent, CaseItem
from portal.models.offices import Office
from portal.sealing.envelopes import BrokenEnvelopeError
from portal.sealing.query_codes import new_code
from portal.usecases import progress_sessions
from portal.usecases.case_effects import EFFECTS
from portal.usecases.case_events import broken_at
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, SubmitterOpener, open_key, read_items
from portal.usecases.case_steps import act, act_as_submitter
from portal.usecases.intake import submit
from portal.usecases.progress_sessions import close_progress, open_progress, submitter_by
from portal.usecases.services import Services
from tests.cast import COUNTY_DISCIPLINE, Cast
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, Handed, about, hand_in, open_desk, submitter_of, take

LEFT_TO_BUREAUS = about(TIP_OFF, category=Category.FALSE_CLAIM, accused_role=AccusedRole.RECIPIENT)
"""A tip-off that no cadre is accused of, which a bureau's own desk opens."""


def case_of(session: Session, number: str) -> Case:
    session.rollback()
    return session.scalars(select(Case).where(Case.number == number)).one()


def texts(session: Session, case: Case, *openers: object) -> list[str]:
    key = open_key(session, case, KeyPurpose.CONTENT, openers)  # type: ignore[arg-type]
    return [item.content["text"] for item in read_items(session, case, key) if "text" in item.content]


def reply(services: Services, cast: Cast, number: str, at: datetime) -> None:
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    reply_registered(services, cast, number, at)


def reply_registered(services: Services, cast: Cast, number: str, at: datetime) -> None:
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    office, officer = cast.li_si.office_id, cast.li_si.account_id
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=office, officer_id=officer)
    take(
        services, cast.li_si, number, Action.DRAFT_REPLY, at=at, text="经核查，存折已归还。",
        outcome=Outcome.SUBSTANTIATED, legal_basis="信访工作条例第三十四条",
    )  # fmt: skip
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)
    take(
        services, cast.li_si, number, Action.REPLY, at=at, served_on=date(2026, 11, 20),
        served_manner=ServiceManner.ON_THE_PLATFORM,
    )  # fmt: skip


def test_a_complaint_goes_from_the_submitter_to_the_answer_and_he_reads_it_with_his_code(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    reply(services, cast, handed.number, at)
    take(services, cast.li_si, handed.number, Action.CONCLUDE, at=at)

    token = open_progress(handed.code.grouped, "192.0.2.7", at=at, services=services)
    submitter = submitter_by(token, at=at, services=services)
    case = case_of(session, handed.number)
    assert case.state is CaseState.CONCLUDED
    assert case.outcome is Outcome.SUBSTANTIATED
    assert texts(session, case, SubmitterOpener(submitter.private)) == [
        TEXT,
        "经核查，存折已归还。",
        "经核查，存折已归还。",
    ]
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)).all()
    assert broken_at(events) is None


def test_a_session_of_the_submitter_ends_after_twenty_minutes_or_when_he_leaves(
    services: Services, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    token = open_progress(handed.code.digits, "192.0.2.7", at=at, services=services)

    with pytest.raises(NotFoundError):
        submitter_by(token, at=at + timedelta(minutes=20), services=services)
    close_progress(token, services=services)
    with pytest.raises(NotFoundError):
        submitter_by(token, at=at, services=services)


@pytest.mark.parametrize("typed", ["1234 5678 9012 3456 7890", "", "9" * 20])
def test_a_wrong_code_says_the_same_whatever_is_wrong_with_it(services: Services, at: datetime, typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        open_progress(typed, "192.0.2.7", at=at, services=services)

    assert "查询码不对" in str(refused.value.fields["code"])


def test_the_statutory_clocks_start_with_the_receipt_and_the_acceptance(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, handed.number, Action.ACCEPT, at=at)

    clocks = {row.clock: row for row in session.scalars(select(CaseClock))}
    assert clocks[ClockKind.ROUTE].met_at == at
    assert clocks[ClockKind.FINISH].due_at - at > timedelta(days=59)
    assert case_of(session, handed.number).next_due_at == clocks[ClockKind.FINISH].due_at


def test_nothing_of_a_complaint_stands_in_clear_in_the_database(
    session: Session, services: Services, at: datetime, app: object
) -> None:
    handed = hand_in(services, at=at)
    session.rollback()

    if db.engine.dialect.name == "sqlite":
        for file in Path(services.settings.instance).rglob("*"):
            content = file.read_bytes() if file.is_file() else b""
            assert TEXT.encode() not in content
            assert "郑十一".encode() not in content
            assert handed.code.digits.encode() not in content


def test_whoever_is_kept_out_does_not_learn_that_there_is_a_case(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, at=at).number

    for stranger in (cast.qian_qi, cast.wu_shi, cast.chen_er):
        with pytest.raises(NotFoundError):
            take(services, stranger, number, Action.REGISTER, at=at)


def test_the_drafter_of_a_reply_does_not_approve_it(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, at=at).number
    with pytest.raises(NotAllowedError):
        take(services, cast.li_si, number, Action.APPROVE_REPLY, at=at)


def test_a_step_names_what_it_lacks_and_changes_nothing(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)

    with pytest.raises(InvalidError) as refused:
        take(services, cast.zhao_liu, number, Action.DECLINE, at=at, text="不属于民政部门职责")

    assert set(refused.value.fields) == {"ground"}
    assert case_of(session, number).state is CaseState.REGISTERED


def test_of_two_who_act_on_the_same_page_the_second_is_told(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, at=at).number
    seen = take(services, cast.zhao_liu, number, Action.REGISTER, at=at).version
    act(services, cast.zhao_liu, number, Action.ACCEPT, Given(), at=at, version=seen)

    with pytest.raises(ConflictError):
        act(services, cast.zhao_liu, number, Action.DECLINE, Given(text="理由", ground="23"), at=at, version=seen)


def test_a_submitter_supplies_rates_once_and_asks_for_reexamination_in_his_own_name(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    submitter = submitter_of(session, services, handed)
    act_as_submitter(services, submitter, Action.SUPPLY, Given(text="补充一句"), at=at)
    reply(services, cast, handed.number, at)
    act_as_submitter(services, submitter, Action.RATE, Given(rating=2), at=at)
    act_as_submitter(services, submitter, Action.ASK_REEXAMINATION, Given(text="不服"), at=at)

    assert case_of(session, handed.number).state is CaseState.IN_REEXAMINATION
    with pytest.raises(ConflictError):
        act_as_submitter(services, submitter, Action.RATE, Given(rating=5), at=at)


@pytest.fixture
def discipline(session: Session, cast: Cast, at: datetime) -> DeskOpener:
    """The county's discipline desk and the city's custodian can open what is sealed for them."""
    custody = open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    assert custody
    return open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)


def test_a_tip_off_on_a_cadre_goes_to_discipline_inspection_and_only_its_desk_reads_it(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = hand_in(services, TIP_OFF, at=at)

    case = case_of(session, handed.number)
    assert session.get_one(Office, case.office_id).name == COUNTY_DISCIPLINE
    assert texts(session, case, discipline)[0] == TEXT
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [ServiceOpener(services.keyring)])
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)


def test_all_service_keys_and_the_whole_database_together_do_not_open_a_tip_off(
    session: Session, services: Services, at: datetime, discipline: DeskOpener
) -> None:
    handed = hand_in(services, TIP_OFF, at=at)
    case = case_of(session, handed.number)

    for key in services.keyring.keys.values():
        for opener in (DeskOpener(dict.fromkeys(discipline.privates, key)), SubmitterOpener(key)):
            with pytest.raises(BrokenEnvelopeError):
                open_key(session, case, KeyPurpose.CONTENT, [opener])


def test_staff_answer_a_tip_off_so_that_its_sender_reads_it(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    handed = hand_in(services, TIP_OFF, at=at)
    take(services, cast.chen_er, handed.number, Action.REGISTER, at=at)
    take(services, cast.chen_er, handed.number, Action.MESSAGE, at=at, text="请说明时间", openers=[discipline])

    case, submitter = case_of(session, handed.number), submitter_of(session, services, handed)
    assert "请说明时间" in texts(session, case, SubmitterOpener(submitter.private))


def test_without_any_desk_a_tip_off_is_sealed_to_the_key_on_paper_and_counted_only(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    paper = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    handed = hand_in(services, TIP_OFF, at=at)

    case = case_of(session, handed.number)
    assert case.offline
    assert texts(session, case, paper)[0] == TEXT
    for anybody in (cast.chu_san, cast.chen_er, cast.feng_yi):
        with pytest.raises(NotFoundError):
            take(services, anybody, handed.number, Action.REGISTER, at=at)


def test_where_nobody_could_open_it_a_tip_off_is_refused_with_another_way_to_go(
    session: Session, services: Services, at: datetime
) -> None:
    with pytest.raises(RefusedError, match="12388"):
        hand_in(services, TIP_OFF, at=at)

    assert session.scalars(select(Case)).all() == []


def test_an_accused_added_later_loses_the_key_and_everything_is_sealed_anew(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    before = {row.id: row.sealed for row in session.scalars(select(CaseItem))}
    take(
        services, cast.zhao_liu, handed.number, Action.ADD_ACCUSED, at=at, accused_account_id=cast.li_si.account_id,
        reason="",
    )  # fmt: skip

    case = case_of(session, handed.number)
    after = {row.id: row.sealed for row in session.scalars(select(CaseItem).where(CaseItem.case_id == case.id))}
    assert case.key_generation == 2
    assert all(after[item] != sealed for item, sealed in before.items())
    assert texts(session, case, ServiceOpener(services.keyring))[0] == TEXT
    with pytest.raises(NotFoundError):
        take(services, cast.li_si, handed.number, Action.NOTE, at=at, text="记一笔")


def test_a_case_is_not_assigned_to_whoever_it_is_about(services: Services, cast: Cast, at: datetime) -> None:
    village = about(COMPLAINT, accused_role=AccusedRole.OFFICIAL, accused_account_id=cast.li_si.account_id)
    number = hand_in(services, village, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)

    office, officer = cast.li_si.office_id, cast.li_si.account_id
    with pytest.raises(RefusedError):
        take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=office, officer_id=officer)


@pytest.mark.parametrize("submission", [COMPLAINT, LEFT_TO_BUREAUS], ids=lambda one: one.about.kind)
def test_a_case_and_its_key_are_not_forwarded_to_an_office_that_it_accuses(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener, submission: Submission
) -> None:
    here = open_desk(cast.zhao_liu.office_id, DeskKind.CASE, cast.zhao_liu, at=at)
    accused = open_desk(cast.qian_qi.office_id, DeskKind.CASE, cast.qian_qi, at=at)
    number = hand_in(services, about(submission, accused_office_id=cast.qian_qi.office_id), at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    there = {"office_id": cast.qian_qi.office_id, "reason": "请其办理", "openers": [here]}
    with pytest.raises(RefusedError, match="不能交给"):
        take(services, cast.zhao_liu, number, Action.FORWARD, at=at, **there)

    case = case_of(session, number)
    assert case.office_id == cast.zhao_liu.office_id
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [accused])


def test_a_complaint_about_a_bureau_goes_to_the_office_above_it(services: Services, cast: Cast, at: datetime) -> None:
    about_county = about(COMPLAINT, accused_office_id=cast.li_si.office_id)
    case = case_of(db.session(), hand_in(services, about_county, at=at).number)
    assert case.office_id == cast.feng_yi.office_id


def test_a_head_picked_from_the_staff_list_keeps_his_whole_office_out(
    services: Services, cast: Cast, at: datetime
) -> None:
    about_head = about(COMPLAINT, accused_role=AccusedRole.OFFICE_HEAD, accused_account_id=cast.li_si.account_id)
    case = case_of(db.session(), hand_in(services, about_head, at=at).number)
    assert case.office_id == cast.feng_yi.office_id
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, case.number, Action.REGISTER, at=at)


def test_a_question_to_an_office_accuses_nobody(services: Services, cast: Cast, at: datetime) -> None:
    asked = about(COMPLAINT, kind=CaseKind.INQUIRY, accused_office_id=cast.wu_shi.office_id)
    assert case_of(db.session(), hand_in(services, asked, at=at).number).office_id == cast.wu_shi.office_id


def test_the_chain_of_events_holds_whatever_clock_told_the_instant(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, at=at.astimezone(SHANGHAI)).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at.astimezone(SHANGHAI))
    session.rollback()

    assert broken_at(session.scalars(select(CaseEvent).order_by(CaseEvent.seq)).all()) is None


def test_every_step_of_the_table_has_its_effect() -> None:
    assert set(EFFECTS) == set(ACTIONS) - {Action.SUBMIT, Action.REROUTE}


def test_handed_does_not_print_its_code(services: Services, at: datetime) -> None:
    handed = hand_in(services, at=at)

    assert isinstance(handed, Handed)
    assert handed.code.digits not in repr(handed)


def test_each_of_several_who_complain_together_reads_with_a_code_of_his_own_and_none_sees_who_the_others_are(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    members = (Member("王十二", "13900000001"), Member("冯十三"))
    joint = replace(COMPLAINT, contact=replace(COMPLAINT.contact, members=members))
    code, codes = new_code(), (new_code(), new_code())
    number = submit(services, joint, code, at=at, member_codes=codes)
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.MESSAGE, at=at, text="请补充时间")

    case = case_of(session, number)
    for one in (code, *codes):
        token = open_progress(one.grouped, "192.0.2.7", at=at, services=services)
        submitter = submitter_by(token, at=at, services=services)
        assert "请补充时间" in texts(session, case, submitter.opener)
        act_as_submitter(services, submitter, Action.SUPPLY, Given(text="补充"), at=at)
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.IDENTITY, [submitter.opener])


def test_a_new_content_key_is_passed_on_to_every_member(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    joint = replace(COMPLAINT, contact=replace(COMPLAINT.contact, members=(Member("王十二"),)))
    member = new_code()
    number = submit(services, joint, new_code(), at=at, member_codes=(member,))
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    accused = cast.li_si.account_id
    take(services, cast.zhao_liu, number, Action.ADD_ACCUSED, at=at, accused_account_id=accused)

    submitter = submitter_by(
        open_progress(member.grouped, "192.0.2.7", at=at, services=services), at=at, services=services
    )
    assert TEXT in texts(session, case_of(session, number), submitter.opener)


def test_an_accused_bureau_loses_the_case_to_the_office_above(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    county = cast.zhao_liu.office_id
    take(services, cast.zhao_liu, number, Action.ADD_ACCUSED, at=at, accused_office_id=county)

    assert case_of(session, number).office_id == cast.feng_yi.office_id
    take(services, cast.feng_yi, number, Action.NOTE, at=at, text="已接手")
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, number, Action.NOTE, at=at, text="还想看")


def test_a_tip_off_moves_to_the_desk_above_with_its_key_when_the_desk_below_is_accused(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    above = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at)
    number = hand_in(services, TIP_OFF, at=at).number
    take(services, cast.chen_er, number, Action.REGISTER, at=at)
    accused = cast.chen_er.office_id
    take(services, cast.chen_er, number, Action.ADD_ACCUSED, at=at, accused_office_id=accused, openers=[discipline])

    case = case_of(session, number)
    assert case.office_id == cast.chu_san.office_id
    assert texts(session, case, above)[0] == TEXT
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [discipline])
    with pytest.raises(NotFoundError):
        take(services, cast.chen_er, number, Action.NOTE, at=at, text="还想看", openers=[discipline])


def test_a_tip_off_stays_where_it_is_when_no_desk_above_could_open_it(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    number = hand_in(services, TIP_OFF, at=at).number
    take(services, cast.chen_er, number, Action.REGISTER, at=at)
    with pytest.raises(RefusedError, match="受理台"):
        take(
            services, cast.chen_er, number, Action.ADD_ACCUSED, at=at, accused_office_id=cast.chen_er.office_id,
            openers=[discipline],
        )  # fmt: skip

    assert texts(session, case_of(session, number), discipline)[0] == TEXT


@pytest.mark.parametrize("accuses", ["main", "double"])
def test_of_two_that_are_merged_whoever_is_kept_out_of_one_is_kept_out_of_both(
    session: Session, services: Services, cast: Cast, at: datetime, accuses: str
) -> None:
    about_li_si = about(COMPLAINT, accused_role=AccusedRole.OFFICIAL, accused_account_id=cast.li_si.account_id)
    told = [about_li_si if accuses == one else COMPLAINT for one in ("main", "double")]
    main, double = (hand_in(services, one, at=at).number for one in told)
    take(services, cast.zhao_liu, double, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, double, Action.MERGE, at=at, main_number=main, reason="同一件事")

    assert case_of(session, double).state is CaseState.MERGED
    for one in (main, double):
        with pytest.raises(NotFoundError):
            take(services, cast.li_si, one, Action.MESSAGE, at=at, text="还想看")


@pytest.mark.parametrize("kind", ["right", "unknown", "mistyped", "no digits"])
def test_every_code_costs_one_derivation_whether_it_opens_something_or_not(
    session: Session, services: Services, at: datetime, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    handed, runs = hand_in(services, at=at), []
    real = progress_sessions.derive
    monkeypatch.setattr(progress_sessions, "derive", lambda *given: runs.append(given) or real(*given))
    right = handed.code.digits
    slip = right[:-1] + str((int(right[-1]) + 1) % 10)
    typed = {"right": right, "unknown": new_code().digits, "mistyped": slip, "no digits": "记不得了"}
    with nullcontext() if kind == "right" else pytest.raises(InvalidError, match="改正"):
        open_progress(typed[kind], "192.0.2.1", at=at, services=services)

    assert len(runs) == 1
