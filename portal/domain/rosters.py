"""Reads a list of recipients (名单) out of a workbook: all recipients, or every fault with its cell."""

import re
from collections.abc import Sequence

from portal.domain.divisions import Division
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit
from portal.domain.programs import AssistanceType
from portal.domain.roster_cells import is_empty, type_in
from portal.domain.roster_headings import ALWAYS_READ, COLUMN_NAMES, Header, HeadingFinder, RosterColumn
from portal.domain.roster_households import Household, households
from portal.domain.roster_lines import LineReader, Surroundings
from portal.domain.roster_report import Report
from portal.domain.roster_rows import Entry, EntryKind, entries
from portal.domain.roster_totals import SheetTotals, claims_of_title, claims_of_total, judge
from portal.domain.roster_units import unit_of
from portal.domain.roster_values import (
    Line,
    Problem,
    Recipient,
    Roster,
    RosterRequest,
    StatedTotal,
    TypeCount,
    UnknownHeading,
    UnmappedCause,
)
from portal.domain.sheets import ROWS_A_WORD, Cell, RowsRead, Sheet, Workbook, address, column_letters

__all__ = [
    "Problem",
    "Recipient",
    "Roster",
    "RosterColumn",
    "RosterRequest",
    "StatedTotal",
    "TypeCount",
    "UnknownHeading",
    "UnmappedCause",
    "read_roster",
]

_BY_PERSON = frozenset({RosterColumn.RELATION, RosterColumn.HOUSEHOLD_NUMBER})
_SHORT = 12
"""Longer cells are sentences, no headings."""

_LONG_NUMBER = re.compile(r"\d{11}")

_COUNTABLE = frozenset({RosterColumn.HOUSEHOLD_SIZE, RosterColumn.PERSONS_COVERED})


def read_roster(workbook: Workbook, request: RosterRequest, tell: RowsRead | None = None) -> Roster:
    """Read every visible sheet that holds a list; a fault never hides another, except behind a missing column."""
    reading = _Reading(request, tell or (lambda _rows: None))
    headers = _headers(workbook, reading)
    for sheet, header in headers:
        if not reading.is_full:
            reading.read(sheet, header)
    if len(headers) > 1:
        counted = "，".join(f"{totals.name}（{len(totals.lines)}）" for totals in reading.sheets)
        reading.report.warn(
            "", "", Message(N_("读取了多张工作表，请核对都属于这份名单：%(sheets)s"), {"sheets": counted})
        )
    return reading.finish([sheet.name for sheet in workbook.sheets])


def _headers(workbook: Workbook, reading: "_Reading") -> list[tuple[Sheet, Header]]:
    """The sheets to read with their headers; the others are named in warnings."""
    found: list[tuple[Sheet, Header | None]] = []
    for sheet in workbook.sheets:
        if sheet.hidden:
            reading.report.warn(sheet.name, "", Message(N_("隐藏的工作表没有读取：如属于这份名单，请取消隐藏")))
        elif sheet.rows:
            found.append((sheet, reading.finder.best(sheet)))
    lists = [(sheet, header) for sheet, header in found if header and header.names_people]
    lists = lists or [(sheet, header) for sheet, header in found if header][:1]
    if not lists:
        reading.report_headless([sheet for sheet, _ in found])
        return []
    read = {sheet.name for sheet, _ in lists}
    for sheet, _ in found:
        if sheet.name not in read:
            reading.report.warn(sheet.name, "", Message(N_("这张工作表没有名单的表头，没有读取")))
    return lists


