"""The header of a budget: which column names the division, the item, the amounts by source and of which phase."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.budgets import BudgetPhase
from portal.domain.fund_headers import find_columns
from portal.domain.fund_tables import FundHeadings
from portal.domain.funds import FundSource
from portal.domain.sheets import Sheet

_MONEY = frozenset({"total", *FundSource, *BudgetPhase})
_WHAT = frozenset({"division", "code", "program"})


@dataclass(frozen=True, slots=True)
class BudgetHeader:
    """A header of one row or two; `columns` holds the names of what was found."""

    first: int
    last: int
    columns: Mapping[str, int]
    texts: Mapping[int, tuple[str, str]]

    def total(self, phase: BudgetPhase) -> int | None:
        """The column of the sums: that of the phase where the table tells several, else the one of totals."""
        return self.columns.get(phase, self.columns.get("total"))

    @property
    def sources(self) -> dict[FundSource, int]:
        """The column of each source."""
        return {source: self.columns[source] for source in FundSource if source in self.columns}

    def amounts(self, phase: BudgetPhase) -> dict[str, int]:
        """Every column of money that is read, the sums under `total`."""
        total = self.total(phase)
        own = {} if total is None else {"total": total}
        return own | {str(source): column for source, column in self.sources.items()}

    def money_texts(self, phase: BudgetPhase) -> tuple[tuple[str, str], ...]:
        """The headings of money with their cells."""
        return tuple(self.texts[column] for column in sorted(self.amounts(phase).values()))

    @property
    def labels(self) -> tuple[int, ...]:
        """The columns of words that tell what a row is of."""
        return tuple(self.columns[name] for name in ("division", "code", "program") if name in self.columns)

    @property
    def names_items(self) -> bool:
        """Whether a row says which item it is of."""
        return "code" in self.columns or "program" in self.columns

    @property
    def place(self) -> str:
        """The cell of the first heading that tells what rows are of."""
        return self.texts[min(self.labels)][0]


def find_budget_header(sheet: Sheet, headings: FundHeadings) -> BudgetHeader | None:
    """The first header that names divisions or items and at least one column of money."""
    found = find_columns(sheet, headings, _is_header)
    return BudgetHeader(found.first, found.last, found.columns, found.texts) if found else None


def _is_header(columns: Mapping[str, int]) -> bool:
    return not _WHAT.isdisjoint(columns) and not _MONEY.isdisjoint(columns)
