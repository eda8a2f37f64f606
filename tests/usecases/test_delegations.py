"""代办（A/B 角）: what passes to a substitute and for how long, in whose name he acts, and all that never passes."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_permits import ON_BEHALF_OF
from portal.domain.cases import AccusedRole, CaseState, ExternalSystem, Outcome, ServiceManner
from portal.domain.delegations import AbsenceReason, DelegationState, Period
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.intake import ExternalNumber
from portal.domain.permissions import Actor, Role
from portal.models.audit import AuditEntry
from portal.models.cases import Case, CaseEvent, CaseRecusal
from portal.models.delegations import Delegation
from portal.models.staff import Account, AccountRole
from portal.models.transaction import transaction
from portal.queries.delegations import absentees_for, delegations_within, deputies_for, standing_in
from portal.queries.desk_cases import CaseFilters, counts, inbox
from portal.queries.identity_requests import to_be_agreed
from portal.queries.staff import actor_of
from portal.usecases import letters
from portal.usecases.case_publications import draft_answer, worksheet
from portal.usecases.case_reading import look_into, read_case
from portal.usecases.delegations import NewDelegation, end_delegation, name_deputy
from portal.usecases.desk_letters import desk_letter, desk_letters
from portal.usecases.services import Services
from portal.usecases.staff import disable_account, move_account, reset_password
from tests.cast import Cast
from tests.usecases.case_answers import WRITTEN, conclude
from tests.usecases.cases import COMPLAINT, TIP_OFF, about, hand_in, open_desk, take
from tests.usecases.delegations import stand_in
from tests.usecases.test_desk_keys import colleague

DRAFT = {"text": "经核查，属实。", "outcome": Outcome.SUBSTANTIATED, "legal_basis": "第三十四条"}


def assigned(services: Services, cast: Cast, at: datetime, officer: Actor | None = None, **accused: object) -> str:
    """A complaint at the county, in an officer's hands; its number."""
    number = hand_in(services, about(COMPLAINT, **accused), at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.zhao_liu, number, action, at=at)
    given = officer or cast.li_si
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=given.office_id, officer_id=given.account_id)
    return number


def given_role(session: Session, actor: Actor, *roles: Role) -> Actor:
    with transaction() as writing:
        writing.add_all(AccountRole(account_id=actor.account_id, role=role) for role in roles)
    return actor_of(actor.account_id)


def numbers_of(actor: Actor, services: Services, at: datetime, **filters: object) -> set[str]:
    page = inbox(standing_in(actor, at=at), CaseFilters(**filters), services.rulebook.calendar, at=at)
    return {line.number for line in page.lines}


def last_event(session: Session, number: str) -> CaseEvent:
    query = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id).where(Case.number == number)
    return session.scalars(query.order_by(CaseEvent.seq.desc())).first()


def test_the_substitute_handles_what_is_assigned_to_the_absent_officer_and_each_step_says_for_whom(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    with pytest.raises(NotAllowedError):
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)

    stand_in(cast.li_si, cast.wang_wu, at=at)
    stepped = take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)

    assert stepped.state is CaseState.REPLY_DRAFTED
    event = last_event(session, number)
    assert (event.account_id, event.detail[ON_BEHALF_OF]) == (cast.wang_wu.account_id, cast.li_si.account_id)
    note = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.draft_reply")).one()
    assert (note.account_id, note.detail[ON_BEHALF_OF]) == (cast.wang_wu.account_id, cast.li_si.account_id)
    told = look_into(services, standing_in(cast.wang_wu, at=at), number, at=at)
    assert told.events[-1].on_behalf_of == "李四"
    assert told.is_stood_in_for
    assert told.substitute is not None
    assert told.substitute.name == "王五"
    assert not look_into(services, cast.zhao_liu, number, at=at).is_stood_in_for


def test_he_acts_in_his_own_name_where_his_own_right_reaches_and_the_case_is_not_the_absent_officers(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.wang_wu, cast.li_si, at=at)
    take(services, cast.li_si, number, Action.NOTE, at=at, text="已约谈")
    assert ON_BEHALF_OF not in last_event(session, number).detail


