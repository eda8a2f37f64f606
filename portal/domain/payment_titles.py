"""What a roster of payments says of itself above its table: month, programme, kind, residence, place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from string import ascii_uppercase
from typing import Any, TypeVar

from portal.domain.divisions import Division
from portal.domain.payments import PaymentKind, Residence
from portal.domain.programs import Program
from portal.domain.roster_headings import HeadingTable, RosterColumn, heading_key
from portal.domain.sheets import CellKind, Workbook, address, compact
from portal.domain.written_months import month_in

_ROWS_READ = 4
_Meant = TypeVar("_Meant")


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """The words of `payment_words.toml`, in its order."""

    programs: Mapping[Program, tuple[str, ...]]
    kinds: Mapping[PaymentKind, tuple[str, ...]]
    residences: Mapping[Residence, tuple[str, ...]]
    not_paid: tuple[str, ...] = ()
    also_paid: tuple[str, ...] = ()
    months: frozenset[str] = frozenset()
    paid_for: frozenset[str] = frozenset()
    headings: Mapping[RosterColumn, tuple[str, ...]] = field(default_factory=dict)
    kind_amounts: Mapping[PaymentKind, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> "PaymentWords":
        """Read the table."""
        return cls(
            {Program(name): tuple(words) for name, words in table["programs"].items()},
            {PaymentKind(name): tuple(words) for name, words in table["kinds"].items()},
            {Residence(name): tuple(words) for name, words in table["residences"].items()},
            tuple(table.get("not_paid", ())),
            tuple(table.get("also_paid", ())),
            frozenset(map(heading_key, table.get("months", ()))),
            frozenset(map(heading_key, table.get("paid_for", ()))),
            {RosterColumn(name): tuple(words) for name, words in table.get("headings", {}).items()},
            {PaymentKind(name): tuple(words) for name, words in table.get("kind_amounts", {}).items()},
        )

    def headings_of(self, kind: PaymentKind, table: HeadingTable) -> HeadingTable:
        """The office's table with the headings of payments, for a roster of one kind."""
        own = {RosterColumn.AMOUNT: self.kind_amounts.get(kind, ())}
        return table.extended(first=own, last=self.headings)


@dataclass(frozen=True, slots=True)
class TitleLine:
    """One line above the tables, with its cell."""

    sheet: str
    place: str
    text: str

    @property
    def row(self) -> int:
        """The number of its row; nought for the name of a sheet or of the file."""
        return int(self.place.lstrip(ascii_uppercase) or 0)

    @property
    def month(self) -> date | None:
        """The month that the line names; a full date is none."""
        return month_in(self.text)


@dataclass(frozen=True, slots=True)
class Told:
    """What is paid, as far as words say it."""

    program: Program | None
    kind: PaymentKind
    residence: Residence | None


def told_in(text: str, words: PaymentWords) -> Told:
    """What one text says of what is paid: a heading, or the first cell of a row."""
    line = TitleLine("", "", text)
    kind = meant_by(line, words.kinds) or PaymentKind.BASIC
    return Told(meant_by(line, words.programs), kind, meant_by(line, words.residences))


def title_lines(workbook: Workbook, filename: str) -> tuple[TitleLine, ...]:
    """The first lines of every visible sheet, then the name of the file, which only counts when they are silent."""
    lines = [
        TitleLine(sheet.name, address(cell.column, row.number), compact(cell.text))
        for sheet in workbook.sheets
        if not sheet.hidden
        for row in sheet.rows[:_ROWS_READ]
        for cell in row.cells[:2]
        if cell.kind is CellKind.TEXT
    ]
    names = (TitleLine(sheet.name, "", compact(sheet.name)) for sheet in workbook.sheets if not sheet.hidden)
    return (*lines, *names, TitleLine("", "", compact(filename)))


def meant_by(line: TitleLine, words: Mapping[_Meant, Sequence[str]]) -> _Meant | None:
    """What a line means by the words of a table, the first that it holds."""
    return next((meaning for meaning, told in words.items() if any(word in line.text for word in told)), None)


def place_in(line: TitleLine, places: Iterable[Division]) -> Division | None:
    """The one place that a line names; of 大安镇 and 小大安镇 the longer one, of two of one name none."""
    named = [one for one in places if one.name in line.text or one.display_name in line.text]
    longest = max((len(one.name) for one in named), default=0)
    found = [one for one in named if len(one.name) == longest]
    return found[0] if len(found) == 1 else None
