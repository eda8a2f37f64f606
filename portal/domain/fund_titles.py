"""What stands above a table of money: its title and year, sums told in words; and how a sum that is off is told."""

import re
from collections.abc import Iterable, Sequence

from portal.domain.fund_tables import Amount
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, format_yuan
from portal.domain.roster_report import Report
from portal.domain.sheets import Cell, CellKind, Sheet, address, compact

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_CHINESE_DAY = re.compile(r"(?P<tens>[一二三]?十)?(?P<ones>[一二三四五六七八九])?(?=[月日])")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_CLAIM = re.compile(r"(?:共|合计|总计|总额|资金)[^\d,，。;；]{0,6}?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|元)")


def cells_above(sheet: Sheet, above: int) -> Iterable[tuple[str, Cell]]:
    """The cells above the header with their addresses; `above` is how many rows stand there."""
    for row in sheet.rows[:above]:
        for cell in row.cells:
            yield address(cell.column, row.number), cell


def title_of(sheet: Sheet, above: int) -> str:
    """The line above the table that names it, without its unit: rather one with a year than the office that made it."""
    firsts = ("".join(row.cells[0].text.split()) for row in sheet.rows[:above] if row.cells)
    lines = [_UNIT_BEHIND.sub("", _ANNEX.sub("", text)) for text in firsts]
    lines = [text for text in lines if len(text) >= _SHORTEST and not _NO_TITLE.match(compact(text))]
    dated = [text for text in lines if _YEAR.search(in_digits(compact(text))) and text[0] not in "(（"]
    return next(iter((*dated, *lines)), sheet.name)


_SHORTEST = 7
"""附件1 is no title."""
_ANNEX = re.compile(r"^附[件表]\d*[:：]?")
_UNIT_BEHIND = re.compile(r"[（(](?:单位[:：])?(?:人民币)?(?:万元|元)[）)]$")
_NO_TITLE = re.compile(r"[^:]{2,10}:|20\d\d年\d{1,2}月(?:\d{1,2}日)?$|20\d\d-\d")
"""单位：万元, 编制单位：市财政局, and the day on which it was made."""


def year_told(sheet: Sheet, above: int) -> tuple[str, int] | None:
    """The first year that is written above the table, with its cell."""
    place, years = years_told(sheet, above)
    return (place, years[0]) if years else None


def years_told(sheet: Sheet, above: int) -> tuple[str, tuple[int, ...]]:
    """The first cell above the table that tells years, and all of them: a title may tell of two."""
    for place, cell in cells_above(sheet, above):
        if years := _YEAR.findall(in_digits(compact(cell.text))):
            return place, tuple(map(int, years))
    return "", ()


def in_digits(text: str) -> str:
    """Years and days in Chinese numerals as digits: 二〇二六年三月十五日 → 2026年3月15日."""
    if _CHINESE_YEAR.search(text) is None:
        return text
    plain = _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), text)
    return _CHINESE_DAY.sub(_day_in_digits, plain)


def _day_in_digits(match: re.Match[str]) -> str:
    tens, ones = match["tens"], match["ones"]
    if not tens and not ones:
        return ""
    ten = int(tens[:-1].translate(_DIGITS) or 1) if tens else 0
    return str(10 * ten + int((ones or "零").translate(_DIGITS)))


def check_year(sheet: Sheet, above: int, year: int, report: Report) -> None:
    """A title of other years stops the import."""
    place, years = years_told(sheet, above)
    if years and year not in years:
        text = N_("标题写的是%(told)s年，导入时说的是%(year)s年：请核对")
        report.refuse(sheet.name, place, Message(text, {"told": years[0], "year": year}))


def check_claims(sheet: Sheet, above: int, summed: Fen, report: Report, *others: Fen) -> None:
    """A sum that a title tells in words is the sum of the rows, or one of the others that it may be."""
    for place, cell in cells_above(sheet, above):
        match = _CLAIM.search(compact(cell.text)) if cell.kind is CellKind.TEXT else None
        told = claimed(match) if match else None
        if told is not None and told not in {summed, *others}:
            text = N_("标题写的总额是%(stated)s元，各行之和是%(summed)s元，相差%(off)s元")
            report.refuse(sheet.name, place, off_by(text, told, summed))


def claimed(match: re.Match[str]) -> Fen:
    """The amount of a match with a number and its unit."""
    whole, _, decimals = match["number"].replace(",", "").partition(".")
    factor = 1_000_000 if match["unit"] == "万元" else 100
    return Fen(int(whole) * factor + int(decimals or 0) * factor // 10 ** len(decimals))


def check_total(sheet: str, stated: Amount, runs: Sequence[Sequence[Fen]], report: Report) -> None:
    """A total may be of all rows, of those above it, or of others: one of the `runs` has to make it, to the fen."""
    if stated.fen not in {sum(run) for run in runs}:
        text = N_("合计写的是%(stated)s元，各行之和是%(summed)s元，相差%(off)s元")
        report.refuse(sheet, stated.place, off_by(text, stated.fen, Fen(sum(runs[0]))))


def off_by(text: str, stated: Fen, summed: Fen) -> Message:
    """A sentence with what is stated, what the parts make, and the difference."""
    told = {"stated": stated, "summed": summed, "off": Fen(stated - summed)}
    return Message(text, {name: format_yuan(amount) for name, amount in told.items()})
