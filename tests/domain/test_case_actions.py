from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.config import ROOT
from portal.domain.case_action_table import as_markdown
from portal.domain.case_actions import ACTIONS, ENDED, UNANSWERED, Action, Need, target
from portal.domain.case_holders import Holder
from portal.domain.case_permits import CaseFacts, Hand, allowed_actions, check, missing, needs_of, shown_state
from portal.domain.cases import CaseKind, CaseState, ClockKind, Outcome, Party, Track
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError
from portal.domain.identity_requests import RequestState
from portal.domain.permissions import GRANTS, AccountId, Permission, Role

ZHANG, LI, WANG = AccountId(1), AccountId(2), AccountId(3)
SUBMITTER, CLOCK = Hand(Party.SUBMITTER), Hand(Party.CLOCK)
HANDLING = CaseFacts(CaseKind.COMPLAINT, Track.PETITION, CaseState.IN_HANDLING)


def case(state, kind=CaseKind.COMPLAINT, track=Track.PETITION, **facts):
    return CaseFacts(kind, track, state, **facts)


def staff(*roles, account=LI, **facts):
    return Hand(Party.STAFF, account, frozenset().union(*(GRANTS[role] for role in roles)), **facts)


DISPATCHER, OFFICER, APPROVER = staff(Role.CASE_DISPATCHER), staff(Role.CASE_OFFICER), staff(Role.CASE_APPROVER)
DISCIPLINE = staff(Role.DISCIPLINE_OFFICER)


def walk(*actions, state=None):
    for action in actions:
        state = target(state, action)
    return state


def test_every_action_stands_in_the_table_and_leads_on():
    assert set(ACTIONS) == set(Action)
    assert all(step.moves for step in ACTIONS.values())


def test_every_state_is_reached_and_every_open_one_can_be_left():
    assert {state for step in ACTIONS.values() for state in step.moves.values()} == set(CaseState)
    left = {origin for step in ACTIONS.values() for origin, reached in step.moves.items() if origin is not reached}
    assert set(CaseState) - left == {CaseState.TRANSFERRED, CaseState.FINALLY_REVIEWED}


def test_a_complaint_walks_from_its_receipt_to_its_conclusion():
    assert walk(
        Action.SUBMIT, Action.REGISTER, Action.ACCEPT, Action.ASSIGN, Action.INVESTIGATE, Action.ASK_FOR_MORE, Action.SUPPLY,
        Action.DRAFT_REPLY, Action.RETURN_REPLY, Action.DRAFT_REPLY, Action.APPROVE_REPLY, Action.REPLY, Action.CONCLUDE,
        Action.ASK_REEXAMINATION, Action.REEXAMINE, Action.ASK_FINAL_REVIEW, Action.REVIEW_FINALLY,
    ) is CaseState.FINALLY_REVIEWED  # fmt: skip


def test_asking_for_more_comes_back_to_where_it_was_asked():
    assert walk(Action.ASK_FOR_MORE, Action.SUPPLY, state=CaseState.REGISTERED) is CaseState.REGISTERED
    assert walk(Action.ASK_FOR_MORE, Action.RESUME, state=CaseState.IN_HANDLING) is CaseState.IN_HANDLING


def test_a_step_out_of_order_is_refused_with_its_reason():
    with pytest.raises(ConflictError, match="前面还有该办的一步"):
        target(CaseState.RECEIVED, Action.REPLY)
    with pytest.raises(ConflictError, match="已经结束"):
        target(CaseState.WITHDRAWN, Action.ASSIGN)


def test_after_the_receipt_of_discipline_inspection_nothing_more_happens_here():
    assert all(CaseState.TRANSFERRED not in step.moves for step in ACTIONS.values())


def test_no_step_ends_a_case_in_silence():
    ending = {action for action, step in ACTIONS.items() if ENDED & set(step.moves.values()) - set(step.moves)}
    told = {action for action in ending if ACTIONS[action].needs or Party.SUBMITTER in ACTIONS[action].parties}
    assert ending - told == {Action.CONCLUDE}
    assert set(ACTIONS[Action.CONCLUDE].moves) == {CaseState.REPLIED, CaseState.REEXAMINED}


def test_the_clock_never_decides_over_a_case():
    by_clock = {action for action, step in ACTIONS.items() if Party.CLOCK in step.parties}
    assert by_clock == {Action.RESUME, Action.SUPERVISE, Action.CONCLUDE, Action.REROUTE, Action.SEPARATE}
    assert all(before is after for before, after in ACTIONS[Action.REROUTE].moves.items())


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("track", Track)
def test_staff_without_a_role_for_cases_may_do_nothing(state, track):
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.DRAFTER, Role.REVIEWER, Role.PUBLISHER, Role.VILLAGE_PRINTER):
        assert allowed_actions(case(state, track=track), staff(role)) == ()


