"""The register of cases (台账): one row a case, of clear columns alone, read in batches however many there are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from portal.domain.calendar import WorkingCalendar
from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock, card, next_promise
from portal.domain.cases import Card, CaseKind, CaseState, Category, Channel, ClockKind, Outcome, Party, ServiceManner
from portal.domain.intake import ExternalNumber
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseEvent, CaseExternalNumber
from portal.queries.case_facts import clock_of
from portal.queries.desk_cases import CaseFilters, chosen_cases

BATCH = 500
_ANSWERS = (Action.REPLY, Action.REEXAMINE, Action.REVIEW_FINALLY)


@dataclass(frozen=True, slots=True)
class RegisterClock:
    """A clock with how urgent it is now; None when nothing is owed any more."""

    clock: Clock
    card: Card | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One case. `answered_at` is its last answer, `served_on` the day on which that reached the submitter."""

    number: str
    kind: CaseKind
    category: Category
    division_name: str
    office_name: str
    officer_name: str
    channel: Channel
    state: CaseState
    received_at: datetime
    registered_at: datetime | None
    promise: RegisterClock | None
    answered_at: datetime | None
    served_on: date | None
    served_manner: ServiceManner | None
    outcome: Outcome | None
    concluded_at: datetime | None
    clocks: tuple[RegisterClock, ...]
    external: tuple[ExternalNumber, ...]


def count_of(actor: Actor, filters: CaseFilters, *, at: datetime) -> int:
    """How many rows the register has."""
    chosen = chosen_cases(actor, filters, at=at).subquery()
    return db.session.scalar(select(func.count()).select_from(chosen)) or 0


def register_rows(
    actor: Actor, filters: CaseFilters, calendar: WorkingCalendar, *, at: datetime
) -> Iterator[RegisterRow]:
    """The rows in the order in which the cases came in; four questions to the database for each batch."""
    query = chosen_cases(actor, filters, at=at).order_by(Case.id).limit(BATCH)
    last = 0
    while rows := db.session.execute(query.where(Case.id > last)).all():
        last = rows[-1].Case.id
        batch = _Batch.of([row.Case.id for row in rows])
        for row in rows:
            yield _row(row, batch, calendar, at)
        db.session.expunge_all()


@dataclass(frozen=True, slots=True)
class _Batch:
    """What belongs to the cases of a batch, by their ids."""

    clocks: Mapping[int, Sequence[Clock]]
    answers: Mapping[int, CaseEvent]
    external: Mapping[int, Sequence[ExternalNumber]]

    @classmethod
    def of(cls, ids: Sequence[int]) -> "_Batch":
        clocks, external = defaultdict[int, list[Clock]](list), defaultdict[int, list[ExternalNumber]](list)
        for clock in db.session.scalars(select(CaseClock).where(CaseClock.case_id.in_(ids))):
            clocks[clock.case_id].append(clock_of(clock))
        events = select(CaseEvent).where(CaseEvent.case_id.in_(ids), CaseEvent.action.in_(_ANSWERS))
        answers = {one.case_id: one for one in db.session.scalars(events.order_by(CaseEvent.case_id, CaseEvent.seq))}
        numbers = select(CaseExternalNumber).where(CaseExternalNumber.case_id.in_(ids))
        for number in db.session.scalars(numbers.order_by(CaseExternalNumber.id)):
            external[number.case_id].append(ExternalNumber(number.system, number.number))
        return cls(clocks, answers, external)


def _row(row: Any, batch: _Batch, calendar: WorkingCalendar, at: datetime) -> RegisterRow:
    found: Case = row.Case
    clocks = batch.clocks.get(found.id, ())
    answer = batch.answers.get(found.id)
    promise = next_promise(clocks)
    return RegisterRow(
        number=found.number, kind=found.kind, category=found.category, division_name=row.division,
        office_name=row.office, officer_name=row.officer or "", channel=found.channel, state=found.state,
        received_at=found.received_at, registered_at=found.registered_at,
        promise=RegisterClock(promise, card(promise, at, calendar)) if promise else None,
        answered_at=answer.at if answer else None,
        served_on=_day(answer.detail.get("served_on")) if answer else None,
        served_manner=_manner(answer.detail.get("manner")) if answer else None,
        outcome=found.outcome, concluded_at=found.concluded_at,
        clocks=tuple(RegisterClock(one, None if _has_lapsed(one, at) else card(one, at, calendar)) for one in clocks),
        external=tuple(batch.external.get(found.id, ())),
    )  # fmt: skip


def _has_lapsed(clock: Clock, at: datetime) -> bool:
    """A right that nobody used in its days is gone and not late: the submitter's own, and that to send a case back."""
    is_right = clock.party is Party.SUBMITTER or clock.clock is ClockKind.MISROUTED
    return is_right and not clock.runs_at(at)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _manner(code: str | None) -> ServiceManner | None:
    return ServiceManner(code) if code else None
