"""Finds the header of a budget and tells of every column of money what its headings, one below the other, say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.budget_headers import ITEMS, LABELS, BudgetHeader, Item, MoneyGroup
from portal.domain.budget_items import item_called, split
from portal.domain.budgets import BudgetPhase
from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division
from portal.domain.function_codes import FunctionCodes
from portal.domain.fund_headers import FoundColumns, find_columns
from portal.domain.fund_tables import FundHeadings, says_unit_only
from portal.domain.funds import FundSource
from portal.domain.sheets import Sheet, address, compact

_PHASES = frozenset(map(str, BudgetPhase))
_SOURCES = frozenset(map(str, FundSource))
_CHANGES = frozenset({"adjustment", "change", "increase", "decrease"})
_MONEY = frozenset({"total", *FundSource, *_PHASES})
_READ = _MONEY | _CHANGES
_WHAT = frozenset({"division", "source", *ITEMS})
_YEAR = re.compile(r"(?<!\d)(20\d\d)年度?")
_ITEM, _DIVISION = "item:", "division:"

Key = tuple[Division | None, Item | None, BudgetPhase | None]
Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """The words of headings: those of every table of money, and the items and divisions that a budget may speak of."""

    headings: FundHeadings
    codes: FunctionCodes
    names: DivisionNames
    year: int | None

    def column(self, text: str) -> str | None:
        """What a heading names: a column of the table of words, an item, a division; nothing for another year's."""
        plain = self._of_year(text)
        if plain is None or "%" in plain:
            return None
        if known := self.headings.column(plain) or self.headings.short_source(plain):
            return known
        if self.item(plain):
            return _ITEM + plain
        division = self.names.find(plain)
        return _DIVISION + division.code if division and division != self.names.own else None

    def item(self, text: str) -> Item | None:
        """The item that a heading names by its code, its name or both."""
        return item_called(text, self.codes, self.year or 0)

    def is_other_year(self, text: str) -> bool:
        """Whether a heading speaks of another year than the table (上年, 2025年)."""
        return self._of_year(text) is None

    def _of_year(self, text: str) -> str | None:
        plain = compact(text)
        years = set(map(int, _YEAR.findall(plain)))
        if self.headings.is_last_year(plain) or (years and self.year is not None and self.year not in years):
            return None
        return _YEAR.sub("", plain) if years else plain


@dataclass(slots=True)
class _Found:
    """What has been understood of the columns so far."""

    groups: dict[Key, dict[str, int]] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    strange: list[int] = field(default_factory=list)
    doubles: list[int] = field(default_factory=list)


def find_budget_header(sheet: Sheet, words: ColumnWords) -> BudgetHeader | None:
    """The first header that tells what rows are of and has at least one column of money."""
    found = find_columns(sheet, words, _is_header)
    if found is None:
        return None
    columns = {name: column for name, column in found.columns.items() if name in LABELS}
    stacks = _stacks(sheet, found, frozenset(columns.values()))
    told = _Found()
    crowd = sum(name.startswith(_DIVISION) for name in found.columns)
    for column, texts in sorted(stacks.items()):
        if column not in columns.values():
            _read_column(column, texts, words, told, is_division=crowd > 1)
    _settle_changes(told)
    groups = tuple(MoneyGroup(*key, names) for key, names in told.groups.items())
    return BudgetHeader(
        found.first, found.last, columns, groups, stacks, told.changes, tuple(told.strange), tuple(told.doubles)
    )


def _is_header(columns: Mapping[str, int]) -> bool:
    items = any(name.startswith(_ITEM) for name in columns)
    divisions = any(name.startswith(_DIVISION) for name in columns)
    if (items and not ITEMS.isdisjoint(columns)) or (divisions and "division" in columns):
        return False  # a row that belongs to the table was taken for one of headings
    return not _WHAT.isdisjoint(columns) and (items or divisions or not _MONEY.isdisjoint(columns))


def _stacks(sheet: Sheet, found: FoundColumns, labels: frozenset[int]) -> dict[int, Texts]:
    """The headings of each column from above to below; one that is merged across counts for all that it covers."""
    rows = sheet.rows[found.first : found.last + 1]
    stacks: dict[int, list[tuple[str, str]]] = {column: [] for column in found.texts}
    for place, row in enumerate(rows):
        below = {cell.column for one in rows[place + 1 :] for cell in one.cells if not cell.filled}
        current: tuple[str, str] | None = None
        own = {cell.column: cell for cell in row.cells}
        for column in sorted(stacks):
            cell = own.get(column)
            if cell is not None:
                current = None if column in labels else (address(column, row.number), cell.text)
                stacks[column].append((address(column, row.number), cell.text))
            elif current is not None and column in below and column not in labels:
                stacks[column].append(current)
            elif column not in below:
                current = None
    return {column: tuple(texts) for column, texts in stacks.items()}


def _read_column(column: int, texts: Texts, words: ColumnWords, told: _Found, *, is_division: bool) -> None:
    stack = [text for _place, text in texts if not says_unit_only(text)]
    if not stack or any(words.is_other_year(text) for text in stack):
        return
    division, item, names = _meaning(stack, words, is_division=is_division)
    if not names and division is None and item is None:
        if words.column(stack[-1]) in {None, *LABELS}:
            told.strange.append(column)
        return
    if change := next((name for name in names if name in _CHANGES), None):
        told.changes.setdefault(change, column)
        return
    phase = next((BudgetPhase(name) for name in names if name in _PHASES), None)
    source = next((name for name in names if name in _SOURCES), "total")
    columns = told.groups.setdefault((division, item, phase), {})
    if source in columns and (source != "total" or division or item):
        told.doubles.append(column)
    columns.setdefault(source, column)


def _meaning(
    stack: Sequence[str], words: ColumnWords, *, is_division: bool
) -> tuple[Division | None, Item | None, list[str]]:
    """Division, item and names of headings, from the lowest up; nothing when the lowest is no word of a budget."""
    names: list[str] = []
    division: Division | None = None
    item: Item | None = None
    for place, text in enumerate(reversed(stack)):
        if is_division and (found := words.names.find(text)):
            division = division or found
        elif source := words.headings.short_source(text):
            names.append(source)
        elif one := words.item(text) or _joined(text, stack[: len(stack) - 1 - place], words):
            item = item or one
        elif (name := words.column(text)) and name.startswith(_DIVISION):
            division = division or words.names.find(text)
        elif name in _READ:
            names.append(str(name))
        elif place == 0:
            return None, None, []
    return division, item, names


def _joined(text: str, above: Iterable[str], words: ColumnWords) -> Item | None:
    """城市 below 最低生活保障 is 城市最低生活保障."""
    return next((item for upper in above if (item := words.item(text + split(upper)[1]))), None)


def _settle_changes(told: _Found) -> None:
    """调整数 alone is the amount after an adjustment; beside 年初预算数 it is what was added or taken away."""
    if "adjustment" not in told.changes:
        return
    column = told.changes.pop("adjustment")
    phases = {phase for _division, _item, phase in told.groups}
    if phases.isdisjoint({BudgetPhase.ADJUSTED, BudgetPhase.APPROVED}):
        told.groups.setdefault((None, None, BudgetPhase.ADJUSTED), {})["total"] = column
    else:
        told.changes.setdefault("change", column)
