"""What tables of money have in common: the words of their headings, the unit stated once, amounts that are numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.domain.divisions import Level
from portal.domain.errors import InvalidError
from portal.domain.funds import FundSource
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit, fen
from portal.domain.roster_cells import broken, is_empty
from portal.domain.roster_headings import heading_key
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Row, Sheet, address, compact

_NUMBER = re.compile(r"¥?(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d+)?)")
_UNIT = r"(?:人民币:?)?(?P<unit>亿元|万元|千元|百元|元|角|分)(?![/每])"
_STATED = re.compile(
    rf"单位[:为]?\(?{_UNIT}|^\(?{_UNIT.replace('unit', 'bare')}\)?$|\({_UNIT.replace('unit', 'closed')}\)$"
)
"""A unit above the table: after the word 单位, alone in its cell, or in brackets at the end of a title."""
_STATED_BELOW = re.compile(rf"^(?:注|备注|说明)?[:\d.、]*(?:本表|表中|以上|金额|货币|计量)*单位[:为]?\(?{_UNIT}")
_IN_HEADING = re.compile(rf"[(/:,]?(?:单位[:为]?)?{_UNIT}\)?$")
_ONLY_UNIT = re.compile(rf"^(?:金额|货币|计量)?单位[:为]?\(?{_UNIT}\)?$")
_LABELLED = re.compile(r"[^:]{3,}:|[^:]+:$")
"""编制单位：市财政局 stands above a table and heads nothing; 其中：中央 and 减：提前下达 do."""
_BRACKETS = re.compile(r"\([^()]*\)")
_UNITS = {unit.value: unit for unit in MoneyUnit}


@dataclass(frozen=True, slots=True)
class FundHeadings:
    """The words of `fund_headings.toml`: columns by their exact heading, sources by a word that they hold."""

    columns: Mapping[str, str]
    sources: tuple[tuple[FundSource, tuple[str, ...]], ...]
    rows: Mapping[str, frozenset[str]]
    bounds: Mapping[Level, tuple[int, int]]
    budget_bounds: Mapping[Level, tuple[int, int]]
    phases: Mapping[str, tuple[str, ...]]
    short_sources: Mapping[str, FundSource]

    @classmethod
    def from_table(cls, table: Mapping[str, Mapping[str, Any]]) -> "FundHeadings":
        """Read the table."""
        return cls(
            columns={heading_key(word): name for name, words in table["columns"].items() for word in words},
            sources=tuple(
                (FundSource(source), tuple(heading_key(word) for word in words))
                for source, words in table["sources"].items()
            ),
            rows={name: frozenset(map(heading_key, words)) for name, words in table["rows"].items()},
            bounds=_bounds(table["bounds"]),
            budget_bounds=_bounds(table["budget_bounds"]),
            phases={phase: tuple(words) for phase, words in table["phases"].items()},
            short_sources={
                heading_key(word): FundSource(source)
                for source, words in table["short_sources"].items()
                for word in words
            },
        )

    def column(self, text: str) -> str | None:
        """What a column with this heading holds: a name of the table, or a source's."""
        plain = compact(text)
        bare = _BRACKETS.sub("", plain)
        if _LABELLED.match(bare) or _ONLY_UNIT.search(plain):
            return None
        for key in map(heading_key, (plain, bare, _IN_HEADING.sub("", plain))):
            if key in self.columns:
                return self.columns[key]
        return next(map(str, self._sources(heading_key(plain))), None)

    def source(self, text: str) -> FundSource | None:
        """The one source that a cell names; nothing where it names none or several."""
        found = self._sources(heading_key(text))
        return found[0] if len(found) == 1 else self.short_source(text)

    def names_several_sources(self, text: str) -> bool:
        """Whether one heading speaks of several sources (中央和省级): nobody can tell how much is whose."""
        key = heading_key(text)
        return len(self._sources(key)) > 1 or any(word in key for word in self.rows["mixed"])

    def short_source(self, text: str) -> FundSource | None:
        """The source that a heading names by one word (省, 市, 县)."""
        return self.short_sources.get(heading_key(text))

    def _sources(self, key: str) -> list[FundSource]:
        """The sources whose words stand in a heading; 县市级 is no 市级."""
        held = [(word, source) for source, words in self.sources for word in words if word in key]
        longest = [one for one in held if not any(one[0] != word and one[0] in word for word, _source in held)]
        return list(dict.fromkeys(source for _word, source in longest))

    def is_last_year(self, text: str) -> bool:
        """Whether a heading speaks of the year before (上年决算数)."""
        return any(word in text for word in self.rows["last_year"])

    def is_no_money(self, text: str) -> bool:
        """Whether a heading stands over numbers that are no money (人数, 完成率)."""
        return "%" in text or any(word in compact(text) for word in self.rows["no_money"])

    def ends_as_total(self, text: str) -> str | None:
        """What a total is of (任城区小计, 低保小计); nothing where a text is no total."""
        key = heading_key(_BRACKETS.sub("", compact(text)))
        if key in self.rows["totals"] or self.columns.get(heading_key(text).removeprefix("各")) == "division":
            return ""  # 二、县（市、区） stands above the counties
        word = next((one for one in ("小计", "合计", "总计", "共计") if key.endswith(one)), None)
        return None if word is None else key.removesuffix(word)

    def is_row(self, kind: str, text: str) -> bool:
        """Whether a row that begins with this text is one of totals, weights, dates or factors."""
        return heading_key(text) in self.rows[kind]


