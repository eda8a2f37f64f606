from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.calendar import DayKind, WorkingCalendar
from portal.domain.case_actions import ACTIONS, Action, target
from portal.domain.case_clocks import (
    RIGHTS,
    ClockSubject,
    ClockUnit,
    Clockwork,
    card,
    clock_rules_from_table,
    next_promise,
    open_clocks,
    rung_at,
)
from portal.domain.cases import Card, CaseKind, CaseState, Channel, ClockKind, Party, Rung, Track
from portal.domain.errors import ConflictError, NotFoundError, RefusedError
from portal.domain.instants import SHANGHAI, end_of_day
from portal.queries.rulebook import read_rulebook

RULEBOOK = read_rulebook(Path("no-such-folder"))
RULES, CALENDAR = RULEBOOK.case_clocks, RULEBOOK.calendar
NEWEST = RULES.versions[-1]
INSTANTS = st.integers(0, 900 * 24).map(lambda hours: datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hours))
SUBJECTS = st.builds(ClockSubject, st.sampled_from(CaseKind), st.sampled_from(Track), st.sampled_from(Channel))


def at(year, month, day, hour=10):
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def clockwork(track=Track.PETITION, kind=CaseKind.COMPLAINT, channel=Channel.WEB, calendar=CALENDAR):
    return Clockwork(NEWEST, ClockSubject(kind, track, channel), calendar)


def received(works, on):
    return {clock.clock: clock for clock in works.after(Action.SUBMIT, (), on)}


def dues(works, on):
    return {clock: found.due_on for clock, found in received(works, on).items()}


@pytest.mark.parametrize(
    ("works", "on", "expected"),
    [
        (clockwork(), at(2026, 11, 16), {ClockKind.ROUTE: date(2026, 12, 1)}),
        # 15 days end on Saturday 2026-11-28 and so on Monday.
        (clockwork(), at(2026, 11, 13), {ClockKind.ROUTE: date(2026, 11, 30)}),
        (clockwork(Track.DISCIPLINE, CaseKind.TIP_OFF), at(2026, 2, 10), {ClockKind.CONFIRM: date(2026, 3, 9)}),
        (clockwork(Track.ASSISTANCE_REPORT, CaseKind.TIP_OFF), at(2026, 2, 10),
         {ClockKind.FIRST_ANSWER: date(2026, 3, 9), ClockKind.FINISH: date(2026, 4, 13)}),
        (clockwork(Track.OBJECTION, CaseKind.OBJECTION), at(2026, 2, 10), {ClockKind.FINISH: date(2026, 3, 9)}),
        (clockwork(Track.SERVICE, CaseKind.INQUIRY), at(2026, 9, 28), {ClockKind.FINISH: date(2026, 10, 10)}),
        (clockwork(Track.SERVICE, CaseKind.HELP_REQUEST), at(2026, 9, 28), {ClockKind.FINISH: date(2026, 10, 10)}),
        (clockwork(Track.SERVICE, CaseKind.PROPOSAL), at(2026, 2, 10), {ClockKind.FINISH: date(2026, 3, 9)}),
        (clockwork(channel=Channel.HOTLINE_12345), at(2026, 9, 28),
         {ClockKind.ROUTE: date(2026, 10, 13), ClockKind.HOTLINE_REPLY: date(2026, 10, 10),
          ClockKind.MISROUTED: date(2026, 9, 30)}),
    ],
)  # fmt: skip
def test_the_clocks_of_a_new_case_end_on_the_days_counted_by_hand(works, on, expected):
    assert dues(works, on) == expected


def test_a_day_ends_at_midnight_in_shanghai_whatever_the_zone_of_the_instant():
    late = datetime(2026, 11, 16, 15, 59, tzinfo=UTC)
    assert received(clockwork(), late)[ClockKind.ROUTE].due_at == end_of_day(date(2026, 12, 1))
    assert received(clockwork(), late + timedelta(minutes=1))[ClockKind.ROUTE].due_on == date(2026, 12, 2)


def test_a_privacy_takedown_is_reviewed_within_twenty_four_hours():
    clock = received(clockwork(Track.PRIVACY, CaseKind.PRIVACY_TAKEDOWN), at(2026, 10, 1, 22))[ClockKind.FINISH]
    assert clock.due_at == at(2026, 10, 2, 22)
    assert card(clock, at(2026, 10, 2, 21), CALENDAR) is Card.YELLOW
    assert card(clock, at(2026, 10, 2, 22), CALENDAR) is Card.RED


def test_a_tip_off_for_discipline_inspection_is_never_promised_to_the_hotline():
    works = clockwork(Track.DISCIPLINE, CaseKind.TIP_OFF, Channel.HOTLINE_12345)
    assert ClockKind.HOTLINE_REPLY not in received(works, at(2026, 11, 16))


