"""What may be done with a case: one table of steps, by whom, from where to where, with what, with what to clocks.

The table is printed in docs/case-actions.md. Whoever is kept out of a case (domain/routing.py) may take no step at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.cases import CaseKind, CaseState, ClockKind, Party, Track
from portal.domain.errors import ConflictError
from portal.domain.messages import N_
from portal.domain.permissions import Permission


class Action(StrEnum):
    """One step in the life of a case; the log of a case holds nothing else."""

    SUBMIT = "submit"
    REGISTER = "register"
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK_FOR_MORE = "ask_for_more"
    RESUME = "resume"
    ASSIGN = "assign"
    SEND_BACK = "send_back"
    FORWARD = "forward"
    FORWARD_OUTSIDE = "forward_outside"
    TRANSFER = "transfer"
    EXPORT = "export"
    RECORD_RECEIPT = "record_receipt"
    CANCEL_TRANSFER = "cancel_transfer"
    INVESTIGATE = "investigate"
    ASK_EXTENSION = "ask_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SUPERVISE = "supervise"
    DRAFT_REPLY = "draft_reply"
    RETURN_REPLY = "return_reply"
    APPROVE_REPLY = "approve_reply"
    REPLY = "reply"
    CONCLUDE = "conclude"
    REOPEN = "reopen"
    MERGE = "merge"
    SEPARATE = "separate"
    REEXAMINE = "reexamine"
    REVIEW_FINALLY = "review_finally"
    CLARIFY = "clarify"
    ADD_ACCUSED = "add_accused"
    RECUSE = "recuse"
    REROUTE = "reroute"
    NOTE = "note"
    MESSAGE = "message"
    READ_CONTACT = "read_contact"
    ASK_IDENTITY = "ask_identity"
    AGREE_IDENTITY = "agree_identity"
    REFUSE_IDENTITY = "refuse_identity"
    OPEN_IDENTITY = "open_identity"
    TRANSCRIBE = "transcribe"
    SUPPLY = "supply"
    WITHDRAW = "withdraw"
    END_CONTACT = "end_contact"
    RATE = "rate"
    ASK_REEXAMINATION = "ask_reexamination"
    ASK_FINAL_REVIEW = "ask_final_review"
    NAME_ONESELF = "name_oneself"
    ADD_EXTERNAL_NUMBER = "add_external_number"
    OBJECT_TO_PUBLICATION = "object_to_publication"
    ALLOW_PUBLICATION = "allow_publication"


class Need(StrEnum):
    """What must be given with a step."""

    CONTENT = "content"
    GROUND = "ground"
    RIGHT_BODY = "right_body"
    REASON = "reason"
    TEXT = "text"
    OFFICE = "office"
    OFFICER = "officer"
    DAYS = "days"
    RUNG = "rung"
    OUTCOME = "outcome"
    LEGAL_BASIS = "legal_basis"
    SERVED = "served"
    MAIN_CASE = "main_case"
    ACCUSED = "accused"
    RECEIPT = "receipt"
    RECIPIENT = "recipient"
    PROTECTION = "protection"
    RATING = "rating"
    IDENTITY = "identity"
    EXTERNAL_NUMBER = "external_number"


UNANSWERED = (
    CaseState.RECEIVED,
    CaseState.REGISTERED,
    CaseState.ASKED_BEFORE_ACCEPTANCE,
    CaseState.ACCEPTED,
    CaseState.IN_HANDLING,
    CaseState.ASKED_IN_HANDLING,
    CaseState.REPLY_DRAFTED,
    CaseState.REPLY_APPROVED,
)
"""Somebody here still owes the reply."""

_ROUTABLE = UNANSWERED[:6]
_UNDER_REVIEW = (CaseState.IN_REEXAMINATION, CaseState.IN_FINAL_REVIEW)
_ANSWERED = (CaseState.REPLIED, CaseState.CONCLUDED, CaseState.REEXAMINED, CaseState.FINALLY_REVIEWED)
_OPEN = (*UNANSWERED, *_UNDER_REVIEW)

_WAITING = frozenset({CaseState.REPLIED, CaseState.REEXAMINED, CaseState.TRANSFERRING, CaseState.MERGED})
ENDED = frozenset(CaseState) - frozenset(_OPEN) - _WAITING
"""Nothing is owed to anybody any more, unless the case is taken up again. A merged case still owes its own answer."""
WITHOUT_ANSWER = frozenset({CaseState.DECLINED, CaseState.FORWARDED, CaseState.TRANSFERRED, CaseState.WITHDRAWN})
"""Ended, and nobody has answered the matter: whoever reported the same still waits for an answer of his own."""
RESTING = frozenset(_OPEN) | _WAITING | {CaseState.CONCLUDED}
"""Somebody here may still have to do something: such a case must lie where somebody free of interest can."""

_PETITION = frozenset({Track.PETITION})
_INVESTIGATED = frozenset({Track.PETITION, Track.ASSISTANCE_REPORT, Track.DISCIPLINE, Track.OBJECTION})
_PUBLISHED = frozenset({CaseKind.COMPLAINT, CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST})
_STAFF, _SUBMITTER = frozenset({Party.STAFF}), frozenset({Party.SUBMITTER})
_OR_CLOCK = _STAFF | {Party.CLOCK}
_DISPATCH = frozenset({Permission.DISPATCH_CASES})
_HANDLE, _APPROVE = frozenset({Permission.HANDLE_CASES}), frozenset({Permission.APPROVE_CASES})
_CUSTODY = frozenset({Permission.OPEN_IDENTITY})
_WORK = _DISPATCH | _HANDLE
_OVERSEE = _APPROVE | {Permission.SUPERVISE_CASES}
_ANYBODY = _WORK | _OVERSEE
_ASKED = frozenset({Action.ASK_IDENTITY})
_ROUTED = frozenset({ClockKind.ROUTE, ClockKind.CONFIRM})
_TOLD = frozenset({ClockKind.FIRST_ANSWER, ClockKind.HOTLINE_REPLY})
_FINISHED = _TOLD | {ClockKind.FINISH, ClockKind.FEEDBACK}


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table.

    `moves` leads from each state that the step may be taken in to the state after it; None stands before everything.
    Staff need one of the `permissions`; on the discipline track HANDLE_DISCIPLINE stands for all but OPEN_IDENTITY.
    `other_than` names steps whose takers may not take this one. `meets` are the clocks whose promise it keeps; `pauses`
    and `resumes` touch the clocks that may pause, `extends` the one that may be extended; a step with `ends` stops
    whatever still runs. Which clocks it starts is said by the rules of the clocks.
    """

    moves: Mapping[CaseState | None, CaseState]
    permissions: frozenset[Permission] = frozenset()
    needs: frozenset[Need] = frozenset()
    parties: frozenset[Party] = _STAFF
    tip_off_needs: frozenset[Need] = frozenset()
    tracks: frozenset[Track] = frozenset(Track)
    kinds: frozenset[CaseKind] = frozenset(CaseKind)
    other_than: frozenset[Action] = frozenset()
    meets: frozenset[ClockKind] = frozenset()
    pauses: bool = False
    resumes: bool = False
    extends: bool = False
    ends: bool = False


