"""Offices (主管单位、承办单位) as the rules see them: what they are called, and who stands under whom."""

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.messages import N_, Message

TWO_STEPS, THREE_STEPS = 2, 3
_PHONE = re.compile(r"[0-9][0-9 \-()]{1,38}")
_ADDRESS_LENGTH = 200


class OfficeKind(StrEnum):
    """What an office is; it decides which desks may be set up in it."""

    CIVIL_AFFAIRS = "civil_affairs"
    TOWNSHIP = "township"
    FINANCE = "finance"
    DISCIPLINE = "discipline"
    AGENT_BANK = "agent_bank"


@dataclass(frozen=True, slots=True)
class OfficeDetails:
    """What an office tells about itself, and by how many people its publications pass (`steps`: 2 or 3)."""

    hotline: str = ""
    duty_phone: str = ""
    address: str = ""
    steps: int = THREE_STEPS


@dataclass(frozen=True, slots=True)
class Office:
    """One office; `path` lists the ids from the top office down, each closed by a slash."""

    id: int
    name: str
    kind: OfficeKind
    division_code: DivisionCode
    parent_id: int | None
    path: str
    details: OfficeDetails
    version: int

    @property
    def depth(self) -> int:
        """How many offices stand above it."""
        return self.path.count("/") - 1


def office_name(division: Division) -> str:
    """The customary full name of the office that handles social assistance in a division.

    A development zone is no administrative district and has no bureau of its own: its management committee acts.
    """
    match division.level:
        case Level.TOWNSHIP if division.name.endswith("街道"):
            return f"{division.name}办事处"
        case Level.TOWNSHIP:
            return f"{division.name}人民政府"
        case Level.COUNTY if division.name.endswith("区") and "开发区" in division.name:
            return f"{division.name}管理委员会"
        case _:
            return f"{division.name}民政局"


def discipline_name(division: Division) -> str:
    """The customary name of the discipline inspection group that is posted to a division's bureau."""
    return f"{division.name}纪委监委派驻纪检监察组"


def kind_of(division: Division) -> OfficeKind:
    """The kind of the office that `office_name` names."""
    return OfficeKind.TOWNSHIP if division.level is Level.TOWNSHIP else OfficeKind.CIVIL_AFFAIRS


def faults_in(details: OfficeDetails) -> dict[str, Message]:
    """One sentence for each field that cannot be used."""
    faults = {}
    for name, phone in (("hotline", details.hotline), ("duty_phone", details.duty_phone)):
        if phone and not _PHONE.fullmatch(phone):
            faults[name] = Message(N_("电话只能由数字、空格、短横线和括号组成，例如0537-1234567"))
    if len(details.address) > _ADDRESS_LENGTH:
        faults["address"] = Message(N_("地址不能超过%(most)s个字"), {"most": _ADDRESS_LENGTH})
    if details.steps not in {TWO_STEPS, THREE_STEPS}:
        faults["steps"] = Message(N_("发布步骤只能是2或3"))
    return faults
