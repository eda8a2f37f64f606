"""Tables of money as the money pages tell them: each drawn, told and handed out as CSV from the very same cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portal.domain.fund_overviews import FundColumn
from portal.web.filters import yuan
from portal.web.labels import label
from portal.web.languages import CHINESE, current_language

_SCALES = ((100_000_000, "亿元", 2), (10_000, "万元", 0), (1, "元", 0))
MOST_KEPT = 512
"""So many tables are kept in words in a process: those of as many pages as are kept drawn."""
_ENGLISH_SCALES = ((1_000_000, "million yuan", 1), (1, "yuan", 0))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of fen, or of how often persons got money; `of` is the column of the sums that it tells, if any."""

    name: str
    of: FundColumn | None = None
    is_money: bool = True

    @property
    def head(self) -> str:
        """Its name with the unit of its cells."""
        return str(_("%(name)s（元）", name=self.name) if self.is_money else _("%(name)s（人次）", name=self.name))

    @property
    def csv_heads(self) -> list[str]:
        """Amounts stand in the CSV in yuan and in fen."""
        return [self.head, str(_("%(name)s（分）", name=self.name))] if self.is_money else [self.head]

    def text(self, cell: int | None) -> str:
        """A cell in words."""
        if cell is None:
            return str(_("没有公布"))
        return yuan(cell) if self.is_money else f"{cell:,}"

    def csv_cells(self, cell: int | None) -> list[Any]:
        """A cell in the CSV; what is not told is empty."""
        if not self.is_money:
            return [cell]
        return [None, None] if cell is None else [Decimal(cell).scaleb(-2), cell]


def columns_of(columns: Sequence[FundColumn]) -> tuple[Column, ...]:
    """The columns of sums."""
    return tuple(Column(str(label(column)), column) for column in columns)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing under the words that say what it shows."""

    title: str
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a picture's table, and where its name leads."""

    name: str
    url: str
    code: str
    amounts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A table of sums with its charts; `slug` names its CSV."""

    slug: str
    title: str
    heading: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: tuple[int, ...]
    charts: tuple[Chart, ...]
    has_total: bool = True
    note: str = ""
    is_partly_untold: bool = False
    """Whether some of its sums are told of no line of their own: then a line's columns cannot be compared."""

    @property
    def table(self) -> "Table":
        """Its table in words, written once for the same figures."""
        return _in_words(self)

    @property
    def rates(self) -> tuple[str, ...] | None:
        """What has been allocated of each line's budget, the whole last; nothing where the two cannot be compared."""
        places = {column.of: place for place, column in enumerate(self.columns)}
        if not {FundColumn.BUDGET, FundColumn.ALLOCATED}.issubset(places) or self.is_partly_untold:
            return None
        budget, allocated = places[FundColumn.BUDGET], places[FundColumn.ALLOCATED]
        rows = (*(line.amounts for line in self.lines), *([self.totals] if self.has_total else []))
        return tuple(_percent(row[allocated], row[budget]) for row in rows)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell in words, under the head of its column."""

    head: str
    text: str
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row in words."""

    name: str
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A picture's table in words; `total` is its last row, where it has one."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row | None

    @property
    def has_gaps(self) -> bool:
        """Whether something is told of no line that could be told of it."""
        return any(not cell.is_told for row in self.rows for cell in row.cells)


@lru_cache(maxsize=MOST_KEPT)
def _in_words(picture: Picture) -> Table:
    heads, rates = [column.head for column in picture.columns], picture.rates
    share = str(_("分配占预算"))

    def row(name: str, url: str, amounts: Sequence[int | None], place: int) -> Row:
        told = zip(heads, picture.columns, amounts, strict=True)
        cells = (Cell(head, column.text(amount), amount is not None) for head, column, amount in told)
        return Row(name, url, (*cells, *([Cell(share, rates[place])] if rates else [])))

    rows = tuple(row(line.name, line.url, line.amounts, place) for place, line in enumerate(picture.lines))
    total = row(str(_("合计")), "", picture.totals, -1) if picture.has_total else None
    return Table((picture.heading, *heads, *([share] if rates else [])), rows, total)


def _percent(part: int | None, whole: int | None) -> str:
    """A share in words, empty where one of the two is not told."""
    return "" if part is None or not whole else f"{Decimal(100 * part) / whole:.1f}%"


def scaled(amounts: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    """One unit for all of some amounts, by the greatest, and the numbers in it."""
    most = max(map(abs, amounts), default=0)
    scales = _SCALES if current_language() == CHINESE else _ENGLISH_SCALES
    size, unit, decimals = next((one for one in scales if most >= 100 * one[0]), scales[-1])
    return unit, tuple(_number(amount, 100 * size, decimals) for amount in amounts)


def _number(amount: int, size: int, decimals: int) -> str:
    """An amount in a unit of so many fen; of what is not nothing never says that it is."""
    text, least = f"{Decimal(amount) / size:,.{decimals}f}", Decimal(1).scaleb(-decimals)
    return f"<{least}" if 0 < amount < size * least / 2 else text


def csv_of(picture: Picture) -> tuple[list[str], list[list[Any]]]:
    """The figures of a picture, in yuan and in fen."""
    head = [str(_("代码")), picture.heading, *(one for column in picture.columns for one in column.csv_heads)]
    rows: list[list[Any]] = []
    for line in picture.lines:
        pairs = zip(picture.columns, line.amounts, strict=True)
        rows.append([line.code, line.name, *(cell for column, amount in pairs for cell in column.csv_cells(amount))])
    return head, rows
