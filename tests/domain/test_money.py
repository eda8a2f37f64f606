from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import InvalidError
from portal.domain.money import Fen, MoneyUnit, fen, format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("820", "820"), ("1,308.00", "1308"), ("１，３０８．００", "1308"), ("820元", "820"), ("820元/月", "820"), ("￥820.5", "820.5"), ("人民币820元整", "820"),
        ("0.082万元", "820"), ("-200", "-200"), ("(200)", "-200"), ("（200）", "-200"), (" 1 308 ", "1308"), (".5", "0.5"), ("820.", "820"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_offices_write_them(text, yuan):
    assert parse_yuan(text) == Decimal(yuan)


@pytest.mark.parametrize("text", ["", "八百", "1,30", "8 20元3", "820美元", "$820", "1e3", "820-900", "nan", "--"])
def test_other_texts_are_no_amounts(text):
    with pytest.raises(InvalidError):
        parse_yuan(text)


def test_the_unit_counts_where_the_text_names_none():
    assert parse_yuan("0.082", MoneyUnit.TEN_THOUSAND_YUAN) == 820
    assert parse_yuan("820元", MoneyUnit.TEN_THOUSAND_YUAN) == 820


def test_parts_of_a_fen_are_refused():
    assert fen(Decimal("820.50")) == 82050
    with pytest.raises(InvalidError):
        fen(Decimal("820.505"))


@given(st.integers(-(10**12), 10**12))
def test_what_is_printed_is_read_back(amount):
    assert fen(parse_yuan(format_yuan(Fen(amount)))) == amount
