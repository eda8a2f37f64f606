"""A request to see who submitted a case: one person asks, a second agrees, and the custodian alone opens.

Who sent a tip-off, or asked for 保密, is nobody's business before that (信访工作条例 art. 30).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from portal.domain.case_actions import Action


class RequestState(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    OPENED = "opened"


STATES: Mapping[Action, RequestState] = {
    Action.ASK_IDENTITY: RequestState.WAITING,
    Action.AGREE_IDENTITY: RequestState.AGREED,
    Action.REFUSE_IDENTITY: RequestState.REFUSED,
    Action.OPEN_IDENTITY: RequestState.OPENED,
}
"""The state that each step of a request leads to; an opening uses its request up."""

UNDECIDED = frozenset({RequestState.WAITING, RequestState.AGREED})
"""The identity may still be opened on such a request."""


def state_of(actions: Sequence[Action]) -> RequestState | None:
    """How far the last request of a case has come, from what has happened to the case, oldest first."""
    return next((STATES[action] for action in reversed(actions) if action in STATES), None)


def began_at(actions: Sequence[Action]) -> int:
    """Where the last request begins; whoever asked for an earlier one may well agree to this one."""
    return max((place for place, action in enumerate(actions) if action is Action.ASK_IDENTITY), default=0)
