"""The life of anything published, as a table of allowed steps, and the face that the public sees of it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.domain.errors import ConflictError, NotAllowedError, RefusedError
from portal.domain.messages import N_
from portal.domain.permissions import AccountId, Actor, Permission


class Area(StrEnum):
    """What is published; decides the prefix of the number and the address."""

    NOTICES = "notices"
    DOCUMENTS = "documents"
    CASES = "cases"
    ALLOCATIONS = "allocations"
    BUDGETS = "budgets"
    PAYMENTS = "payments"
    REGISTERS = "registers"


class RevisionState(StrEnum):
    """Where one revision stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Step(StrEnum):
    """One step in the life of a revision."""

    SUBMIT = "submit"
    RETURN = "return"
    REVIEW = "review"
    PUBLISH = "publish"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    DISCARD = "discard"


class WithdrawalKind(StrEnum):
    """Why something was taken back or corrected (更正 / 撤回 / 误发 / 隐私)."""

    CORRECTION = "correction"
    RECALL = "recall"
    ERROR = "error"
    PRIVACY = "privacy"


class Face(StrEnum):
    """What the public sees of a publication at an instant."""

    FULL = "full"
    COUNTS_ONLY = "counts_only"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


CLOSING_KINDS = frozenset({WithdrawalKind.ERROR, WithdrawalKind.PRIVACY})
"""A correction of these kinds closes the earlier revisions: they answer 410 and their old values are told nowhere."""

OPEN_STATES = frozenset({RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.REVIEWED})

STEPS: dict[tuple[RevisionState, Step], RevisionState] = {
    (RevisionState.DRAFT, Step.SUBMIT): RevisionState.SUBMITTED,
    (RevisionState.DRAFT, Step.DISCARD): RevisionState.DISCARDED,
    (RevisionState.SUBMITTED, Step.RETURN): RevisionState.DRAFT,
    (RevisionState.SUBMITTED, Step.REVIEW): RevisionState.REVIEWED,
    (RevisionState.REVIEWED, Step.RETURN): RevisionState.DRAFT,
    (RevisionState.REVIEWED, Step.PUBLISH): RevisionState.PUBLISHED,
    (RevisionState.PUBLISHED, Step.EXPIRE): RevisionState.EXPIRED,
    (RevisionState.PUBLISHED, Step.SUPERSEDE): RevisionState.SUPERSEDED,
    (RevisionState.PUBLISHED, Step.WITHDRAW): RevisionState.WITHDRAWN,
    (RevisionState.EXPIRED, Step.WITHDRAW): RevisionState.WITHDRAWN,
    (RevisionState.EXPIRED, Step.SUPERSEDE): RevisionState.SUPERSEDED,
}

NEEDS: dict[Step, frozenset[Permission]] = {
    Step.SUBMIT: frozenset({Permission.DRAFT}),
    Step.DISCARD: frozenset({Permission.DRAFT}),
    Step.RETURN: frozenset({Permission.REVIEW, Permission.PUBLISH}),
    Step.REVIEW: frozenset({Permission.REVIEW}),
    Step.PUBLISH: frozenset({Permission.PUBLISH}),
    Step.WITHDRAW: frozenset({Permission.PUBLISH}),
}

CASE_NEEDS: dict[Step, frozenset[Permission]] = {
    Step.SUBMIT: frozenset({Permission.HANDLE_CASES}),
    Step.DISCARD: frozenset({Permission.HANDLE_CASES}),
    Step.RETURN: frozenset({Permission.APPROVE_CASES, Permission.PUBLISH}),
    Step.REVIEW: frozenset({Permission.APPROVE_CASES}),
    Step.PUBLISH: frozenset({Permission.PUBLISH}),
    Step.WITHDRAW: frozenset({Permission.PUBLISH}),
}
"""The answer of a case is worded by who handles cases and reviewed by who approves replies: they alone may read it."""

PREFIXES = {
    Area.NOTICES: "GS",
    Area.DOCUMENTS: "WJ",
    Area.CASES: "DF",
    Area.ALLOCATIONS: "FP",
    Area.BUDGETS: "YS",
    Area.PAYMENTS: "FF",
    Area.REGISTERS: "DJ",
}


def needs(area: Area, step: Step) -> frozenset[Permission]:
    """What permits a step of an area; any one of them suffices."""
    return (CASE_NEEDS if area is Area.CASES else NEEDS)[step]


