"""What dates bring about in cases, done once however often the worker comes by."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.calendar import DayKind, WorkingCalendar
from portal.domain.case_actions import Action
from portal.domain.cases import CaseState, ClockKind
from portal.domain.errors import ConflictError
from portal.models.cases import Case, CaseClock, CaseEvent
from portal.usecases.case_jobs import run_case_jobs
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.case_answers import reexamined
from tests.usecases.cases import Handed, hand_in, take
from tests.usecases.test_cases import reply


def case_of(session: Session, handed: Handed) -> Case:
    session.rollback()
    return session.scalars(select(Case).where(Case.number == handed.number)).one()


def rungs(session: Session, case: Case) -> list[str]:
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == Action.SUPERVISE)
    )
    return [event.detail["rung"] for event in events]


def test_handling_goes_on_when_the_submitter_does_not_answer_in_time(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, handed.number, Action.ASK_FOR_MORE, at=at, text="请补充时间和地点。")
    assert run_case_jobs(services, at=at + timedelta(days=1)).resumed == 0
    later = at + timedelta(days=90)
    assert run_case_jobs(services, at=later).resumed == 1
    assert case_of(session, handed).state is CaseState.REGISTERED
    assert run_case_jobs(services, at=later).resumed == 0


def test_a_late_duty_climbs_the_ladder_one_rung_a_day_and_never_twice(
    session: Session, services: Services, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    due_at = session.scalars(select(CaseClock.due_at).where(CaseClock.clock == ClockKind.ROUTE)).one()
    session.rollback()
    for days, expected in ((-5, []), (-1, ["reminder"]), (2, ["reminder", "urging"])):
        for _ in range(2):
            run_case_jobs(services, at=due_at + timedelta(days=days))
        assert rungs(session, case_of(session, handed)) == expected, days


def test_a_replied_case_is_concluded_when_nobody_asks_for_reexamination(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    reply(services, cast, handed.number, at)
    assert run_case_jobs(services, at=at + timedelta(days=20)).concluded == 0
    assert run_case_jobs(services, at=at + timedelta(days=40)).concluded == 1
    assert case_of(session, handed).state is CaseState.CONCLUDED


def test_a_reexamined_case_is_concluded_when_nobody_asks_for_the_final_review(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = reexamined(session, services, cast, at=at)
    with pytest.raises(ConflictError, match="申请复核的期限还没有过"):
        take(services, cast.zhao_liu, handed.number, Action.CONCLUDE, at=at)
    assert run_case_jobs(services, at=at + timedelta(days=20)).concluded == 0
    assert run_case_jobs(services, at=at + timedelta(days=40)).concluded == 1
    assert case_of(session, handed).state is CaseState.CONCLUDED


def test_a_new_holiday_moves_promises_later_and_a_lost_one_never_earlier(
    session: Session, services: Services, at: datetime
) -> None:
    handed = hand_in(services, at=at)
    case = case_of(session, handed)
    before, own = case.next_due_at, services.rulebook.calendar
    assert before is not None
    last = (before - timedelta(seconds=1)).astimezone().date()
    holidays = {last + timedelta(days=number): DayKind.HOLIDAY for number in range(-1, 4)}
    longer = WorkingCalendar({**own.days, **holidays}, own.provisional, own.festivals)

    def under(calendar: WorkingCalendar) -> Services:
        return replace(services, rulebook=replace(services.rulebook, calendar=calendar))

    assert run_case_jobs(under(longer), at=at).recounted == 1
    moved = case_of(session, handed).next_due_at
    assert moved is not None
    assert moved > before
    run_case_jobs(under(own), at=at)
    assert case_of(session, handed).next_due_at == moved
    assert run_case_jobs(under(own), at=at).recounted == 0
    assert date(2026, 1, 1) < last
