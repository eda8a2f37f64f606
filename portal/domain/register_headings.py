"""The words by which registers name their columns, reasons and bounds: `register_headings.toml`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.domain.registers import RegisterColumn, RegisterKind, ReturnReason
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import compact

WHERE_AND_WHEN = ("division", "period", "program")
"""What every kind may tell besides the columns of its own."""


@dataclass(frozen=True, slots=True)
class RegisterHeadings:
    """Columns and reasons by their words; bounds in yuan of a middling row."""

    columns: Mapping[str, str]
    only: Mapping[RegisterKind, Mapping[str, str]]
    people: tuple[str, ...]
    reasons: Mapping[str, ReturnReason]
    bounds: Mapping[RegisterKind, tuple[int, int]]
    unread: frozenset[str]
    offices: tuple[str, ...]

    @classmethod
    def from_table(cls, table: Mapping[str, Mapping[str, Any]]) -> "RegisterHeadings":
        """Read the table; ValueError for a column that no register has."""
        return cls(
            columns=_columns(table["columns"]),
            only={RegisterKind(kind): _columns(one) for kind, one in table["only"].items()},
            people=tuple(map(heading_key, table["people"]["words"])),
            reasons={
                heading_key(word): ReturnReason(reason) for reason, words in table["reasons"].items() for word in words
            },
            bounds={RegisterKind(kind): (one["least"], one["most"]) for kind, one in table["bounds"].items()},
            unread=frozenset(map(heading_key, table["unread"]["words"])),
            offices=tuple(sorted(map(heading_key, table["offices"]["endings"]), key=len, reverse=True)),
        )

    def of_kind(self, kind: RegisterKind) -> "RegisterHeadings":
        """The words of one kind: 单位 stands over divisions, but over measures where goods are told."""
        return replace(self, columns={**self.columns, **self.only.get(kind, {})})

    def column(self, text: str) -> str | None:
        """What a column with this heading holds."""
        plain = compact(text)
        keys = (heading_key(plain), heading_key(re.sub(r"\([^()]*\)", "", plain)))
        return next((self.columns[key] for key in keys if key in self.columns), None)

    def names_people(self, text: str) -> bool:
        """Whether a column with this heading names persons or accounts; one that counts them (领取人数) does not."""
        key = heading_key(text)
        return key not in self.columns and any(word in key for word in self.people)

    def is_unread(self, text: str) -> bool:
        """Whether nothing below a heading is looked at: a number of a voucher cannot be told from one of an account."""
        return heading_key(text) in self.unread

    def place_of(self, payee: str) -> str:
        """The place whose office is named: 任城区 of 任城区民政局."""
        key = heading_key(payee)
        return next((key.removesuffix(ending) for ending in self.offices if key.endswith(ending)), key)

    def reason(self, text: str) -> ReturnReason | None:
        """The reason that a cell means; nothing for one outside of the list."""
        return self.reasons.get(heading_key(text))


def _columns(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    if not {*WHERE_AND_WHEN, *RegisterColumn}.issuperset(table):
        raise ValueError("register_headings.toml names a column that no register has")
    return {heading_key(word): name for name, words in table.items() for word in words}
