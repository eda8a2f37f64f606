"""Months as offices write them: 2026年9月, 二〇二六年九月, 2026.09, 9月份; and spans of several (8-9月, 第三季度)."""

import re
from datetime import date

_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_MONTH = re.compile(r"(?<![〇一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])(?=月)")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBER = r"(?P<month>1[0-2]|0?[1-9])"
_NO_DAY = r"(?!份?\d{1,2}日)"
_FULL = (
    re.compile(rf"(?P<year>20\d\d)年度?{_NUMBER}月{_NO_DAY}"),
    re.compile(rf"(?<!\d)(?P<year>20\d\d)[-./]{_NUMBER}(?![-./\d元万])"),
)
_OF_ANY_YEAR = re.compile(rf"(?<!\d){_NUMBER}月{_NO_DAY}")
_ONE = r"(?:1[0-2]|0?[1-9])"
_SPAN = re.compile(rf"(?<!\d){_ONE}月?份?[-—–~～至到、和及]{_ONE}月|季度|[上下]半年|全年")
_IN_A_CELL = re.compile(rf"(?P<year>20\d\d)[-./年]?{_NUMBER}(?:月份?)?(?:[-./]0?1(?: .*)?)?")
_NUMBER_ALONE = re.compile(rf"{_NUMBER}(?:月份?)?")


def month_in(text: str) -> date | None:
    """The month of a year that a line names; a full date is none."""
    plain = _plain(text)
    match = next(filter(None, (form.search(plain) for form in _FULL)), None)
    return date(int(match["year"]), int(match["month"]), 1) if match else None


def month_number_in(text: str) -> int | None:
    """The month that a line names without a year, 1 to 12."""
    match = _OF_ANY_YEAR.search(_plain(text))
    return int(match["month"]) if match else None


def is_span(text: str) -> bool:
    """Whether a line speaks of several months."""
    return bool(_SPAN.search(_plain(text)))


def is_other_month(cell: str, month: date) -> bool:
    """Whether a cell of a column of months names another one; what names none is no other."""
    plain = _plain(cell)
    if match := _IN_A_CELL.fullmatch(plain):
        return (int(match["year"]), int(match["month"])) != (month.year, month.month)
    alone = _NUMBER_ALONE.fullmatch(plain)
    return bool(alone and int(alone["month"]) != month.month) or is_span(plain)


def _plain(text: str) -> str:
    """With the figures of year and month in Arabic digits."""
    dated = _YEAR.sub(lambda match: match[0].translate(_DIGITS), text)
    return _MONTH.sub(lambda match: str(_number(match[0])), dated)


def _number(word: str) -> int:
    return int(word.replace("十", "10" if word == "十" else "1").translate(_DIGITS))
