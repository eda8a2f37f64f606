import pytest

from portal.domain.divisions import Division
from portal.domain.roster_villages import VillageFault
from tests.domain.roster_lists import divisions, place


def name_of(text: str, code: str = "370811002", township: str = "") -> str:
    found = place(code).find(text, township)
    return found.display_name if isinstance(found, Division) else found.value


@pytest.mark.parametrize(
    "text",
    [
        "甄庄村", "甄庄", " 甄 庄 村 ", "甄庄村委会", "甄庄村村委会", "甄庄村民委员会", "甄庄社区", "甄庄村3组12号", "甄庄村三组", "甄庄村（3组）", "甄庄村村民小组",
        "许庄街道甄庄村", "许庄街道办事处甄庄村", "许庄甄庄村", "任城区许庄街道甄庄村", "济宁市任城区许庄街道甄庄村5号", "山东省济宁市任城区许庄街道甄庄村东头", "甄庄3组",
        "甄庄村12号楼2单元301", "01甄庄村", "1.甄庄村", "（一）甄庄村", "二、甄庄", "370811002201甄庄村",
    ],
)  # fmt: skip
def test_all_these_are_one_village(text):
    assert name_of(text) == "甄庄村"


@pytest.mark.parametrize(
    "text", ["不存在村", "甄庄东村", "甄庄村李家村", "大安镇罗屯村", "甄", "韩春梅", "甄庄村新社区", "3组", "12号"]
)
def test_these_are_no_village_of_the_place(text):
    assert name_of(text) == VillageFault.UNKNOWN.value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李村", "李村村"),
        ("李村村", "李村村"),
        ("大安村", "大安村"),
        ("大安镇大安村", "大安村"),
        ("大安镇罗屯村", "罗屯村"),
        ("大安罗屯村", "罗屯村"),
    ],
)
def test_names_that_hold_the_township_or_end_twice_in_village(text, found):
    assert name_of(text, "370812101") == found


def test_a_name_in_two_townships_needs_the_township():
    names: dict[str, list[Division]] = {}
    index = place("3708")
    for village in index.villages.values():
        names.setdefault(village.display_name, []).append(village)
    first, second = next(found for found in names.values() if len(found) == 2)[:2]
    assert index.find(first.display_name) is VillageFault.AMBIGUOUS
    towns = {division.code: division.name for division in divisions()}
    assert index.find(first.display_name, towns[first.parent]) == first
    assert index.find(towns[second.parent] + second.display_name) == second


def test_every_village_is_found_by_both_its_names_in_its_own_township():
    for code in ("370811002", "370812101", "370881001", "370883003"):
        for village in place(code).villages.values():
            assert name_of(village.name, code) == village.display_name
            assert name_of(village.display_name, code) == village.display_name


def test_a_title_or_sheet_name_tells_one_village_or_none():
    index = place("370811002")
    assert index.within("许庄街道甄庄村2026年名单").display_name == "甄庄村"
    assert index.within("甄庄村、张营村名单") is None
    assert index.within("许庄街道名单") is None


def test_a_likely_name_is_offered():
    assert place("370811002").suggestion("甄家庄村") == "甄庄村"
    assert place("370811002").suggestion("颂运水庭小区2号楼3单元") == "颂运水庭社区"


def test_a_name_that_shares_only_the_word_for_village_is_not_offered():
    assert place("370811002").suggestion("王庄村") == ""
    assert place("370811002").suggestion("王家岭村") == ""
