"""From a household's row to a recipient, or to the faults of its cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from portal.domain.causes import Cause
from portal.domain.divisions import Division
from portal.domain.identity_numbers import normal_form
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit, fen
from portal.domain.programs import AssistanceType
from portal.domain.roster_cells import (
    amount_fault,
    broken,
    is_empty,
    missing,
    read_cause,
    read_count,
    read_identity,
    read_name,
    read_type,
    read_village,
    read_yuan,
    shown_village,
)
from portal.domain.roster_headings import RosterColumn
from portal.domain.roster_households import Household
from portal.domain.roster_report import Report
from portal.domain.roster_rows import Entry, Section
from portal.domain.roster_values import Line, Member, Recipient, RosterRequest, UnmappedCause
from portal.domain.sheets import Cell, CellKind, address, compact

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the sheet says once for all its rows."""

    sheet: str
    unit: MoneyUnit
    village: Division | None
    assistance_type: AssistanceType | None


@dataclass(slots=True)
class LineReader:
    """Reads households one by one and remembers who was there already, over all sheets."""

    request: RosterRequest
    report: Report
    seen: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    type_cells: dict[AssistanceType, tuple[str, str]] = field(default_factory=dict)

    def read(self, household: Household, around: Surroundings, carried_village: Cell | None) -> Line:
        """One household; faults of rows that `keep_only` drops anyway are not reported."""
        assistance_type = self._type(household.head, around)
        keep_only = self.request.keep_only
        kept = keep_only is None or assistance_type is None or assistance_type in keep_only
        row = _RowReader(self.request, self.report if kept else Report(), around.sheet, household)
        village = row.village(around.village, carried_village)
        yuan, amount = row.amount(around.unit)
        size, covered = row.counts()
        seen = self.seen if kept else {}
        identity = row.identity(seen)
        members = row.members(seen) if household.members else ()
        name = row.name()
        cause = row.cause()
        recipient = None
        if kept and name and village:
            recipient = Recipient(
                around.sheet,
                row.number,
                village,
                name,
                identity,
                size,
                covered,
                amount,
                assistance_type,
                cause,
                members,
            )
        return Line(
            around.sheet, row.number, household.persons, village, size, covered, yuan, assistance_type, kept, recipient
        )

    def _type(self, head: Entry, around: Surroundings) -> AssistanceType | None:
        if RosterColumn.ASSISTANCE_TYPE not in head.header.columns:
            found, cell = around.assistance_type, Cell(0, "", head.row.cells[0].kind)
        else:
            row = _RowReader(self.request, self.report, around.sheet, Household(head, (), by_person=False))
            cell = head.value(RosterColumn.ASSISTANCE_TYPE)
            found = row.take(RosterColumn.ASSISTANCE_TYPE, cell, read_type(cell))
        if found:
            self.type_cells.setdefault(found, (around.sheet, address(cell.column, head.row.number)))
        return found


