"""Cases by the thousand, laid straight into the tables as their steps would leave them; for counting, not for reading."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind, CaseState, Category, Channel, ClockKind, Outcome, Track
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseEvent
from portal.models.offices import Office
from portal.models.transaction import transaction

PORTION = 5000
KINDS = (CaseKind.COMPLAINT,) * 5 + (CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST, CaseKind.TIP_OFF)
FINDINGS = frozenset({CaseKind.COMPLAINT, CaseKind.TIP_OFF})


@dataclass(frozen=True, slots=True)
class _Made:
    case: dict[str, Any]
    events: list[dict[str, Any]]
    clocks: list[dict[str, Any]]


def lay_cases(count: int, *, since: datetime, days: int, seed: int = 1) -> None:
    """Lay cases received within so many days; most are concluded, some late, some rated, some still open."""
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    offices = db.session.execute(
        select(Office.id, Office.division_code).where(func.length(Office.division_code) == len("370811"))
    ).all()
    first = (db.session.scalar(select(func.max(Case.id))) or 0) + 1
    db.session.rollback()
    for start in range(first, first + count, PORTION):
        numbers = range(start, min(start + PORTION, first + count))
        made = [_made(chance, number, offices, since, days) for number in numbers]
        with transaction() as session:
            session.execute(insert(Case), [one.case for one in made])
            session.execute(insert(CaseEvent), [event for one in made for event in one.events])
            session.execute(insert(CaseClock), [clock for one in made for clock in one.clocks])


def _made(chance: random.Random, number: int, offices: Any, since: datetime, days: int) -> _Made:
    office, division = chance.choice(offices)
    kind = chance.choice(KINDS)
    received = since + timedelta(minutes=chance.randrange(days * 24 * 60))
    due = received + timedelta(days=60)
    done = received + timedelta(days=chance.choice((10, 30, 50, 70))) if chance.random() < 0.9 else None
    state = CaseState.CONCLUDED if done else CaseState.IN_HANDLING
    case = {
        "id": number, "number": f"SQ-{received.year}-X{number:06d}", "kind": kind, "category": Category.OTHER,
        "track": Track.PETITION if kind is CaseKind.COMPLAINT else Track.SERVICE, "channel": Channel.WEB,
        "division_code": division, "office_id": office, "state": state,
        "outcome": chance.choice(tuple(Outcome)) if done and kind in FINDINGS else None, "received_at": received,
        "next_due_at": None if done else due, "concluded_at": done, "lookup_id": secrets.token_hex(16),
        "submitter_public": b"none", "rule_version": "2026-07",
        "rating": chance.choice((None, None, 2, 4, 5)) if done else None, "offline": False, "slow_lane": False,
        "key_generation": 1, "version": 1,
    }  # fmt: skip
    events = [_event(number, 1, received, Action.SUBMIT, CaseState.RECEIVED)]
    if done:
        events.append(_event(number, 2, done, Action.CONCLUDE, state))
        if chance.random() < 0.05:
            events.append(_event(number, 3, done + timedelta(days=1), Action.ASK_REEXAMINATION, state))
    routed = min(received + timedelta(days=chance.randrange(1, 18)), done or received + timedelta(days=17))
    clocks = [
        _clock(number, ClockKind.ROUTE, received, received + timedelta(days=15), routed),
        _clock(number, ClockKind.FINISH, received, due, done),
    ]
    return _Made(case, events, clocks)


def _event(number: int, seq: int, at: datetime, action: Action, state: CaseState) -> dict[str, Any]:
    return {
        "case_id": number, "seq": seq, "at": at, "action": action, "to_state": state, "detail": {},
        "previous_hash": "", "hash": "",
    }  # fmt: skip


def _clock(number: int, kind: ClockKind, started: datetime, due: datetime, met: datetime | None) -> dict[str, Any]:
    return {
        "case_id": number, "clock": kind, "started_at": started, "units": 1, "due_at": due, "met_at": met,
        "paused_on": None, "extended": False, "provisional": False, "rule_version": "2026-07",
    }  # fmt: skip