def _bounds(table: Mapping[str, Mapping[str, int]]) -> dict[Level, tuple[int, int]]:
    return {Level(level): (one["least"], one["most"]) for level, one in table.items()}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its cell; `decimals` are those that the table prints, in its own unit."""

    fen: Fen
    decimals: int
    place: str


def read_number(cell: Cell) -> Decimal | Message | None:
    """A plain number; None for an empty cell, a sentence for everything else."""
    if fault := broken(cell):
        return fault
    if is_empty(cell):
        return None
    match = _NUMBER.fullmatch(compact(cell.text).strip("'‘’`").replace("，", ","))
    if match is None or cell.kind not in {CellKind.NUMBER, CellKind.TEXT}:
        return Message(N_("这一格须是数字，不能有文字：单位只在表头写一次，说明请写在表外"))
    return Decimal(match["number"].replace(",", ""))


_NOISE = Decimal("0.00001")
"""A sum of binary fractions is off by less than so many yuan; nobody writes a thousandth of a fen."""


def read_amount(
    sheet: str, row: int, cell: Cell, unit: MoneyUnit, report: Report, *, signed: bool = False
) -> Amount | None:
    """An amount of money, not negative unless it may be; what is wrong with it is reported."""
    number = read_number(cell)
    if isinstance(number, Message):
        report.fault(sheet, row, cell, number)
        return None
    if number is None:
        return None
    if cell.kind is CellKind.NUMBER:
        number = _without_noise(number, unit)
    try:
        amount = fen(number * unit.yuan)
    except InvalidError as error:
        is_large = unit is MoneyUnit.TEN_THOUSAND_YUAN
        finer = Message(N_("金额精确到分：以万元为单位时最多六位小数")) if is_large else error.message
        report.fault(sheet, row, cell, finer)
        return None
    if amount < 0 and not signed:
        report.fault(sheet, row, cell, Message(N_("金额不能是负数")))
        return None
    return Amount(amount, decimals_of(number), address(cell.column, row))


def _without_noise(number: Decimal, unit: MoneyUnit) -> Decimal:
    """What a formula computed in binary fractions as it was meant: 1044.40000000001 is 1044.4."""
    yuan = number * unit.yuan
    whole_fen = yuan.quantize(Decimal("0.01"))
    return whole_fen / unit.yuan if yuan != whole_fen and abs(yuan - whole_fen) < _NOISE else number


def decimals_of(number: Decimal) -> int:
    """How many decimals are written."""
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def stated_unit(sheet: Sheet, above: int, headings: Sequence[tuple[str, str]], report: Report) -> MoneyUnit | None:
    """The unit that stands above the table, in its headings (cell, text) or below it; every other one is reported.

    `above` is how many rows stand above the header.
    """
    told = [*_told_above(sheet.rows[:above]), *_told_in(headings), *_told_below(sheet.rows[above:])]
    if not told:
        place = headings[0][0] if headings else "A1"
        report.refuse(sheet.name, place, Message(N_("没有写明金额的单位：请在表的上方写明，例如 单位：万元")))
        return None
    place, unit = told[0]
    for other_place, other in told[1:]:
        if other != unit:
            text = N_("单位写了两种：%(place)s写的是%(unit)s，这里写的是%(other)s")
            report.refuse(sheet.name, other_place, Message(text, {"place": place, "unit": unit, "other": other}))
    if unit not in _UNITS:
        report.refuse(sheet.name, place, Message(N_("单位写的是%(unit)s：请换算成元或万元"), {"unit": unit}))
        return None
    return _UNITS[unit]


def _told_above(rows: Iterable[Row]) -> Iterable[tuple[str, str]]:
    for row in rows:
        for cell in row.cells:
            match = _STATED.search(compact(cell.text)) if cell.kind is CellKind.TEXT and not cell.filled else None
            if match:
                yield address(cell.column, row.number), match["unit"] or match["bare"] or match["closed"]


def _told_in(headings: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for place, text in headings:
        if match := _IN_HEADING.search(compact(text)):
            yield place, match["unit"]


def _told_below(rows: Iterable[Row]) -> Iterable[tuple[str, str]]:
    """Notes under the table that state it, too."""
    for row in rows:
        for cell in row.cells if row.cells and row.cells[0].kind is CellKind.TEXT else ():
            if cell.kind is CellKind.TEXT and not cell.filled and (match := _STATED_BELOW.search(compact(cell.text))):
                yield address(cell.column, row.number), match["unit"]


def says_unit_only(text: str) -> bool:
    """Whether a cell holds a unit and nothing else, as in a row of units under headings."""
    match = _STATED.fullmatch(compact(text))
    return match is not None and match["bare"] is not None


def check_unit(
    sheet: Sheet, place: str, amounts: Sequence[Amount], unit: MoneyUnit, bounds: tuple[int, int], report: Report
) -> None:
    """Believe the stated unit only as far as the amounts bear it out: real offices print 元 under 万元."""
    told = sorted(amount.fen for amount in amounts if amount.fen)
    if not told:
        return
    middle, (least, most) = told[len(told) // 2] // 100, bounds
    if unit is MoneyUnit.TEN_THOUSAND_YUAN and middle > most:
        report.refuse(
            sheet.name, place, Message(N_("单位写的是万元，但金额大得像是以元为单位：请核对后改正单位或金额"))
        )
    elif unit is MoneyUnit.YUAN and middle < least:
        report.refuse(
            sheet.name, place, Message(N_("单位写的是元，但金额小得像是以万元为单位：请核对后改正单位或金额"))
        )
    elif middle > most:
        report.refuse(sheet.name, place, Message(N_("金额大得不合常理：请核对金额和单位")))


def place_of_unit(sheet: Sheet, above: int, headings: Sequence[tuple[str, str]]) -> str:
    """The cell that states the unit, or the first heading."""
    told = [*_told_above(sheet.rows[:above]), *_told_in(headings), *_told_below(sheet.rows[above:])]
    return told[0][0] if told else headings[0][0]