@pytest.mark.parametrize(("state", "party"), tuple(product(CaseState, Party)))
def test_whoever_is_kept_out_may_do_nothing_and_learns_nothing(state, party):
    hand = Hand(party, LI, frozenset(Permission), kept_out=True)
    assert allowed_actions(case(state), hand) == ()
    for action in Action:
        with pytest.raises(NotFoundError):
            check(action, case(state), hand)


def test_only_discipline_officers_handle_cases_for_discipline_inspection():
    tip_off = case(CaseState.IN_HANDLING, CaseKind.TIP_OFF, Track.DISCIPLINE)
    everybody_else = staff(*(role for role in Role if role not in {Role.DISCIPLINE_OFFICER, Role.IDENTITY_CUSTODIAN}))
    assert allowed_actions(tip_off, everybody_else) == ()
    assert Action.DRAFT_REPLY in allowed_actions(tip_off, DISCIPLINE)
    assert Action.DRAFT_REPLY not in allowed_actions(HANDLING, DISCIPLINE)


IN_CUSTODY = frozenset({Holder.DESK})


def tip_off(request=None, **facts):
    facts.setdefault("identity_holders", IN_CUSTODY)
    return case(CaseState.IN_HANDLING, CaseKind.TIP_OFF, Track.DISCIPLINE, identity_request=request, **facts)


CUSTODIAN = staff(Role.IDENTITY_CUSTODIAN)


def test_a_hidden_identity_is_asked_for_agreed_to_by_another_person_and_opened_by_its_custodian():
    assert check(Action.ASK_IDENTITY, tip_off(), DISCIPLINE)
    waiting = tip_off(RequestState.WAITING, takers={Action.ASK_IDENTITY: {ZHANG}})
    assert check(Action.AGREE_IDENTITY, waiting, DISCIPLINE)
    agreed = tip_off(RequestState.AGREED, takers={Action.ASK_IDENTITY: {ZHANG}, Action.AGREE_IDENTITY: {WANG}})
    assert check(Action.OPEN_IDENTITY, agreed, CUSTODIAN) is CaseState.IN_HANDLING
    with pytest.raises(NotAllowedError):
        check(Action.OPEN_IDENTITY, agreed, DISCIPLINE)


@pytest.mark.parametrize("account", [ZHANG, WANG])
def test_neither_who_asked_nor_who_agreed_opens_an_identity(account):
    agreed = tip_off(RequestState.AGREED, takers={Action.ASK_IDENTITY: {ZHANG}, Action.AGREE_IDENTITY: {WANG}})
    with pytest.raises(NotAllowedError, match="另一个人"):
        check(Action.OPEN_IDENTITY, agreed, staff(Role.IDENTITY_CUSTODIAN, account=account))


def test_who_asks_for_an_identity_neither_agrees_nor_refuses():
    waiting = tip_off(RequestState.WAITING, takers={Action.ASK_IDENTITY: {LI}})
    for action in (Action.AGREE_IDENTITY, Action.REFUSE_IDENTITY):
        with pytest.raises(NotAllowedError, match="另一个人"):
            check(action, waiting, DISCIPLINE)


@pytest.mark.parametrize("request_", [None, RequestState.WAITING, RequestState.REFUSED, RequestState.OPENED])
def test_an_identity_is_opened_on_a_request_that_was_agreed_to_and_once(request_):
    with pytest.raises(ConflictError, match="没有经另一个人同意"):
        check(Action.OPEN_IDENTITY, tip_off(request_), CUSTODIAN)


def test_a_custodian_refuses_also_what_was_agreed_to_but_does_not_agree():
    assert check(Action.REFUSE_IDENTITY, tip_off(RequestState.AGREED), CUSTODIAN)
    with pytest.raises(NotAllowedError):
        check(Action.AGREE_IDENTITY, tip_off(RequestState.WAITING), CUSTODIAN)
    with pytest.raises(ConflictError):
        check(Action.REFUSE_IDENTITY, tip_off(RequestState.OPENED), CUSTODIAN)


