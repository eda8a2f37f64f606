"""Headings in two rows: a group above (合计, 低保, 中央资金), its columns below (小计, 中央, 省级)."""

from collections.abc import Mapping

from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.fund_headers import FoundColumns
from portal.domain.funds import FundSource
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import Sheet

Named = Mapping[int, str]
"""The name of each column that has one; `part` for a sum of one programme."""

_PART = heading_key("小计")
_SOURCES = frozenset(map(str, FundSource))
_NO_MONEY = frozenset({"division", "reason", "number"})
_WHOLE = frozenset({"total", "issued", "computed"})


def named_columns(sheet: Sheet, found: FoundColumns, headings: AllocationHeadings) -> Named:
    """The names of the columns, those of a group named by what the group is."""
    names: dict[int, str] = dict(found.names)
    for group, columns in _groups(sheet, found).items():
        names |= _within(headings.column(group), columns, found, headings)
    return _without_details(names, sheet, found, headings)


def _groups(sheet: Sheet, found: FoundColumns) -> dict[str, list[int]]:
    """The texts of the header's first row with the columns below each, where there are several."""
    if found.first == found.last:
        return {}
    tops = {cell.column: cell.text for cell in sheet.rows[found.first].cells}
    below = {cell.column for cell in sheet.rows[found.first + 1].cells if not cell.filled}
    groups: dict[str, list[int]] = {}
    group = ""
    for column in sorted(found.texts):
        group = tops.get(column, group)
        if column in below and found.names.get(column) not in _NO_MONEY:
            groups.setdefault(group, []).append(column)
    return {text: columns for text, columns in groups.items() if len(columns) > 1}


def _within(kind: str | None, columns: list[int], found: FoundColumns, headings: AllocationHeadings) -> dict[int, str]:
    """What the columns of a group are: its sum, its sources, or the programmes of a source."""
    sums = [column for column in columns if heading_key(found.texts[column][1]) == _PART]
    if kind in _SOURCES:
        return {column: str(kind) if column in (sums or columns) else "detail" for column in columns}
    own = {column: headings.column(found.texts[column][1]) or "detail" for column in columns}
    return own | dict.fromkeys(sums, kind if kind in _WHOLE else "part")


def _without_details(names: dict[int, str], sheet: Sheet, found: FoundColumns, headings: AllocationHeadings) -> Named:
    """Sources below a sum of all are the sources; those of its programmes are details of them."""
    groups = _groups(sheet, found)
    whole = {column for text, columns in groups.items() if headings.column(text) in _WHOLE for column in columns}
    told = {names.get(column) for column in whole} & _SOURCES
    grouped = {column for columns in groups.values() for column in columns}
    return {column: "detail" if name in told and column in grouped - whole else name for column, name in names.items()}
