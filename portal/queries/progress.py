"""What a submitter sees of his case: where it stands, what was promised, the dialogue, and what he may do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import UNANSWERED, Action
from portal.domain.case_clocks import Clock, Clockwork, card, next_promise
from portal.domain.case_permits import Hand, allowed_actions, shown_state
from portal.domain.case_publications import Piece
from portal.domain.cases import Card, CaseKind, CaseState, ClockKind, ItemKind, Party
from portal.domain.identity_requests import STATES
from portal.models.cases import Case, CaseEvent
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.case_facts import facts_of
from portal.queries.case_receivers import exclusion_of
from portal.queries.case_scope import offices_above
from portal.queries.desk_case import KeptAs

LOOKS = frozenset({Action.READ_CONTACT, *STATES})
_STEPS = frozenset(Action) - LOOKS
_STEPS -= {Action.NOTE, Action.RECUSE, Action.ADD_ACCUSED, Action.SUPERVISE, Action.INVESTIGATE}
_STEPS -= {Action.DRAFT_REPLY, Action.RETURN_REPLY, Action.APPROVE_REPLY, Action.ASK_EXTENSION, Action.SEND_BACK}
_STEPS -= {Action.MERGE, Action.REROUTE, Action.EXPORT, Action.ADD_EXTERNAL_NUMBER}
"""What is the office's own business, or could tell whom it looks at or that somebody else has reported the same, stays
inside. Whoever looks at who the submitter is, the submitter learns of it in the dialogue."""

_REMEDIES = {
    CaseState.REPLIED: (ClockKind.ASK_REEXAMINATION,),
    CaseState.CONCLUDED: (ClockKind.ASK_REEXAMINATION, ClockKind.ASK_FINAL_REVIEW),
    CaseState.REEXAMINED: (ClockKind.ASK_FINAL_REVIEW,),
}
"""What may be asked for in a state, as long as its days run."""

_LOOKED_AT_AGAIN = frozenset({CaseState.IN_REEXAMINATION, CaseState.IN_FINAL_REVIEW})

_TOLD = {CaseState.MERGED: CaseState.IN_HANDLING}
"""A merged case is being handled; that there is another one would tell of its submitter."""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One thing that has happened, with its day."""

    action: Action
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the dialogue; of the submitter's own words only that there were some: others may see it.

    `kept` is there for a file.
    """

    item_id: str
    kind: ItemKind
    at: datetime
    is_own: bool
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kept: KeptAs | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody has asked, agreed, refused or done: to see who the submitter is. `ground` is the code of its reason."""

    action: Action
    at: datetime
    office_name: str
    ground: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer as it shall be published, which the submitter may object to until it is."""

    summary: str
    answer: tuple[tuple[Piece, ...], ...]
    waits_until: datetime | None
    objected: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    """A right against the answer and its last day, also once that has passed."""

    clock: ClockKind
    last_on: date
    has_lapsed: bool


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """The submitter's page of one case."""

    number: str
    kind: CaseKind
    state: CaseState
    office_name: str
    received_at: datetime
    promise: Clock | None
    card: Card | None
    waits_for: Party
    steps: tuple[ProgressStep, ...]
    dialogue: tuple[Said | Look, ...]
    allowed: frozenset[Action]
    rating: int | None
    version: int
    remedy: Remedy | None = None
    proposal: Proposal | None = None
    public_number: str = ""

    @property
    def is_somebodys_turn(self) -> bool:
        """Whether somebody must act: a promise runs, or there is no answer yet, also where no day was promised."""
        return self.promise is not None or self.state in UNANSWERED


OWN = frozenset({ItemKind.CONTENT, ItemKind.FROM_SUBMITTER, ItemKind.SUPPLEMENT, ItemKind.ACCUSED_NAMES})
SHOWN = frozenset(
    {ItemKind.CONTENT, ItemKind.FROM_SUBMITTER, ItemKind.SUPPLEMENT, ItemKind.TO_SUBMITTER, ItemKind.REPLY}
    | {ItemKind.DECLINE, ItemKind.LETTER, ItemKind.FILE}
)