def test_an_identity_is_asked_for_only_where_a_custodian_keeps_it_and_otherwise_the_contact_is_read():
    ordinary, hidden = HANDLING, replace(HANDLING, identity_holders=IN_CUSTODY)
    assert check(Action.READ_CONTACT, ordinary, OFFICER)
    assert check(Action.ASK_IDENTITY, hidden, OFFICER)
    for facts, action in (
        (ordinary, Action.ASK_IDENTITY),
        (hidden, Action.READ_CONTACT),
        (tip_off(), Action.READ_CONTACT),
        (tip_off(identity_holders=frozenset()), Action.ASK_IDENTITY),
        (tip_off(RequestState.WAITING), Action.ASK_IDENTITY),
        (tip_off(RequestState.AGREED), Action.ASK_IDENTITY),
    ):
        with pytest.raises(ConflictError):
            check(action, facts, OFFICER if facts.kind is CaseKind.COMPLAINT else DISCIPLINE)


@pytest.mark.parametrize(
    ("action", "request_"),
    [
        (Action.ASK_IDENTITY, None),
        (Action.AGREE_IDENTITY, RequestState.WAITING),
        (Action.OPEN_IDENTITY, RequestState.AGREED),
    ],
)
def test_whoever_has_ended_the_contact_is_not_looked_for_any_more(action, request_):
    hand = CUSTODIAN if action is Action.OPEN_IDENTITY else DISCIPLINE
    with pytest.raises(ConflictError, match="不再联系"):
        check(action, tip_off(request_, contact_ended=True), hand)


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Action.DRAFT_REPLY, Action.APPROVE_REPLY, CaseState.REPLY_DRAFTED),
        (Action.DRAFT_REPLY, Action.RETURN_REPLY, CaseState.REPLY_DRAFTED),
        (Action.ASK_EXTENSION, Action.APPROVE_EXTENSION, CaseState.IN_HANDLING),
        (Action.DRAFT_REPLY, Action.REEXAMINE, CaseState.IN_REEXAMINATION),
        (Action.APPROVE_REPLY, Action.REEXAMINE, CaseState.IN_REEXAMINATION),
        (Action.REEXAMINE, Action.REVIEW_FINALLY, CaseState.IN_FINAL_REVIEW),
    ],
)
def test_two_different_people_are_needed(first, second, state):
    facts = case(state, takers={first: frozenset({ZHANG, WANG})}, extension_asked=True)
    with pytest.raises(NotAllowedError, match="另一个人"):
        check(second, facts, staff(Role.CASE_APPROVER, account=ZHANG))
    check(second, facts, staff(Role.CASE_APPROVER, account=LI))


def test_an_extension_is_asked_once_within_the_time_limit():
    check(Action.ASK_EXTENSION, case(CaseState.IN_HANDLING, extendable=True), OFFICER)
    for facts in ({}, {"extension_asked": True, "extendable": True}):
        with pytest.raises(ConflictError):
            check(Action.ASK_EXTENSION, case(CaseState.IN_HANDLING, **facts), OFFICER)
    with pytest.raises(ConflictError, match="没有等待批准"):
        check(Action.APPROVE_EXTENSION, case(CaseState.IN_HANDLING), APPROVER)


def test_a_case_is_sent_back_only_while_the_days_for_it_run():
    check(Action.SEND_BACK, case(CaseState.IN_HANDLING, open_clocks=frozenset({ClockKind.MISROUTED})), OFFICER)
    with pytest.raises(ConflictError, match="期限已过"):
        check(Action.SEND_BACK, HANDLING, OFFICER)


def test_an_anonymous_submitter_is_told_that_reexamination_needs_a_name():
    facts = {"open_clocks": frozenset({ClockKind.ASK_REEXAMINATION})}
    with pytest.raises(ConflictError, match="匿名照样核查"):
        check(Action.ASK_REEXAMINATION, case(CaseState.REPLIED, **facts), SUBMITTER)
    check(Action.ASK_REEXAMINATION, case(CaseState.REPLIED, named=True, **facts), SUBMITTER)
    with pytest.raises(ConflictError, match="期限已过"):
        check(Action.ASK_REEXAMINATION, case(CaseState.REPLIED, named=True), SUBMITTER)
    assert Action.NAME_ONESELF in allowed_actions(case(CaseState.REPLIED), SUBMITTER)


def test_only_a_petition_is_reexamined():
    objection = case(
        CaseState.REPLIED, CaseKind.OBJECTION, Track.OBJECTION, named=True, open_clocks=frozenset({ClockKind.ASK_REEXAMINATION})
    )  # fmt: skip
    assert Action.ASK_REEXAMINATION not in allowed_actions(objection, SUBMITTER)


def test_an_answer_is_rated_once():
    check(Action.RATE, case(CaseState.REPLIED), SUBMITTER)
    with pytest.raises(ConflictError, match="只能评价一次"):
        check(Action.RATE, case(CaseState.CONCLUDED, rated=True), SUBMITTER)
    assert Action.RATE not in allowed_actions(HANDLING, SUBMITTER)


