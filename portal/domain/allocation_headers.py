"""The header of a table of amounts: which row it is, and what stands in each of its columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.allocations import SIGNS, AdjustmentKind
from portal.domain.fund_headers import find_columns
from portal.domain.funds import FundSource
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import Sheet


@dataclass(frozen=True, slots=True)
class AmountHeader:
    """A header of one row or two: positions in the sheet's rows, the columns found, every heading with its cell.

    `twice` are columns that claim to hold what another one holds; `others` are those that hold no amount.
    """

    first: int
    last: int
    division: int
    columns: Mapping[str, int]
    texts: Mapping[int, tuple[str, str]]
    twice: tuple[int, ...]
    others: tuple[int, ...]

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
    def reason(self) -> int | None:
        """The column of words, if there is one."""
        return self.columns.get("reason")

    @property
    def sources(self) -> dict[FundSource, int]:
        """The column of each source."""
        return {source: self.columns[source] for source in FundSource if source in self.columns}

    @property
    def adjustments(self) -> dict[AdjustmentKind, int]:
        """The column of each kind of adjustment."""
        return {kind: self.columns[kind] for kind in AdjustmentKind if kind in self.columns}

    @property
    def amounts(self) -> dict[str, int]:
        """Every column of money by its name."""
        return {name: column for name, column in self.columns.items() if name in _MONEY}

    @property
    def amount_columns(self) -> tuple[int, ...]:
        """Every column of money."""
        return tuple(self.amounts.values())


_MONEY = frozenset({"total", "computed", "adjustment", *FundSource, *AdjustmentKind})
_ENOUGH = frozenset({"total", "issued", "computed", *FundSource})
_PART = heading_key("小计")

SIGNED = frozenset({"adjustment", *(kind for kind, sign in SIGNS.items() if sign < 0)})
"""Columns in which a minus may stand: what is taken off is often written with one."""


def find_header(sheet: Sheet, headings: AllocationHeadings) -> AmountHeader | None:
    """The first header that names a division and at least one column of money."""
    found = find_columns(sheet, headings, lambda columns: "division" in columns and not _ENOUGH.isdisjoint(columns))
    if found is None:
        return None
    columns, twice = _columns(_by_name(found.names), found.texts)
    division = columns.pop("division")
    others = tuple(column for column in sorted(found.texts) if found.names.get(column, "factor") == "factor")
    return AmountHeader(found.first, found.last, division, columns, found.texts, twice, others)


def _by_name(names: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column, name in sorted(names.items()):
        found.setdefault(name, []).append(column)
    return found


def _columns(
    found: dict[str, list[int]], texts: Mapping[int, tuple[str, str]]
) -> tuple[dict[str, int], tuple[int, ...]]:
    """One column for each name, and those that are one too many.

    Beside 本次下达 another amount is what the formula gave (全年分配额); beside 合计 a 小计 is a part of it.
    """
    totals, issued = found.pop("total", []), found.pop("issued", [])
    whole = [column for column in totals if heading_key(texts[column][1]) != _PART]
    totals = whole if len(totals) > 1 and len(whole) == 1 else totals
    if issued and totals and "computed" not in found:
        found["computed"], totals = totals, []
    if issued or totals:
        found["total"] = [*issued, *totals]
    return {name: columns[0] for name, columns in found.items()}, tuple(_more(found))


def _more(found: Mapping[str, list[int]]) -> Iterable[int]:
    return (column for name, columns in found.items() if name in _MONEY for column in columns[1:])
