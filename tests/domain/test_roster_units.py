import pytest

from tests.domain.roster_lists import HEADER, cells, read, row


@pytest.mark.parametrize(
    "title",
    [
        "单位：元",
        "单位：元/月",
        "金额单位：人民币元",
        "单位：户、人、元",
        "填报单位：元庄乡",
        "（单位：元）",
        "填报单位：分水镇",
    ],
)
def test_yuan_is_the_unit(title):
    assert not read([title], HEADER, row(1)).problems


def test_a_stated_unit_that_the_amounts_do_not_bear_out_is_one_problem_where_it_is_stated():
    assert cells(read(["单位：万元"], HEADER, row(1), row(2))) == ["A1"]
    assert cells(read([*HEADER[:6], "月保障金额（万元）"], row(1), row(2))) == ["G1"]


def test_ten_thousands_are_refused_whether_stated_or_not():
    small = [row(1, G=0.082), row(2, G="0.0820"), ["合计", None, None, None, None, None, 0.164]]
    assert cells(read(["单位：万元"], HEADER, *small)) == ["A1"]
    assert cells(read(HEADER, *small)) == ["G1"]


def test_amounts_by_year_are_refused():
    assert cells(read(["单位：元/年"], HEADER, row(1))) == ["A1"]


def test_a_single_amount_out_of_all_proportion_is_named():
    assert cells(read(HEADER, row(1), row(2, G=820000), row(3, G=820.505), row(4, G=0))) == ["G3", "G4", "G5"]
