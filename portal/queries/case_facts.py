"""What the rules ask of a case, read from its row, its events and its clocks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_clocks import Clock, Clockwork, open_clocks
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.case_permits import ON_BEHALF_OF, CaseFacts
from portal.domain.cases import CaseState
from portal.domain.identity_requests import STATES, began_at, state_of
from portal.domain.permissions import AccountId
from portal.models.cases import Case, CaseClock, CaseEvent, CaseKey
from portal.models.desk_keys import DeskKey
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
    rows = session.execute(
        select(CaseEvent.action, CaseEvent.account_id, CaseEvent.detail)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.seq)
    )
    steps = [(row.action, {row.account_id, row.detail.get(ON_BEHALF_OF)} - {None}) for row in rows]
    actions = [action for action, _ in steps]
    return CaseFacts(
        kind=case.kind,
        track=case.track,
        state=case.state,
        outcome=case.outcome,
        open_clocks=open_clocks(clocks, at),
        takers=_takers(steps, began_at(actions)),
        named=named,
        contact_ended=Action.END_CONTACT in actions,
        rated=case.rating is not None,
        extendable=bool(clockwork.extendable(clocks, at)),
        extension_asked=_waits(actions, Action.ASK_EXTENSION, Action.APPROVE_EXTENSION, Action.REFUSE_EXTENSION),
        identity_request=state_of(actions),
        identity_holders=_identity_holders(session, case),
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


def _takers(steps: Sequence[tuple[Action, set[int]]], request_began: int) -> Mapping[Action, frozenset[AccountId]]:
    """Who has taken which step, and for whom; of the steps of a request only since the last one began."""
    found: dict[Action, set[AccountId]] = defaultdict(set)
    for place, (action, account_ids) in enumerate(steps):
        if place >= request_began or action not in STATES:
            found[action].update(map(AccountId, account_ids))
    return {action: frozenset(accounts) for action, accounts in found.items()}


def _identity_holders(session: Session, case: Case) -> frozenset[Holder]:
    """For whom here the identity is wrapped; a pair whose private half lies on paper opens nothing here."""
    query = (
        select(CaseKey.holder)
        .outerjoin(DeskKey, and_(CaseKey.holder == Holder.DESK, DeskKey.id == CaseKey.holder_id))
        .where(CaseKey.case_id == case.id, CaseKey.purpose == KeyPurpose.IDENTITY, DeskKey.offline.is_not(True))
    )
    return frozenset(session.scalars(query))


def _waits(actions: Sequence[Action], asked: Action, *answers: Action) -> bool:
    """Whether something was asked and not answered since."""
    last = next((action for action in reversed(actions) if action in {asked, *answers}), None)
    return last is asked


def _main_replied(session: Session, case: Case) -> bool:
    if case.merged_into_id is None:
        return False
    return session.scalars(select(Case.state).where(Case.id == case.merged_into_id)).one() in _ANSWERED
