from datetime import date

import pytest

from portal.domain.written_months import is_other_month, is_span, month_in, month_number_in

SEPTEMBER = date(2026, 9, 1)


@pytest.mark.parametrize(
    "text",
    ["许庄街道2026年9月低保金", "二〇二六年九月份低保金", "2026年09月", "2026.09低保金", "2026-9发放表", "2026年度9月"],
)
def test_a_month_is_read_however_it_is_written(text: str):
    assert month_in(text) == SEPTEMBER
    assert not is_span(text)


@pytest.mark.parametrize(("text", "number"), [("十一月份低保金", 11), ("10月发放表", 10), ("十二月", 12), ("九月", 9)])
def test_a_month_without_a_year_is_a_number(text: str, number: int):
    assert month_in(text) is None
    assert month_number_in(text) == number


@pytest.mark.parametrize(
    "text", ["填表日期：2026年11月3日", "2026-11-03", "2026.11.3", "总额：2026.10元", "济民字(2026)10号", "共2026户"]
)
def test_dates_amounts_and_numbers_of_documents_are_no_months(text: str):
    assert (month_in(text), month_number_in(text)) == (None, None)


@pytest.mark.parametrize(
    "text", ["2026年8-9月低保金", "8月、9月低保金", "七月至九月", "2026年第三季度", "三季度", "2026年上半年", "1~9月"]
)
def test_spans_of_months_are_told(text: str):
    assert is_span(text)


@pytest.mark.parametrize("cell", ["2026年9月", "9", "09", "9月", "九月份", "202609", "2026-09-01 00:00:00", "", "低保"])
def test_a_cell_of_the_month_itself_or_of_none_is_no_other_month(cell: str):
    assert not is_other_month(cell, SEPTEMBER)


@pytest.mark.parametrize("cell", ["2026年8月", "10", "2025-09", "202608", "2026-08-01 00:00:00", "8-9月"])
def test_a_cell_of_another_month_is(cell: str):
    assert is_other_month(cell, SEPTEMBER)
