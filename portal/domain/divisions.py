"""Administrative divisions (区划): city, county, township, village, and how their names are shown."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

DivisionCode = NewType("DivisionCode", str)

_COMMITTEE = re.compile(r"(社区)?(村民委员会|居民委员会|居民委会|村委会|居委会|委员会)$")


class Level(StrEnum):
    """The four levels of division, from the prefecture-level city down."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Division:
    """One division; `path` lists the codes from the city down, each closed by a slash."""

    code: DivisionCode
    name: str
    display_name: str
    level: Level
    parent: DivisionCode | None
    path: str
    virtual: bool = False

    def holds(self, other: "Division") -> bool:
        """Whether the other division is this one or lies within it."""
        return other.path.startswith(self.path)


def display_name(name: str, level: Level) -> str:
    """Drop the committee suffix that the statistical codes append to a village's name.

    航运新村居委会 → 航运新村, 罗屯村民委员会 → 罗屯村, 东单前村村委会 → 东单前村.
    """
    if level is not Level.VILLAGE:
        return name
    match = _COMMITTEE.search(name)
    if not match:
        return name
    stem, suffix = name[: match.start()], match.group(2)
    if match.group(1):
        return stem + "社区"
    if suffix == "村民委员会" and not stem.endswith(("村", "社区", "庄村")):
        return stem + "村"
    return stem
