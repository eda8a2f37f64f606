"""Counting cases: whatever has happened since the last time is counted, each case by what it is now.

A case has one row of what it counts for, and sums are made of these rows: counting again changes nothing, and a case
that moves from one cell to another leaves none of its counts behind. Pages read the sums alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy import case as case_of_sql
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock
from portal.domain.case_statistics import Rate, StatisticsRules
from portal.domain.case_tallies import TallyFacts, tally_of
from portal.models.base import db
from portal.models.case_statistics import CaseCount, CaseOfficeMonth, CaseOverdue, CaseStatisticsState, CaseTally
from portal.models.cases import Case, CaseClock, CaseEvent
from portal.models.divisions import Division
from portal.models.transaction import transaction
from portal.queries.case_facts import clock_of
from portal.usecases.services import Services
from portal.usecases.site import bump_revision

BATCH = 500
MOST_EVENTS = 20_000
LOOK_BACK = 200
"""Events before the last counted one that are looked at again: of two writers the later number may commit first."""

_LAST_WORD = (Action.CONCLUDE, Action.REVIEW_FINALLY, Action.REOPEN, Action.ASK_REEXAMINATION)

_RATES: Mapping[Rate, tuple[Any, Any, Any]] = {
    Rate.RESPONSE: (CaseTally.told_month, CaseTally.told_in_time, CaseTally.never_told),
    Rate.ON_TIME: (CaseTally.due_month, CaseTally.on_time, CaseTally.unfinished),
    Rate.SOLVED: (CaseTally.done_month, CaseTally.solved, CaseTally.unrated),
    Rate.SATISFIED: (CaseTally.done_month, CaseTally.satisfied, CaseTally.unrated),
}
"""Of each rate: the month in which a case counts, whether it reached, whether there was silence."""

Cell = tuple[str, str]
Month = tuple[str, int]


def count_cases(services: Services, *, at: datetime) -> int:
    """Count what has happened since the last time; gives how many cases were looked at. Safe to repeat."""
    looked_at = 0
    while _is_anything_new(at):
        looked_at += _count_some(services, at)
    return looked_at


def _count_some(services: Services, at: datetime) -> int:
    """One transaction; of very many events at once only the oldest, so that no writer waits for long."""
    rules = services.rulebook.case_statistics
    with transaction() as session:
        state = _state(session, at)
        last = session.scalar(select(func.max(CaseEvent.id))) or 0
        upto = min(last, state.last_event_id + MOST_EVENTS)
        ids = _touched(session, state, upto, at)
        changed = _count(session, rules, ids)
        changed |= _count_overdue(session, rules, at)
        state.last_event_id, state.counted_at = upto, at
        if changed:
            bump_revision(session)
        return len(ids)


def _is_anything_new(at: datetime) -> bool:
    """Asked without a lock: between two rounds of the worker there is mostly nothing."""
    session = db.session()
    session.rollback()
    state = session.get(CaseStatisticsState, 1)
    last = session.scalar(select(func.max(CaseEvent.id))) or 0
    if state is None or last != state.last_event_id:
        return last > 0
    return session.scalar(_fell_due(state, at).limit(1)) is not None


def _fell_due(state: CaseStatisticsState, at: datetime) -> Select[int]:
    """The cases whose time has run out since the last counting, without anything happening."""
    return select(Case.id).where(Case.next_due_at > state.counted_at, Case.next_due_at <= at)


def _state(session: Session, at: datetime) -> CaseStatisticsState:
    state = session.get(CaseStatisticsState, 1, with_for_update=True)
    if state is None:
        state = CaseStatisticsState(id=1, last_event_id=0, counted_at=at)
        session.add(state)
        session.flush()
    return state


def _touched(session: Session, state: CaseStatisticsState, upto: int, at: datetime) -> Sequence[int]:
    happened = select(CaseEvent.case_id).where(CaseEvent.id > state.last_event_id - LOOK_BACK, CaseEvent.id <= upto)
    return sorted({*session.scalars(happened.distinct()), *session.scalars(_fell_due(state, at))})


def _count(session: Session, rules: StatisticsRules, ids: Sequence[int]) -> bool:
    """Write the rows of these cases anew, and the sums that they belong to now or belonged to before."""
    cells: set[Cell] = set()
    months: set[Month] = set()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        for place in (*_places(session, batch), *_write(session, rules, batch)):
            cells |= {(place.quarter, place.county_code)} if place.quarter else set()
            ends = (place.told_month, place.due_month, place.done_month)
            months |= {(month, place.office_id) for month in ends if month}
    changed = [_sum_cell(session, cell) for cell in sorted(cells)]
    changed += [_sum_month(session, rules, month) for month in sorted(months)]
    return any(changed)


def _places(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """Where these cases count now."""
    columns = (CaseTally.quarter, CaseTally.county_code, CaseTally.office_id)
    months = (CaseTally.told_month, CaseTally.due_month, CaseTally.done_month)
    return session.execute(select(*columns, *months).where(CaseTally.case_id.in_(ids))).all()


def _write(session: Session, rules: StatisticsRules, ids: Sequence[int]) -> Sequence[Any]:
    session.execute(delete(CaseTally).where(CaseTally.case_id.in_(ids)))
    rows = list(_tallies(session, rules, ids))
    if rows:
        session.execute(insert(CaseTally), rows)
    return _places(session, ids)


def _tallies(session: Session, rules: StatisticsRules, ids: Sequence[int]) -> Iterable[dict[str, Any]]:
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for row in session.scalars(select(CaseClock).where(CaseClock.case_id.in_(ids))):
        clocks[row.case_id].append(clock_of(row))
    words: dict[int, list[tuple[Action, datetime]]] = defaultdict(list)
    events = select(CaseEvent.case_id, CaseEvent.action, CaseEvent.at).where(
        CaseEvent.case_id.in_(ids), CaseEvent.action.in_(_LAST_WORD)
    )
    for case_id, action, at in session.execute(events.order_by(CaseEvent.case_id, CaseEvent.seq)):
        words[case_id].append((action, at))
    cases = select(Case, Division.path).join(Division, Division.code == Case.division_code).where(Case.id.in_(ids))
    for case, path in session.execute(cases).all():
        facts = TallyFacts(
            case.state, case.outcome, case.concluded_at, case.merged_into_id is not None, case.rating,
            tuple(clocks[case.id]), tuple(words[case.id]),
        )  # fmt: skip
        county = "".join(path.strip("/").split("/")[:2][-1:])
        place = {"case_id": case.id, "county_code": county, "office_id": case.office_id, "kind": case.kind}
        yield {**place, **asdict(tally_of(facts, rules.satisfied_from))}


def _sum_cell(session: Session, cell: Cell) -> bool:
    """Write the counts of a county and quarter anew; True when one of them is another."""
    quarter, county = cell
    here = (CaseCount.quarter == quarter, CaseCount.county_code == county)
    stored = select(CaseCount.kind, CaseCount.outcome, CaseCount.cases).where(*here)
    old = {(kind, outcome): cases for kind, outcome, cases in session.execute(stored)}
    query = (
        select(CaseTally.kind, CaseTally.outcome, func.count())
        .where(CaseTally.quarter == quarter, CaseTally.county_code == county)
        .group_by(CaseTally.kind, CaseTally.outcome)
    )
    new = {(kind, outcome): cases for kind, outcome, cases in session.execute(query)}
    if old == new:
        return False
    session.execute(delete(CaseCount).where(*here))
    rows = [
        {"county_code": county, "quarter": quarter, "kind": kind, "outcome": outcome, "cases": cases}
        for (kind, outcome), cases in new.items()
    ]
    if rows:
        session.execute(insert(CaseCount), rows)
    return True


def _sum_month(session: Session, rules: StatisticsRules, month: Month) -> bool:
    """Write the rates of an office and month anew; kinds that are told once a year stay out of them."""
    label, office_id = month
    here = (CaseOfficeMonth.month == label, CaseOfficeMonth.office_id == office_id)
    stored = select(CaseOfficeMonth.rate, CaseOfficeMonth.cases, CaseOfficeMonth.reached, CaseOfficeMonth.silent)
    old = {rate: (cases, reached, silent) for rate, cases, reached, silent in session.execute(stored.where(*here))}
    new = {rate: _rate(session, rules, rate, label, office_id) for rate in Rate}
    new = {rate: sums for rate, sums in new.items() if sums[0]}
    if old == new:
        return False
    session.execute(delete(CaseOfficeMonth).where(*here))
    rows = [
        {"month": label, "office_id": office_id, "rate": rate, "cases": cases, "reached": reached, "silent": silent}
        for rate, (cases, reached, silent) in new.items()
    ]
    if rows:
        session.execute(insert(CaseOfficeMonth), rows)
    return True


def _rate(session: Session, rules: StatisticsRules, rate: Rate, month: str, office_id: int) -> tuple[int, int, int]:
    column, reached, silent = _RATES[rate]
    query = select(
        func.count(), func.coalesce(func.sum(_one_if(reached)), 0), func.coalesce(func.sum(_one_if(silent)), 0)
    ).where(column == month, CaseTally.office_id == office_id, CaseTally.kind.not_in(rules.yearly_only))
    cases, reached_count, silent_count = session.execute(query).one()
    return int(cases), int(reached_count), int(silent_count)


def _one_if(column: Any) -> Any:
    return case_of_sql((column, 1), else_=0)


def _count_overdue(session: Session, rules: StatisticsRules, at: datetime) -> bool:
    stored = select(CaseOverdue.county_code, CaseOverdue.cases)
    old = dict(session.execute(stored).all())
    query = (
        select(CaseTally.county_code, func.count())
        .join(Case, Case.id == CaseTally.case_id)
        .where(Case.next_due_at <= at, CaseTally.kind.not_in(rules.yearly_only))
        .group_by(CaseTally.county_code)
    )
    new = dict(session.execute(query).all())
    if old == new:
        return False
    session.execute(delete(CaseOverdue))
    if new:
        session.execute(insert(CaseOverdue), [{"county_code": county, "cases": cases} for county, cases in new.items()])
    return True
