"""The words of tables of allocations: `allocation_headings.toml`, after them those of `fund_headings.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.domain.fund_tables import FundHeadings
from portal.domain.roster_headings import heading_key
from portal.domain.sheets import compact

_BRACKETS = re.compile(r"\([^()]*\)")
_UNIT = re.compile(r"\(?(?:金额)?单位:(?:人民币)?[百千万亿]?元\)?$")
_LONGEST = 12
"""Longer texts that hold a word of a heading are titles and sentences."""
_OF = re.compile(r"^(?:其中|减|加|扣减|扣):")
"""Before a colon that a heading may have; after any other one stand words about the table (制表单位：…)."""
_YEAR = re.compile(r"(20\d\d)年(?!.*(?:提前|结转|结余))")
_BEFORE = re.compile(r"^(?:20\d\d年度?|其中|减|加|扣减)")


@dataclass(frozen=True, slots=True)
class AllocationHeadings:
    """Columns by their exact heading or by a word that they hold; words of rows and of what stands around a table."""

    funds: FundHeadings
    columns: Mapping[str, str]
    holding: tuple[tuple[str, tuple[str, ...]], ...]
    meant: tuple[tuple[str, tuple[str, ...]], ...]
    rows: Mapping[str, tuple[str, ...]]
    year: int = 0

    @classmethod
    def from_table(cls, table: Mapping[str, Mapping[str, list[str]]], funds: FundHeadings) -> "AllocationHeadings":
        """Read the table."""
        return cls(
            funds=funds,
            columns={heading_key(word): name for name, words in table["columns"].items() for word in words},
            holding=tuple((name, _keys(words)) for name, words in table["holding"].items()),
            meant=tuple((name, _keys(words)) for name, words in table["meant"].items()),
            rows={name: _keys(words) for name, words in table["rows"].items()},
        )

    def of_year(self, year: int) -> "AllocationHeadings":
        """The same words where columns of another year (2025年分配额) are not read."""
        return replace(self, year=year)

    def column(self, text: str) -> str | None:
        """What a column with this heading holds."""
        plain = compact(text)
        whole = heading_key(plain)
        if ":" in _UNIT.sub("", _OF.sub("", plain)):
            return None
        keys = [whole, heading_key(_BRACKETS.sub("", plain))]
        keys += [_BEFORE.sub("", key) for key in keys]
        own = next((self.columns[key] for key in keys if key in self.columns), None)
        if self.year and (told := _YEAR.match(whole)) and int(told[1]) != self.year:
            return "ignored"
        held = next((name for name, words in self.holding if any(word in whole for word in words)), None)
        known = own or held or self.funds.column(text) or self.funds.column(keys[-1])
        return known or self._meant(plain)

    def _meant(self, plain: str) -> str | None:
        """What the words of a short heading mean that nobody has listed: 下拨金额（元）, 镇街名称, 保障人数."""
        key = heading_key(_UNIT.sub("", _BRACKETS.sub("", plain)))
        if len(key) > _LONGEST:
            return None
        if key.endswith(self.rows["places"]):
            return "division"
        return next((name for name, words in self.meant if any(word in key for word in words)), None)

    def is_total(self, text: str) -> bool:
        """Whether a row of this name is a sum of others: 合计, 全市, 市辖区小计."""
        key = heading_key(text)
        words = self.rows["totals"]
        return (
            key in self.rows["all"] or self.funds.is_row("totals", text) or key.startswith(words) or key.endswith(words)
        )

    def is_reserve(self, text: str) -> bool:
        """Whether a row of this name is what the office keeps: 市级预留, 市本级."""
        key = heading_key(text)
        return any(word in key for word in self.rows["reserve"])

    def is_aside(self, text: str) -> bool:
        """Whether a row of this name tells of the columns and not of a division: 权重, 数据日期, 单位."""
        return any(self.is_aside_of(kind, text) for kind in ("weights", "dates", "units", "asides"))

    def is_aside_of(self, kind: str, text: str) -> bool:
        """Whether a row of this name tells the weights, dates, units or other things of the columns."""
        if kind == "weights" and self.is_weights(text):
            return True
        return heading_key(text) in self.rows[kind] if kind in self.rows else self.funds.is_row(kind, text)

    def is_weights(self, text: str) -> bool:
        """Whether a row or a column of this name tells weights: 权重, 所占权重（%）."""
        key = heading_key(_BRACKETS.sub("", compact(text)))
        return self.funds.is_row("weights", key) or key in self.rows["weighing"]

    def is_share(self, text: str) -> bool:
        """Whether a column of this heading holds shares of another one: 占比."""
        return any(word in heading_key(text) for word in self.rows["shares"])

    def tells_part(self, clause: str) -> bool:
        """Whether a clause speaks of a part of the money."""
        return any(word in heading_key(clause) for word in self.rows["parts"])

    def is_pool(self, text: str) -> bool:
        """Whether a cell of this text has the sum of the table beside it: 资金总额（万元）."""
        return heading_key(_BRACKETS.sub("", compact(text))) in self.rows["pool"]


def _keys(words: list[Any]) -> tuple[str, ...]:
    return tuple(map(heading_key, words))
