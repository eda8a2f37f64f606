"""What dates bring about in cases: answers that never came, the ladder of supervision, rights that lapse, new holidays.

Each is a step of its own through the table of steps; running it again finds nothing left to do.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import RIGHTS, rung_at
from portal.domain.case_given import Given
from portal.domain.cases import CaseState, ClockKind, Rung
from portal.domain.errors import ConflictError
from portal.domain.instants import shanghai_date
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseEvent
from portal.models.transaction import transaction
from portal.queries.case_facts import clock_of
from portal.usecases.case_clocks import clocks_of, clockwork_of, write_clocks
from portal.usecases.case_moving import pass_service_keys
from portal.usecases.case_steps import act_by_clock
from portal.usecases.services import Services

_ASKED = (CaseState.ASKED_BEFORE_ACCEPTANCE, CaseState.ASKED_IN_HANDLING)
_LADDER = tuple(Rung)
_FIRST_WARNING = timedelta(days=31)
"""No rung of the ladder and no run of holidays reaches further ahead of a last day."""


@dataclass(frozen=True, slots=True)
class CaseJobs:
    """How many cases were resumed, concluded and reminded of, and how many clocks were counted anew."""

    resumed: int
    concluded: int
    reminded: int
    recounted: int


def run_case_jobs(services: Services, *, at: datetime, stopped: Callable[[], bool] = lambda: False) -> CaseJobs:
    """Do everything that is due in cases."""
    pass_service_keys(services, at=at)
    recounted = _recount(services, stopped)
    resumed = _take(services, _lapsed(ClockKind.SUPPLEMENT, _ASKED, at), Action.RESUME, at, stopped)
    lapsed = _lapsed(ClockKind.ASK_REEXAMINATION, (CaseState.REPLIED,), at)
    lapsed += _lapsed(ClockKind.ASK_FINAL_REVIEW, (CaseState.REEXAMINED,), at)
    concluded = _take(services, lapsed, Action.CONCLUDE, at, stopped)
    return CaseJobs(resumed, concluded, _supervise(services, at, stopped), recounted)


def _take(
    services: Services, case_ids: Iterable[int], action: Action, at: datetime, stopped: Callable[[], bool]
) -> int:
    """Take a step in each; one that somebody has moved on meanwhile is left alone."""
    taken = 0
    for case_id in case_ids:
        if stopped():
            break
        with suppress(ConflictError):
            act_by_clock(services, case_id, action, Given(), at=at)
            taken += 1
    return taken


def _lapsed(clock: ClockKind, states: tuple[CaseState, ...], at: datetime) -> list[int]:
    """The cases of some states whose right has come to its end."""
    query = (
        select(Case.id)
        .join(CaseClock, CaseClock.case_id == Case.id)
        .where(Case.state.in_(states), CaseClock.clock == clock, CaseClock.met_at.is_(None), CaseClock.due_at <= at)
    )
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def _supervise(services: Services, at: datetime, stopped: Callable[[], bool]) -> int:
    """Give each duty that is nearly or already late the rung that it has reached, once a day at most."""
    today = shanghai_date(at)
    query = select(CaseClock.case_id, CaseClock.clock).where(
        CaseClock.met_at.is_(None),
        CaseClock.due_at <= at + _FIRST_WARNING,
        CaseClock.clock.not_in(RIGHTS),
        or_(CaseClock.looked_on.is_(None), CaseClock.looked_on < today),
    )
    due = db.session.execute(query).all()
    db.session.rollback()
    reminded = 0
    for case_id, clock in due:
        if stopped():
            break
        rung = _reached(services, case_id, clock, at)
        if rung is not None:
            with suppress(ConflictError):
                act_by_clock(services, case_id, Action.SUPERVISE, Given(rung=rung), at=at)
                reminded += 1
        _note_look(case_id, clock, at)
    return reminded


def _reached(services: Services, case_id: int, kind: ClockKind, at: datetime) -> Rung | None:
    """The rung that a clock has reached, when the case has not been given it or a higher one since the clock began."""
    session = db.session()
    case, row = session.get_one(Case, case_id), session.get_one(CaseClock, (case_id, kind))
    clockwork = clockwork_of(case, services)
    rung = rung_at(clock_of(row), at, clockwork.rules, clockwork.calendar)
    given = session.scalars(
        select(CaseEvent.detail).where(
            CaseEvent.case_id == case_id, CaseEvent.action == Action.SUPERVISE, CaseEvent.at >= row.started_at
        )
    ).all()
    session.rollback()
    if rung is None or any(_LADDER.index(Rung(detail["rung"])) >= _LADDER.index(rung) for detail in given):
        return None
    return rung


def _note_look(case_id: int, clock: ClockKind, at: datetime) -> None:
    with transaction() as session:
        session.get_one(CaseClock, (case_id, clock)).looked_on = shanghai_date(at)


def _recount(services: Services, stopped: Callable[[], bool]) -> int:
    """Count clocks anew that were counted by another calendar; a promise given is never shortened."""
    calendar = services.rulebook.calendar.fingerprint
    query = select(CaseClock.case_id).where(CaseClock.met_at.is_(None), CaseClock.calendar != calendar).distinct()
    case_ids = list(db.session.scalars(query))
    db.session.rollback()
    changed = 0
    for case_id in case_ids:
        if stopped():
            break
        with transaction() as session:
            changed += _recount_case(session, services, case_id, calendar)
    return changed


def _recount_case(session: Session, services: Services, case_id: int, calendar: str) -> int:
    case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
    clockwork, clocks = clockwork_of(case, services), clocks_of(session, case)
    recounted = tuple(clockwork.recompute(clock) for clock in clocks)
    moved = [one for one, former in zip(recounted, clocks, strict=True) if asdict(one) != asdict(former)]
    if moved:
        write_clocks(session, case, recounted)
    for row in session.scalars(select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.met_at.is_(None))):
        row.calendar = calendar
    return len(moved)
