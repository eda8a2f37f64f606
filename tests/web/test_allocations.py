import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import openpyxl
import pytest

from portal.domain.publications import WithdrawalKind
from portal.usecases import publications
from portal.usecases.allocations import explain_differences
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.allocations import FIRST, SECOND, book, city_clerk, drafted, imported, publish, published
from tests.web.spreadsheets import Spreadsheet


def city_publishes(services: Services, cast: Cast, content: bytes, *, at: datetime) -> str:
    """A table of the city bureau, brought to the public by three people of it."""
    clerk = city_clerk(cast)
    number = imported(services, clerk, content, at=at).number
    assert number is not None
    publications.submit(services, clerk, number, at=at)
    for verb, role, base in (("review", "reviewer", cast.zhou_jiu), ("publish", "publisher", cast.wei_si)):
        getattr(publications, verb)(services, replace(base, roles=frozenset({role})), number, at=at)
    return number


def rows_of(client: CheckedClient, number: str) -> list[dict[str, str]]:
    text = client.get(f"/allocations/{number}.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def computed_again(rows: list[dict[str, str]]) -> list[int]:
    """The amounts from nothing but the public CSV, by a computation of our own."""
    weights = {head: Fraction(found[1]) / 100 for head in rows[0] if (found := re.search(r"权重([\d.]+)%$", head))}
    pool, unit = int(rows[0]["用来按公式分配的总额（分）"]), int(rows[0]["单位（分）"])
    sums = {head: sum(Fraction(row[head]) for row in rows) for head in weights}
    exact = [pool * sum(w * Fraction(row[head]) / sums[head] for head, w in weights.items()) / unit for row in rows]
    amounts = [int(one) * unit for one in exact]
    rest = pool - sum(amounts)
    if rows[0]["尾差规则"].startswith("按舍去的余数"):
        order = sorted(range(len(rows)), key=lambda i: (-(exact[i] % 1), rows[i]["区划代码"]))
        for place in order[: rest // unit]:
            amounts[place] += unit
    else:
        assert rows[0]["尾差规则"] == "全部加给份额最大的一个"
        amounts[max(range(len(rows)), key=lambda i: exact[i])] += rest
    return amounts


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first", "second"])
def test_the_public_csv_alone_gives_the_published_amounts(path, client, services: Services, cast: Cast, at: datetime):
    number = city_publishes(services, cast, path.read_bytes(), at=at)
    rows = rows_of(client, number)
    assert len(rows) == 12
    assert (
        computed_again(rows) == [int(row["测算额（分）"]) for row in rows] == [int(row["分配额（分）"]) for row in rows]
    )
    assert all(int(row["分配额（分）"]) == Fraction(row["分配额（元）"]) * 100 for row in rows)


@pytest.mark.parametrize("path", [FIRST, SECOND], ids=["first", "second"])
def test_the_workbooks_live_formulas_give_the_published_amounts(
    path, client, services: Services, cast: Cast, at: datetime
):
    number = city_publishes(services, cast, path.read_bytes(), at=at)
    answer = client.get(f"/allocations/{number}.xlsx")
    live = openpyxl.load_workbook(io.BytesIO(answer.data))
    stored = openpyxl.load_workbook(io.BytesIO(answer.data), data_only=True)["分配表"]
    table = Spreadsheet({one.title: {c.coordinate: c.value for row in one for c in row} for one in live})
    published_fen = [int(row["分配额（分）"]) for row in rows_of(client, number)]
    for place, fen in enumerate(published_fen, start=6):
        assert round(table.value("分配表", f"J{place}") * 100) == fen
        assert round(float(stored[f"J{place}"].value) * 100) == fen
    assert round(table.value("分配表", "J18") * 100) == sum(published_fen)
    assert client.get(f"/allocations/{number}.xlsx").data == answer.data


def test_the_page_tells_amounts_factors_formula_and_where_the_residue_went(client, services, cast, at: datetime):
    number = city_publishes(services, cast, FIRST.read_bytes(), at=at)
    page = client.get(f"/allocations/{number}").text
    assert "救助对象人数60%、财政困难系数25%、绩效评价得分15%" in page
    assert "按被舍去的余数从大到小，每个地方加100.00元" in page
    assert "10,444,000.00" in page
    assert "20688" in page
    assert "因素" in client.get(f"/allocations/{number}/print").text
    assert number in client.get("/allocations/?year=2026").text
    assert "共 0 件" in client.get("/allocations/?year=2025").text
    assert f"/allocations/{number}" in client.get("/sitemap.xml").text
    assert "全部加给" not in page


def test_words_for_a_difference_stand_in_page_and_csv(client: CheckedClient, services, cast: Cast, at: datetime):
    number = drafted(services, cast, book((480_000, 320_000, 200_000)), at=at)
    reasons = {"许庄街道": "上年结余较多，调减", "李营街道": "本年灾情较重，调增"}
    explain_differences(services, cast.li_si, number, reasons, at=at)
    publish(services, cast, number, at=at)
    page = client.get(f"/allocations/{number}").text
    assert "上年结余较多，调减" in page
    assert "-20,000.00" in page
    first = rows_of(client, number)[0]
    assert (first["测算额（元）"], first["调整（元）"], first["分配额（元）"]) == (
        "500000.00",
        "-20000.00",
        "480000.00",
    )
    assert first["理由"] == "上年结余较多，调减"


def test_without_factors_the_page_says_that_nobody_can_compute_it(client, services, cast: Cast, at: datetime):
    number = drafted(services, cast, book(factors=False), at=at)
    places = ("许庄街道", "李营街道", "南张街道")
    explain_differences(services, cast.li_si, number, dict.fromkeys(places, "按实际支出下达"), at=at)
    publish(services, cast, number, at=at)
    assert "没有公布因素，金额不能复算" in client.get(f"/allocations/{number}").text
    assert client.get(f"/allocations/{number}/recompute").status_code == 404
    assert client.get(f"/allocations/{number}.xlsx").status_code == 200


def test_a_trial_shows_who_wins_and_loses_and_says_that_it_is_one(client, services, cast: Cast, at: datetime):
    number = city_publishes(services, cast, FIRST.read_bytes(), at=at)
    as_published = client.get(f"/allocations/{number}/recompute").text
    assert "这是您自己的试算，不是公布的分配" in as_published
    assert as_published.count('<td class="number">不变</td>') == 12
    trial = client.get(f"/allocations/{number}/recompute?w0=100&w1=0&w2=0").text
    assert "多 " in trial
    assert "少 " in trial
    wrong = client.get(f"/allocations/{number}/recompute?w0=100&w1=25&w2=15").text
    assert "权重合计须为100%" in wrong
    assert "请写 0 到 100 之间的数" in client.get(f"/allocations/{number}/recompute?w0=许多&w1=25&w2=15").text
    assert "Set-Cookie" not in client.get(f"/allocations/{number}/recompute").headers


def test_a_withdrawn_allocation_is_gone_at_every_address(client, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    for end in ("", ".csv", ".xlsx", ".pdf", "/print", "/recompute", "/revisions/1"):
        answer = client.get(f"/allocations/{number}{end}")
        assert answer.status_code == 410, end
        assert "500,000" not in answer.text
    assert client.get("/allocations/FP-2026-999999").status_code == 404
    assert number not in client.get("/allocations/").text
