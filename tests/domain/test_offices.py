import pytest

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.offices import OfficeDetails, OfficeKind, faults_in, kind_of, office_name


def _division(name: str, level: Level) -> Division:
    return Division(DivisionCode("370899"), name, name, level, None, "370899/")


@pytest.mark.parametrize(
    ("name", "level", "office"),
    [
        ("济宁市", Level.CITY, "济宁市民政局"),
        ("梁山县", Level.COUNTY, "梁山县民政局"),
        ("任城区", Level.COUNTY, "任城区民政局"),
        ("济宁高新技术产业开发区", Level.COUNTY, "济宁高新技术产业开发区管理委员会"),
        ("许庄街道", Level.TOWNSHIP, "许庄街道办事处"),
        ("大安镇", Level.TOWNSHIP, "大安镇人民政府"),
    ],
)
def test_an_office_bears_the_full_name_of_its_division(name: str, level: Level, office: str):
    assert office_name(_division(name, level)) == office


def test_a_township_has_a_township_office():
    assert kind_of(_division("大安镇", Level.TOWNSHIP)) is OfficeKind.TOWNSHIP
    assert kind_of(_division("梁山县", Level.COUNTY)) is OfficeKind.CIVIL_AFFAIRS


def test_a_phone_is_made_of_digits_and_few_signs():
    assert not faults_in(OfficeDetails("0537-1234567", "12345", "某路1号", 2))
    assert set(faults_in(OfficeDetails("请拨打电话", "12345 转 8", "某" * 201, 4))) == {
        "hotline",
        "duty_phone",
        "address",
        "steps",
    }
