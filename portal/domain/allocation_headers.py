"""The header of a table of amounts: which rows it is, and what stands in each of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.allocation_groups import Named, named_columns
from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.allocations import SIGNS, AdjustmentKind
from portal.domain.fund_headers import find_columns
from portal.domain.funds import FundSource
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import Sheet


@dataclass(frozen=True, slots=True)
class AmountHeader:
    """A header of one row or more: positions in the sheet's rows, the columns found, every heading with its cell.

    A source may have several columns, which are added up. `parts` are columns of programmes that make the total;
    `twice` are columns that claim to hold what another one holds; `others` are those that hold no amount.
    """

    first: int
    last: int
    division: int
    columns: Mapping[str, Sequence[int]]
    texts: Mapping[int, tuple[str, str]]
    parts: tuple[int, ...]
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
        return self.columns["total"][0] if "total" in self.columns else None

    @property
    def reason(self) -> int | None:
        """The column of words, if there is one."""
        return self.columns["reason"][0] if "reason" in self.columns else None

    @property
    def sources(self) -> tuple[FundSource, ...]:
        """The sources that have columns."""
        return tuple(source for source in FundSource if source in self.columns)

    @property
    def adjustments(self) -> tuple[AdjustmentKind, ...]:
        """The kinds of adjustment that have a column."""
        return tuple(kind for kind in AdjustmentKind if kind in self.columns)

    @property
    def amounts(self) -> dict[str, Sequence[int]]:
        """Every column of money by its name."""
        return {name: columns for name, columns in self.columns.items() if name in _MONEY}

    @property
    def amount_columns(self) -> tuple[int, ...]:
        """Every column of money."""
        return tuple(column for columns in self.amounts.values() for column in columns)


_MONEY = frozenset({"total", "computed", "adjustment", *FundSource, *AdjustmentKind})
_ENOUGH = frozenset({"total", "issued", "computed", "amount", *FundSource})
_PART = heading_key("小计")

SIGNED = frozenset({"adjustment", *(kind for kind, sign in SIGNS.items() if sign < 0)})
"""Columns in which a minus may stand: what is taken off is often written with one."""


def find_header(sheet: Sheet, headings: AllocationHeadings) -> AmountHeader | None:
    """The first header that names a division and at least one column of money."""
    found = find_columns(sheet, headings, lambda columns: "division" in columns and not _ENOUGH.isdisjoint(columns))
    if found is None:
        return None
    names = named_columns(sheet, found, headings)
    columns, parts = _columns(names, found.texts)
    twice = tuple(
        column
        for name, several in columns.items()
        if name in _MONEY and name not in set(FundSource)
        for column in several[1:]
    )
    others = tuple(column for column in sorted(found.texts) if names.get(column, "factor") == "factor")
    division = columns.pop("division")[0]
    return AmountHeader(found.first, found.last, division, columns, found.texts, tuple(parts), twice, others)


def _columns(names: Named, texts: Mapping[int, tuple[str, str]]) -> tuple[dict[str, list[int]], list[int]]:
    """The columns of each name, and those that are parts of the total.

    Beside 本次下达 another amount is what the formula gave (全年分配额); beside 合计 a 小计 is a part of it, and so is
    what is merely some money (低保资金).
    """
    found: dict[str, list[int]] = {}
    for column, name in sorted(names.items()):
        found.setdefault(name, []).append(column)
    totals, issued, some = found.pop("total", []), found.pop("issued", []), found.pop("amount", [])
    whole = [column for column in totals if heading_key(texts[column][1]) != _PART]
    totals = whole if len(totals) > 1 and len(whole) == 1 else totals
    if issued and totals and "computed" not in found:
        found["computed"], totals = totals, []
    if not issued and not totals and len(some) == 1:
        totals, some = some, []
    if not issued and not totals and "computed" not in found and not set(found) & set(FundSource):
        totals, some = some, []
    if issued or totals:
        found["total"] = [*issued, *totals]
    return found, [*some, *found.pop("part", [])]
