"""On which grounds a case may be declined (不予受理): a closed list, each with its article; no other reason counts.

Failing to register is itself punishable (信访工作条例 art. 44), so a declined case stays registered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.disclosure import LegalBasis
from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.wordings import Wording, wording_from_table


@dataclass(frozen=True, slots=True)
class DeclineGround:
    """One ground. `names_body` asks for the body that is right; `names_reply` for the case that was answered before."""

    code: str
    name: Wording
    text: Wording
    basis: LegalBasis
    names_body: bool
    names_reply: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class DeclineGrounds:
    """One version of the list."""

    version: str
    effective_on: date
    grounds: tuple[DeclineGround, ...]

    def ground(self, code: str) -> DeclineGround:
        """The ground with a code; InvalidError for any other reason."""
        for ground in self.grounds:
            if ground.code == code:
                return ground
        raise InvalidError(
            N_("请选择一种法定的不予受理情形"), fields={"ground": Message(N_("请选择一种法定的不予受理情形"))}
        )

    def check(self, code: str, *, right_body: str = "", earlier_number: str = "") -> DeclineGround:
        """The ground, once everything is there that its letter must name; InvalidError by field otherwise."""
        ground = self.ground(code)
        faults = {}
        if ground.names_body and not right_body.strip():
            faults["right_body"] = Message(N_("请写明有权处理的机关：不予受理也要告诉群众该找谁"))
        if ground.names_reply and not earlier_number.strip():
            faults["earlier_number"] = Message(N_("请写明先前那件诉求的编号，一并告知反映人"))
        if faults:
            raise InvalidError(N_("还缺少必须写明的内容"), fields=faults)
        return ground


def decline_grounds_from_table(table: Mapping[str, Any]) -> DeclineGrounds:
    """The list from its table; KeyError or ValueError when an entry is incomplete."""
    return DeclineGrounds(
        version=table["version"],
        effective_on=table["effective_on"],
        grounds=tuple(
            DeclineGround(
                code=entry["code"],
                name=wording_from_table(entry, "name"),
                text=wording_from_table(entry),
                basis=LegalBasis(**entry["basis"]),
                names_body=entry.get("names_body", False),
                names_reply=entry.get("names_reply", False),
                confirmed=entry["confirmed"],
            )
            for entry in table["grounds"]
        ),
    )