class _Reading:
    """One run over a workbook."""

    def __init__(self, request: RosterRequest, tell: RowsRead) -> None:
        self.request, self._tell = request, tell
        self.report = Report()
        wanted = request.columns | request.needed | ALWAYS_READ
        self.finder = HeadingFinder(request.headings, request.mapping, wanted)
        self.sheets: list[SheetTotals] = []
        self.is_full = False
        self._lines = LineReader(request, self.report)
        self._rows = self._judged = 0

    def read(self, sheet: Sheet, header: Header) -> None:
        """Read one sheet, unless a needed column is missing in it."""
        if not self._has_all(sheet, header):
            return
        self._warn(sheet, header)
        found = list(entries(sheet, header, self.finder, self.request.villages))
        rows = [entry for entry in found if entry.kind is EntryKind.HOUSEHOLD]
        self._rows += len(rows)
        if self._rows > self.request.max_rows:
            self.is_full = True
            message = Message(N_("名单超过%(most)d行：请分成几份导入"), {"most": self.request.max_rows})
            self.report.refuse(sheet.name, address(0, rows[-1].row.number), message)
            return
        around = self._surroundings(sheet, header, rows)
        totals = SheetTotals(sheet.name)
        self.sheets.append(totals)
        if RosterColumn.AMOUNT in header.columns:
            totals.claim(claims_of_title(sheet.rows, header, sheet.name))
        self._read_rows(found, rows, around, totals)

    def _read_rows(
        self, found: Sequence[Entry], rows: Sequence[Entry], around: Surroundings, totals: SheetTotals
    ) -> None:
        carried = _carried_villages(rows, around.sheet, self.report)
        heads: dict[int, Household] = {
            household.head.row.number: household
            for household in households(rows, around.sheet, self.report, by_person=self.request.amounts_by_person)
        }
        for entry in found:
            if entry.kind is EntryKind.TOTAL:
                totals.claim(claims_of_total(entry, around.sheet, around.unit, self.report))
            elif entry.row.number in heads and entry.kind is EntryKind.HOUSEHOLD:
                household = heads[entry.row.number]
                self._judged += 1
                if self._judged % ROWS_A_WORD == 0:
                    self._tell(self._judged)
                totals.lines.append(self._lines.read(household, around, carried.get(entry.row.number)))

    def report_headless(self, sheets: Sequence[Sheet]) -> None:
        """No sheet has a header: offer the row that looks most like one for the clerk to explain.

        A row with a long number is of a person, and is repeated nowhere.
        """
        if not sheets:
            self.report.refuse("", "", Message(N_("文件里没有可读的工作表：请核对是否选错了文件")))
            return
        sheet = sheets[0]
        likely = [
            row for row in sheet.rows[:15] if not any(map(_LONG_NUMBER.search, (cell.text for cell in row.cells)))
        ]
        if not likely:
            self.report.refuse(sheet.name, address(0, sheet.rows[0].number), Message(_HEADLESS))
            return
        row = max(likely, key=lambda row: sum(0 < len(cell.text) < _SHORT for cell in row.cells))
        short = [cell for cell in row.cells if len(cell.text) < _SHORT and not any(map(str.isdigit, cell.text))]
        self._ask(sheet, row.number, *self.finder.sorted_out([(cell.column, cell.text) for cell in short]))
        place = address(row.cells[0].column, row.number) if row.cells else "A1"
        self.report.refuse(sheet.name, place, Message(_HEADLESS))

    def _surroundings(self, sheet: Sheet, header: Header, rows: Sequence[Entry]) -> Surroundings:
        """Unit, village and assistance type that the sheet states once, in its title or by its name."""
        amounts = [cell for entry in rows if (cell := entry.values.get(RosterColumn.AMOUNT))]
        unit = MoneyUnit.YUAN
        if RosterColumn.AMOUNT in header.columns:
            unit = unit_of(sheet, header, amounts, self.report)
        village = self._village_of([sheet.name, *_titles(sheet, header)])
        if RosterColumn.VILLAGE not in header.columns and not village and not all(entry.section for entry in rows):
            self.report.refuse(
                sheet.name,
                address(0, header.row),
                Message(N_("没有村（社区）列，工作表名和标题里也没有村名：请加上村（社区）一列")),
            )
            self._offer(sheet, header)
        return Surroundings(sheet.name, unit, village, self._type_of(sheet, header))

    def _village_of(self, texts: Sequence[str]) -> Division | None:
        named = (self.request.villages.within(text) for text in texts)
        return next(filter(None, named), None) or self.request.villages.only

    def _type_of(self, sheet: Sheet, header: Header) -> AssistanceType | None:
        """The type of all rows, where the title or the sheet's name tells it."""
        texts = [*_titles(sheet, header), sheet.name] if self.request.allowed_types else []
        return next(filter(None, map(type_in, texts)), None)

    def _has_all(self, sheet: Sheet, header: Header) -> bool:
        absent = self.request.needed - set(header.columns) - {RosterColumn.VILLAGE}
        if not _BY_PERSON.isdisjoint(header.columns):
            absent -= _COUNTABLE
        if self._type_of(sheet, header):
            absent -= {RosterColumn.ASSISTANCE_TYPE}
        if not absent:
            return True
        names = "、".join(COLUMN_NAMES[column] for column in RosterColumn if column in absent)
        message = Message(N_("表头里没有认出这些列：%(columns)s。请补上，或说明哪一列就是"), {"columns": names})
        self.report.refuse(sheet.name, address(0, header.row), message)
        self._offer(sheet, header)
        return False

    def _offer(self, sheet: Sheet, header: Header) -> None:
        self._ask(sheet, header.row, header.unknown, header.declined)

    def _ask(
        self, sheet: Sheet, row: int, unknown: Sequence[tuple[int, str]], declined: Sequence[tuple[int, str]]
    ) -> None:
        """Ask what headings mean; one that is not needed is asked about again only where nothing else is left."""
        for column, text in unknown or declined:
            self.report.unknown_headings.append(UnknownHeading(sheet.name, address(column, row), text))

    def _warn(self, sheet: Sheet, header: Header) -> None:
        """Tell what a clerk cannot see on his screen, or might have meant otherwise."""
        for column, index in header.columns.items():
            if index in sheet.hidden_columns:
                message = Message(N_("这一列是隐藏的，仍按%(column)s读取"), {"column": COLUMN_NAMES[column]})
                self.report.warn(sheet.name, address(index, header.row), message)
        if sheet.hidden_rows & {row.number for row in sheet.rows}:
            self.report.warn(sheet.name, "", Message(N_("有隐藏或被筛选掉的行，也已读取：如不属于这份名单，请删去")))
        for index in header.twins:
            self.report.refuse(sheet.name, address(index, header.row), Message(_TWINS))
        if header.rivals and RosterColumn.AMOUNT in header.columns:
            others = "、".join(column_letters(index) for index in header.rivals)
            message = Message(N_("有几列像金额，读的是这一列，没有读%(others)s列：请核对"), {"others": others})
            self.report.warn(sheet.name, address(header.columns[RosterColumn.AMOUNT], header.row), message)

    def finish(self, names: Sequence[str]) -> Roster:
        """Judge what concerns the whole list, and hand it over."""
        lines = [line for totals in self.sheets for line in totals.lines]
        stated = judge(self.sheets, self.report)
        types = _types(lines)
        self._judge_types(types)
        recipients = tuple(line.recipient for line in lines if line.recipient)
        if not recipients and not self.report.problems:
            self.report.refuse("", "", Message(N_("名单里没有读到任何救助对象：请核对文件")))
        return Roster(
            recipients=recipients,
            problems=self.report.in_order(names),
            warnings=tuple(self.report.warnings),
            unknown_headings=tuple(self.report.unknown_headings),
            unmapped_causes=tuple(self.report.unmapped_causes),
            types=types,
            stated_totals=stated,
        )

    def _judge_types(self, types: dict[AssistanceType, TypeCount]) -> None:
        """One problem for each type that may not be listed, at its first cell (民发 2026 临时救助意见: no 公示)."""
        if self.request.keep_only is not None or not self.request.allowed_types:
            return
        counts = {kind.value: types[kind].rows if kind in types else 0 for kind in AssistanceType}
        for kind, (sheet, place) in self._lines.type_cells.items():
            if kind not in self.request.allowed_types:
                self.report.refuse(sheet, place, Message(_NOT_LISTED[kind], counts))