def walked(works, *steps):
    clocks = ()
    for action, instant in steps:
        clocks = works.after(action, clocks, instant)
    return {clock.clock: clock for clock in clocks}


def test_the_sixty_days_begin_with_acceptance_and_are_met_by_the_reply():
    works = clockwork()
    clocks = walked(works, (Action.SUBMIT, at(2026, 11, 16)), (Action.ACCEPT, at(2026, 11, 20)))
    assert clocks[ClockKind.ROUTE].met_at == at(2026, 11, 20)
    assert clocks[ClockKind.FINISH].due_on == date(2027, 1, 19)
    replied = works.after(Action.REPLY, clocks.values(), at(2027, 1, 5), counted_from=at(2027, 1, 7))
    found = {clock.clock: clock for clock in replied}
    assert found[ClockKind.FINISH].met_at == at(2027, 1, 5)
    # Served on 7 January: the thirtieth day falls into the Spring Festival, after which work begins on 9 February.
    assert found[ClockKind.ASK_REEXAMINATION].due_on == date(2027, 2, 9)


def test_reexamination_and_final_review_each_have_thirty_days_to_ask_and_to_decide():
    clocks = walked(
        clockwork(),
        (Action.SUBMIT, at(2026, 7, 1)), (Action.ACCEPT, at(2026, 7, 2)), (Action.REPLY, at(2026, 8, 3)),
        (Action.ASK_REEXAMINATION, at(2026, 8, 10)), (Action.REEXAMINE, at(2026, 9, 1)),
        (Action.ASK_FINAL_REVIEW, at(2026, 9, 8)),
    )  # fmt: skip
    assert clocks[ClockKind.ASK_REEXAMINATION].due_on == date(2026, 9, 2)
    assert clocks[ClockKind.REEXAMINATION].due_on == date(2026, 9, 9)
    assert clocks[ClockKind.ASK_FINAL_REVIEW].due_on == date(2026, 10, 8)
    assert clocks[ClockKind.FINAL_REVIEW].due_on == date(2026, 10, 8)
    assert open_clocks(clocks.values(), at(2026, 9, 8)) == {ClockKind.FINAL_REVIEW}


def test_a_right_that_nobody_used_has_lapsed_and_a_promise_never_does():
    clocks = walked(clockwork(), (Action.SUBMIT, at(2026, 7, 1)), (Action.FORWARD, at(2026, 7, 2)))
    misrouted, route = clocks[ClockKind.MISROUTED], clocks[ClockKind.ROUTE]
    assert misrouted.due_on == date(2026, 7, 9)
    assert not misrouted.has_lapsed_at(at(2026, 7, 9))
    assert misrouted.has_lapsed_at(at(2026, 7, 10))
    assert replace(misrouted, met_at=at(2026, 9, 1)).has_lapsed_at(at(2026, 9, 2))
    assert not replace(misrouted, met_at=at(2026, 7, 3)).has_lapsed_at(at(2026, 9, 2))
    assert not route.has_lapsed_at(at(2027, 1, 1))


def test_discipline_inspection_feeds_back_within_fifteen_working_days_of_closing():
    clocks = walked(
        clockwork(Track.DISCIPLINE, CaseKind.TIP_OFF),
        (Action.SUBMIT, at(2026, 7, 1)),
        (Action.APPROVE_REPLY, at(2026, 9, 18)),
    )
    assert clocks[ClockKind.FEEDBACK].due_on == date(2026, 10, 15)


def test_the_days_for_an_objection_to_routing_begin_anew_with_every_office():
    clocks = walked(
        clockwork(), (Action.SUBMIT, at(2026, 7, 1)), (Action.FORWARD, at(2026, 7, 2)), (Action.ASSIGN, at(2026, 7, 6))
    )
    assert clocks[ClockKind.MISROUTED].due_on == date(2026, 7, 13)


def test_only_clocks_of_policy_stand_still_while_the_submitter_is_asked():
    on, asked, supplied = at(2026, 11, 16), at(2026, 11, 18), at(2026, 11, 25)
    steps = ((Action.SUBMIT, on), (Action.ASK_FOR_MORE, asked), (Action.SUPPLY, supplied))
    petition = walked(clockwork(), (Action.SUBMIT, on), (Action.ACCEPT, on), (Action.ASK_FOR_MORE, asked))
    assert petition[ClockKind.FINISH].paused_on is None
    inquiry = walked(clockwork(Track.SERVICE, CaseKind.INQUIRY), *steps)
    assert inquiry[ClockKind.FINISH].due_on == date(2026, 11, 30)
    assert inquiry[ClockKind.SUPPLEMENT].met_at == supplied
    report = walked(clockwork(Track.ASSISTANCE_REPORT, CaseKind.TIP_OFF), *steps)
    assert report[ClockKind.FIRST_ANSWER].due_on == date(2026, 12, 7)
    assert report[ClockKind.FINISH].due_on == date(2027, 1, 22)


