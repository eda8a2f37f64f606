"""One sheet of amounts while it is read: its lines, its totals, and what stands across its columns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.domain.budget_headers import BudgetHeader, Item, MoneyGroup
from portal.domain.budget_items import item_called, plain_name
from portal.domain.budget_rows import RowReader
from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import Division
from portal.domain.fund_tables import Amount, FundHeadings, read_amount, read_number
from portal.domain.funds import FundSource
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.roster_cells import is_empty
from portal.domain.roster_report import Report, shown_value
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?(?:=[\d+\-*/()]+)?|\d{1,2}=.+")


@dataclass(slots=True)
class Line:
    """The amounts of one row and one group of columns; a total has no item, and perhaps no division."""

    row: Row
    group: MoneyGroup
    division: Division | None
    item: Item | None
    amounts: dict[str, Amount] = field(default_factory=dict)
    is_faulty: bool = False
    """Whether one of its cells has been reported: its sum says nothing then."""

    def fen(self, name: str) -> Fen:
        """One amount; an empty cell counts as nothing."""
        return self.amounts[name].fen if name in self.amounts else Fen(0)

    @property
    def total(self) -> Fen:
        """The sum of a line: as it is written, or of its sources."""
        if "total" in self.group.columns:
            return self.fen("total")
        return Fen(sum(self.fen(source) for source in FundSource))

    @property
    def place(self) -> str:
        """The cell of a line's sum, or of its first amount."""
        columns = self.group.columns
        if not columns:
            return next(iter(self.amounts.values())).place
        return address(columns.get("total", min(columns.values())), self.row.number)

    def of(self, name: str) -> Fen:
        """The sum of the line, or its amount of a source."""
        return self.total if name == "total" else self.fen(name)


@dataclass(slots=True)
class Reading:
    """What has been read of a sheet; `crosses` are sums of a row over its groups, `unnamed` rows that name no item.

    `own` is the division of rows that name none, `whole` that of the budget.
    """

    sheet: Sheet
    header: BudgetHeader
    groups: tuple[MoneyGroup, ...]
    year: int
    phase: BudgetPhase
    unit: MoneyUnit
    own: Division
    whole: Division
    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    crosses: list[Line] = field(default_factory=list)
    unnamed: list[Line] = field(default_factory=list)
    is_published: bool = True
    """Not the columns of a phase that the table tells besides the one that was asked for."""
    has_faulty_columns: bool = False
    """Whether a column of money was refused: sums say nothing then."""

    @property
    def is_of_all(self) -> bool:
        """Whether rows that name no division are of the whole place, not of one part that the title names."""
        return self.own == self.whole

    @property
    def sources(self) -> tuple[FundSource, ...]:
        """The sources that the table tells, in their order."""
        told = {name for line in self.lines for name in line.amounts} if "source" in self.header.columns else set()
        told |= {name for one in self.groups for name in one.columns}
        return tuple(source for source in FundSource if source in told)


def check_columns(table: Reading, headings: FundHeadings, report: Report) -> None:
    """No money may be hidden, of two sources at once, told twice, or of nobody knows what."""
    sheet, header = table.sheet, table.header
    read = {column for one in table.groups for column in one.columns.values()}
    for column in sorted({*read, *header.doubles, *_unplaced(table, headings)}):
        place, text = header.texts[column][-1]
        if not _holds_numbers(table, column):
            continue
        known = len(report.problems)
        if any(headings.names_several_sources(text) for _place, text in header.texts[column]):
            report.refuse(sheet.name, place, Message(N_("这一列写了几个来源的资金：请按来源分列")))
        elif column in header.doubles:
            report.refuse(sheet.name, place, Message(N_("这一列和前面的一列写的是同一项金额：请只留一列，或改正表头")))
        elif column not in read:
            told = N_("看不出这一列是什么金额：请按规范名称改写表头，或删去这一列")
            report.refuse(sheet.name, place, Message(told), shown_value(text))
        elif column in sheet.hidden_columns:
            report.refuse(sheet.name, place, Message(N_("这一列被隐藏，却有金额：请取消隐藏，或删去这一列")))
        table.has_faulty_columns |= len(report.problems) > known


def _unplaced(table: Reading, headings: FundHeadings) -> list[int]:
    """Columns under strange headings, where no sum beside them says that they do not count."""
    has_sums = any("total" in one.columns for one in table.groups if one.is_whole)
    if has_sums and not table.header.is_wide:
        return []
    texts = table.header.texts
    return [column for column in table.header.strange if not headings.is_no_money(texts[column][-1][1])]


def _holds_numbers(table: Reading, column: int) -> bool:
    rows = table.sheet.rows[table.header.last + 1 :]
    return any(isinstance(read_number(row.cell(column)), Decimal) for row in rows)


def read_rows(table: Reading, reader: RowReader, headings: FundHeadings, report: Report) -> None:
    """Read every row under the header that holds money."""
    columns = sorted({column for one in table.groups for column in one.columns.values()})
    for place, row in enumerate(table.sheet.rows[table.header.last + 1 :]):
        cells = [cell for column in columns if (cell := row.cell(column)).kind is not CellKind.EMPTY]
        if (
            not cells
            or (place == 0 and _numbers_columns(table, reader, row, cells, headings))
            or _is_note(row, headings)
        ):
            continue
        _read_row(table, reader, row, headings, report)


