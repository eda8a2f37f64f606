"""Counting cases: the sums are those of the cases, whenever and however often they are counted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_statistics import Rate
from portal.domain.cases import CaseKind, Outcome
from portal.domain.instants import shanghai_date
from portal.models.case_statistics import CaseCount, CaseOfficeMonth, CaseOverdue, CaseStatisticsState, CaseTally
from portal.models.cases import Case
from portal.models.transaction import transaction
from portal.queries.case_statistics import counted, month_rates, overdue_by_county
from portal.queries.site import site
from portal.usecases.case_jobs import run_case_jobs
from portal.usecases.case_statistics import count_cases
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.jobs import run_due
from portal.usecases.services import Services
from tests.cast import COUNTY, Cast
from tests.usecases.case_answers import concluded, finally_reviewed, reexamined
from tests.usecases.cases import hand_in, submitter_of, take
from tests.usecases.many_cases import lay_cases

SINCE = datetime(2025, 11, 1, tzinfo=UTC)


def sums(session: Session) -> tuple[set[tuple], set[tuple], dict[str, int]]:
    session.rollback()
    counts = {
        (one.county_code, one.quarter, one.kind, one.outcome, one.cases) for one in session.scalars(select(CaseCount))
    }
    months = {
        (one.month, one.office_id, one.rate, one.cases, one.reached, one.silent)
        for one in session.scalars(select(CaseOfficeMonth))
    }
    return counts, months, {one.county_code: one.cases for one in session.scalars(select(CaseOverdue))}


def forget_everything() -> None:
    with transaction() as session:
        for table in (CaseTally, CaseCount, CaseOfficeMonth, CaseOverdue, CaseStatisticsState):
            session.execute(delete(table))


def test_a_concluded_case_counts_in_its_county_quarter_kind_and_outcome(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    concluded(services, cast, at=at)
    assert count_cases(services, at=at) == 1

    counts, _, _ = sums(session)
    assert counts == {("370811", "2026-4", CaseKind.COMPLAINT, Outcome.SUBSTANTIATED, 1)}


def test_counting_again_changes_nothing_and_does_nothing(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    concluded(services, cast, at=at)
    run_due(services, now=lambda: at)
    before, revision = sums(session), site().revision

    assert count_cases(services, at=at) == 0
    run_due(services, now=lambda: at)
    assert sums(session) == before
    assert site().revision == revision


def test_a_case_that_is_taken_up_again_leaves_its_cell_and_is_unsolved(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    count_cases(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REOPEN, at=at, reason="重新核查")
    count_cases(services, at=at)

    counts, months, _ = sums(session)
    assert counts == set()
    solved = [one for one in months if one[2] is Rate.SOLVED]
    assert [(cases, reached) for _, _, _, cases, reached, _ in solved] == [(1, 0)]


def test_a_case_counts_as_concluded_by_its_last_word_and_is_unsolved_when_that_was_asked_for(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    finally_reviewed(session, services, cast, at=at, is_concluded=False)
    reexamined(session, services, cast, at=at, is_concluded=False)
    later = at + timedelta(days=40)
    run_case_jobs(services, at=later)
    count_cases(services, at=later)

    counts, months, _ = sums(session)
    assert {one[1:] for one in counts} == {
        ("2026-4", CaseKind.COMPLAINT, Outcome.SUBSTANTIATED, 2),
    }
    solved = [one for one in months if one[2] is Rate.SOLVED]
    assert sorted((month, cases, reached) for month, _, _, cases, reached, _ in solved) == [
        ("2026-11", 1, 0),
        ("2026-12", 1, 0),
    ]


def test_whoever_does_not_rate_is_counted_and_is_not_satisfied(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    concluded(services, cast, at=at)
    act_as_submitter(services, submitter_of(session, services, handed), Action.RATE, Given(rating=5), at=at)
    count_cases(services, at=at)

    _, months, _ = sums(session)
    assert {one[3:] for one in months if one[2] is Rate.SATISFIED} == {(2, 1, 1)}


def test_a_case_becomes_overdue_without_anything_happening(session: Session, services: Services, at: datetime) -> None:
    hand_in(services, at=at)
    count_cases(services, at=at)
    assert sums(session)[2] == {}

    assert count_cases(services, at=at + timedelta(days=30)) == 1
    assert sums(session)[2] == {"370811": 1}
    assert overdue_by_county(services.rulebook.case_statistics) == {"370811": None}


def test_merged_cases_count_once(session: Session, services: Services, cast: Cast, at: datetime) -> None:
    main, other = hand_in(services, at=at), hand_in(services, at=at)
    take(services, cast.zhao_liu, main.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, other.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, other.number, Action.MERGE, at=at, main_number=main.number, reason="同一事项")
    count_cases(services, at=at)
    session.rollback()

    tallied = {one.case_id: one.told_month for one in session.scalars(select(CaseTally))}
    merged = session.scalars(select(Case.id).where(Case.number == other.number)).one()
    assert tallied.pop(merged) == ""
    assert list(tallied.values()) == ["2026-12"]


@pytest.mark.parametrize(("seed", "portions"), [(1, [30]), (7, [1, 25]), (50, [20, 1, 40]), (99, [5, 5, 5, 5])])
def test_counting_bit_by_bit_or_all_at_once_gives_the_same(
    session: Session, services: Services, seed: int, portions: list[int]
) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for number, count in enumerate(portions):
        lay_cases(count, since=SINCE, days=300, seed=seed + number)
        count_cases(services, at=at + timedelta(minutes=number))
    bit_by_bit = sums(session)
    forget_everything()
    count_cases(services, at=at + timedelta(hours=1))

    assert sums(session) == bit_by_bit


def test_the_published_rows_add_up_to_the_concluded_cases_of_the_ended_quarters(
    session: Session, services: Services
) -> None:
    lay_cases(600, since=SINCE, days=300)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    count_cases(services, at=at)
    rules = services.rulebook.case_statistics

    table = counted(rules, shanghai_date(at)).table
    ended = [
        case for case in session.scalars(select(Case))
        if case.concluded_at and case.concluded_at < datetime(2026, 9, 30, 16, tzinfo=UTC)
        and rules.is_told_by_row(case.kind)
    ]  # fmt: skip
    assert table.total == sum(row.cases for row in table.rows) == len(ended)
    assert min(row.cases for row in table.rows) >= 10


def test_rates_are_told_by_office_of_months_that_have_ended(session: Session, services: Services) -> None:
    lay_cases(600, since=SINCE, days=300)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    count_cases(services, at=at)
    rules = services.rulebook.case_statistics

    rates = month_rates(rules, shanghai_date(at), "2026-06")
    assert rates
    assert "2026-11" not in rates.months
    assert COUNTY in {office.name for office in rates.offices}
    for office in (rates.city, *rates.offices):
        for rate in office.rates.values():
            assert rate.per_cent is None or 0 <= rate.per_cent <= 100


def test_the_newest_month_that_tells_something_comes_first(session: Session, services: Services) -> None:
    lay_cases(600, since=SINCE, days=300)
    at = datetime(2026, 12, 20, tzinfo=UTC)
    count_cases(services, at=at)
    rules, today = services.rulebook.case_statistics, shanghai_date(at)

    newest = month_rates(rules, today)
    assert newest
    assert newest.city.tells
    later = newest.months[: newest.months.index(newest.month)]
    assert later
    assert not any(found.city.tells for month in later if (found := month_rates(rules, today, month)))


@pytest.mark.parametrize("month", ["", "1999-01", "x"])
def test_a_month_that_there_is_not_leads_to_the_newest(session: Session, services: Services, month: str) -> None:
    lay_cases(50, since=SINCE, days=300)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    count_cases(services, at=at)

    rates = month_rates(services.rulebook.case_statistics, shanghai_date(at), month)
    assert rates
    assert rates.month == rates.months[0]
