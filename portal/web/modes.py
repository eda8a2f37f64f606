"""Large print and high contrast: how a visitor wants to see the pages, kept in the only cookie of the public side."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

COOKIE = "modes"


class Mode(StrEnum):
    """One way of showing the pages that a visitor can switch on."""

    ELDER = "elder"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Modes:
    """The modes that are on."""

    on: frozenset[Mode] = frozenset()

    @property
    def classes(self) -> str:
        """The class attribute of the page's root element."""
        return " ".join(mode for mode in Mode if mode in self.on)

    @property
    def cookie(self) -> str:
        """The cookie's value: the modes in their fixed order, so that equal choices share one kept page."""
        return ".".join(mode for mode in Mode if mode in self.on)

    def switched(self, mode: Mode, *, on: bool) -> "Modes":
        """These modes with one switched on or off."""
        return Modes(self.on | {mode} if on else self.on - {mode})


def modes_of(cookies: Mapping[str, str]) -> Modes:
    """Read the cookie; words that are no modes count as nothing."""
    words = cookies.get(COOKIE, "").split(".")
    return Modes(frozenset(mode for mode in Mode if mode in words))
