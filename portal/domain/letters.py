"""The letters of a case (告知书、意见书): which step sends which, and what each must say.

A reply holds the request, the facts found, the opinion, its legal basis, the remedy and its days, and the office
(信访工作条例). Letters are made of plain text alone; an article that the bureau has not confirmed is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.domain.case_actions import Action
from portal.domain.cases import Outcome, Track


class LetterKind(StrEnum):
    """What a letter tells."""

    ACCEPTANCE = "acceptance"
    DECLINE = "decline"
    EXTENSION = "extension"
    REPLY = "reply"
    FORWARDING = "forwarding"
    REEXAMINATION = "reexamination"
    FINAL_REVIEW = "final_review"


LETTERS: Mapping[Action, LetterKind] = {
    Action.ACCEPT: LetterKind.ACCEPTANCE,
    Action.DECLINE: LetterKind.DECLINE,
    Action.APPROVE_EXTENSION: LetterKind.EXTENSION,
    Action.REPLY: LetterKind.REPLY,
    Action.FORWARD_OUTSIDE: LetterKind.FORWARDING,
    Action.TRANSFER: LetterKind.FORWARDING,
    Action.REEXAMINE: LetterKind.REEXAMINATION,
    Action.REVIEW_FINALLY: LetterKind.FINAL_REVIEW,
}

TITLES: Mapping[LetterKind, str] = {
    LetterKind.ACCEPTANCE: "受理告知书",
    LetterKind.DECLINE: "不予受理告知书",
    LetterKind.EXTENSION: "延期告知书",
    LetterKind.REPLY: "答复意见书",
    LetterKind.FORWARDING: "转送告知书",
    LetterKind.REEXAMINATION: "复查意见书",
    LetterKind.FINAL_REVIEW: "复核意见书",
}
OPINIONS: Mapping[Outcome, str] = {
    Outcome.SUBSTANTIATED: "经核查，所反映的问题属实，予以支持。",
    Outcome.PARTLY_SUBSTANTIATED: "经核查，所反映的问题部分属实，对属实的部分予以支持。",
    Outcome.UNSUBSTANTIATED: "经核查，所反映的问题不属实，现作如下解释。",
    Outcome.UNVERIFIABLE: "经核查，所反映的问题目前无法核实，现作如下说明。",
}
LAWSUIT = (
    "对拒绝、减少或者终止救助的决定不服的，可以依法申请行政复议（60日）或者提起诉讼（6个月）；"
    "在本平台反映不停止上述期限。"
)
NOBODY = "反映人"
"""A letter to somebody who has not told his name, or whose name this reader has not opened."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter is made of. `content` is the opened piece that goes with the step; texts are kept out of `repr`.

    `above` is the office to which a remedy leads, empty where there is none; `basis` stands confirmed or is empty.
    `named` is None where nobody has looked at who submitted.
    """

    kind: LetterKind
    number: str
    track: Track
    received_on: date
    dated: date
    office: str
    above: str = ""
    due_on: date | None = None
    days: int | None = None
    named: bool | None = False
    content: Mapping[str, str] = field(default_factory=dict, repr=False)
    ground: str = ""
    basis: str = ""


def paragraphs(facts: LetterFacts) -> tuple[str, ...]:
    """The body of the letter, from the receipt to the remedy."""
    received = f"您反映的事项（编号{facts.number}）已于{_day(facts.received_on)}收到。"
    return (received, *(line for line in _BODIES[facts.kind](facts) if line), *_remedy(facts))


def _acceptance(facts: LetterFacts) -> tuple[str, ...]:
    until = f"我单位将在{_day(facts.due_on)}前办结并答复您。" if facts.due_on else ""
    return (f"经审查，决定予以受理。{until}", "办理情况可以凭回执上的查询码在本平台查看。")


def _decline(facts: LetterFacts) -> tuple[str, ...]:
    body = facts.content.get("right_body", "")
    return (
        "经审查，决定不予受理。" + facts.ground,
        *_lines(facts.content.get("text", "")),
        f"请向{body}提出。" if body else "",
        f"依据：{facts.basis}。" if facts.basis else "",
    )


def _extension(facts: LetterFacts) -> tuple[str, ...]:
    until = f"，延长后的办理期限至{_day(facts.due_on)}" if facts.due_on else ""
    return (f"因情况复杂，经批准，办理期限延长{facts.days or 0}日{until}。延期只有这一次。",)


def _forwarding(facts: LetterFacts) -> tuple[str, ...]:
    body = facts.content.get("right_body", "")
    return (f"经审查，您反映的事项由{body}处理，现已转送。" if body else "您反映的事项已转送有权处理的机关。",)


def _opinion(facts: LetterFacts) -> tuple[str, ...]:
    outcome = facts.content.get("outcome")
    law = facts.content.get("legal_basis", "")
    return (
        OPINIONS[Outcome(outcome)] if outcome else "现答复如下。",
        *_lines(facts.content.get("text", "")),
        f"以上意见的依据：{law.rstrip('。')}。" if law else "",
    )


_BODIES = {
    LetterKind.ACCEPTANCE: _acceptance,
    LetterKind.DECLINE: _decline,
    LetterKind.EXTENSION: _extension,
    LetterKind.REPLY: _opinion,
    LetterKind.FORWARDING: _forwarding,
    LetterKind.REEXAMINATION: _opinion,
    LetterKind.FINAL_REVIEW: _opinion,
}


def _remedy(facts: LetterFacts) -> tuple[str, ...]:
    """What somebody can do who does not accept it; on the petition track only.

    Every letter says where a decision about aid is contested: those days run on while the portal handles the case.
    """
    if facts.track is not Track.PETITION:
        return ()
    return (*_looking_again(facts), LAWSUIT)


def _looking_again(facts: LetterFacts) -> tuple[str, ...]:
    """Reexamination and final review, within 30 days of service (信访工作条例 art. 35, 36)."""
    if facts.kind is LetterKind.FINAL_REVIEW:
        return ("这是最终意见。对同一事实和理由再次提出的，不再受理。",)
    asked = {LetterKind.REPLY: "复查", LetterKind.REEXAMINATION: "复核"}.get(facts.kind)
    if asked is None:
        return ()
    where = f"向{facts.above}" if facts.above else "向上一级机关、单位"
    first = f"如对本意见不服，可以自收到之日起30日内{where}申请{asked}。"
    if facts.named:
        return (first,)
    anonymous = "没有留下姓名的，" if facts.named is None else "匿名照样核查，但"
    return (f"{first}{anonymous}不能申请{asked}；可以凭查询码先改为实名。",)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