def test_what_is_not_assigned_to_the_absent_officer_does_not_pass(services: Services, cast: Cast, at: datetime) -> None:
    number = hand_in(services, COMPLAINT, at=at).number
    stand_in(cast.li_si, cast.wang_wu, at=at)
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, cast.wang_wu, number, Action.MESSAGE, at=at, text="请稍候")


@pytest.mark.parametrize(("after", "allowed"), [(0, False), (1, True), (3, True), (4, False)])
def test_it_counts_from_the_first_day_to_the_last_by_the_clock_alone(
    services: Services, cast: Cast, at: datetime, after: int, allowed: bool
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wang_wu, at=at, after=1, days=3)
    day = at + timedelta(days=after)
    if allowed:
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=day, **DRAFT)
    else:
        with pytest.raises(NotAllowedError):
            take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=day, **DRAFT)


def test_ended_early_it_counts_no_more_from_that_moment_even_for_a_page_that_was_open(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    named = stand_in(cast.li_si, cast.wang_wu, at=at)
    opened = standing_in(cast.wang_wu, at=at)
    assert opened.standings
    end_delegation(named, actor=cast.li_si, at=at + timedelta(minutes=1))

    with pytest.raises(NotAllowedError):
        take(services, opened, number, Action.DRAFT_REPLY, at=at + timedelta(minutes=2), **DRAFT)
    (line,) = delegations_within(cast.zhao_liu, at=at + timedelta(minutes=2))
    assert (line.state, line.may_be_ended) == (DelegationState.ENDED, False)
    with pytest.raises(ConflictError):
        end_delegation(named, actor=cast.zhao_liu, at=at + timedelta(minutes=2))
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("delegation."))).all() == [
        "delegation.named", "delegation.ended",
    ]  # fmt: skip


def test_one_that_has_not_begun_is_taken_back_and_a_past_one_stays_as_it_was(
    services: Services, cast: Cast, at: datetime
) -> None:
    coming = stand_in(cast.li_si, cast.wang_wu, at=at, after=5)
    end_delegation(coming, actor=cast.zhao_liu, at=at)
    stand_in(cast.li_si, cast.wang_wu, at=at, after=5)
    later = at + timedelta(days=30)
    states = [line.state for line in delegations_within(cast.li_si, at=later)]
    assert sorted(states) == [DelegationState.ENDED, DelegationState.PAST]


# The two-person rule.