def progress_page(
    session: Session,
    case: Case,
    clocks: Sequence[Clock],
    clockwork: Clockwork,
    dialogue: tuple[Said, ...],
    *,
    named: bool,
    at: datetime,
) -> ProgressPage:
    """The page at an instant; `dialogue` was opened with the submitter's own key."""
    facts = facts_of(session, case, clocks, clockwork, at=at, named=named)
    state, ended = shown_state(facts), _contact_ended(session, case)
    promise = None if ended else next_promise(clocks)
    return ProgressPage(
        number=case.number,
        kind=case.kind,
        state=_TOLD.get(state, state),
        office_name=_office_at_work(session, case),
        received_at=case.received_at,
        promise=promise,
        card=card(promise, at, clockwork.calendar) if promise else None,
        waits_for=Party.SUBMITTER if _is_asked(state) else Party.STAFF,
        steps=_steps(session, case, ended),
        dialogue=tuple(said for said in _with_looks(session, case, dialogue) if ended is None or said.at <= ended.at),
        allowed=frozenset(allowed_actions(facts, Hand(Party.SUBMITTER))),
        rating=case.rating,
        version=case.version,
        remedy=None if ended else _remedy(case.state, clocks, at),
    )


def _office_at_work(session: Session, case: Case) -> str:
    """Where the case is handled; an answer is looked at again above who gave it (信访工作条例 art. 35, 36).

    Above the city there is no office here: then the one that gave the answer stands for the way up.
    """
    given = session.get_one(Office, _answered_by(session, case))
    if case.state not in _LOOKED_AT_AGAIN:
        return given.name
    above = session.execute(
        select(Office.name, Office.path, Division.level)
        .join(Division, Division.code == Office.division_code)
        .where(Office.id.in_(offices_above(given.path)[:-1]))
        .order_by(func.length(Office.path).desc())
    )
    out = exclusion_of(session, case.id)
    return next((row.name for row in above if not out.shuts_out_office(row.path, row.level)), given.name)


def _answered_by(session: Session, case: Case) -> int:
    """The office whose answer stands: the last to have looked at it again, or else the one that handles the case."""
    query = select(CaseEvent.detail).where(CaseEvent.case_id == case.id, CaseEvent.action == Action.REEXAMINE)
    last = session.scalars(query.order_by(CaseEvent.seq.desc()).limit(1)).first()
    again = last.get("at_office") if last and case.state is CaseState.IN_FINAL_REVIEW else None
    return int(again) if again else case.office_id


def _remedy(state: CaseState, clocks: Sequence[Clock], at: datetime) -> Remedy | None:
    rights = [clock for clock in clocks if clock.clock in _REMEDIES.get(state, ()) and clock.met_at is None]
    last = max(rights, key=lambda clock: clock.started_at, default=None)
    return Remedy(last.clock, last.due_on, not last.runs_at(at)) if last else None


def _with_looks(session: Session, case: Case, dialogue: Sequence[Said]) -> list[Said | Look]:
    """The dialogue, and in it whoever has looked at who the submitter is, oldest first."""
    query = (
        select(CaseEvent, Office.name)
        .join(Account, Account.id == CaseEvent.account_id)
        .join(Office, Office.id == Account.office_id)
        .where(CaseEvent.case_id == case.id, CaseEvent.action.in_(LOOKS))
    )
    looks = [
        Look(event.action, event.at, office, event.detail.get("ground", "")) for event, office in session.execute(query)
    ]
    return sorted((*dialogue, *looks), key=lambda one: one.at)


def _is_asked(state: CaseState) -> bool:
    return state in {CaseState.ASKED_BEFORE_ACCEPTANCE, CaseState.ASKED_IN_HANDLING}


def _contact_ended(session: Session, case: Case) -> CaseEvent | None:
    """The event by which the sender of a tip-off took it back: nothing later is told, as if it were ended."""
    ended = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == Action.END_CONTACT)
    return session.scalars(ended).first()


def _steps(session: Session, case: Case, ended: CaseEvent | None) -> tuple[ProgressStep, ...]:
    query = select(CaseEvent.action, CaseEvent.at).where(CaseEvent.case_id == case.id, CaseEvent.action.in_(_STEPS))
    if ended:
        query = query.where(CaseEvent.seq <= ended.seq)
    rows = session.execute(query.order_by(CaseEvent.seq.desc()))
    alike = {Action.END_CONTACT: Action.WITHDRAW, Action.SEPARATE: Action.REOPEN}
    return tuple(ProgressStep(alike.get(row.action, row.action), row.at) for row in rows)