_HEADLESS = N_("没有找到名单的表头：表头里要有姓名、身份证号码、村（社区）等列名")
_TWINS = N_("表头里有两列名称相同的姓名，分不清读哪一列：请改写列名；并排的两栏名单请改成一行一户")
_NOT_LISTED = {
    AssistanceType.SMALL_GRANT: N_(
        "名单里有小额快救%(small_grant)d行（支出型%(expenditure)d行，急难型%(emergency)d行）。小额快救按规定不公示，"
        "不得列出名单，整份名单不予受理：请只保留支出型后重新导入"
    ),
    AssistanceType.EMERGENCY: N_(
        "名单里有急难型%(emergency)d行（支出型%(expenditure)d行，小额快救%(small_grant)d行）。急难型先行救助只公布件数和总额，"
        "不列姓名：请只保留支出型后重新导入"
    ),
    AssistanceType.EXPENDITURE: N_(
        "名单里有支出型%(expenditure)d行（急难型%(emergency)d行，小额快救%(small_grant)d行），这份公示不列支出型：请删去后重新导入"
    ),
}


def _titles(sheet: Sheet, header: Header) -> list[str]:
    return [cell.text for row in sheet.rows[: header.first] for cell in row.cells]


def _types(lines: Sequence[Line]) -> dict[AssistanceType, TypeCount]:
    counted: dict[AssistanceType, TypeCount] = {}
    for line in lines:
        if line.assistance_type:
            rows, amount = counted.get(line.assistance_type, TypeCount(0, Fen(0)))
            more = int((line.yuan or 0) * 100)
            counted[line.assistance_type] = TypeCount(rows + 1, Fen(amount + more))
    return counted


def _carried_villages(rows: Sequence[Entry], sheet: str, report: Report) -> dict[int, Cell]:
    """For lists that write a village once, above the rows of all its households: the cell that each row means.

    A single gap is a fault and stays one; gaps in most rows with no village written twice are a habit.
    """
    cells = [(entry, entry.value(RosterColumn.VILLAGE)) for entry in rows]
    written = [cell.text for _, cell in cells if not is_empty(cell)]
    gaps = len(cells) - len(written)
    if not written or gaps < len(written) or len(set(written)) < len(written) or is_empty(cells[0][1]):
        return {}
    carried: dict[int, Cell] = {}
    last = cells[0][1]
    for entry, cell in cells:
        if is_empty(cell):
            carried[entry.row.number] = last
        else:
            last = cell
    report.warn(
        sheet,
        address(last.column, rows[0].row.number),
        Message(N_("村（社区）只在第一行写了一次，空格按上一行读取：请核对")),
    )
    return carried
