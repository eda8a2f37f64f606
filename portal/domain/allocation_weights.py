"""Weights of factors, wherever a workbook states them: in a row, in the headings, in a table of their own, in words.

Two statements that differ stop the import. Words are asked only where no cell states the weights.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.domain.allocation_headings import AllocationHeadings
from portal.domain.fund_tables import read_number
from portal.domain.messages import N_, Message
from portal.domain.roster_headings import heading_key
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Sheet, address, compact

_PERCENT = re.compile(r"(?:百分之(?P<words>\d{1,3}(?:\.\d{1,6})?)|(?P<number>\d{1,3}(?:\.\d{1,6})?)%)")
_FRACTION = re.compile(r"\d{1,3}/[1-9]\d{0,2}")
_IN_HEADING = re.compile(
    r"[,、:]?(?:权重|权数|比重|占比|占)?[:为]?(?P<number>\d{1,3}(?:\.\d{1,6})?)%[,、]?|[,、:]?权重[:为]?(?P<share>0?\.\d{1,6})"
)
_AFTER = r"[^%\d,。;、+×*]{0,12}[×*]?(?P<after>\d{1,3}(?:\.\d{1,6})?)%"
_BEFORE = r"(?P<before>\d{1,3}(?:\.\d{1,6})?)%[×*]?"
_SHORTEST_WORDS = 12
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Stated:
    """The weights of all factors as one place states them, each with its cell."""

    sheet: str
    cells: tuple[str, ...]
    weights: tuple[Fraction, ...]


def read_weight(cell: Cell) -> Fraction | None:
    """A weight as written: 60%, 0.6, 60, 3/5, 百分之60."""
    text = compact(cell.text)
    if match := _PERCENT.fullmatch(text):
        return Fraction(match["words"] or match["number"]) / _HUNDRED
    if _FRACTION.fullmatch(text):
        return Fraction(text)
    number = read_number(cell)
    return Fraction(number) if isinstance(number, Decimal) and number >= 0 else None


def heading_and_weight(text: str) -> tuple[str, Fraction | None]:
    """A heading without the weight in it, and that weight: 救助对象人数（人，权重60%）."""
    plain = compact(text)
    match = _IN_HEADING.search(plain)
    if match is None:
        return plain, None
    rest = (plain[: match.start()] + plain[match.end() :]).replace("()", "")
    weight = Fraction(match["number"]) / _HUNDRED if match["number"] else Fraction(match["share"])
    return (rest, weight) if rest else (plain, None)


def weight_tables(sheets: Iterable[Sheet], headings: AllocationHeadings) -> tuple[Sheet, ...]:
    """Sheets that list factors one below the other, each with its weight."""
    return tuple(sheet for sheet in sheets if _columns(sheet, headings))


def _columns(sheet: Sheet, headings: AllocationHeadings) -> tuple[int, int, int] | None:
    """The number of the header's row, the column of the factors and that of the weights."""
    for row in sheet.rows:
        named = [cell.column for cell in row.cells if headings.funds.is_row("factors", cell.text)]
        weights = [cell.column for cell in row.cells if headings.is_weights(cell.text)]
        if named and weights:
            return row.number, named[0], weights[0]
    return None


def in_table(sheet: Sheet, names: Sequence[str], headings: AllocationHeadings, report: Report) -> Stated | None:
    """The weights of a table of weights, in the order of the factors; one that it lacks is a fault."""
    header, named, weighed = _columns(sheet, headings) or (0, 0, 0)
    found: dict[str, tuple[str, Fraction]] = {}
    for row in sheet.rows:
        name, cell = row.cell(named), row.cell(weighed)
        if row.number > header and cell.kind is not CellKind.EMPTY and not headings.is_total(name.text):
            weight = read_weight(cell)
            if weight is None:
                report.fault(sheet.name, row.number, cell, NO_WEIGHT)
            else:
                found[heading_key(name.text)] = (address(weighed, row.number), weight)
    missing = [name for name in names if heading_key(name) not in found]
    if missing:
        text = N_("权重表里没有这个因素：%(factor)s")
        report.refuse(sheet.name, address(named, header), Message(text, {"factor": missing[0]}))
        return None
    pairs = [found[heading_key(name)] for name in names]
    return Stated(sheet.name, tuple(cell for cell, _ in pairs), out_of_hundred([weight for _, weight in pairs]))


NO_WEIGHT = Message(N_("权重须写成百分数，例如 60%"))


def in_words(sheets: Iterable[Sheet], names: Sequence[str]) -> Stated | None:
    """Weights that a sentence states for all factors (救助对象人数占比×60%), summing to one."""
    for sheet in sheets:
        for row in sheet.rows:
            for cell in row.cells:
                text = compact(cell.text) if cell.kind is CellKind.TEXT else ""
                weights = [_told(text, name) for name in names] if len(text) > _SHORTEST_WORDS else [None]
                known = tuple(weight for weight in weights if weight is not None)
                if len(known) == len(names) and sum(known) == 1:
                    return Stated(sheet.name, tuple(address(cell.column, row.number) for _ in names), known)
    return None


def _told(text: str, name: str) -> Fraction | None:
    word = re.escape(compact(name))
    match = re.search(word + _AFTER, text) or re.search(_BEFORE + word, text)
    return Fraction(next(iter(match.groupdict().values()))) / _HUNDRED if match else None


def out_of_hundred(weights: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Shares of one, also of those written as 60, 25, 15."""
    return tuple(weight / _HUNDRED for weight in weights) if sum(weights) == _HUNDRED else tuple(weights)


def agreed(stated: Sequence[Stated], report: Report) -> tuple[Fraction, ...] | None:
    """The weights that all places state, summing to one; what differs is a fault."""
    first = stated[0]
    for other in stated[1:]:
        for place, (one, two) in enumerate(zip(first.weights, other.weights, strict=True)):
            if one != two:
                text = N_("权重与《%(sheet)s》%(cell)s写的不一致")
                told = {"sheet": first.sheet, "cell": first.cells[place]}
                report.refuse(other.sheet, other.cells[place], Message(text, told))
    if sum(first.weights) != 1:
        report.refuse(first.sheet, first.cells[0], Message(N_("各因素的权重合计须为100%")))
        return None
    return first.weights
