"""Who may take which step of a case now: the table of steps, and what it asks of the case and of the hand."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from portal.domain.case_actions import ACTIONS, Action, Need, Step, target
from portal.domain.case_holders import Holder
from portal.domain.cases import OUTCOME_KINDS, CaseKind, CaseState, ClockKind, Outcome, Party, Track
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError, PortalError
from portal.domain.identity_requests import UNDECIDED, RequestState
from portal.domain.messages import N_
from portal.domain.permissions import AccountId, Permission

ON_BEHALF_OF = "on_behalf_of"
"""The detail of an event that names the absent colleague for whom a step was taken (A/B 角)."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules ask of a case.

    `open_clocks` run and have not come to their end; `extendable` says that one of them may be extended. `takers` are
    those who have ever taken a step of this case, and those for whom it was taken. `named` is known in the submitter's
    own session only.
    `extension_asked` waits for a second person; `identity_request` tells how far a request to see the identity has
    come, `identity_holders` for whom that is wrapped. `main_replied` is true of a merged case whose main case has its
    reply. `publication_proposed` says that a wording of the answer waits to be published,
    `publication_objected` that the submitter does not want it.
    """

    kind: CaseKind
    track: Track
    state: CaseState
    outcome: Outcome | None = None
    open_clocks: frozenset[ClockKind] = frozenset()
    takers: Mapping[Action, frozenset[AccountId]] = field(default_factory=dict)
    named: bool = False
    contact_ended: bool = False
    rated: bool = False
    extendable: bool = False
    extension_asked: bool = False
    identity_request: RequestState | None = None
    identity_holders: frozenset[Holder] = frozenset({Holder.SERVICE})
    main_replied: bool = False
    publication_proposed: bool = False
    publication_objected: bool = False


@dataclass(frozen=True, slots=True)
class StandIn:
    """An absent colleague on one case: what may be done there for him. `is_officer` when it is assigned to him."""

    account_id: AccountId
    permissions: frozenset[Permission]
    is_officer: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """Who wants to take a step; `kept_out` is what domain/routing.py says of him and this case.

    `permissions` are his own on this very case; `stand_ins` those for whom he may act there now.
    """

    party: Party
    account_id: AccountId | None = None
    permissions: frozenset[Permission] = frozenset()
    kept_out: bool = False
    stand_ins: tuple[StandIn, ...] = ()


def check(action: Action, case: CaseFacts, hand: Hand) -> CaseState:
    """The state after the step; NotFoundError, NotAllowedError or ConflictError with the reason why it is refused.

    Who is kept out of a case does not learn that there is one.
    """
    if hand.kept_out:
        raise NotFoundError(N_("没有找到这件诉求"))
    step = ACTIONS[action]
    if hand.party is Party.SUBMITTER:
        case = replace(case, state=shown_state(case), contact_ended=False)
    _check_scope(step, case)
    _check_hand(step, case, hand)
    reached = target(case.state, action)
    condition = _CONDITIONS.get(action)
    if condition:
        condition(case)
    return reached


def on_behalf_of(action: Action, case: CaseFacts, hand: Hand) -> AccountId | None:
    """For which absent colleague a step is taken that `check` lets happen; None when one acts in one's own name.

    Whoever declares an interest declares his own.
    """
    if hand.party is not Party.STAFF or action is Action.RECUSE:
        return None
    return _in_whose_name(ACTIONS[action], case, hand)


def allowed_actions(case: CaseFacts, hand: Hand) -> tuple[Action, ...]:
    """The steps that the hand may take now, in the order of the table; the verbs ask again themselves."""
    return tuple(action for action in ACTIONS if action is not Action.SUBMIT and _is_allowed(action, case, hand))


def needs_of(action: Action, kind: CaseKind) -> frozenset[Need]:
    """What must be given with a step on a case of a kind; who asks, proposes or needs something gets no finding."""
    step = ACTIONS[action]
    needs = step.needs | (step.tip_off_needs if kind is CaseKind.TIP_OFF else frozenset())
    return needs if kind in OUTCOME_KINDS else needs - {Need.OUTCOME}


def missing(action: Action, kind: CaseKind, given: Collection[Need]) -> frozenset[Need]:
    """What the step still lacks."""
    return needs_of(action, kind) - frozenset(given)


def shown_state(case: CaseFacts) -> CaseState:
    """The state as the submitter reads it: 撤回 looks the same whether handling ends or, of a tip-off, goes on."""
    return CaseState.WITHDRAWN if case.contact_ended else case.state


def _is_allowed(action: Action, case: CaseFacts, hand: Hand) -> bool:
    try:
        check(action, case, hand)
    except PortalError:
        return False
    return True


def _check_scope(step: Step, case: CaseFacts) -> None:
    if case.track not in step.tracks or case.kind not in step.kinds:
        raise ConflictError(N_("这一类诉求没有这一步"))


def _check_hand(step: Step, case: CaseFacts, hand: Hand) -> None:
    if hand.party not in step.parties:
        raise NotAllowedError(N_("您不能办这一步"))
    if hand.party is not Party.STAFF:
        return
    _in_whose_name(step, case, hand)


def _in_whose_name(step: Step, case: CaseFacts, hand: Hand) -> AccountId | None:
    """Himself (None) or an absent colleague, the handling officer first.

    Where two different persons are needed, one who stands in fills no second place: neither with his own steps, nor
    with those of the colleague, whoever took them.
    """
    needed = _permissions(step, case.track)
    names: list[tuple[AccountId | None, frozenset[Permission]]] = [(None, hand.permissions)]
    for one in hand.stand_ins:
        names.insert(0 if one.is_officer else len(names), (one.account_id, one.permissions))
    entitled = [name for name, permissions in names if permissions & needed]
    if not entitled:
        raise NotAllowedError(N_("您的角色不允许这样做"))
    earlier = frozenset().union(*(case.takers.get(action, frozenset()) for action in step.other_than))
    free = [name for name in entitled if earlier.isdisjoint({hand.account_id, name})]
    if not free:
        raise NotAllowedError(N_("须由另一个人办理：前面的一步是您办的"))
    return free[0]


def _permissions(step: Step, track: Track) -> frozenset[Permission]:
    """Cases for discipline inspection are handled by its officers alone; the identity stays with its custodian."""
    if track is not Track.DISCIPLINE:
        return step.permissions
    custody = step.permissions & {Permission.OPEN_IDENTITY}
    return custody | {Permission.HANDLE_DISCIPLINE} if step.permissions - custody else custody


def _extension_may_be_asked(case: CaseFacts) -> None:
    if case.extension_asked:
        raise ConflictError(N_("延期申请已经提出，正在等待批准"))
    if not case.extendable:
        raise ConflictError(N_("没有可以延长的期限：已经延过一次、期限已过，或者这一类期限不能延长"))


def _extension_was_asked(case: CaseFacts) -> None:
    if not case.extension_asked:
        raise ConflictError(N_("没有等待批准的延期申请"))


def _contact_may_be_read(case: CaseFacts) -> None:
    if Holder.SERVICE not in case.identity_holders:
        raise ConflictError(N_("反映人要求保密：须申请查看身份，由身份保管人打开"))


def _identity_may_be_asked(case: CaseFacts) -> None:
    """Whoever has withdrawn is not looked for any more; and what his page no longer tells must not happen."""
    _can_be_reached(case)
    if case.identity_request in UNDECIDED:
        raise ConflictError(N_("查看身份的申请已经提出，正在等待办理"))
    if Holder.SERVICE in case.identity_holders:
        raise ConflictError(N_("反映人没有要求保密：请直接查看联系方式"))
    if Holder.DESK not in case.identity_holders:
        raise ConflictError(N_("没有身份保管人能打开这件诉求的身份"))


def _identity_was_asked(case: CaseFacts) -> None:
    _can_be_reached(case)
    if case.identity_request is not RequestState.WAITING:
        raise ConflictError(N_("没有等待办理的查看身份申请"))


def _identity_is_undecided(case: CaseFacts) -> None:
    if case.identity_request not in UNDECIDED:
        raise ConflictError(N_("没有等待办理的查看身份申请"))


def _identity_was_agreed(case: CaseFacts) -> None:
    _can_be_reached(case)
    if case.identity_request is not RequestState.AGREED:
        raise ConflictError(N_("没有经另一个人同意的查看身份申请"))


def _running(case: CaseFacts, clock: ClockKind) -> None:
    if clock not in case.open_clocks:
        raise ConflictError(N_("期限已过或还没有开始，这一步现在不能办"))


def _reexamination_may_be_asked(case: CaseFacts) -> None:
    if ClockKind.ASK_REEXAMINATION not in case.open_clocks:
        raise ConflictError(N_("申请复查的期限已过，不能再申请"))
    _named(case)


def _final_review_may_be_asked(case: CaseFacts) -> None:
    if ClockKind.ASK_FINAL_REVIEW not in case.open_clocks:
        raise ConflictError(N_("申请复核的期限已过，不能再申请"))
    _named(case)


def _final_review_was_not_asked(case: CaseFacts) -> None:
    """After a 复查 the days in which the submitter may go further are his; staff do not cut them short."""
    if case.state is CaseState.REEXAMINED and ClockKind.ASK_FINAL_REVIEW in case.open_clocks:
        raise ConflictError(N_("申请复核的期限还没有过，现在不能办结"))


def _named(case: CaseFacts) -> None:
    if not case.named:
        raise ConflictError(N_("匿名照样核查，但不能申请复查复核：请先改为实名"))


def _not_yet_named(case: CaseFacts) -> None:
    if case.named:
        raise ConflictError(N_("已经是实名"))


def _can_be_reached(case: CaseFacts) -> None:
    if case.contact_ended:
        raise ConflictError(N_("反映人已经撤回，不再联系"))


def _not_yet_rated(case: CaseFacts) -> None:
    if case.rated:
        raise ConflictError(N_("已经评价过，只能评价一次"))


def _is_unsubstantiated(case: CaseFacts) -> None:
    if case.outcome is not Outcome.UNSUBSTANTIATED:
        raise ConflictError(N_("只有不属实的事项才能澄清"))


def _may_be_replied(case: CaseFacts) -> None:
    if case.state is CaseState.MERGED and not case.main_replied:
        raise ConflictError(N_("并入的事项还没有答复"))


def _publication_may_be_objected(case: CaseFacts) -> None:
    if case.publication_objected:
        raise ConflictError(N_("您已经提出不同意公开"))
    if not case.publication_proposed:
        raise ConflictError(N_("现在没有准备公开的答复"))


def _publication_was_objected(case: CaseFacts) -> None:
    if not case.publication_objected:
        raise ConflictError(N_("您没有提出过不同意公开"))


_CONDITIONS: dict[Action, Callable[[CaseFacts], None]] = {
    Action.SEND_BACK: lambda case: _running(case, ClockKind.MISROUTED),
    Action.ASK_EXTENSION: _extension_may_be_asked,
    Action.APPROVE_EXTENSION: _extension_was_asked,
    Action.REFUSE_EXTENSION: _extension_was_asked,
    Action.ASK_FOR_MORE: _can_be_reached,
    Action.MESSAGE: _can_be_reached,
    Action.READ_CONTACT: _contact_may_be_read,
    Action.ASK_IDENTITY: _identity_may_be_asked,
    Action.AGREE_IDENTITY: _identity_was_asked,
    Action.REFUSE_IDENTITY: _identity_is_undecided,
    Action.OPEN_IDENTITY: _identity_was_agreed,
    Action.REPLY: _may_be_replied,
    Action.CONCLUDE: _final_review_was_not_asked,
    Action.CLARIFY: _is_unsubstantiated,
    Action.RATE: _not_yet_rated,
    Action.ASK_REEXAMINATION: _reexamination_may_be_asked,
    Action.ASK_FINAL_REVIEW: _final_review_may_be_asked,
    Action.NAME_ONESELF: _not_yet_named,
    Action.OBJECT_TO_PUBLICATION: _publication_may_be_objected,
    Action.ALLOW_PUBLICATION: _publication_was_objected,
}
