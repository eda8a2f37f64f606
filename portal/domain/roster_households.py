"""From rows to households: some offices write one row per household, others one row per person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.domain.messages import N_, Message
from portal.domain.roster_headings import RosterColumn
from portal.domain.roster_report import Report
from portal.domain.roster_rows import Entry
from portal.domain.sheets import Cell, compact

_HEAD = re.compile(r"(?:户主|本人|申请人|主申请人|救助对象|低保户主|是|户主本人|申请人本人|之?本人|0?1)(?:[(].*[)])?")
_WHO = (RosterColumn.NAME, RosterColumn.ID_NUMBER)
_COUNTS = (RosterColumn.HOUSEHOLD_SIZE, RosterColumn.PERSONS_COVERED)


@dataclass(frozen=True, slots=True)
class Household:
    """The row that speaks for a household, and how many rows (persons) it has."""

    head: Entry
    members: tuple[Entry, ...]
    by_person: bool

    @property
    def persons(self) -> int:
        """How many persons the sheet lists; one row per household tells nothing of them."""
        return len(self.members) + 1


def households(rows: Sequence[Entry], sheet: str, report: Report, *, by_person: bool = False) -> Iterator[Household]:
    """Group the rows of one sheet, in its order.

    A household begins at 户主 or 本人, at a new household number, or at every row when the sheet has neither. Rows
    inside a cell merged downwards over name, number or amount belong to the row where the merge began. Where amounts
    are paid by person those of a household may differ.
    """
    by_relation = any(map(_is_head, rows)) and any(_relation(row) and not _is_head(row) for row in rows)
    for group in _groups(rows, by_relation=by_relation):
        heads = [row for row in group if _is_head(row)] if by_relation else []
        head = heads[0] if heads else group[0]
        if by_relation and not heads and _relation(head):
            report.fault(sheet, head.row.number, head.value(RosterColumn.RELATION), Message(_NO_HEAD))
        members = tuple(row for row in group if row is not head)
        for second in heads[1:]:
            report.fault(sheet, second.row.number, second.value(RosterColumn.RELATION), Message(_TWO_HEADS))
        if not by_person:
            _compare_amounts(head, members, sheet, report)
        yield Household(head, members, by_person=by_relation or bool(members))


_NO_HEAD = N_("这一户没有户主（申请人）行：请在与户主关系一列写明哪一行是户主")
_TWO_HEADS = N_("同一户号下有两个户主：请核对户号或与户主关系")


def _groups(rows: Iterable[Entry], *, by_relation: bool) -> Iterator[list[Entry]]:
    group: list[Entry] = []
    for row in rows:
        if group and not _begins(row, group[-1], by_relation=by_relation):
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def _begins(row: Entry, before: Entry, *, by_relation: bool) -> bool:
    if any(column in row.values and row.values[column].filled for column in _WHO) or _shares(row):
        return False
    number, earlier = _number(row), _number(before)
    if number and earlier:
        return number != earlier or _village(row) != _village(before)
    if not by_relation:
        return True
    if _relation(row):
        return _is_head(row)
    return RosterColumn.AMOUNT in row.values or RosterColumn.AMOUNT not in row.header.columns


def _shares(row: Entry) -> bool:
    """Whether a row shares a merged serial number or amount with the row above, and has none of its own.

    An amount merged over rows with numbers and counts of their own is no household but a fault.
    """
    amount = row.values.get(RosterColumn.AMOUNT)
    if RosterColumn.AMOUNT not in row.header.columns or (amount and not amount.filled):
        return False
    front = _front(row)
    if not amount:
        return any(cell.filled for cell in front)
    counts = [row.values[column] for column in _COUNTS if column in row.values]
    return all(cell.filled for cell in (*front, *counts))


def _front(row: Entry) -> list[Cell]:
    """The cells before the name, places aside: the serial number."""
    places = {row.header.columns.get(column) for column in (RosterColumn.VILLAGE, RosterColumn.TOWNSHIP)}
    name = row.header.columns.get(RosterColumn.NAME, 0)
    return [cell for cell in row.row.cells if cell.column < name and cell.column not in places]


def _relation(row: Entry) -> str:
    return _text(row, RosterColumn.RELATION)


def _is_head(row: Entry) -> bool:
    return bool(_HEAD.fullmatch(_relation(row)))


def _number(row: Entry) -> str:
    return _text(row, RosterColumn.HOUSEHOLD_NUMBER)


def _village(row: Entry) -> str:
    return _text(row, RosterColumn.VILLAGE)


def _text(row: Entry, column: RosterColumn) -> str:
    cell = row.values.get(column)
    return compact(cell.text) if cell else ""


def _compare_amounts(head: Entry, members: Iterable[Entry], sheet: str, report: Report) -> None:
    """The amount of a household stands once, or is repeated; amounts per person cannot be told from errors."""
    stated = compact(head.value(RosterColumn.AMOUNT).text)
    for member in members:
        cell = member.values.get(RosterColumn.AMOUNT)
        if cell and not cell.filled and compact(cell.text) not in {stated, "", "0", "-", "/"}:
            report.fault(
                sheet,
                member.row.number,
                cell,
                Message(N_("同一户里几行金额不同：请只在户主一行写全户的金额")),
            )
