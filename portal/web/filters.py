"""How amounts, days and masked names are written on pages. Amounts are whole fen everywhere else."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date
from flask import Flask
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from portal.domain.instants import SHANGHAI, shanghai_date
from portal.web.languages import CHINESE, current_language

FEN_PER_YUAN = 100
WAN, YI = 10_000, 100_000_000
MILLION, BILLION = 1_000_000, 1_000_000_000
MASK = "＊"


def yuan(fen: int) -> str:
    """Fen as yuan with thousands and always two decimals, without the unit: 1234567 → 12,345.67."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def money(fen: int) -> str:
    """Fen as yuan with the unit; whole yuan lose their decimals: 80000 → 800 元."""
    return str(gettext("%(amount)s 元", amount=yuan(fen).removesuffix(".00")))


def large_money(fen: int) -> str:
    """Fen for headlines: two decimals of 万元 or 亿元, in English of millions or billions; small sums as `money`."""
    is_chinese = current_language() == CHINESE
    units = ((YI, "亿元"), (WAN, "万元")) if is_chinese else ((BILLION, "billion yuan"), (MILLION, "million yuan"))
    for size, word in units:
        if abs(fen) >= size * FEN_PER_YUAN:
            return f"{yuan(_rounded(fen, size))} {word}"
    return money(fen)


def _rounded(fen: int, unit: int) -> int:
    sign = -1 if fen < 0 else 1
    return sign * ((abs(fen) + unit // 2) // unit)


def day(value: date | datetime) -> str:
    """A day in words, 2026年11月5日; an instant counts as its day in Shanghai."""
    when = shanghai_date(value) if isinstance(value, datetime) else value
    if current_language() == CHINESE:
        return f"{when.year}年{when.month}月{when.day}日"
    return format_date(when, "d MMMM y", locale=current_language())


def short_day(value: date) -> str:
    """A day without its year, 11月5日."""
    if current_language() == CHINESE:
        return f"{value.month}月{value.day}日"
    return format_date(value, "d MMMM", locale=current_language())


def month(value: str) -> str:
    """A month as snapshots hold it, 2026-11 → 2026年11月."""
    when = date.fromisoformat(f"{value}-01")
    if current_language() == CHINESE:
        return f"{when.year}年{when.month}月"
    return format_date(when, "MMMM y", locale=current_language())


def instant(value: datetime) -> str:
    """An instant in Shanghai to the minute, 2026年11月5日 09:30."""
    return f"{day(value)} {value.astimezone(SHANGHAI):%H:%M}"


def end(value: datetime) -> str:
    """The end of a period in words: midnight is 24:00 of the day that it ends (民法典 art. 203)."""
    at = value.astimezone(SHANGHAI)
    return f"{day(at - timedelta(days=1))} 24:00" if at.time() == time() else instant(value)


def minute(value: datetime) -> str:
    """An instant in Shanghai as machines and meta tags read it, 2026-11-05 09:30."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def days(count: int) -> str:
    """A number of days in words."""
    return str(ngettext("%(num)s 天", "%(num)s 天", count))


def masked_name(name: str) -> Markup:
    """A masked name that a screen reader speaks as 李某明: each ＊ is hidden from it, a 某 from the eye."""
    spoken = Markup('<span aria-hidden="true">{}</span><span class="visually-hidden" lang="zh-Hans">某</span>')
    letters = Markup("").join(spoken.format(MASK) if letter == MASK else escape(letter) for letter in name)
    return Markup('<span class="masked">{}</span>').format(letters)


FILTERS: dict[str, Callable[..., Any]] = {
    "yuan": yuan,
    "money": money,
    "large_money": large_money,
    "day": day,
    "short_day": short_day,
    "month": month,
    "instant": instant,
    "end": end,
    "minute": minute,
    "days": days,
    "masked_name": masked_name,
}


def install(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(FILTERS)