class _RowReader:
    """The cells of one household's head, each fault reported where it stands."""

    def __init__(self, request: RosterRequest, report: Report, sheet: str, household: Household) -> None:
        self.number = household.head.row.number
        self._request, self._report, self._sheet = request, report, sheet
        self._household, self._head = household, household.head

    def take(self, column: RosterColumn, cell: Cell, value: _Value | Message | None) -> _Value | None:
        """The value, or None with the cell's fault reported; an empty cell is a fault where the column is needed."""
        problem: Message | None = None
        if isinstance(value, Message):
            problem = broken(cell) or value
        elif value is None and (column in self._request.needed or column is RosterColumn.VILLAGE):
            problem = missing(column)
        if problem:
            self._report.fault(self._sheet, self.number, cell, problem)
            return None
        return None if isinstance(value, Message) else value

    def village(self, default: Division | None, carried: Cell | None) -> Division | None:
        """From its column, from a line above the row, from the row above, or from the sheet's name or title."""
        cell = self._head.value(RosterColumn.VILLAGE)
        absent = RosterColumn.VILLAGE not in self._head.header.columns
        if absent or is_empty(cell):
            if self._head.section:
                return self._section(self._head.section)
            if absent:
                return default
            cell = carried or cell
        value = read_village(cell, self._head.value(RosterColumn.TOWNSHIP), self._request)
        shown = shown_village(cell) if isinstance(value, Message) and not broken(cell) else None
        if shown is not None and isinstance(value, Message):
            self._report.refuse(self._sheet, address(cell.column, self.number), value, shown)
            return None
        return self.take(RosterColumn.VILLAGE, cell, value)

    def _section(self, line: Section) -> Division | None:
        """The village of the line above; an unknown one is a fault of the line, not of every row below it."""
        value = line.village or read_village(line.cell, Cell(0, "", CellKind.EMPTY), self._request)
        if isinstance(value, Message):
            self._report.refuse(self._sheet, address(line.cell.column, line.row), value, compact(line.cell.text))
            return None
        return value

    def name(self) -> str | None:
        """The cleaned full name."""
        cell = self._head.value(RosterColumn.NAME)
        return self.take(RosterColumn.NAME, cell, read_name(cell, self._request))

    def identity(self, seen: dict[str, tuple[str, str]]) -> str | None:
        """The identity number, unless the same person stands in the list already."""
        if RosterColumn.ID_NUMBER not in self._head.header.columns:
            return None
        cell = self._head.value(RosterColumn.ID_NUMBER)
        number = self.take(RosterColumn.ID_NUMBER, cell, read_identity(cell))
        if number is None or not self._is_new(number, cell, self.number, seen):
            return None
        return number

    def members(self, seen: dict[str, tuple[str, str]]) -> tuple[Member, ...]:
        """The household's further persons; a number written wrongly, or that stands in the list already, is told.

        They may be missing (children), and the head's own number may be repeated beside them.
        """
        found: list[Member] = []
        own = normal_form(self._head.value(RosterColumn.ID_NUMBER).text)
        for member in self._household.members:
            cell = member.value(RosterColumn.ID_NUMBER)
            value = read_identity(cell)
            if cell.filled or value is None or normal_form(cell.text) == own:
                continue
            if isinstance(value, Message):
                self._report.fault(self._sheet, member.row.number, cell, broken(cell) or value)
            elif self._is_new(value, cell, member.row.number, seen):
                found.append(Member(value, member.row.number))
        return tuple(found)

    def _is_new(self, number: str, cell: Cell, row: int, seen: dict[str, tuple[str, str]]) -> bool:
        place = (self._sheet, address(cell.column, row))
        earlier = seen.setdefault(number, place)
        if earlier == place:
            return True
        where = earlier[1] if earlier[0] == self._sheet else "!".join(earlier)
        message = Message(N_("与%(where)s是同一个人，名单里不能重复：请核对后删去一行"), {"where": where})
        self._report.fault(self._sheet, row, cell, message)
        return False

    def amount(self, unit: MoneyUnit) -> tuple[Decimal | None, Fen | None]:
        """The amount as read, for the totals, and in fen when it may be published."""
        if RosterColumn.AMOUNT not in self._head.header.columns:
            return None, None
        cell = self._head.value(RosterColumn.AMOUNT)
        yuan = self.take(RosterColumn.AMOUNT, cell, read_yuan(cell, unit))
        if yuan is not None and self._request.amounts_by_person:
            yuan += sum(self._amounts_of_members(unit), Decimal())
        fault = amount_fault(yuan) if yuan is not None else None
        if cell.filled and not self._household.members:
            fault = Message(N_("几户的金额合并在一格里：请取消合并，每户各写金额"))
        if fault:
            self._report.fault(self._sheet, self.number, cell, fault)
        return yuan, None if yuan is None or fault else fen(yuan)

    def _amounts_of_members(self, unit: MoneyUnit) -> Iterator[Decimal]:
        """What the further persons of the household were paid, each in a row of his own."""
        for member in self._household.members:
            cell = member.value(RosterColumn.AMOUNT)
            value = None if cell.filled else read_yuan(cell, unit)
            fault = value if isinstance(value, Message) else amount_fault(value) if value else None
            if fault:
                self._report.fault(self._sheet, member.row.number, cell, broken(cell) or fault)
            elif isinstance(value, Decimal):
                yield value

    def counts(self) -> tuple[int | None, int | None]:
        """Household size and persons covered; counted where the sheet has a row for every person and no column."""
        size = self._count(RosterColumn.HOUSEHOLD_SIZE)
        covered = self._count(RosterColumn.PERSONS_COVERED)
        if size is not None and covered is not None and covered > size:
            cell = self._head.values.get(RosterColumn.PERSONS_COVERED) or self._head.value(RosterColumn.NAME)
            self._report.fault(
                self._sheet,
                self.number,
                cell,
                Message(
                    N_("保障人口%(covered)d人多于家庭人口%(size)d人：请核对这两格"), {"covered": covered, "size": size}
                ),
            )
        return size, covered

    def _count(self, column: RosterColumn) -> int | None:
        if not self._request.reads(column):
            return None
        cell = self._head.values.get(column)
        if self._household.by_person and (cell is None or is_empty(cell)):
            return self._household.persons
        if column not in self._head.header.columns and column not in self._request.needed:
            return None
        cell = cell or self._head.value(column)
        return self.take(column, cell, read_count(cell))

    def cause(self) -> Cause | None:
        """The cause from the closed list; where no keyword decides, the clerk is asked."""
        if RosterColumn.CAUSE not in self._head.header.columns:
            return None
        cell = self._head.value(RosterColumn.CAUSE)
        value = read_cause(cell, self._request)
        if isinstance(value, Message) and not broken(cell):
            place = address(cell.column, self.number)
            self._report.unmapped_causes.append(UnmappedCause(self._sheet, place, cell.text))
        return self.take(RosterColumn.CAUSE, cell, value)