def _numbers_columns(
    table: Reading, reader: RowReader, row: Row, cells: Sequence[Cell], headings: FundHeadings
) -> bool:
    """A row right under the headings that numbers them (栏次, 1, 2, 3=1+2) or repeats their codes is no amount."""
    texts = [compact(cell.text) for cell in cells]
    words = [row.cell(column).text for column in table.header.labels]
    if not any(words) and all(reader.codes.find(text, reader.year) for text in texts):
        return True
    return all(map(_COLUMN_NUMBER.fullmatch, texts)) and all(
        not word or headings.is_row("numbering", word) or _COLUMN_NUMBER.fullmatch(compact(word)) for word in words
    )


def _is_note(row: Row, headings: FundHeadings) -> bool:
    """A line under the table: who made it, when, and what it notes."""
    first = re.split(r"[:\d]", compact(row.cells[0].text))[0]
    begins = any(headings.is_row("notes", text) for text in (first, first.partition("(")[0]))
    return begins and row.cells[0].kind is CellKind.TEXT


def _read_row(table: Reading, reader: RowReader, row: Row, headings: FundHeadings, report: Report) -> None:
    sheet, header = table.sheet, table.header
    if _read_total(table, reader, row, headings, report):
        return
    if row.number in sheet.hidden_rows:
        place = address(header.labels[0], row.number)
        report.refuse(sheet.name, place, Message(N_("这一行被隐藏，却有金额：请取消隐藏，或删去这一行")))
        return
    division = reader.division(sheet, header, row, table.own, report)
    if header.rows_name_items and division is not None and reader.names_no_item(header, row):
        table.unnamed += _lines(table, row, division, None, report)
        return
    asks = header.rows_name_items or (reader.program and not header.names_items)
    item = reader.item(sheet, header, row, report) if asks else None
    if division is None or (item is None and header.rows_name_items):
        return
    for line in _lines(table, row, division, item, report):
        _add(table, line, headings, report)


def _read_total(table: Reading, reader: RowReader, row: Row, headings: FundHeadings, report: Report) -> bool:
    """Whether a row is a total; it may be of a division or an item that it names (任城区小计, 低保小计)."""
    cells = [row.cell(column) for column in table.header.labels]
    cells += [cell for cell in row.cells[:2] if cell.column not in table.header.labels]
    ends = (headings.ends_as_total(plain_name(cell.text)) for cell in cells if cell.kind is CellKind.TEXT)
    of = next((end for end in ends if end is not None), None)
    if of is None:
        return False
    column = table.header.columns.get("division")
    scope = reader.names.find(of) or (reader.names.find(row.cell(column).text) if column is not None else None)
    item = item_called(of, reader.codes, reader.year) if of else None
    table.totals += _lines(table, row, scope, item, report)
    return True


def _lines(table: Reading, row: Row, division: Division | None, item: Item | None, report: Report) -> Iterable[Line]:
    """The amounts of a row in each group in which it has any."""
    for group in table.groups:
        cells = {name: row.cell(column) for name, column in group.columns.items()}
        if all(cell.kind is CellKind.EMPTY if group.is_whole else is_empty(cell) for cell in cells.values()):
            continue
        line = Line(row, group, group.division or division, group.item or item)
        for name, cell in cells.items():
            amount = read_amount(table.sheet.name, row.number, cell, table.unit, report)
            if amount is not None:
                line.amounts[name] = amount
            elif not is_empty(cell):
                line.is_faulty = True
        yield line


def _add(table: Reading, line: Line, headings: FundHeadings, report: Report) -> None:
    """Take a line in, once; what stands beside the groups of a wide table is the sum of its row."""
    if line.group.is_whole and any(not one.is_whole for one in table.groups):
        table.crosses.append(line)
        return
    known = next((one for one in table.lines if (one.division, one.item) == (line.division, line.item)), None)
    if "source" in table.header.columns:
        _add_source(table, line, known, headings, report)
    elif known is None:
        table.lines.append(line)
    else:
        place = line.place if table.header.is_wide else address(table.header.labels[0], line.row.number)
        report.refuse(table.sheet.name, place, Message(N_("这个区划的这个科目写了两次")))


def _add_source(table: Reading, line: Line, known: Line | None, headings: FundHeadings, report: Report) -> None:
    """A row of one source becomes a part of its line."""
    cell = line.row.cell(table.header.columns["source"])
    source = headings.source(cell.text)
    if source is None:
        text = N_("看不出这一行是哪个来源的资金：请写中央、省级、市级、县级或社会捐赠")
        report.fault(table.sheet.name, line.row.number, cell, Message(text))
    elif known is not None and source in known.amounts:
        place = address(cell.column, line.row.number)
        report.refuse(table.sheet.name, place, Message(N_("这个区划的这个科目写了两次")))
    elif "total" in line.amounts:
        target = known or Line(line.row, _UNSUMMED, line.division, line.item)
        target.amounts[source] = line.amounts["total"]
        if known is None:
            table.lines.append(target)


_UNSUMMED = MoneyGroup(None, None, None, {})
"""The group of a line whose sources stand in rows."""
