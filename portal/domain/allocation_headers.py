"""The header of a table of amounts: which row it is, and what stands in each of its columns."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.allocations import AdjustmentKind
from portal.domain.fund_headers import ROWS_SEARCHED, find_columns
from portal.domain.fund_tables import FundHeadings
from portal.domain.funds import FundSource
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import Sheet


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


_MONEY = frozenset({"total", "computed", *FundSource, *AdjustmentKind})


def find_header(sheet: Sheet, headings: FundHeadings) -> AmountHeader | None:
    """The first header that names a division and at least one column of money."""
    found = find_columns(sheet, headings, lambda columns: "division" in columns and not _MONEY.isdisjoint(columns))
    if found is None:
        return None
    columns = {name: column for name, column in found.columns.items() if name != "division"}
    return AmountHeader(found.first, found.last, found.columns["division"], columns, found.texts)


def is_factor_sheet(sheet: Sheet, headings: FundHeadings) -> bool:
    """Whether a sheet holds factors: it says so in its name or in the first cell of its header or weights."""
    firsts = [row.cells[0].text for row in sheet.rows[:ROWS_SEARCHED] if row.cells]
    says_so = any(headings.is_row("factors", text) or headings.is_row("weights", text) for text in firsts)
    return says_so or heading_key(sheet.name).startswith("因素")
