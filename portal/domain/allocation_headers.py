"""The header of a table of amounts: which row it is, and what stands in each of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.domain.allocations import AdjustmentKind
from portal.domain.fund_tables import FundHeadings, read_number
from portal.domain.funds import FundSource
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address

_ROWS_SEARCHED = 30


@dataclass(frozen=True, slots=True)
class AmountHeader:
    """A header of one row or two: positions in the sheet's rows, the columns found, every heading with its cell."""

    first: int
    last: int
    division: int
    columns: Mapping[str, int]
    texts: Mapping[int, tuple[str, str]]

    @property
    def money_texts(self) -> tuple[tuple[str, str], ...]:
        """The headings of money with their cells."""
        return tuple(self.texts[column] for column in sorted(self.amount_columns))

    @property
    def place(self) -> str:
        """The cell of the division's heading."""
        return self.texts[self.division][0]

    @property
    def total(self) -> int | None:
        """The column of the final amounts, if there is one."""
        return self.columns.get("total")

    @property
    def sources(self) -> dict[FundSource, int]:
        """The column of each source."""
        return {source: self.columns[source] for source in FundSource if source in self.columns}

    @property
    def adjustments(self) -> dict[AdjustmentKind, int]:
        """The column of each kind of adjustment."""
        return {kind: self.columns[kind] for kind in AdjustmentKind if kind in self.columns}

    @property
    def amount_columns(self) -> tuple[int, ...]:
        """Every column of money."""
        named = [self.columns[name] for name in ("total", "computed") if name in self.columns]
        return (*named, *self.sources.values(), *self.adjustments.values())


def find_header(sheet: Sheet, headings: FundHeadings) -> AmountHeader | None:
    """The first row, or two rows read together, that name a division and at least one column of money."""
    for index, row in enumerate(sheet.rows[:_ROWS_SEARCHED]):
        if not any(headings.column(cell.text) for cell in row.cells):
            continue
        for last in _ends(sheet, index, headings):
            found = _header(sheet, index, last, headings)
            if found:
                return found
    return None


def _ends(sheet: Sheet, index: int, headings: FundHeadings) -> Sequence[int]:
    """A second row of words belongs to a header that has begun in the row above it."""
    if index + 1 < len(sheet.rows) and _is_words(sheet.rows[index + 1], headings):
        return (index + 1, index)
    return (index,)


def _is_words(row: Row, headings: FundHeadings) -> bool:
    """Words of headings: a division whose amount was written in words is none."""
    words = all(cell.kind is CellKind.TEXT and not isinstance(read_number(cell), Decimal) for cell in row.cells)
    return words and any(headings.column(cell.text) for cell in row.cells)


def _header(sheet: Sheet, first: int, last: int, headings: FundHeadings) -> AmountHeader | None:
    columns: dict[str, int] = {}
    texts: dict[int, tuple[str, str]] = {}
    for column, cells in _cells_by_column(sheet.rows[first : last + 1]).items():
        number, cell = cells[-1]
        texts[column] = (address(column, number), cell.text)
        name = next((found for _, one in reversed(cells) if (found := headings.column(one.text))), None)
        if name:
            columns.setdefault(name, column)
    division = columns.pop("division", None)
    header = AmountHeader(first, last, division or 0, columns, texts)
    return header if division is not None and header.amount_columns else None


def _cells_by_column(rows: Sequence[Row]) -> dict[int, list[tuple[int, Cell]]]:
    found: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for cell in row.cells:
            found.setdefault(cell.column, []).append((row.number, cell))
    return found


def is_factor_sheet(sheet: Sheet, headings: FundHeadings) -> bool:
    """Whether a sheet holds factors: it says so in its name or in the first cell of its header or weights."""
    firsts = [row.cells[0].text for row in sheet.rows[:_ROWS_SEARCHED] if row.cells]
    says_so = any(headings.is_row("factors", text) or headings.is_row("weights", text) for text in firsts)
    return says_so or heading_key(sheet.name).startswith("因素")