@pytest.mark.parametrize("state", UNANSWERED)
def test_withdrawing_a_tip_off_ends_contact_and_not_handling_and_looks_the_same(state):
    tip_off = case(state, CaseKind.TIP_OFF, Track.DISCIPLINE)
    assert Action.WITHDRAW not in allowed_actions(tip_off, SUBMITTER)
    assert check(Action.END_CONTACT, tip_off, SUBMITTER) is state
    ended = case(state, CaseKind.TIP_OFF, Track.DISCIPLINE, contact_ended=True)
    complaint = case(check(Action.WITHDRAW, case(state), SUBMITTER))
    assert shown_state(ended) is shown_state(complaint) is CaseState.WITHDRAWN
    assert allowed_actions(ended, SUBMITTER) == allowed_actions(complaint, SUBMITTER) == ()
    assert allowed_actions(ended, DISCIPLINE)
    assert not {Action.MESSAGE, Action.ASK_FOR_MORE} & set(allowed_actions(ended, DISCIPLINE))


def test_a_tip_offs_sender_is_protected_before_a_step_that_could_reveal_him():
    assert Need.PROTECTION in needs_of(Action.INVESTIGATE, CaseKind.TIP_OFF)
    assert Need.PROTECTION in needs_of(Action.FORWARD_OUTSIDE, CaseKind.TIP_OFF)
    assert Need.PROTECTION not in needs_of(Action.INVESTIGATE, CaseKind.COMPLAINT)


def test_declining_needs_its_ground_and_a_question_gets_no_finding():
    assert missing(Action.DECLINE, CaseKind.COMPLAINT, {Need.TEXT}) == {Need.GROUND}
    assert Need.OUTCOME in needs_of(Action.DRAFT_REPLY, CaseKind.TIP_OFF)
    assert Need.OUTCOME not in needs_of(Action.DRAFT_REPLY, CaseKind.INQUIRY)


def test_only_what_was_not_substantiated_is_clarified():
    check(Action.CLARIFY, case(CaseState.CONCLUDED, outcome=Outcome.UNSUBSTANTIATED), APPROVER)
    for outcome in (None, Outcome.SUBSTANTIATED, Outcome.PARTLY_SUBSTANTIATED, Outcome.UNVERIFIABLE):
        with pytest.raises(ConflictError):
            check(Action.CLARIFY, case(CaseState.CONCLUDED, outcome=outcome), APPROVER)


def test_a_merged_case_gets_an_answer_of_its_own_when_the_main_case_has_one():
    with pytest.raises(ConflictError, match="并入的事项还没有答复"):
        check(Action.REPLY, case(CaseState.MERGED), OFFICER)
    assert check(Action.REPLY, case(CaseState.MERGED, main_replied=True), OFFICER) is CaseState.REPLIED


@pytest.mark.parametrize(
    ("hand", "has", "has_not"),
    [
        (
            DISPATCHER,
            {Action.ASSIGN, Action.FORWARD, Action.MERGE, Action.TRANSFER},
            {Action.DRAFT_REPLY, Action.WITHDRAW},
        ),
        (
            OFFICER,
            {Action.DRAFT_REPLY, Action.ASK_FOR_MORE, Action.READ_CONTACT},
            {Action.ASSIGN, Action.APPROVE_REPLY},
        ),
        (staff(Role.SUPERVISOR), {Action.SUPERVISE, Action.NOTE}, {Action.DRAFT_REPLY, Action.READ_CONTACT}),
        (SUBMITTER, {Action.SUPPLY, Action.WITHDRAW, Action.NAME_ONESELF}, {Action.RATE, Action.NOTE}),
        (CLOCK, {Action.SUPERVISE}, {Action.CONCLUDE, Action.RESUME}),
    ],
)
def test_each_hand_has_its_own_steps(hand, has, has_not):
    allowed = set(allowed_actions(HANDLING, hand))
    assert has <= allowed
    assert not has_not & allowed


@given(st.lists(st.sampled_from([action for action in Action if action is not Action.SUBMIT]), max_size=30))
def test_no_order_of_steps_reaches_a_reply_without_approval(actions):
    state, approved = CaseState.RECEIVED, False
    for action in actions:
        try:
            reached = target(state, action)
        except ConflictError:
            continue
        merged = state is CaseState.MERGED
        approved = (approved or action is Action.APPROVE_REPLY) and action is not Action.DRAFT_REPLY
        assert action is not Action.REPLY or approved or merged
        state = reached


def test_the_printed_table_is_the_one_that_decides():
    page = (ROOT / "docs" / "case-actions.md").read_text(encoding="utf-8")
    assert as_markdown() in page, "run python deploy/case_actions.py"