def test_nobody_approves_for_another_what_he_drafted_himself(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.wang_wu, cast.li_si, at=at)
    take(services, cast.li_si, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    with pytest.raises(NotAllowedError, match="须由另一个人办理"):
        take(services, cast.li_si, number, Action.APPROVE_REPLY, at=at)


def test_what_somebody_else_drafted_he_approves_for_the_absent_approver(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.wang_wu, cast.li_si, at=at)
    take(services, cast.feng_yi, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    take(services, cast.li_si, number, Action.APPROVE_REPLY, at=at)
    assert last_event(session, number).detail[ON_BEHALF_OF] == cast.wang_wu.account_id


def test_who_is_back_does_not_approve_what_was_drafted_for_him(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    li_si = given_role(session, cast.li_si, Role.CASE_APPROVER)
    number = assigned(services, cast, at)
    named = stand_in(li_si, cast.wang_wu, at=at)
    take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    end_delegation(named, actor=li_si, at=at)
    with pytest.raises(NotAllowedError, match="须由另一个人办理"):
        take(services, li_si, number, Action.APPROVE_REPLY, at=at)


def test_nobody_approves_for_him_what_the_absent_person_drafted(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    li_si = given_role(session, cast.li_si, Role.CASE_APPROVER)
    number = assigned(services, cast, at)
    take(services, li_si, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    stand_in(li_si, cast.zhao_liu, at=at)
    with pytest.raises(NotAllowedError, match="须由另一个人办理"):
        take(services, cast.zhao_liu, number, Action.APPROVE_REPLY, at=at)
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)


def test_standing_in_for_two_he_still_is_one_person(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.zhao_liu, at=at)
    stand_in(cast.wang_wu, cast.zhao_liu, at=at)
    take(services, cast.zhao_liu, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    with pytest.raises(NotAllowedError, match="须由另一个人办理"):
        take(services, cast.zhao_liu, number, Action.APPROVE_REPLY, at=at)


# What never passes.


def test_it_is_not_passed_on(services: Services, cast: Cast, at: datetime) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wang_wu, at=at)
    stand_in(cast.wang_wu, cast.zhao_liu, at=at)
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, cast.zhao_liu, number, Action.DRAFT_REPLY, at=at, **DRAFT)


def test_the_content_of_a_tip_off_stays_closed_to_a_substitute_without_a_key_of_his_own(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.zhao_liu.office_id, DeskKind.CASE, cast.zhao_liu, at=at)
    report = about(TIP_OFF, category=COMPLAINT.about.category, accused_role=AccusedRole.RECIPIENT)
    number = hand_in(services, report, at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.zhao_liu, number, action, at=at, openers=[desk])
    place = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, openers=[desk], **place)
    stand_in(cast.li_si, cast.wang_wu, at=at)

    read = read_case(session, services, standing_in(cast.wang_wu, at=at), number, at=at)
    assert read.items is None
    with pytest.raises(NotAllowedError):
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    assert read_case(session, services, cast.li_si, number, [desk], at=at).items


def test_whoever_declared_an_interest_does_not_reach_the_case_by_standing_in(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number, other = assigned(services, cast, at), assigned(services, cast, at)
    take(services, cast.wang_wu, number, Action.RECUSE, at=at, reason="亲属")
    stand_in(cast.li_si, cast.wang_wu, at=at)
    assert numbers_of(cast.wang_wu, services, at) == {other}
    with pytest.raises(NotFoundError):
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)


def test_whoever_is_accused_does_not_reach_the_case_by_standing_in(
    services: Services, cast: Cast, at: datetime
) -> None:
    accused = {"accused_role": AccusedRole.OFFICIAL, "accused_account_id": cast.wang_wu.account_id}
    number = assigned(services, cast, at, **accused)
    stand_in(cast.li_si, cast.wang_wu, at=at)
    assert numbers_of(cast.wang_wu, services, at) == set()
    with pytest.raises(NotFoundError):
        take(services, cast.wang_wu, number, Action.MESSAGE, at=at, text="请稍候")


def test_a_substitute_of_an_office_below_reaches_the_assigned_cases_and_does_there_what_passes_alone(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number, other = assigned(services, cast, at), hand_in(services, COMPLAINT, at=at).number
    stand_in(cast.li_si, cast.wu_shi, at=at, by=cast.zhao_liu)

    assert numbers_of(cast.wu_shi, services, at) == {number}
    assert numbers_of(cast.feng_yi, services, at) == {number, other}
    assert counts(standing_in(cast.wu_shi, at=at), standing_in(cast.wu_shi, at=at).handles_for, at=at).mine == 1
    take(services, cast.wu_shi, number, Action.MESSAGE, at=at, text="已安排入户")
    assert last_event(session, number).detail[ON_BEHALF_OF] == cast.li_si.account_id
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, cast.wu_shi, number, Action.FORWARD, at=at, office_id=cast.wu_shi.office_id, reason="近")
    with pytest.raises(NotFoundError):
        take(services, cast.wu_shi, other, Action.MESSAGE, at=at, text="已安排入户")


@pytest.mark.parametrize("shut", ["floor", "office"])
def test_a_case_that_must_not_go_below_does_not_go_there_by_standing_in(
    services: Services, cast: Cast, at: datetime, shut: str
) -> None:
    accused = {"not_to_township": True}
    if shut == "office":
        accused = {"accused_office_id": cast.wu_shi.office_id}
    number = assigned(services, cast, at, **accused)
    stand_in(cast.li_si, cast.wu_shi, at=at, by=cast.zhao_liu)
    assert numbers_of(cast.wu_shi, services, at) == set()
    with pytest.raises(NotFoundError):
        take(services, cast.wu_shi, number, Action.MESSAGE, at=at, text="已安排入户")


def test_nor_does_it_to_an_office_that_stands_below_an_accused_one(
    services: Services, cast: Cast, at: datetime
) -> None:
    absent = colleague(cast.feng_yi, at, role=Role.CASE_OFFICER)
    accusing = about(COMPLAINT, accused_office_id=cast.zhao_liu.office_id)
    number, other = hand_in(services, accusing, at=at).number, assigned(services, cast, at, absent)
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.feng_yi, number, action, at=at)
    place = {"office_id": absent.office_id, "officer_id": absent.account_id}
    take(services, cast.feng_yi, number, Action.ASSIGN, at=at, **place)
    stand_in(absent, cast.wu_shi, at=at, by=cast.feng_yi)

    assert numbers_of(absent, services, at) == {number, other}
    assert numbers_of(cast.wu_shi, services, at) == {other}


def test_a_dispatcher_gives_away_handling_and_not_the_approval_that_is_not_his(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    feng_yi = cast.feng_yi
    with transaction() as writing:
        writing.execute(delete(AccountRole).where(AccountRole.account_id == cast.zhao_liu.account_id))
        writing.add(AccountRole(account_id=cast.zhao_liu.account_id, role=Role.SUPERVISOR))
    number = hand_in(services, COMPLAINT, at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, feng_yi, number, action, at=at)
    li_si = given_role(session, cast.li_si, Role.CASE_APPROVER)
    place = {"office_id": li_si.office_id, "officer_id": li_si.account_id}
    take(services, feng_yi, number, Action.ASSIGN, at=at, **place)
    take(services, feng_yi, number, Action.DRAFT_REPLY, at=at, **DRAFT)

    named = stand_in(li_si, cast.zhao_liu, at=at, by=feng_yi)
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, actor_of(cast.zhao_liu.account_id), number, Action.APPROVE_REPLY, at=at)
    end_delegation(named, actor=feng_yi, at=at)
    stand_in(li_si, cast.zhao_liu, at=at)
    take(services, actor_of(cast.zhao_liu.account_id), number, Action.APPROVE_REPLY, at=at)


def test_what_the_absent_person_may_do_no_more_himself_does_not_pass_beside_what_he_still_may(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wang_wu, at=at)
    with transaction() as writing:
        writing.execute(delete(AccountRole).where(AccountRole.account_id == cast.li_si.account_id))
        writing.add(AccountRole(account_id=cast.li_si.account_id, role=Role.CASE_APPROVER))
    assert standing_in(cast.wang_wu, at=at).standings
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)


