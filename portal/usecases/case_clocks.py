"""The clocks of a case in the database: read, moved on by a step, written back with the next deadline for lists."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock, ClockSubject, Clockwork, next_promise
from portal.models.cases import Case, CaseClock
from portal.queries.case_facts import clock_of
from portal.usecases.services import Services


def clockwork_of(case: Case, services: Services) -> Clockwork:
    """The rules under which the case was received, and today's calendar."""
    rules = services.rulebook.case_clocks.of_version(case.rule_version)
    return Clockwork(rules, ClockSubject(case.kind, case.track, case.channel), services.rulebook.calendar)


def clocks_of(session: Session, case: Case) -> tuple[Clock, ...]:
    """The clocks of a case, running, met and lapsed."""
    rows = session.scalars(select(CaseClock).where(CaseClock.case_id == case.id))
    return tuple(clock_of(row) for row in rows)


def move_clocks(
    session: Session,
    case: Case,
    action: Action,
    services: Services,
    *,
    at: datetime,
    counted_from: datetime | None = None,
) -> tuple[Clock, ...]:
    """Let a step meet, pause, resume and start clocks; gives them as they are afterwards."""
    clockwork = clockwork_of(case, services)
    clocks = clockwork.after(action, clocks_of(session, case), at, counted_from=counted_from)
    write_clocks(session, case, clocks)
    return clocks


def retrack_clocks(session: Session, case: Case, services: Services, *, at: datetime) -> None:
    """Let a case that has come onto another track run by that track's clocks, counted from its receipt."""
    write_clocks(session, case, clockwork_of(case, services).retracked(clocks_of(session, case), case.received_at, at))


def write_clocks(session: Session, case: Case, clocks: Sequence[Clock]) -> None:
    """Write clocks back; the case keeps the earliest promise that is still owed."""
    rows = {row.clock: row for row in session.scalars(select(CaseClock).where(CaseClock.case_id == case.id))}
    for clock in clocks:
        row = rows.get(clock.clock) or CaseClock(case_id=case.id)
        for name, value in asdict(clock).items():
            setattr(row, name, value)
        session.add(row)
    case.next_due_at = _next_due(clocks)


def _next_due(clocks: Iterable[Clock]) -> datetime | None:
    owed = next_promise(clocks)
    return owed.due_at if owed else None