def _to(state: CaseState, *origins: CaseState) -> dict[CaseState | None, CaseState]:
    return dict.fromkeys(origins, state)


def _stay(*states: CaseState) -> dict[CaseState | None, CaseState]:
    return {state: state for state in states}


def _needs(*needs: Need) -> frozenset[Need]:
    return frozenset(needs)


_LIVE = _stay(*_OPEN, *_ANSWERED)
_BACK: dict[CaseState | None, CaseState] = {
    CaseState.ASKED_BEFORE_ACCEPTANCE: CaseState.REGISTERED,
    CaseState.ASKED_IN_HANDLING: CaseState.IN_HANDLING,
}

ACTIONS: dict[Action, Step] = {
    Action.SUBMIT: Step(
        {None: CaseState.RECEIVED},
        frozenset({Permission.REGISTER_CASES}),
        _needs(Need.CONTENT),
        _STAFF | _SUBMITTER,
    ),
    Action.REGISTER: Step(_to(CaseState.REGISTERED, CaseState.RECEIVED), _DISPATCH | {Permission.REGISTER_CASES}),
    Action.ACCEPT: Step(_to(CaseState.ACCEPTED, CaseState.REGISTERED), _DISPATCH, meets=_ROUTED),
    Action.DECLINE: Step(
        _to(CaseState.DECLINED, CaseState.REGISTERED, CaseState.ASKED_BEFORE_ACCEPTANCE),
        _DISPATCH,
        _needs(Need.GROUND, Need.TEXT),
        meets=_ROUTED | _FINISHED,
        ends=True,
    ),
    Action.ASK_FOR_MORE: Step(
        {
            CaseState.REGISTERED: CaseState.ASKED_BEFORE_ACCEPTANCE,
            CaseState.IN_HANDLING: CaseState.ASKED_IN_HANDLING,
        },
        _WORK,
        _needs(Need.TEXT),
        pauses=True,
    ),
    Action.RESUME: Step(
        _BACK,
        _WORK,
        parties=_OR_CLOCK,
        meets=frozenset({ClockKind.SUPPLEMENT}),
        resumes=True,
    ),
    Action.ASSIGN: Step(
        _to(CaseState.IN_HANDLING, CaseState.ACCEPTED, CaseState.IN_HANDLING),
        _DISPATCH,
        _needs(Need.OFFICE, Need.OFFICER),
    ),
    Action.SEND_BACK: Step(
        {CaseState.REGISTERED: CaseState.REGISTERED, CaseState.IN_HANDLING: CaseState.ACCEPTED},
        _WORK,
        _needs(Need.REASON),
        meets=frozenset({ClockKind.MISROUTED}),
    ),
    Action.FORWARD: Step(
        _to(CaseState.REGISTERED, *_ROUTABLE[1:]) | _stay(CaseState.RECEIVED),
        _DISPATCH,
        _needs(Need.OFFICE, Need.REASON),
        meets=frozenset({ClockKind.SUPPLEMENT}),
        resumes=True,
    ),
    Action.FORWARD_OUTSIDE: Step(
        _to(CaseState.FORWARDED, *_ROUTABLE[1:]),
        _DISPATCH,
        _needs(Need.RIGHT_BODY, Need.REASON),
        tip_off_needs=_needs(Need.PROTECTION),
        meets=_ROUTED | _FINISHED,
        ends=True,
    ),
    Action.TRANSFER: Step(
        _to(CaseState.TRANSFERRING, *_ROUTABLE[1:]),
        _DISPATCH,
        _needs(Need.RIGHT_BODY, Need.REASON),
        tracks=_INVESTIGATED,
        meets=_ROUTED | {ClockKind.SUPPLEMENT},
        resumes=True,
    ),
    Action.EXPORT: Step(_stay(CaseState.TRANSFERRING), _DISPATCH, _needs(Need.RECIPIENT), tracks=_INVESTIGATED),
    Action.RECORD_RECEIPT: Step(
        _to(CaseState.TRANSFERRED, CaseState.TRANSFERRING),
        _DISPATCH,
        _needs(Need.RECEIPT),
        meets=_FINISHED,
        ends=True,
    ),
    Action.CANCEL_TRANSFER: Step(_to(CaseState.REGISTERED, CaseState.TRANSFERRING), _DISPATCH, _needs(Need.REASON)),
    Action.INVESTIGATE: Step(
        _stay(CaseState.IN_HANDLING),
        _HANDLE,
        _needs(Need.TEXT),
        tip_off_needs=_needs(Need.PROTECTION),
        tracks=_INVESTIGATED | {Track.PRIVACY},
    ),
    Action.ASK_EXTENSION: Step(
        _stay(CaseState.IN_HANDLING, CaseState.ASKED_IN_HANDLING), _HANDLE, _needs(Need.REASON, Need.DAYS)
    ),
    Action.APPROVE_EXTENSION: Step(
        _stay(CaseState.IN_HANDLING, CaseState.ASKED_IN_HANDLING),
        _APPROVE,
        other_than=frozenset({Action.ASK_EXTENSION}),
        extends=True,
    ),
    Action.REFUSE_EXTENSION: Step(
        _stay(CaseState.IN_HANDLING, CaseState.ASKED_IN_HANDLING),
        _APPROVE,
        _needs(Need.REASON),
        other_than=frozenset({Action.ASK_EXTENSION}),
    ),
    Action.SUPERVISE: Step(_stay(*_OPEN), frozenset({Permission.SUPERVISE_CASES}), _needs(Need.RUNG), _OR_CLOCK),
    Action.DRAFT_REPLY: Step(
        _to(CaseState.REPLY_DRAFTED, CaseState.IN_HANDLING),
        _HANDLE,
        _needs(Need.TEXT, Need.OUTCOME, Need.LEGAL_BASIS),
    ),
    Action.RETURN_REPLY: Step(
        _to(CaseState.IN_HANDLING, CaseState.REPLY_DRAFTED),
        _APPROVE,
        _needs(Need.REASON),
        other_than=frozenset({Action.DRAFT_REPLY}),
    ),
    Action.APPROVE_REPLY: Step(
        _to(CaseState.REPLY_APPROVED, CaseState.REPLY_DRAFTED),
        _APPROVE,
        other_than=frozenset({Action.DRAFT_REPLY}),
    ),
    Action.REPLY: Step(
        _to(CaseState.REPLIED, CaseState.REPLY_APPROVED, CaseState.MERGED),
        _HANDLE | _APPROVE,
        _needs(Need.SERVED),
        meets=_FINISHED,
    ),
    Action.CONCLUDE: Step(_to(CaseState.CONCLUDED, CaseState.REPLIED, CaseState.REEXAMINED), _WORK, parties=_OR_CLOCK),
    Action.REOPEN: Step(
        _to(CaseState.IN_HANDLING, CaseState.REPLIED, CaseState.CONCLUDED)
        | _to(CaseState.REGISTERED, CaseState.DECLINED, CaseState.FORWARDED, CaseState.MERGED, CaseState.WITHDRAWN),
        _DISPATCH | {Permission.SUPERVISE_CASES},
        _needs(Need.REASON),
    ),
    Action.MERGE: Step(
        _to(CaseState.MERGED, *_ROUTABLE),
        _DISPATCH,
        _needs(Need.MAIN_CASE, Need.REASON),
        meets=_ROUTED | {ClockKind.SUPPLEMENT},
        resumes=True,
    ),
    Action.SEPARATE: Step(_to(CaseState.REGISTERED, CaseState.MERGED), parties=frozenset({Party.CLOCK})),
    Action.REEXAMINE: Step(
        _to(CaseState.REEXAMINED, CaseState.IN_REEXAMINATION),
        _APPROVE,
        _needs(Need.TEXT, Need.OUTCOME, Need.LEGAL_BASIS, Need.SERVED),
        tracks=_PETITION,
        other_than=frozenset({Action.DRAFT_REPLY, Action.APPROVE_REPLY}),
        meets=frozenset({ClockKind.REEXAMINATION}),
    ),
    Action.REVIEW_FINALLY: Step(
        _to(CaseState.FINALLY_REVIEWED, CaseState.IN_FINAL_REVIEW),
        _APPROVE,
        _needs(Need.TEXT, Need.OUTCOME, Need.LEGAL_BASIS, Need.SERVED),
        tracks=_PETITION,
        other_than=frozenset({Action.DRAFT_REPLY, Action.APPROVE_REPLY, Action.REEXAMINE}),
        meets=frozenset({ClockKind.FINAL_REVIEW}),
        ends=True,
    ),
    Action.CLARIFY: Step(_stay(*_ANSWERED[1:]), _OVERSEE, _needs(Need.TEXT), tracks=_INVESTIGATED),
    Action.ADD_ACCUSED: Step(_stay(*_OPEN), _WORK, _needs(Need.ACCUSED)),
    Action.RECUSE: Step(_stay(*_OPEN), _ANYBODY, _needs(Need.REASON)),
    Action.REROUTE: Step(_stay(*sorted(RESTING)), parties=frozenset({Party.CLOCK})),
    Action.NOTE: Step(_LIVE, _ANYBODY, _needs(Need.TEXT)),
    Action.MESSAGE: Step(
        _stay(*_OPEN, *_ANSWERED, CaseState.MERGED), _WORK, _needs(Need.TEXT), meets=frozenset({ClockKind.FIRST_ANSWER})
    ),
    Action.READ_CONTACT: Step(_LIVE, _WORK, kinds=frozenset(CaseKind) - {CaseKind.TIP_OFF}),
    Action.ASK_IDENTITY: Step(_LIVE, _WORK, _needs(Need.REASON)),
    Action.AGREE_IDENTITY: Step(_LIVE, _APPROVE, other_than=_ASKED),
    Action.REFUSE_IDENTITY: Step(_LIVE, _APPROVE | _CUSTODY, other_than=_ASKED),
    Action.OPEN_IDENTITY: Step(_LIVE, _CUSTODY, other_than=_ASKED | {Action.AGREE_IDENTITY}),
    Action.TRANSCRIBE: Step(_LIVE, _CUSTODY, _needs(Need.TEXT)),
    Action.SUPPLY: Step(
        _stay(*_OPEN, CaseState.MERGED) | _BACK,
        needs=_needs(Need.TEXT),
        parties=_SUBMITTER,
        meets=frozenset({ClockKind.SUPPLEMENT}),
        resumes=True,
    ),
    Action.WITHDRAW: Step(
        _to(CaseState.WITHDRAWN, *UNANSWERED, CaseState.MERGED),
        parties=_SUBMITTER,
        kinds=frozenset(CaseKind) - {CaseKind.TIP_OFF},
        ends=True,
    ),
    Action.END_CONTACT: Step(
        _stay(*UNANSWERED, CaseState.TRANSFERRING, CaseState.MERGED),
        parties=_SUBMITTER,
        kinds=frozenset({CaseKind.TIP_OFF}),
    ),
    Action.RATE: Step(_stay(*_ANSWERED), needs=_needs(Need.RATING), parties=_SUBMITTER),
    Action.ASK_REEXAMINATION: Step(
        _to(CaseState.IN_REEXAMINATION, CaseState.REPLIED, CaseState.CONCLUDED),
        needs=_needs(Need.TEXT),
        parties=_SUBMITTER,
        tracks=_PETITION,
        meets=frozenset({ClockKind.ASK_REEXAMINATION}),
    ),
    Action.ASK_FINAL_REVIEW: Step(
        _to(CaseState.IN_FINAL_REVIEW, CaseState.REEXAMINED),
        needs=_needs(Need.TEXT),
        parties=_SUBMITTER,
        tracks=_PETITION,
        meets=frozenset({ClockKind.ASK_FINAL_REVIEW}),
    ),
    Action.NAME_ONESELF: Step(_LIVE, needs=_needs(Need.IDENTITY), parties=_SUBMITTER),
    Action.ADD_EXTERNAL_NUMBER: Step(
        _stay(*_OPEN, *_ANSWERED, CaseState.TRANSFERRING, CaseState.MERGED), _WORK, _needs(Need.EXTERNAL_NUMBER)
    ),
    Action.OBJECT_TO_PUBLICATION: Step(_LIVE, parties=_SUBMITTER, kinds=_PUBLISHED),
    Action.ALLOW_PUBLICATION: Step(_LIVE, parties=_SUBMITTER, kinds=_PUBLISHED),
}


def target(state: CaseState | None, action: Action) -> CaseState:
    """The state after a step; ConflictError when it is not allowed from here."""
    moves = ACTIONS[action].moves
    if state in moves:
        return moves[state]
    if state in ENDED:
        raise ConflictError(N_("这一步现在不能做：这件诉求已经结束"))
    raise ConflictError(N_("这一步现在不能做：可能别人刚刚办过，或前面还有该办的一步，请刷新后再看"))