def test_a_paused_clock_is_neither_late_nor_closed():
    works = clockwork(Track.SERVICE, CaseKind.INQUIRY)
    clocks = walked(works, (Action.SUBMIT, at(2026, 11, 16)), (Action.ASK_FOR_MORE, at(2026, 11, 18)))
    paused, long_after = clocks[ClockKind.FINISH], at(2027, 3, 1)
    assert card(paused, long_after, CALENDAR) is Card.GREEN
    assert paused.runs_at(long_after)
    assert rung_at(paused, long_after, NEWEST, CALENDAR) is None


def test_what_is_overdue_cannot_be_saved_by_a_question():
    works = clockwork(Track.SERVICE, CaseKind.INQUIRY)
    clocks = walked(works, (Action.SUBMIT, at(2026, 11, 16)), (Action.ASK_FOR_MORE, at(2026, 11, 24)))
    assert card(clocks[ClockKind.FINISH], at(2026, 11, 24), CALENDAR) is Card.RED


def test_an_extension_is_granted_once_and_up_to_its_most():
    works = clockwork()
    clock = walked(works, (Action.SUBMIT, at(2026, 11, 16)), (Action.ACCEPT, at(2026, 11, 16)))[ClockKind.FINISH]
    assert works.extend(clock, 30).due_on == date(2027, 2, 15)
    for units in (0, 31):
        with pytest.raises(RefusedError, match="最多延长30天"):
            works.extend(clock, units)
    with pytest.raises(ConflictError, match="已经延期一次"):
        works.extend(works.extend(clock, 1), 1)
    assert works.extendable([clock], at(2027, 1, 15)) == {ClockKind.FINISH}
    assert works.extendable([clock], at(2027, 1, 19)) == frozenset()


def test_a_clock_without_extension_is_not_extended():
    works = clockwork(Track.OBJECTION, CaseKind.OBJECTION)
    with pytest.raises(RefusedError, match="不能延长"):
        works.extend(received(works, at(2026, 11, 16))[ClockKind.FINISH], 5)


def test_the_hotline_grants_ten_more_working_days():
    works = clockwork(channel=Channel.HOTLINE_12345)
    clock = received(works, at(2026, 11, 16))[ClockKind.HOTLINE_REPLY]
    assert works.extend(clock, 10).due_on == date(2026, 12, 7)


def test_cards_turn_yellow_one_working_day_before_and_red_on_the_first_day_overdue():
    clock = received(clockwork(Track.SERVICE, CaseKind.INQUIRY), at(2026, 9, 28))[ClockKind.FINISH]
    assert clock.due_on == date(2026, 10, 10)
    cards = [card(clock, at(2026, 10, day, 23), CALENDAR) for day in (8, 9, 10, 11)]
    assert cards == [Card.GREEN, Card.YELLOW, Card.YELLOW, Card.RED]
    assert card(replace(clock, met_at=at(2026, 10, 9)), at(2026, 12, 1), CALENDAR) is Card.GREEN


def test_the_ladder_is_climbed_by_working_days():
    clock = received(clockwork(Track.SERVICE, CaseKind.INQUIRY), at(2026, 11, 16))[ClockKind.FINISH]
    rungs = {
        day: rung_at(clock, at(2026, 11, 1) + timedelta(days=day - 1), NEWEST, CALENDAR)
        for day in (19, 20, 23, 24, 30, 37)
    }
    assert rungs == {
        19: None,
        20: Rung.REMINDER,
        23: Rung.REMINDER,
        24: Rung.URGING,
        30: Rung.SUPERVISION,
        37: Rung.CIRCULAR,
    }


def test_a_right_lapses_and_nobody_is_late():
    works = clockwork()
    clocks = walked(
        works, (Action.SUBMIT, at(2026, 11, 16)), (Action.ACCEPT, at(2026, 11, 16)), (Action.REPLY, at(2026, 11, 20))
    )
    asking = clocks[ClockKind.ASK_REEXAMINATION]
    assert asking.party is Party.SUBMITTER
    assert card(asking, at(2027, 6, 1), CALENDAR) is Card.GREEN
    assert next_promise(clocks.values()) is None


def test_the_next_promise_is_the_earliest_that_is_owed_to_the_submitter():
    clocks = received(clockwork(channel=Channel.HOTLINE_12345), at(2026, 11, 16))
    assert next_promise(clocks.values()).clock is ClockKind.ROUTE


