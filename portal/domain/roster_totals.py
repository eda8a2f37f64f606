"""Totals that a list states of itself, held against the sum of what can be read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from itertools import accumulate, groupby, pairwise
from operator import add, sub

from portal.domain.capital_figures import capital_figures
from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, MoneyUnit, format_yuan, parse_yuan
from portal.domain.roster_cells import NO_FIGURE, broken
from portal.domain.roster_headings import Header, RosterColumn, heading_key
from portal.domain.roster_report import Report
from portal.domain.roster_rows import Entry
from portal.domain.roster_values import Line, StatedTotal
from portal.domain.sheets import Cell, CellKind, Row, address, compact

_HOUSEHOLDS = re.compile(r"(?P<number>\d{1,6})户")
_PERSONS = re.compile(r"(?P<number>\d{1,6})人")
_MONEY = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?(?:万元|元))")
_TITLE_HOUSEHOLDS = re.compile(r"(?:户数[:为]?(?:共|合计)?|(?:共|合计|总计)[^\d元]{0,6}(?=\d+户))(?P<number>\d{1,6})")
_TITLE_PERSONS = re.compile(r"(?:人数|人口数)[:为]?(?:共|合计)?(?P<number>\d{1,6})")
_TITLE_BOTH = re.compile(r"\d{1,6}户[,，、;；/(（]?(?:共|计|合计)?(?P<number>\d{1,6})人")
_TITLE_MONEY = re.compile(
    r"(?:(?:总额|总金额|金额合计|合计金额|资金总额)[:为]?(?:共|合计)?|(?<![均准人])(?:金额|资金)[:为]"
    r"|\d[户人](?:[,，、;；]|共|计|合计|资金|金额|发放)*[:]?(?=[\d,.]+(?:万元|元)))(?P<number>\d[\d,]*(?:\.\d+)?(?:万元|元)?)"
)
_TITLE_CAPITAL = re.compile(r"总额|总金额|合计|总计|共计|大写")

_Figures = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One number that the sheet states: a sum of money (yuan), of households or of persons, with its cell."""

    sheet: str
    row: int
    cell: Cell
    measure: str
    value: Decimal
    slack: Decimal = Decimal()
    """How far the truth may lie off: half of the last decimal that a sum in 万元 shows."""

    def is_borne_out(self, sums: "Sums") -> bool:
        """Whether some reading of these lines comes to the claim."""
        return any(abs(found - self.value) <= self.slack for found in sums.of(self.measure))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a run of lines adds up to; several readings of one measure may be right."""

    yuan: _Figures
    households: _Figures
    persons: _Figures
    size: _Figures
    covered: _Figures

    @property
    def capital(self) -> _Figures:
        """Capital figures state the same money, and are judged apart: they must not hide behind right small ones."""
        return self.yuan

    def of(self, measure: str) -> _Figures:
        """The readings of one measure, the plainest first."""
        figures: _Figures = getattr(self, measure)
        return figures


@dataclass(slots=True)
class SheetTotals:
    """Lines and claims of one sheet in their order; claims of the title come before every line."""

    name: str
    lines: list[Line] = field(default_factory=list)
    claims: list[tuple[int, Claim]] = field(default_factory=list)

    def claim(self, claims: Iterable[Claim]) -> None:
        """Note what a row states at this place of the list."""
        self.claims.extend((len(self.lines), claim) for claim in claims)


def claims_of_total(entry: Entry, sheet: str, unit: MoneyUnit, report: Report) -> Iterator[Claim]:
    """What a total row states: counts in words anywhere, numbers under their columns."""
    number = entry.row.number
    columns = {cell.column: column for column, cell in entry.values.items()}
    for cell in entry.row.cells:
        column = columns.get(cell.column)
        fault = broken(cell) if column in _MEASURES else None
        if fault:
            report.fault(sheet, number, cell, fault)
        elif column in _MEASURES and (value := _value(cell, unit, column)) is not None:
            yield Claim(sheet, number, cell, _MEASURES[column], value)
        else:
            bare = _bare_measure(column, entry.header.texts.get(cell.column, ""))
            yield from _claims_in_words(cell, sheet, number, unit, bare)


def _bare_measure(column: RosterColumn | None, heading: str) -> str:
    """What a number without a word counts in this column, nothing where it may be anything."""
    if heading_key(heading) == "户数":
        return "households"
    return "persons" if column is RosterColumn.NAME else ""


_MEASURES = {
    RosterColumn.AMOUNT: "yuan",
    RosterColumn.HOUSEHOLD_SIZE: "size",
    RosterColumn.PERSONS_COVERED: "covered",
}


def claims_of_title(rows: Sequence[Row], header: Header, sheet: str) -> Iterator[Claim]:
    """What the lines above the header state, such as 发放户数：30 发放总额：31000元."""
    for row in rows[: header.first]:
        for cell in row.cells:
            text = compact(cell.text)
            if _TITLE_HOUSEHOLDS.search(text):
                # A title may also tell how many there are altogether: all its figures are held against the list.
                for match in (*_TITLE_HOUSEHOLDS.finditer(text), *_HOUSEHOLDS.finditer(text)):
                    yield Claim(sheet, row.number, cell, "households", Decimal(match["number"]))
            for match in (*_TITLE_PERSONS.finditer(text), *_TITLE_BOTH.finditer(text)):
                yield Claim(sheet, row.number, cell, "persons", Decimal(match["number"]))
            for match in _TITLE_MONEY.finditer(text):
                yield _money(sheet, row.number, cell, match["number"], MoneyUnit.YUAN)
            if _TITLE_CAPITAL.search(text):
                yield from _capital(cell, sheet, row.number)


def judge(sheets: Sequence[SheetTotals], report: Report) -> tuple[StatedTotal, ...]:
    """Report every claim that no sum of the list bears out, and answer with all that was stated."""
    running = [_running(totals) for totals in sheets]
    sums = [found[len(totals.lines)] for totals, found in zip(sheets, running, strict=True)]
    everything, so_far = _read(reduce(_plus, sums, _NOTHING)), accumulate(sums, _plus)
    stated: list[StatedTotal] = []
    for totals, found, to_here in zip(sheets, running, so_far, strict=True):
        scopes = _Scopes(totals, found, (_read(to_here), everything))
        for place, claims in groupby(totals.claims, key=lambda found: found[0]):
            told = [claim for _, claim in claims]
            possible = scopes.at(place)
            for _, same in groupby(told, key=lambda claim: (claim.row, claim.cell.column)):
                _judge_cell(list(same), possible, report)
            stated.append(_stated(told))
    return tuple(stated)


class _Scopes:
    """Over which runs of lines a total may have been taken: 小计, 合计, 累计 and totals written above their rows."""

    def __init__(self, totals: SheetTotals, running: Mapping[int, _Figures], wider: Sequence[Sums]) -> None:
        self._lines = totals.lines
        self._places = sorted(running)
        self._running = running
        self._always = [self._run(0, len(totals.lines)), *wider]
        self._villages: dict[str, Sums] = {}

    def at(self, place: int) -> list[Sums]:
        """The sums that a claim after `place` lines may mean, those of the whole sheet first."""
        index = self._places.index(place)
        earlier = self._places[max(index - 1, 0)]
        later = self._places[min(index + 1, len(self._places) - 1)]
        near = self._lines[max(place - 1, 0) : place + 1]
        villages = [self._village(line.village.code) for line in near if line.village]
        return [*self._always, self._run(0, place), self._run(earlier, place), self._run(place, later), *villages]

    def _run(self, start: int, end: int) -> Sums:
        return _read(tuple(map(sub, self._running[end], self._running[start])))

    def _village(self, code: str) -> Sums:
        """All lines of one village, wherever they stand."""
        if code not in self._villages:
            own = [line for line in self._lines if line.village and line.village.code == code]
            self._villages[code] = _read(_total(own))
        return self._villages[code]


def _running(totals: SheetTotals) -> dict[int, _Figures]:
    """What all lines before each place of a claim add up to; the first and the last place are always among them."""
    places = sorted({place for place, _ in totals.claims} | {0, len(totals.lines)})
    running = {0: _NOTHING}
    for start, end in pairwise(places):
        running[end] = _plus(running[start], _total(totals.lines[start:end]))
    return running


def _total(lines: Sequence[Line]) -> _Figures:
    return tuple(map(Decimal, map(sum, zip(*map(_figures, lines), strict=True)))) if lines else _NOTHING


_NOTHING: _Figures = (Decimal(),) * 11


def _plus(left: _Figures, right: _Figures) -> _Figures:
    return tuple(map(add, left, right))


def _figures(line: Line) -> tuple[Decimal | int, ...]:
    """What a line adds: money (all, kept, positive), then households, persons, size, covered (all, kept each)."""
    yuan, kept = line.yuan or 0, line.kept
    size, covered, persons = line.size or 0, line.covered or 0, line.persons
    counts = (1, persons, size, covered) if kept else (0, 0, 0, 0)
    return (
        yuan, yuan if kept else 0, max(yuan, 0),
        1, counts[0], persons, counts[1], size, counts[2], covered, counts[3],
    )  # fmt: skip


def _read(figures: _Figures) -> Sums:
    """A total may count all rows or those kept, leave negative amounts out, and mean by persons whom it will."""
    yuan, heads, listed, size, covered = (
        figures[start:end] for start, end in ((0, 3), (3, 5), (5, 7), (7, 9), (9, 11))
    )
    return Sums(yuan, heads, (*heads, *listed, *size, *covered), size, covered)


def _judge_cell(claims: Sequence[Claim], possible: Sequence[Sums], report: Report) -> None:
    """A cell with several numbers of one measure (全镇 2300 户，本次 23 户) is right when one of them is."""
    for measure, same in groupby(claims, key=lambda claim: claim.measure):
        told = list(same)
        if any(claim.is_borne_out(sums) for claim in told for sums in possible):
            continue
        claim = told[0]
        place = address(claim.cell.column, claim.row)
        report.refuse(claim.sheet, place, _discrepancy(claim, possible[0], measure), about=measure)


def _discrepancy(claim: Claim, sums: Sums, measure: str) -> Message:
    if claim.value >= NO_FIGURE:
        return Message(N_("这里的数大得不像合计，像是电话、账号或证件号码：请核对这一格"))
    found = max(sums.of(measure)) if measure == "persons" else sums.of(measure)[0]
    if measure in {"yuan", "capital"}:
        params = {"stated": _yuan(claim.value), "found": _yuan(found)}
        return Message(N_("合计写的是%(stated)s元，各行能读出的金额相加是%(found)s元：请核对各行和合计"), params)
    params = {"stated": str(claim.value), "found": str(found)}
    if measure == "households":
        return Message(N_("写的是%(stated)s户，名单里是%(found)s户：请核对"), params)
    return Message(N_("合计写的是%(stated)s人，各行相加是%(found)s人：请核对"), params)


def _yuan(value: Decimal) -> str:
    return format_yuan(Fen(int((value * 100).to_integral_value())))


def _value(cell: Cell, unit: MoneyUnit, column: RosterColumn) -> Decimal | None:
    if cell.kind not in {CellKind.NUMBER, CellKind.TEXT}:
        return None
    try:
        if column is RosterColumn.AMOUNT:
            return parse_yuan(cell.text, unit)
        return parse_yuan(compact(cell.text).rstrip("人口"))
    except InvalidError:
        return None


def _claims_in_words(cell: Cell, sheet: str, row: int, unit: MoneyUnit, bare: str) -> Iterator[Claim]:
    text = compact(cell.text)
    if bare and text.isdigit() and len(text) < 7:  # noqa: PLR2004 - a count, no number of a person
        yield Claim(sheet, row, cell, bare, Decimal(text))
        return
    for pattern, measure in ((_HOUSEHOLDS, "households"), (_PERSONS, "persons")):
        for match in pattern.finditer(text):
            yield Claim(sheet, row, cell, measure, Decimal(match["number"]))
    for match in _MONEY.finditer(text):
        yield _money(sheet, row, cell, match["number"], unit)
    yield from _capital(cell, sheet, row)


def _capital(cell: Cell, sheet: str, row: int) -> Iterator[Claim]:
    for yuan in capital_figures(compact(cell.text)):
        yield Claim(sheet, row, cell, "capital", yuan)


def _money(sheet: str, row: int, cell: Cell, text: str, unit: MoneyUnit) -> Claim:
    decimals = len(text.partition(".")[2].rstrip("万元"))
    slack = Decimal(5_000).scaleb(-decimals) if "万" in text else Decimal()
    return Claim(sheet, row, cell, "yuan", parse_yuan(text, unit), slack)


def _stated(claims: Sequence[Claim]) -> StatedTotal:
    found: dict[str, Decimal] = {claim.measure: claim.value for claim in claims}
    first = claims[0]
    money = found.get("yuan", found.get("capital"))
    persons = found.get("persons", found.get("covered"))
    return StatedTotal(
        first.sheet,
        address(first.cell.column, first.row),
        int(found["households"]) if "households" in found else None,
        int(persons) if persons is not None else None,
        Fen(int((money * 100).to_integral_value())) if money is not None else None,
    )