@dataclass(frozen=True, slots=True)
class Route:
    """How an office lets its revisions become public: three people or two, or the emergency bypass with its reason."""

    steps: int = 3
    bypass_reason: str = ""

    def target(self, state: RevisionState, step: Step) -> RevisionState:
        """The state after a step; ConflictError when the step is not allowed from here."""
        shortcut = (
            {RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.REVIEWED} if self.bypass_reason else set()
        )
        if self.steps == 2:  # noqa: PLR2004 - two people: one drafts, another reviews and publishes at once
            shortcut = shortcut | {RevisionState.SUBMITTED}
        if step is Step.PUBLISH and state in shortcut:
            return RevisionState.PUBLISHED
        try:
            return STEPS[state, step]
        except KeyError:
            raise ConflictError(N_("这一步现在不能做：它已不在可以办这一步的状态，请刷新后再看")) from None


@dataclass(frozen=True, slots=True)
class Hands:
    """Who has touched a revision so far."""

    drafted_by: AccountId
    reviewed_by: AccountId | None = None


def check_hands(step: Step, hands: Hands, actor: AccountId, route: Route) -> None:
    """Who drafts, who reviews and who publishes are different people; NotAllowedError otherwise.

    The emergency bypass lets a publisher act alone, but is told to everybody on the page.
    """
    if route.bypass_reason and step is Step.PUBLISH:
        return
    if step in {Step.REVIEW, Step.PUBLISH} and actor == hands.drafted_by:
        raise NotAllowedError(N_("起草、审核、签发须由不同的人办理：您是这份公示的起草人"))
    if step is Step.PUBLISH and route.steps > 2 and actor == hands.reviewed_by:  # noqa: PLR2004 - see Route
        raise NotAllowedError(N_("起草、审核、签发须由不同的人办理：您是这份公示的审核人"))


def open_steps(
    state: RevisionState, hands: Hands, actor: Actor, route: Route, area: Area = Area.NOTICES
) -> frozenset[Step]:
    """The steps that a member of staff may take now, for the buttons of a page; the verbs ask again themselves."""
    permitted = (step for step in NEEDS if actor.permissions & needs(area, step))
    return frozenset(step for step in permitted if _is_open(step, state, hands, actor, route))


def _is_open(step: Step, state: RevisionState, hands: Hands, actor: Actor, route: Route) -> bool:
    try:
        check_hands(step, hands, actor.account_id, route)
        route.target(state, step)
    except (ConflictError, NotAllowedError):
        return False
    return True


def check_reason(text: str) -> str:
    """A reason or note that the public will read: 4 to 300 characters; RefusedError otherwise."""
    reason = " ".join(text.split())
    if not is_reason(reason):
        raise RefusedError(N_("请写明原因（4 到 300 个字），公众会看到这句话"))
    return reason


def is_reason(text: str) -> bool:
    """Short enough for a notice, long enough to be a reason."""
    return 4 <= len(text) <= 300  # noqa: PLR2004 - the one place that says so


def format_number(area: Area, year: int, ordinal: int) -> str:
    """The public number: letter prefix, year and six figures, for example GS-2026-000123."""
    return f"{PREFIXES[area]}-{year}-{ordinal:06d}"


def normal_number(typed: str) -> str:
    """A number as it is stored, however it was typed."""
    return typed.strip().upper()


def face_at(  # one rule, asked in SQL by queries/publications and here for a single revision
    *, withdrawn: bool, state: RevisionState, visible_until: datetime | None, counts_only: bool, at: datetime
) -> Face:
    """What the public sees at an instant; the end of the period counts even when no job has run."""
    if withdrawn or state is RevisionState.WITHDRAWN:
        return Face.WITHDRAWN
    if state is RevisionState.EXPIRED or (visible_until is not None and at >= visible_until):
        return Face.SEALED
    return Face.COUNTS_ONLY if counts_only else Face.FULL


def canonical_json(value: Any) -> str:
    """The one spelling of a value as JSON: sorted keys, no spaces, characters unescaped."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def snapshot_hash(head: str, pages: Iterable[str] = ()) -> str:
    """SHA-256 in hexadecimal over the head and the pages of rows, each on a line of its own."""
    digest = hashlib.sha256(head.encode())
    for page in pages:
        digest.update(b"\n" + page.encode())
    return digest.hexdigest()
