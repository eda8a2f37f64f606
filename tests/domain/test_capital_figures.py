from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.capital_figures import capital_figures


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("贰仟零伍拾元整", "2050"),
        ("人民币(大写):壹万贰仟叁佰肆拾伍元陆角柒分", "12345.67"),
        ("壹拾贰万元整", "120000"),
        ("拾元整", "10"),
        ("壹佰零捌圆零伍分", "108.05"),
        ("叁佰元零陆角整", "300.6"),
        ("貳萬零叁元正", "20003"),
        ("壹亿零贰万元整", "100020000"),
        ("壹万贰仟整", "12000"),
        ("三千二百肆拾元", "3240"),
        ("零万贰仟零佰伍拾零元零角零分", "2050"),
    ],
)
def test_sums_in_capital_figures_are_read(text, yuan):
    assert list(capital_figures(text)) == [Decimal(yuan)]


@pytest.mark.parametrize("text", ["伍佰佰元", "拾仟元", "一千元", "五保户", "合计2050元", "壹贰元", "万元"])
def test_what_is_no_capital_figure_is_left_out(text):
    assert list(capital_figures(text)) == []


def _written(fen: int) -> str:
    """The plain way to write a sum, place by place, as a second opinion."""
    yuan, rest = divmod(fen, 100)
    text = "".join(
        "零壹贰叁肆伍陆柒捌玖"[int(digit)] + sign
        for digit, sign in zip(f"{yuan:012d}", "仟佰拾亿仟佰拾万仟佰拾元", strict=True)
    )
    for zero in ("零仟", "零佰", "零拾"):
        text = text.replace(zero, "零")
    while "零零" in text:
        text = text.replace("零零", "零")
    for sign in "亿万元":
        text = text.replace("零" + sign, sign)
    text = text.removeprefix("亿").removeprefix("零").removeprefix("万").removeprefix("零").replace("亿万", "亿零")
    jiao, cents = divmod(rest, 10)
    digits = "零壹贰叁肆伍陆柒捌玖"
    return text + (f"{digits[jiao]}角" if jiao else "") + (f"{digits[cents]}分" if cents else "整")


@given(st.integers(min_value=100, max_value=10**14 - 1))
def test_every_sum_is_read_as_it_was_written(fen):
    assert list(capital_figures("合计大写：" + _written(fen))) == [Decimal(fen) / 100]
