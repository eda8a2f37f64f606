"""The ledger of a treasury (拨付台账): what a sum follows, how many days it lay, and up to which month it is told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.divisions import DivisionCode
from portal.domain.register_periods import Period
from portal.domain.registers import RegisterColumn, RegisterRow, RegisterTable
from portal.domain.sheets import compact

_NUMBER = re.compile(r"(?P<agency>[\u4e00-\u9fff]{1,12})[〔\[(【](?P<year>20\d\d)[〕\])】]第?(?P<serial>\d{1,5})号")
DECEMBER = 12
YearPlace = tuple[int, DivisionCode]


def document_number(text: str) -> str | None:
    """A 发文字号 and nothing beside it, in one form: 济财社〔2026〕12号; None for anything else."""
    match = _NUMBER.fullmatch(compact(text))
    return f"{match['agency']}〔{match['year']}〕{int(match['serial'])}号" if match else None


def with_days(table: RegisterTable, issued: Mapping[str, date]) -> RegisterTable:
    """The ledger with the days between the issue of its document and the day on which the money left.

    `issued` are days by document number. What tells no day, cites nothing known or left before it has no days.
    """
    return replace(table, rows=tuple(_with_days(row, table.columns.words, issued) for row in table.rows))


def _with_days(row: RegisterRow, columns: tuple[RegisterColumn, ...], issued: Mapping[str, date]) -> RegisterRow:
    words = dict(zip(columns, row.words, strict=True))
    left_on, issued_on = row.period.on, issued.get(words[RegisterColumn.DOCUMENT])
    if left_on is None or issued_on is None or left_on < issued_on:
        return row
    words[RegisterColumn.DAYS] = str((left_on - issued_on).days)
    return replace(row, words=tuple(words.values()))


def longest_days(table: RegisterTable) -> int | None:
    """How long the slowest sum of a ledger lay; nothing where no row has days, or where the kind has none."""
    if RegisterColumn.DAYS not in table.columns.words:
        return None
    at = table.columns.words.index(RegisterColumn.DAYS)
    return max((int(row.words[at]) for row in table.rows if row.words[at]), default=None)


@dataclass(frozen=True, slots=True)
class PublicLedger:
    """A public ledger: the period that it is of, when it was published first, and its last revision."""

    period: Period
    first_published_on: date
    revised_on: date


def told_until(ledgers: Iterable[PublicLedger], last_row: int) -> int:
    """Up to which month of their year ledgers tell everything; 0 where they do not begin with January.

    A ledger tells of those months of its period that were over when it was published. A correction may have put one
    right and added nothing: it tells of no later month than that of the `last_row`.
    """
    told = list(ledgers)
    first = _run(month for one in told for month in one.period.months if _is_over(one, month, one.first_published_on))
    revised = _run(month for one in told for month in one.period.months if _is_over(one, month, one.revised_on))
    return max(first, min(revised, last_row))


def _run(months: Iterable[int]) -> int:
    """The last month of an unbroken run from January on."""
    found = set(months)
    return next((month - 1 for month in range(1, DECEMBER + 1) if month not in found), DECEMBER)


def _is_over(ledger: PublicLedger, month: int, day: date) -> bool:
    return (ledger.period.year, month) < (day.year, day.month)