def test_a_calendar_that_is_announced_later_never_brings_a_day_forward():
    works = clockwork(Track.SERVICE, CaseKind.INQUIRY)
    clock = received(works, at(2027, 3, 1))[ClockKind.FINISH]
    assert clock.provisional
    fewer_rests = WorkingCalendar(dict.fromkeys((date(2027, 3, 6), date(2027, 3, 7)), DayKind.MAKE_UP))
    more_rests = WorkingCalendar(dict.fromkeys((date(2027, 3, 4), date(2027, 3, 5)), DayKind.HOLIDAY))
    assert clockwork(Track.SERVICE, CaseKind.INQUIRY, calendar=fewer_rests).recompute(clock).due_on == clock.due_on
    assert clockwork(Track.SERVICE, CaseKind.INQUIRY, calendar=more_rests).recompute(clock).due_on == date(2027, 3, 10)


def test_a_case_on_another_track_waits_no_longer_than_if_it_had_come_there_at_once():
    report = received(clockwork(Track.ASSISTANCE_REPORT, CaseKind.TIP_OFF), at(2026, 11, 16))
    discipline = clockwork(Track.DISCIPLINE, CaseKind.TIP_OFF)
    clocks = {clock.clock: clock for clock in discipline.retracked(report.values(), at(2026, 11, 16), at(2026, 11, 18))}
    assert clocks[ClockKind.CONFIRM] == received(discipline, at(2026, 11, 16))[ClockKind.CONFIRM]
    assert open_clocks(clocks.values(), at(2026, 11, 18)) == {ClockKind.CONFIRM}


def test_a_case_keeps_the_version_of_its_day():
    table = read_toml("case_clocks.toml")
    later = table["versions"][0] | {"version": "2027-01", "effective_on": date(2027, 1, 1)}
    rules = clock_rules_from_table({"versions": [later, *table["versions"]]})
    assert rules.in_force(date(2026, 12, 31)).version == rules.in_force(date(2020, 1, 1)).version == "2026-07"
    assert rules.in_force(date(2027, 1, 1)).version == "2027-01"
    assert rules.of_version("2026-07").version == "2026-07"
    with pytest.raises(NotFoundError):
        rules.of_version("1999-01")


def test_whatever_is_policy_or_was_not_read_is_marked():
    unconfirmed = {
        (rule.clock, *sorted(rule.tracks), *sorted(rule.kinds)) for rule in NEWEST.clocks if not rule.confirmed
    }
    assert (ClockKind.FINISH, Track.ASSISTANCE_REPORT) in unconfirmed
    assert (ClockKind.FEEDBACK, Track.DISCIPLINE) in unconfirmed
    assert (ClockKind.FINISH, Track.OBJECTION) in unconfirmed
    assert {
        (ClockKind.FINISH, Track.SERVICE, kind) for kind in (CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST)
    } <= unconfirmed
    assert (ClockKind.FINISH, Track.PETITION) not in unconfirmed
    assert not any(rung.confirmed for rung in NEWEST.ladder)


def test_only_policy_pauses():
    assert all(not rule.confirmed for rule in NEWEST.clocks if rule.pausable)


@pytest.mark.parametrize("change", [{"count": 0}, {"unit": ClockUnit.HOURS, "pausable": True}, {"extension": -1}])
def test_a_rule_that_cannot_be_kept_is_refused(change):
    with pytest.raises(ValueError, match="clock"):
        replace(NEWEST.clocks[0], **change)


@given(st.sampled_from(list(Track)), st.sampled_from(CaseKind), INSTANTS)
def test_every_track_promises_something_from_the_first_day(track, kind, on):
    assume(track is not Track.SERVICE or kind in {CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST})
    promise = next_promise(received(clockwork(track, kind), on).values())
    assert promise is not None
    assert promise.due_at > on


@given(
    SUBJECTS,
    st.lists(
        st.tuples(st.sampled_from([action for action in Action if action is not Action.SUBMIT]), st.integers(0, 400)),
        max_size=25,
    ),
    INSTANTS,
)
def test_no_order_of_steps_brings_a_promised_day_forward(subject, steps, begun):
    works = Clockwork(NEWEST, subject, CALENDAR)
    now, state = begun, CaseState.RECEIVED
    clocks = {clock.clock: clock for clock in works.after(Action.SUBMIT, (), begun)}
    for action, hours in steps:
        now += timedelta(hours=hours)
        if state not in ACTIONS[action].moves:
            continue
        state = target(state, action)
        former, clocks = clocks, {clock.clock: clock for clock in works.after(action, clocks.values(), now)}
        assert set(former) <= set(clocks)
        for kind, clock in former.items():
            assert clocks[kind].due_at >= clock.due_at
            assert (
                clock.met_at is None
                or clocks[kind].met_at == clock.met_at
                or clocks[kind].started_at >= clock.started_at
            )
            assert (
                kind in RIGHTS
                or clocks[kind].met_at
                or CALENDAR.is_working(clocks[kind].due_on)
                or subject.track is Track.PRIVACY
            )
            assert works.recompute(clocks[kind]) == clocks[kind]
