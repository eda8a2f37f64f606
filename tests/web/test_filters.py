from datetime import UTC, date, datetime

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.web.filters import day, days, end, instant, large_money, masked_name, minute, money, short_day, yuan


@pytest.fixture(autouse=True)
def request_context(app: Flask):
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (123450, "1,234.50"),
        (123456789, "1,234,567.89"),
        (-5, "-0.05"),
        (-123450, "-1,234.50"),
    ],
)
def test_yuan_have_thousands_and_two_decimals(fen: int, text: str):
    assert yuan(fen) == text


@given(st.integers(-(10**15), 10**15))
def test_written_yuan_read_back_to_the_fen(fen: int):
    assert int(yuan(fen).replace(",", "").replace(".", "")) == fen


@pytest.mark.parametrize(("fen", "text"), [(80000, "800 元"), (80050, "800.50 元"), (-80000, "-800 元")])
def test_money_carries_its_unit(fen: int, text: str):
    assert money(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (999_999, "9,999.99 元"),
        (1_000_000, "1.00 万元"),
        (123_456_789, "123.46 万元"),
        (10_000_000_000, "1.00 亿元"),
        (1_234_567_890_123, "123.46 亿元"),
        (-123_456_789, "-123.46 万元"),
    ],
)
def test_large_money_is_told_in_wan_and_yi(fen: int, text: str):
    assert large_money(fen) == text


def test_days_are_written_in_words():
    assert day(date(2026, 11, 5)) == "2026年11月5日"
    assert short_day(date(2026, 11, 5)) == "11月5日"
    assert days(3) == "3 天"


def test_a_period_ends_at_24_of_its_last_day():
    assert end(datetime(2026, 12, 4, 16, tzinfo=UTC)) == "2026年12月4日 24:00"
    assert end(datetime(2026, 12, 4, 16, 30, tzinfo=UTC)) == "2026年12月5日 00:30"


def test_an_instant_is_told_in_shanghai():
    late = datetime(2026, 11, 5, 16, 30, tzinfo=UTC)
    assert day(late) == "2026年11月6日"
    assert instant(late) == "2026年11月6日 00:30"
    assert minute(late) == "2026-11-06 00:30"


def test_english_pages_have_english_days_and_amounts():
    g.language = "en"
    assert day(date(2026, 11, 5)) == "5 November 2026"
    assert money(80000) == "800 yuan"
    assert large_money(123_456_789) == "1.23 million yuan"


def test_a_screen_reader_hears_a_syllable_where_the_eye_sees_a_star():
    assert masked_name("李＊明") == (
        '<span class="masked">李<span aria-hidden="true">＊</span>'
        '<span class="visually-hidden" lang="zh-Hans">某</span>明</span>'
    )


def test_a_name_cannot_bring_markup_along():
    assert "<b>" not in masked_name("<b>＊")
