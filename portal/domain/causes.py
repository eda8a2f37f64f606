"""Causes of temporary assistance (救助事由): free text in the spreadsheet, one of a closed list ever after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.sheets import compact


class Cause(StrEnum):
    """The closed list of the disclosure rules; counted above a list, never beside a row."""

    MAJOR_ILLNESS = "major_illness"
    SCHOOLING = "schooling"
    ACCIDENT = "accident"
    DISASTER = "disaster"
    OTHER = "other"


CAUSE_NAMES = {
    Cause.MAJOR_ILLNESS: "重大疾病",
    Cause.SCHOOLING: "就学",
    Cause.ACCIDENT: "意外事故",
    Cause.DISASTER: "灾害",
    Cause.OTHER: "其他",
}


@dataclass(frozen=True, slots=True)
class CauseTable:
    """Keywords of each cause; the keyword that stands first in a text decides."""

    keywords: tuple[tuple[str, Cause], ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Sequence[str]]) -> "CauseTable":
        """Read `causes.toml`: a list of keywords under each cause's name."""
        return cls(tuple((word, Cause(name)) for name, words in table.items() for word in words))

    def cause_of(self, text: str) -> Cause | None:
        """The cause that a free text tells, None when no keyword says so."""
        plain = compact(text)
        hits = [(plain.index(word), -len(word), cause) for word, cause in self.keywords if word in plain]
        return min(hits)[2] if hits else None


def choice_key(text: str) -> str:
    """Under which key a clerk's own choice for a free text is kept in `cause_choices`."""
    return compact(text)
