"""The rows under a header: households, totals, and what offices put between and below them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.divisions import Division
from portal.domain.roster_headings import Header, HeadingFinder, RosterColumn
from portal.domain.roster_villages import VillageIndex, is_village_line
from portal.domain.sheets import Cell, CellKind, Row, Sheet, compact

_TOTAL = re.compile(
    r"(?!注\d*[:、.]|备注[:]|说明[:]|上月|上年|去年)"
    r"(?:[^\d]{0,14}?(?:合计|总计|小计|共计|累计|总数|总合计|大写)|(?:(?:本[次批页表村]|以上|上述)[^\d]{0,8})?共(?=\d+[户人]))"
)
_COUNT = re.compile(r"\(?共?(?:计)?\d+(?:户|人|件|人次)\)?")
_FOOTER = re.compile(
    r"(?:审核|审批|复核|经办|填表|制表|填报|报送|负责人|主管|分管|领导|单位负责|日期|填写|年月日|\d{4}年\d{1,2}月|\d{4}[-/.]\d{1,2}[-/.]|联系电话|联系人[:]|监督|举报|咨询"
    r"|公示|盖章|签字|签章|公章|\((?:盖章|公章|签字|章)|注\d*[:、.;]|备注[:]|说明[:]|附[:件]|打印|第\d+页|共\d+页|以下空白|此页|以上|本表|(?:村主任|书记|村支书|民政\w{0,4}|单位)[:]|[*※]"
    r"|单位\(|户主签|申请人签)"
)
_SIGNED = re.compile(r"盖章|签章|签字|以下空白|以下无")
_ID_LENGTH = 15
_CORE = (
    RosterColumn.NAME,
    RosterColumn.ID_NUMBER,
    RosterColumn.AMOUNT,
    RosterColumn.HOUSEHOLD_SIZE,
    RosterColumn.PERSONS_COVERED,
    RosterColumn.ASSISTANCE_TYPE,
    RosterColumn.CAUSE,
)

_PERSON = (RosterColumn.NAME, RosterColumn.ID_NUMBER)
_WHO = (RosterColumn.NAME, RosterColumn.ID_NUMBER, RosterColumn.VILLAGE)
_LONGEST_NAME = 12


class EntryKind(StrEnum):
    """What a row under a header is."""

    HOUSEHOLD = "household"
    TOTAL = "total"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A line that names the village of the rows below it; `village` is None when there is no such village here."""

    row: int
    cell: Cell
    village: Division | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row under a header with the filled cells of the columns that are read."""

    kind: EntryKind
    row: Row
    header: Header
    values: Mapping[RosterColumn, Cell]
    section: Section | None
    """The line above the row that names a village."""

    def value(self, column: RosterColumn) -> Cell:
        """The cell of a column, empty when there is nothing in it; column A when the header has no such column."""
        found = self.values.get(column)
        return found or Cell(self.header.columns.get(column, 0), "", CellKind.EMPTY)


def entries(sheet: Sheet, header: Header, finder: HeadingFinder, villages: VillageIndex) -> Iterator[Entry]:
    """All rows that say something, from the header down; headers repeated on every page are followed, not read."""
    section: Section | None = None
    index = header.last + 1
    while index < len(sheet.rows):
        row = sheet.rows[index]
        values = _values(row, header)
        repeated = _repeated(sheet, index, values, header, finder)
        if repeated:
            header, index = repeated, repeated.last + 1
            continue
        index += 1
        kind = _kind(row, values, header)
        if kind is EntryKind.TEXT:
            section = _section(row, villages) or section
        if kind:
            yield Entry(kind, row, header, values, section)


def _values(row: Row, header: Header) -> dict[RosterColumn, Cell]:
    cells = {cell.column: cell for cell in row.cells}
    return {
        column: cell
        for column, index in header.columns.items()
        if (cell := cells.get(index)) and (cell.kind is CellKind.FORMULA or not cell.text.isspace())
    }


def _repeated(
    sheet: Sheet, index: int, values: Mapping[RosterColumn, Cell], header: Header, finder: HeadingFinder
) -> Header | None:
    """The header that begins here again; only rows whose first column of ours holds a heading are looked at closely."""
    probe = values.get(RosterColumn.NAME) or values.get(RosterColumn.ID_NUMBER)
    if probe is None or probe.kind is not CellKind.TEXT or not finder.is_heading(probe.text):
        return None
    again = finder.at(sheet, index)
    return again if again and (again.names_people or not header.names_people) else None


def _kind(row: Row, values: Mapping[RosterColumn, Cell], header: Header) -> EntryKind | None:
    identity = values.get(RosterColumn.ID_NUMBER)
    if identity and len(identity.text) >= _ID_LENGTH and identity.text[:_ID_LENGTH].isdigit():
        return EntryKind.HOUSEHOLD
    if not row.cells:
        return None
    if _is_total(row, values, header):
        return EntryKind.TOTAL
    core = [values[column] for column in _CORE if column in values]
    if not core or _is_footer(row, core):
        return EntryKind.TEXT
    return _kind_of_values(row, values, core)


def _kind_of_values(row: Row, values: Mapping[RosterColumn, Cell], core: Sequence[Cell]) -> EntryKind | None:
    if not any(column in values for column in _PERSON) and all(map(_says_nothing, core)):
        return _kind_of_anonymous(core)
    if any(column in values for column in _WHO) or _is_numbered(row, core):
        return EntryKind.HOUSEHOLD
    return _kind_of_anonymous(core)


def _kind_of_anonymous(core: Sequence[Cell]) -> EntryKind | None:
    """A row that names nobody: sums without a word before them, formulas drawn too far down, or stray text."""
    texts = [compact(cell.text) for cell in core]
    if all(map(_is_nought, texts)):
        return None
    readable = any(re.match(r"[-+¥]?[\d,.]+", text) for text in texts)
    broken = any(cell.kind in {CellKind.ERROR, CellKind.FORMULA} for cell in core)
    return EntryKind.TOTAL if readable or broken else EntryKind.TEXT


def _says_nothing(cell: Cell) -> bool:
    """Noughts and failed formulas are what a template's formulas leave in rows that nobody has filled in."""
    return cell.kind in {CellKind.ERROR, CellKind.FORMULA} or _is_nought(compact(cell.text))


