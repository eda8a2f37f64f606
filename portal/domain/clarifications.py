"""澄清: whoever was reported without substance may ask that it be said where harm arose. No submitter is ever named.

Who asks is not told whether there is a case: the answer is a letter, or one sentence that fits every reason.
"""

from enum import StrEnum

from portal.domain.permissions import Actor, Permission

NUMBERS = 1_000_000


class ClarificationState(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class ClarificationScope(StrEnum):
    """Where harm arose, and so where it is clarified and no further."""

    OWN_OFFICE = "own_office"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


SCOPES = {
    ClarificationScope.OWN_OFFICE: "本单位",
    ClarificationScope.VILLAGE: "所在村（社区）",
    ClarificationScope.TOWNSHIP: "所在镇（街道）",
    ClarificationScope.COUNTY: "所在县（市、区）",
}
"""As a letter names them."""
TITLE = "澄清告知书"
DECIDES = frozenset({Permission.APPROVE_CASES, Permission.SUPERVISE_CASES, Permission.HANDLE_DISCIPLINE})


def format_clarification_number(year: int, random: int) -> str:
    """The number of a request, like CQ-2026-048392; it has nothing to do with the number of a case."""
    return f"CQ-{year}-{random:06d}"


def may_decide(actor: Actor) -> bool:
    """Whether the actor's roles let him decide at all; the scope is asked separately."""
    return bool(actor.permissions & DECIDES)


def paragraphs(whom: str, scope: ClarificationScope, text: str) -> tuple[str, ...]:
    """The body of the letter: plain text, without the number of a case, its date, or a word of who reported what."""
    head = f"经核查，反映{whom}的有关问题不属实。为消除影响，现于{SCOPES[scope]}范围内予以澄清。"
    tail = "请不要打听、猜测是谁反映的；打击报复反映人的，依法追究责任。"
    return (head, *(line.strip() for line in text.splitlines() if line.strip()), tail)
