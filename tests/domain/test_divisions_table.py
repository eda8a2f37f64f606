import pytest

from portal.data.tables import read_csv
from portal.domain.divisions import ZONES, Level, county_by_code, display_name, from_table


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("航运新村居委会", "航运新村"),
        ("罗屯村民委员会", "罗屯村"),
        ("马东村委会", "马东村"),
        ("东单前村村委会", "东单前村"),
        ("一街村民委员会", "一街村"),
        ("兴唐社区居民委员会", "兴唐社区"),
    ],
)
def test_a_village_is_shown_without_its_committee(name: str, shown: str):
    assert display_name(name, Level.VILLAGE) == shown


def test_every_path_lists_the_codes_from_the_city_down():
    divisions = {division.code: division for division in from_table(read_csv("divisions.csv"))}
    for division in divisions.values():
        above = divisions[division.parent].path if division.parent else ""
        assert division.path == f"{above}{division.code}/"
    assert len({division.path for division in divisions.values()}) == len(divisions)


def test_the_zones_stand_last_below_the_city_under_codes_that_nobody_will_issue():
    *_, taibai, jingkai = from_table(read_csv("divisions.csv"))
    assert [taibai.display_name, jingkai.display_name] == ["太白湖新区", "经开区"]
    for zone in (taibai, jingkai):
        assert zone.virtual
        assert zone.level is Level.COUNTY
        assert not zone.code.isdigit()
    assert {taibai.code, jingkai.code} == set(ZONES)


def test_a_township_knows_its_county_by_its_code():
    assert county_by_code("370811002") == "370811"
