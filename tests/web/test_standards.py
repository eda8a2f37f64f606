"""Pages of standards: what holds, what has held, by which document, and the same figures in the CSV."""

import csv
import io
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.domain.permissions import Role
from portal.usecases import clock
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import Desks, send
from tests.usecases import allocations, documents
from tests.usecases.standards import FORMER, HEAD, RURAL, entered
from tests.web.test_funds import tables_of, words_drawn

CITY_WIDE = RURAL.replace("370811", "370800").replace("720", "700").replace("任", "济")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def city_enters(services: Services, cast: Cast, *, at: datetime) -> None:
    """冯一 of the city bureau enters a standard for every county."""
    publisher = replace(cast.feng_yi, roles=frozenset({Role.PUBLISHER}))
    assert entered(services, publisher, CITY_WIDE, at=at).added == 1


def test_chart_table_and_csv_tell_the_same_steps(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    entered(services, cast.zhao_liu, RURAL, FORMER, at=at)
    page = client.get("/funds/standards/370811/").text
    rows = tables_of(page)["最低生活保障历年标准，最近的在前"]
    assert [row[2] for row in rows] == ["720.00", "690.00"]
    assert words_drawn(page) >= {"720", "690", "农村", "2025", "2026"}
    answer = client.get("/funds/standards/370811.csv").get_data(as_text=True).removeprefix("\ufeff")
    told = list(csv.DictReader(io.StringIO(answer)))
    assert [(row["标准（元/人·月）"], row["标准（分/人·月）"], row["执行日期"]) for row in told] == [
        ("720.00", "72000", "2026-07-01"),
        ("690.00", "69000", "2025-07-01"),
    ]
    assert "差额" in page


def test_a_county_without_a_standard_of_its_own_shows_the_city_s(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    city_enters(services, cast, at=at)
    entered(services, cast.zhao_liu, at=at)
    other = client.get("/funds/standards/370832/").text
    assert "700.00" in other
    assert "没有另定标准" in other
    own = client.get("/funds/standards/370811/").text
    assert "720.00" in own
    assert "定有自己的标准" in own
    city = client.get("/funds/standards/").text
    assert "720.00" not in city
    assert city.count("另有自己的标准") == 1


def test_the_bound_of_small_grants_is_told_as_a_bound(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    entered(services, cast.zhao_liu, "小额快救上限,不分城乡,370811,2026-07-01,930,任民发〔2026〕6号,", at=at)
    page = client.get("/funds/standards/370811/").text
    assert tables_of(page)["小额快救每人上限（临时救助）历年标准，最近的在前"][0][1:3] == ["不分城乡", "930.00"]
    for path in ("/places/370811002", "/payments/370811002/2026-10"):
        assert "小额快救（临时救助）：每人最多 930 元" in client.get(path).text


def test_every_place_leads_to_the_page_that_is_its_own(client: CheckedClient):
    assert "还没有登记保障标准" in client.get("/funds/standards/").text
    assert client.get("/funds/standards/370800/").location == "/funds/standards/"
    assert client.get("/funds/standards/370811002001/").location == "/funds/standards/370811/"
    for wrong in ("999999", "<b>"):
        assert client.get(f"/funds/standards/{wrong}/").status_code == 404


def test_the_document_that_sets_a_standard_is_linked_once_it_is_public(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    entered(services, cast.zhao_liu, at=at)
    before = client.get("/funds/standards/370811/").text
    content = replace(documents.POLICY, document_number="任民发〔2026〕6号")
    number = documents.published(services, cast, at=at, content=content)
    assert f"/documents/{number}" not in before
    assert "任民发〔2026〕6号" in before
    assert f"/documents/{number}" in client.get("/funds/standards/370811/").text


def test_a_corrected_amount_stays_on_the_page_beside_the_right_one(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    entered(services, cast.zhao_liu, RURAL.replace("720", "270"), at=at)
    entered(services, cast.zhao_liu, RURAL + "登记时数字颠倒", at=at, corrects=True)
    page = client.get("/funds/standards/370811/").text
    assert "原登记270.00，已更正" in page
    assert "登记时数字颠倒" in page


def test_a_village_a_township_and_a_year_of_money_tell_what_holds_there(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    entered(services, cast.zhao_liu, RURAL, FORMER, at=at)
    for code in ("370811002001", "370811002", "370811"):
        page = client.get(f"/places/{code}").text
        assert "每人每月 720 元" in page
        assert "/funds/standards/370811/" in page
    assert "还没有登记保障标准" in client.get("/places/370832").text
    allocations.published(services, cast, at=at)
    assert "每人每月 720 元" in client.get("/funds/2026/370811/").text
    assert "/funds/standards/" in client.get("/funds/").text


DESK = "/desk/standards/"
ONE = {
    "program": "subsistence_allowance", "residence": "rural", "division": "370811", "valid_from": "2026年7月1日",
    "yuan": "７２０", "document_number": "任民发〔2026〕6号", "note": "",
}  # fmt: skip


def test_one_hands_a_standard_in_at_the_desk_and_another_confirms_it(desks: Desks, client: CheckedClient):
    made = send(desks["li_si"], f"{DESK}new", action=f"{DESK}new", **ONE)
    assert made.status_code == 303, made.text
    path = made.location
    assert "核对无误" not in desks["li_si"].get(path).text
    assert "720.00" not in client.get("/funds/standards/370811/").text
    assert "等您确认 1 份" in desks["zhao_liu"].get("/desk/").text
    assert send(desks["zhao_liu"], path, action=f"{path}/confirm").location == path
    assert "已登记" in desks["li_si"].get(DESK).text
    assert "720.00" in client.get("/funds/standards/370811/").text
    assert desks["qian_qi"].get(path).status_code == 404
    for stranger in ("wu_shi", "sun_ba", "zhou_jiu"):
        assert desks[stranger].get(DESK).status_code == 403


def test_a_typed_standard_with_faults_comes_back_filled_with_each_named(desks: Desks):
    answer = send(desks["li_si"], f"{DESK}new", action=f"{DESK}new", **{**ONE, "yuan": "8640", "document_number": ""})
    assert answer.status_code == 422
    for words in ("每人每月100元到5000元之外", "没有写依据", 'value="8640"', 'value="2026年7月1日"'):
        assert words in answer.text


def test_a_table_is_handed_in_and_given_back_or_reported_on_cell_by_cell(desks: Desks):
    def upload(*rows: str) -> TestResponse:
        file = (io.BytesIO("\n".join((HEAD, *rows)).encode()), "标准.csv")
        return send(desks["li_si"], f"{DESK}upload", action=f"{DESK}upload", file=file)

    wrong = upload(FORMER, RURAL.replace(",720,", ",七百,"))
    assert (wrong.status_code, "E3" in wrong.text) == (422, True)
    path = upload(RURAL, FORMER).location
    assert "690.00" in desks["zhao_liu"].get(path).text
    bare = send(desks["zhao_liu"], f"{path}/refuse", action=f"{path}/refuse", remark="")
    assert bare.status_code == 422
    assert send(desks["zhao_liu"], f"{path}/refuse", action=f"{path}/refuse", remark="与文件不符").location == path
    page = desks["li_si"].get(path).text
    assert "已退回" in page
    assert "与文件不符" in page
