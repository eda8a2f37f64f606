"""Functional codes (支出功能分类科目): a table with the code above each, never cut; which programme each belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.programs import Program
from portal.domain.roster_headings import heading_key


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """One code with its name; without a programme it is none of the three of the catalogue."""

    code: str
    name: str
    parent: str | None = None
    program: Program | None = None
    since: int = 0
    until: int = 9999

    def holds_in(self, year: int) -> bool:
        """Whether budgets of the year use it."""
        return self.since <= year <= self.until


@dataclass(frozen=True, slots=True)
class FunctionCodes:
    """The table; `work_words` tell an item that pays for work (工作经费), whose code without any is `work_code`."""

    codes: Mapping[str, FunctionCode]
    work_words: tuple[str, ...]
    work_code: str
    _names: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "FunctionCodes":
        """Read the table."""
        codes = {row["code"]: _code(row) for row in table["codes"]}
        names = {
            heading_key(name): row["code"] for row in table["codes"] for name in (row["name"], *row.get("other", ()))
        }
        work = table["work"]
        return cls(codes, tuple(map(heading_key, work["words"])), work["code"], names)

    def find(self, code: str, year: int) -> FunctionCode | None:
        """The code of a year; nothing when the table has none."""
        found = self.codes.get(code)
        return found if found and found.holds_in(year) else None

    def named(self, text: str, year: int) -> FunctionCode | None:
        """The code that a name means."""
        return self.find(self._names.get(heading_key(text), ""), year)

    def of_program(self, program: Program) -> FunctionCode:
        """The code of a whole programme."""
        return next(one for one in self.codes.values() if one.program is program and self._is_whole(one))

    def _is_whole(self, one: FunctionCode) -> bool:
        return one.parent is None or self.codes[one.parent].program is not one.program

    def above(self, code: str) -> Iterator[str]:
        """Every code above one."""
        found = self.codes.get(code)
        while found is not None and found.parent is not None:
            yield found.parent
            found = self.codes.get(found.parent)

    def is_work(self, text: str) -> bool:
        """Whether an item pays for work."""
        key = heading_key(text)
        return any(word in key for word in self.work_words)


def _code(row: Mapping[str, Any]) -> FunctionCode:
    program = Program(row["program"]) if "program" in row else None
    return FunctionCode(
        row["code"], row["name"], row.get("parent"), program, row.get("since", 0), row.get("until", 9999)
    )