def _is_nought(text: str) -> bool:
    return bool(re.fullmatch(r"[0.]*", text))


def _is_numbered(row: Row, core: Sequence[Cell]) -> bool:
    """Whether a serial number in front says that this was meant to be a row of the list."""
    first = row.cells[0]
    return first.column < min(cell.column for cell in core) and compact(first.text).isdigit()


def _is_total(row: Row, values: Mapping[RosterColumn, Cell], header: Header) -> bool:
    """合计 in a leading cell, even spread over two of them; or a bare count (20户) where the name should be."""
    last = max(header.columns.get(RosterColumn.NAME, 0), header.columns.get(RosterColumn.ID_NUMBER, 0), 2)
    leading = [compact(cell.text) for cell in row.cells if cell.column <= last and cell.kind is CellKind.TEXT]
    if any(_TOTAL.match(text) for text in leading) or "".join(leading[:2]) in {"合计", "总计", "小计"}:
        return True
    name = values.get(RosterColumn.NAME)
    return bool(name and _COUNT.fullmatch(compact(name.text)))


def _is_footer(row: Row, core: Sequence[Cell]) -> bool:
    """Signatures, dates and notes under the list, in whatever column they were typed."""
    if len(row.cells) == 1 and core[0].kind is CellKind.TEXT and len(compact(core[0].text)) > _LONGEST_NAME:
        return True
    leading = (compact(cell.text) for cell in (row.cells[0], *core) if cell.kind in {CellKind.TEXT, CellKind.DATE})
    return any(_FOOTER.match(text) or _SIGNED.search(text) for text in leading)


def _section(row: Row, villages: VillageIndex) -> Section | None:
    """The village of a line that stands alone between the rows."""
    cells = [cell for cell in row.cells if cell.kind is CellKind.TEXT]
    if len(cells) != 1:
        return None
    village = villages.within(cells[0].text)
    return Section(row.number, cells[0], village) if village or is_village_line(cells[0].text) else None
