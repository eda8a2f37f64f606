"""Administrative divisions (区划): city, county, township, village, and how their names are shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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


ZONES = {
    DivisionCode("3708T1"): ("太白湖新区", "太白湖新区"),
    DivisionCode("3708J1"): ("经济技术开发区", "经开区"),
}
"""Name and display name of the zones without a code in GB/T 2260: units of our own, whose townships the
operator sets. The letters keep their codes apart from any that will ever be issued."""


def from_table(rows: Sequence[Mapping[str, str]]) -> tuple[Division, ...]:
    """The divisions of the table (columns code, name, level, parent; parents first), then the zones below the city."""
    found: dict[str, Division] = {}
    for row in rows:
        parent = found[row["parent"]] if row["parent"] else None
        found[row["code"]] = _division(row["code"], row["name"], Level(row["level"]), parent)
    city = next(division for division in found.values() if division.level is Level.CITY)
    zones = (
        replace(_division(code, name, Level.COUNTY, city), display_name=short, virtual=True)
        for code, (name, short) in ZONES.items()
    )
    return (*found.values(), *zones)


def _division(code: str, name: str, level: Level, parent: Division | None) -> Division:
    path = f"{parent.path if parent else ''}{code}/"
    return Division(DivisionCode(code), name, display_name(name, level), level, parent.code if parent else None, path)


def county_by_code(township: DivisionCode) -> DivisionCode:
    """The county-level unit that a township's own code names, wherever the operator has placed it."""
    return DivisionCode(township[:6])


def display_name(name: str, level: Level) -> str:
    """Drop the committee suffix that the statistical codes append to a village's name.

    航运新村居委会 → 航运新村, 罗屯村民委员会 → 罗屯村, 东单前村村委会 → 东单前村, 马东村委会 → 马东村.
    """
    if level is not Level.VILLAGE:
        return name
    match = _COMMITTEE.search(name)
    if not match:
        return name
    stem, suffix = name[: match.start()], match.group(2)
    if match.group(1):
        return stem + "社区"
    if suffix.startswith("村") and not stem.endswith(("村", "社区")):
        return stem + "村"
    return stem