def test_it_ends_with_what_the_absent_person_may_do_himself(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wang_wu, at=at)
    with transaction() as writing:
        writing.execute(delete(AccountRole).where(AccountRole.account_id == cast.li_si.account_id))
        writing.add(AccountRole(account_id=cast.li_si.account_id, role=Role.DRAFTER))
    assert standing_in(cast.wang_wu, at=at).standings == ()
    with pytest.raises(NotAllowedError):
        take(services, cast.wang_wu, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    (line,) = delegations_within(cast.zhao_liu, at=at)
    assert (line.state, line.counts) == (DelegationState.PRESENT, False)


def test_it_ends_when_the_substitute_works_on_cases_no_more(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    stand_in(cast.li_si, cast.wang_wu, at=at)
    with transaction() as writing:
        writing.execute(delete(AccountRole).where(AccountRole.role == Role.CASE_APPROVER))
    assert standing_in(actor_of(cast.wang_wu.account_id), at=at).standings == ()


@pytest.mark.parametrize("who", ["li_si", "wang_wu"])
@pytest.mark.parametrize("how", ["moved", "disabled"])
def test_it_ends_for_good_when_either_moves_or_is_shut_out(
    services: Services, session: Session, cast: Cast, at: datetime, who: str, how: str
) -> None:
    stand_in(cast.li_si, cast.wang_wu, at=at)
    account_id = getattr(cast, who).account_id
    if how == "moved":
        move_account(account_id, cast.feng_yi.office_id, actor=None, at=at)
        move_account(account_id, cast.zhao_liu.office_id, actor=None, at=at)
    else:
        disable_account(account_id, actor=None, at=at)
        reset_password(account_id, second_factor=False, actor=None, at=at)
    assert standing_in(actor_of(cast.wang_wu.account_id), at=at).standings == ()
    assert session.scalars(select(Delegation.ended_at)).one() is not None


def test_nothing_passes_from_or_to_a_shut_account_even_while_the_row_says_otherwise(
    session: Session, cast: Cast, at: datetime
) -> None:
    stand_in(cast.li_si, cast.wang_wu, at=at)
    with transaction() as writing:
        writing.get_one(Account, cast.li_si.account_id).disabled_at = at
    assert standing_in(cast.wang_wu, at=at).standings == ()


def test_nothing_passes_on_a_case_from_which_the_absent_person_is_kept_out_himself(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    take(services, cast.feng_yi, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    take(services, cast.wang_wu, number, Action.RECUSE, at=at, reason="亲属")
    stand_in(cast.wang_wu, cast.li_si, at=at)
    with pytest.raises(NotAllowedError, match="您的角色不允许"):
        take(services, cast.li_si, number, Action.APPROVE_REPLY, at=at)


def test_a_substitute_below_does_not_even_find_such_a_case(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wu_shi, at=at, by=cast.zhao_liu)
    with transaction() as writing:
        case_id = writing.scalars(select(Case.id).where(Case.number == number)).one()
        writing.add(CaseRecusal(case_id=case_id, account_id=cast.li_si.account_id, at=at))
    assert numbers_of(cast.wu_shi, services, at) == set()


def test_publishing_the_answer_of_a_case_does_not_pass(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, COMPLAINT, at=at).number
    conclude(services, cast, number, at=at)
    stand_in(cast.li_si, cast.wu_shi, at=at, by=cast.zhao_liu)
    deputy = standing_in(cast.wu_shi, at=at)
    assert read_case(session, services, deputy, number, at=at).case.number == number
    for publish in (
        lambda: worksheet(services, deputy, number),
        lambda: draft_answer(services, deputy, number, WRITTEN, at=at),
    ):
        with pytest.raises(NotFoundError):
            publish()


def test_a_letter_is_printed_for_the_absent_officer_and_noted_so(
    services: Services, session: Session, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "print_in_child", lambda _paper, **_how: b"%PDF-1.7")
    with transaction() as writing:
        writing.add(AccountRole(account_id=cast.zhang_san.account_id, role=Role.SUPERVISOR))
    number = hand_in(services, COMPLAINT, at=at).number
    conclude(services, cast, number, at=at)
    deputy = actor_of(cast.zhang_san.account_id)
    with pytest.raises(NotFoundError):
        desk_letters(deputy, number)
    stand_in(cast.li_si, deputy, at=at, by=cast.zhao_liu)

    (line, *_) = desk_letters(standing_in(deputy, at=at), number)
    desk_letter(services, standing_in(deputy, at=at), number, line.seq, at=at)
    note = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.letter_printed")).one()
    assert note.detail == {"letter": line.seq, ON_BEHALF_OF: cast.li_si.account_id}


def test_whoever_stands_in_for_the_approver_is_told_what_waits_for_his_agreement(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    hidden = replace(COMPLAINT, contact=replace(COMPLAINT.contact, confidential=True))
    number = hand_in(services, hidden, at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.zhao_liu, number, action, at=at)
    take(services, cast.feng_yi, number, Action.ASK_IDENTITY, at=at, reason="须当面核对", ground="testify")
    assert to_be_agreed(standing_in(cast.li_si, at=at)) == ()
    stand_in(cast.wang_wu, cast.li_si, at=at)
    assert to_be_agreed(standing_in(cast.li_si, at=at)) == [number]
    take(services, cast.li_si, number, Action.AGREE_IDENTITY, at=at)
    assert last_event(session, number).detail[ON_BEHALF_OF] == cast.wang_wu.account_id


# Naming.


def test_people_name_for_themselves_and_dispatchers_for_their_offices(cast: Cast, at: datetime) -> None:
    assert [one.name for one in absentees_for(cast.li_si)] == ["李四（任城区民政局）"]
    assert [one.name for one in deputies_for(cast.li_si)] == ["王五（任城区民政局）", "赵六（任城区民政局）"]
    assert {one.id for one in absentees_for(cast.zhao_liu)} == {
        cast.zhao_liu.account_id, cast.li_si.account_id, cast.wu_shi.account_id,
    }  # fmt: skip
    assert cast.wu_shi.account_id in {one.id for one in deputies_for(cast.zhao_liu)}
    assert cast.zhao_liu.account_id not in {one.id for one in deputies_for(cast.zhao_liu)}


@pytest.mark.parametrize(
    ("absent", "deputy", "by", "field"),
    [
        ("li_si", "li_si", "li_si", "deputy_id"),
        ("li_si", "wu_shi", "li_si", "deputy_id"),
        ("li_si", "feng_yi", "li_si", "deputy_id"),
        ("li_si", "feng_yi", "zhao_liu", "deputy_id"),
        ("li_si", "zhao_liu", "zhao_liu", "deputy_id"),
        ("wu_shi", "zhang_san", "wu_shi", "deputy_id"),
        ("feng_yi", "zhou_jiu", "feng_yi", "deputy_id"),
        ("wang_wu", "li_si", "zhao_liu", "absent_id"),
        ("wei_si", "feng_yi", "wei_si", "absent_id"),
        ("zhou_jiu", "feng_yi", "zhou_jiu", "absent_id"),
    ],
)
def test_who_cannot_stand_in_is_said_at_the_field(
    session: Session, cast: Cast, at: datetime, absent: str, deputy: str, by: str, field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        stand_in(getattr(cast, absent), getattr(cast, deputy), at=at, by=getattr(cast, by))
    assert field in refused.value.fields
    assert session.scalars(select(Delegation)).all() == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 1, 1), date(2099, 1, 1), "first_on"),
        (date(2099, 1, 2), date(2099, 1, 1), "last_on"),
        (date(2099, 1, 1), date(2099, 4, 3), "last_on"),
    ],
)
def test_days_that_cannot_be_used_are_said_at_the_field(
    cast: Cast, at: datetime, first: date, last: date, field: str
) -> None:
    new = NewDelegation(cast.li_si.account_id, cast.wang_wu.account_id, Period(first, last), AbsenceReason.LEAVE)
    with pytest.raises(InvalidError) as refused:
        name_deputy(new, actor=cast.li_si, at=at)
    assert field in refused.value.fields


def test_a_delegation_of_the_longest_length_is_taken(cast: Cast, at: datetime) -> None:
    stand_in(cast.li_si, cast.wang_wu, at=at, days=92)
    (line,) = delegations_within(cast.li_si, at=at)
    assert line.counts


def test_one_substitute_at_a_time_and_none_who_is_away_himself(cast: Cast, at: datetime) -> None:
    stand_in(cast.li_si, cast.wang_wu, at=at, days=7)
    with pytest.raises(InvalidError) as refused:
        stand_in(cast.li_si, cast.zhao_liu, at=at, after=6)
    assert "first_on" in refused.value.fields
    with pytest.raises(InvalidError) as refused:
        stand_in(cast.wang_wu, cast.li_si, at=at, after=6)
    assert "deputy_id" in refused.value.fields
    stand_in(cast.li_si, cast.zhao_liu, at=at, after=7)


def test_nobody_names_for_others_without_being_their_dispatcher(cast: Cast, at: datetime) -> None:
    with pytest.raises(RefusedError):
        stand_in(cast.li_si, cast.zhao_liu, at=at, by=cast.wang_wu)
    with pytest.raises(NotFoundError):
        stand_in(cast.li_si, cast.wang_wu, at=at, by=cast.qian_qi)
    with pytest.raises(NotFoundError):
        stand_in(cast.feng_yi, cast.li_si, at=at, by=cast.zhao_liu)


def test_nobody_is_named_who_is_shut_out(services: Services, cast: Cast, at: datetime) -> None:
    disable_account(cast.wang_wu.account_id, actor=None, at=at)
    with pytest.raises(InvalidError) as refused:
        stand_in(cast.li_si, cast.wang_wu, at=at)
    assert "deputy_id" in refused.value.fields


def test_other_offices_neither_see_nor_end_a_delegation(cast: Cast, at: datetime) -> None:
    named = stand_in(cast.li_si, cast.wang_wu, at=at)
    assert delegations_within(cast.qian_qi, at=at) == ()
    for stranger in (cast.qian_qi, cast.wu_shi, cast.wang_wu):
        with pytest.raises(NotFoundError):
            end_delegation(named, actor=stranger, at=at)
    (line,) = delegations_within(cast.wang_wu, at=at)
    assert not line.may_be_ended
    end_delegation(named, actor=cast.feng_yi, at=at)


def test_a_discipline_officer_is_stood_in_for_by_a_colleague_of_discipline_inspection(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction() as writing:
        account = Account(
            username="jiang_wu", display_name="蒋五", office_id=cast.chen_er.office_id, password_hash="",
            must_change_password=False, created_at=at,
        )  # fmt: skip
        writing.add(account)
        writing.flush()
        writing.add(AccountRole(account_id=account.id, role=Role.SUPERVISOR))
        account_id = account.id
    jiang_wu = actor_of(account_id)
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    number = hand_in(services, TIP_OFF, at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.chen_er, number, action, at=at, openers=[desk])
    place = {"office_id": cast.chen_er.office_id, "officer_id": cast.chen_er.account_id}
    take(services, cast.chen_er, number, Action.ASSIGN, at=at, openers=[desk], **place)
    stand_in(cast.chen_er, jiang_wu, at=at)

    elsewhere = ExternalNumber(ExternalSystem.OTHER, "A-1")
    take(services, jiang_wu, number, Action.ADD_EXTERNAL_NUMBER, at=at, external=elsewhere)
    assert last_event(session, number).detail[ON_BEHALF_OF] == cast.chen_er.account_id
    take(services, jiang_wu, number, Action.RECUSE, at=at, reason="亲属", openers=[desk])
    assert ON_BEHALF_OF not in last_event(session, number).detail


def test_a_reply_goes_out_in_the_name_of_the_absent_officer(
    services: Services, session: Session, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    take(services, cast.li_si, number, Action.DRAFT_REPLY, at=at, **DRAFT)
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)
    stand_in(cast.li_si, cast.zhao_liu, at=at)
    served = {"served_on": at.date(), "served_manner": ServiceManner.ON_THE_PLATFORM}
    assert take(services, cast.zhao_liu, number, Action.REPLY, at=at, **served).state is CaseState.REPLIED
    assert last_event(session, number).detail[ON_BEHALF_OF] == cast.li_si.account_id


def test_a_stale_page_gives_a_substitute_no_more_than_he_has_now(services: Services, cast: Cast, at: datetime) -> None:
    number = assigned(services, cast, at)
    stand_in(cast.li_si, cast.wang_wu, at=at, days=1)
    (standing,) = standing_in(cast.wang_wu, at=at).standings
    forged = replace(cast.wang_wu, standings=(standing,))
    with pytest.raises(NotAllowedError):
        take(services, forged, number, Action.DRAFT_REPLY, at=at + timedelta(days=1), **DRAFT)
