"""Texts that an officer may begin with, and the faults that a text must not leave the desk with."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind, CaseState
from portal.domain.intake import Contact, Member
from portal.domain.messages import N_, Message
from portal.domain.redaction import FindingKind, find_names, find_personal_data
from portal.domain.wordings import Wording, wording_from_table

SHORTEST_MESSAGE, SHORTEST_REPLY = 10, 50
"""Characters: a shorter text is no answer to anybody's trouble [policy]."""

_PLACEHOLDER = re.compile(
    r"〔[^〕]{0,80}〕|【[^】]{0,80}】|\{[^}]{0,80}\}|[_＿]{2,}|[×✕╳]{2,}|[xX]{2,}|○{2,}|…年…月|\?\?+|？？+"
)
_SHORTEST_TOKEN = 5
"""Digits of a phone, letters of an address: shorter ones occur by chance."""


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A text for a step from certain states and, if it names any, of certain kinds; places to fill stand in 〔〕."""

    code: str
    action: Action
    states: frozenset[CaseState]
    kinds: frozenset[CaseKind]
    name: Wording
    text: Wording

    def fits(self, action: Action, state: CaseState, kind: CaseKind) -> bool:
        """Whether it is offered there."""
        return action is self.action and state in self.states and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class CannedReplies:
    """One version of all of them."""

    version: str
    effective_on: date
    replies: tuple[CannedReply, ...]

    def offered(self, action: Action, state: CaseState, kind: CaseKind) -> tuple[CannedReply, ...]:
        """Those that may be begun with."""
        return tuple(reply for reply in self.replies if reply.fits(action, state, kind))


def faults_in_reply(text: str, contact: Contact | None, *, action: Action) -> tuple[Message, ...]:
    """Why a text must not go out yet: a place is not filled, it names the submitter, or it says next to nothing.

    `contact` is what the officer may know of the submitter, None when that is hidden from him. The sentences never
    repeat what they found.
    """
    return tuple(_faults(text, contact, SHORTEST_REPLY if action is Action.DRAFT_REPLY else SHORTEST_MESSAGE))


def canned_replies_from_table(table: Mapping[str, Any]) -> CannedReplies:
    """The texts from their table; KeyError or ValueError when an entry is incomplete or unknown."""
    return CannedReplies(
        version=table["version"],
        effective_on=table["effective_on"],
        replies=tuple(
            CannedReply(
                code=entry["code"],
                action=Action(entry["action"]),
                states=frozenset(CaseState(state) for state in entry["states"]),
                kinds=frozenset(CaseKind(kind) for kind in entry.get("kinds", ())),
                name=wording_from_table(entry, "name"),
                text=wording_from_table(entry),
            )
            for entry in table["replies"]
        ),
    )


def _faults(text: str, contact: Contact | None, shortest: int) -> Iterator[Message]:
    if left := len(_PLACEHOLDER.findall(text)):
        yield Message(N_("还有%(count)d处空没有填"), {"count": left})
    if len("".join(_PLACEHOLDER.sub("", text).split())) < shortest:
        yield Message(N_("写得太短：至少%(least)d个字，说清楚查了什么、结果怎样、下一步怎么办"), {"least": shortest})
    if contact is not None and _names_submitter(text, contact):
        yield Message(N_("文中写有反映人的姓名、电话、邮箱或住址：请改为“您”，以免转给他人时泄露"))
    if any(finding.kind is FindingKind.ID_NUMBER for finding in find_personal_data(text)):
        yield Message(N_("文中有身份证号，请删去"))


def _names_submitter(text: str, contact: Contact) -> bool:
    people: tuple[Contact | Member, ...] = (contact, *contact.members)
    if find_names(text, [person.name for person in people if person.name.strip()]):
        return True
    plain = _squeezed(text)
    tokens = (*(person.phone for person in people), contact.email, contact.address)
    return any(token in plain for token in _long_enough(tokens))


def _long_enough(tokens: Iterable[str]) -> Iterator[str]:
    for token in map(_squeezed, tokens):
        if len(token) >= _SHORTEST_TOKEN:
            yield token


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\-\u2010-\u2015()+.,，。]", "", unicodedata.normalize("NFKC", text)).lower()
