"""What the rules ask of a case, read from its row, its events and its clocks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock, Clockwork, open_clocks
from portal.domain.case_permits import CaseFacts
from portal.domain.cases import CaseState
from portal.domain.permissions import AccountId
from portal.models.cases import Case, CaseClock, CaseEvent
from portal.queries.case_publications import is_proposed

_ANSWERED = {
    CaseState.REPLIED,
    CaseState.CONCLUDED,
    CaseState.IN_REEXAMINATION,
    CaseState.REEXAMINED,
    CaseState.IN_FINAL_REVIEW,
    CaseState.FINALLY_REVIEWED,
}
"""Its submitter has an answer, whatever he has made of it since."""


def facts_of(
    session: Session,
    case: Case,
    clocks: Sequence[Clock],
    clockwork: Clockwork,
    *,
    at: datetime,
    named: bool = False,
) -> CaseFacts:
    """The facts at an instant; `named` is known to the submitter's own session alone."""
    steps = session.execute(
        select(CaseEvent.action, CaseEvent.account_id).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    actions = [step.action for step in steps]
    takers: dict[Action, set[AccountId]] = defaultdict(set)
    for step in steps:
        if step.account_id is not None:
            takers[step.action].add(AccountId(step.account_id))
    return CaseFacts(
        kind=case.kind,
        track=case.track,
        state=case.state,
        outcome=case.outcome,
        open_clocks=open_clocks(clocks, at),
        takers={action: frozenset(accounts) for action, accounts in takers.items()},
        named=named,
        contact_ended=Action.END_CONTACT in actions,
        rated=case.rating is not None,
        extendable=bool(clockwork.extendable(clocks, at)),
        extension_asked=_waits(actions, Action.ASK_EXTENSION, Action.APPROVE_EXTENSION, Action.REFUSE_EXTENSION),
        identity_asked=_waits(actions, Action.ASK_IDENTITY, Action.OPEN_IDENTITY),
        main_replied=_main_replied(session, case),
        publication_proposed=is_proposed(session, case.id),
        publication_objected=_waits(actions, Action.OBJECT_TO_PUBLICATION, Action.ALLOW_PUBLICATION),
    )


def clock_of(row: CaseClock) -> Clock:
    """The plain clock that a row holds."""
    return Clock(
        clock=row.clock,
        started_at=row.started_at,
        units=row.units,
        due_at=row.due_at,
        rule_version=row.rule_version,
        paused_on=row.paused_on,
        extended=row.extended,
        met_at=row.met_at,
        provisional=row.provisional,
    )


def _waits(actions: Sequence[Action], asked: Action, *answers: Action) -> bool:
    """Whether something was asked and not answered since."""
    last = next((action for action in reversed(actions) if action in {asked, *answers}), None)
    return last is asked


def _main_replied(session: Session, case: Case) -> bool:
    if case.merged_into_id is None:
        return False
    return session.scalars(select(Case.state).where(Case.id == case.merged_into_id)).one() in _ANSWERED
