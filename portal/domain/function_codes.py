"""Functional codes (支出功能分类科目): a table with the code above each, never cut; which programme each belongs to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.programs import Program
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import compact

_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """One code with its name; without a programme it is none of the three of the catalogue."""

    code: str
    name: str
    parent: str | None = None
    program: Program | None = None
    since: int = 0
    until: int = 9999
    is_work: bool = False
    """Whether it pays for the offices, not for people."""

    def holds_in(self, year: int) -> bool:
        """Whether budgets of the year use it."""
        return self.since <= year <= self.until


@dataclass(frozen=True, slots=True)
class FunctionCodes:
    """The table; `work_words` tell an item that pays for work (工作经费), whose code without any is `work_code`."""

    codes: Mapping[str, FunctionCode]
    work_words: tuple[str, ...]
    work_code: str
    endings: tuple[str, ...]
    _names: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "FunctionCodes":
        """Read the table."""
        codes = {row["code"]: _code(row) for row in table["codes"]}
        names = {
            heading_key(name): row["code"] for row in table["codes"] for name in (row["name"], *row.get("other", ()))
        }
        work = table["work"]
        return cls(codes, tuple(map(heading_key, work["words"])), work["code"], tuple(table["endings"]), names)

    def find(self, code: str, year: int) -> FunctionCode | None:
        """The code of a year; nothing when the table has none."""
        found = self.codes.get(code)
        return found if found and found.holds_in(year) else None

    def named(self, text: str, year: int) -> FunctionCode | None:
        """The code that a name means."""
        own = (heading_key(text), heading_key(_BRACKETS.sub("", compact(text))))
        keys = (*own, *(key.removesuffix(ending) for key in own for ending in self.endings))
        return next((found for one in keys if (found := self.find(self._names.get(one, ""), year))), None)

    def of_program(self, program: Program) -> FunctionCode:
        """The code of a whole programme."""
        return next(one for one in self.codes.values() if one.program is program and self._is_whole(one))

    def program_in(self, text: str) -> Program | None:
        """The one programme that a title names; nothing where it names none or several."""
        key = heading_key(text)
        found = {self.codes[code].program for name, code in self._names.items() if name in key}
        programs = [program for program in Program if program in found]
        return programs[0] if len(programs) == 1 else None

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
        row["code"],
        row["name"],
        row.get("parent"),
        program,
        row.get("since", 0),
        row.get("until", 9999),
        row.get("use") == "work",
    )
