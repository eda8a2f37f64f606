import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import openpyxl
import pytest
from flask import Flask

from portal.domain.publications import WithdrawalKind
from portal.usecases import publications
from portal.usecases.allocations import explain_differences
from portal.usecases.services import Services
from portal.web.allocation_pages import changed_column
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import send, sign_in
from tests.usecases.allocations import FIRST, SECOND, book, city_clerk, drafted, imported, publish, published
from tests.web.handed_in import made, upload
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


def weight_in(head: str) -> Fraction | None:
    """The weight that a heading tells as 60% or as 1/3."""
    found = re.search(r"权重(?:([\d.]+)%|(\d+/\d+))$", head)
    if found is None:
        return None
    return Fraction(found[1]) / 100 if found[1] else Fraction(found[2])


def computed_again(rows: list[dict[str, str]]) -> list[int]:
    """The amounts from nothing but the public CSV, by a computation of our own."""
    weights = {head: weight for head in rows[0] if (weight := weight_in(head)) is not None}
    pool, unit = int(rows[0]["用来按公式分配的总额（分）"]), int(rows[0]["单位（分）"])
    sums = {head: sum(Fraction(row[head]) for row in rows) for head in weights}
    exact = [pool * sum(w * Fraction(row[head]) / sums[head] for head, w in weights.items()) / unit for row in rows]
    half = Fraction(1, 2) if rows[0]["取整"] == "四舍五入到一个单位" else 0
    amounts = [int(one + half) * unit for one in exact]
    rest = pool - sum(amounts)
    if rows[0]["尾差规则"].startswith("按舍去的余数"):
        order = sorted(range(len(rows)), key=lambda i: (-(exact[i] % 1), rows[i]["区划代码"]))
        for place in order[: rest // unit]:
            amounts[place] += unit
    elif rows[0]["尾差规则"].startswith("全部加给表中"):
        amounts[-1 if rows[0]["尾差规则"].endswith("最后一个") else 0] += rest
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


@pytest.mark.parametrize(
    ("amounts", "persons", "words"),
    [
        ((166_667, 166_667, 666_666), (1_666_666, 1_666_666, 6_666_668), "四舍五入到1.00元的整数倍"),
        ((166_600, 166_600, 666_800), (1, 1, 4), "舍去不足100.00元的部分"),
        ((166_600.5, 166_600, 666_799.5), (1, 1, 4), ""),
    ],
)
def test_rounded_and_coarse_tables_can_be_computed_again_from_csv_and_workbook(
    amounts, persons, words: str, client, services: Services, cast: Cast, at: datetime
):
    content = book(amounts, persons=persons, weights=("1/3", "2/3"))
    number = drafted(services, cast, content, at=at)
    places = ("许庄街道", "李营街道", "南张街道") if not words else ()
    explain_differences(services, cast.li_si, number, dict.fromkeys(places, "按实际支出下达"), at=at)
    publish(services, cast, number, at=at)
    rows = rows_of(client, number)
    assert computed_again(rows) == [int(row["测算额（分）"]) for row in rows]
    assert [int(row["分配额（分）"]) for row in rows] == [round(amount * 100) for amount in amounts]
    assert words in client.get(f"/allocations/{number}").text
    live = openpyxl.load_workbook(io.BytesIO(client.get(f"/allocations/{number}.xlsx").data))
    table = Spreadsheet({one.title: {c.coordinate: c.value for line in one for c in line} for one in live})
    assert [round(table.value("分配表", f"J{row}") * 100) for row in (6, 7, 8)] == [
        round(amount * 100) for amount in amounts
    ]


def test_a_weight_of_a_third_can_be_kept_and_typed_in_a_trial(client, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, book(weights=("1/3", "2/3")), at=at)
    assert "救助人次1/3、绩效得分2/3" in client.get(f"/allocations/{number}").text
    assert client.get(f"/allocations/{number}/recompute").text.count(">不变</td>") == 3
    assert "试算结果" in client.get(f"/allocations/{number}/recompute?w0=3/4&w1=25").text
    for typed in ("1/0", "1e1", "nan", "-5", "120", "9" * 400):
        page = client.get(f"/allocations/{number}/recompute", query_string={"w0": typed, "w1": "25"}).text
        assert "请写 0 到 100 之间的数" in page
        assert "试算结果" not in page


def test_the_page_tells_amounts_factors_formula_and_where_the_residue_went(client, services, cast, at: datetime):
    number = city_publishes(services, cast, FIRST.read_bytes(), at=at)
    page = client.get(f"/allocations/{number}").text
    assert "救助对象人数60%、财政困难系数25%、绩效评价得分15%" in page
    assert "按被舍去的余数从大到小，每个地方加100.00元" in page
    assert "10,444,000.00" in page
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)
    assert heads[:2] == ["地方", "分配额（元）"], "on a phone what a place gets stands beside its name"
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
    page = client.get(f"/allocations/{number}").text
    assert "没有公布因素，金额不能复算" in page
    assert "测算额" not in page, "no column of what nobody computed"
    assert client.get(f"/allocations/{number}/recompute").status_code == 404
    assert client.get(f"/allocations/{number}.xlsx").status_code == 200


def test_a_trial_shows_who_wins_and_loses_and_says_that_it_is_one(client, services, cast: Cast, at: datetime):
    number = city_publishes(services, cast, FIRST.read_bytes(), at=at)
    as_published = client.get(f"/allocations/{number}/recompute").text
    assert "这是您自己的试算，不是公布的分配" in as_published
    assert as_published.count(">不变</td>") == 12
    trial = client.get(f"/allocations/{number}/recompute?w0=100&w1=0&w2=0").text
    assert "多 " in trial
    assert "少 " in trial
    wrong = client.get(f"/allocations/{number}/recompute?w0=100&w1=25&w2=15").text
    assert "权重合计须为100%，现在合计是140%" in wrong
    assert 'value="33.333333333"' in client.get(f"/allocations/{number}/recompute?w0=33.333333333&w1=25&w2=15").text
    assert "试算结果" not in wrong
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


def test_the_desk_brings_a_table_from_the_file_through_its_words_to_the_public(app: Flask):
    drafter, reviewer, publisher = app.test_client(), app.test_client(), app.test_client()
    for client, name in ((drafter, "li_si"), (reviewer, "wang_wu"), (publisher, "zhao_liu")):
        sign_in(client, name)
    shifted = book((480_000, 320_000, 200_000))
    answer = upload(drafter, "/desk/allocations/new", shifted, year="2026年", issued_on="2026年11月12日")
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    page = drafter.get(path).text
    assert "有 2 个地方的金额与公式算出的不同" in page
    assert "还没有写明理由" in page
    for client, step in ((drafter, "submit"), (reviewer, "review")):
        assert send(client, f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    refused = send(publisher, f"{path}/steps/publish", action=f"{path}/steps/publish")
    assert refused.status_code == 422
    assert "许庄街道、李营街道的金额与公式算出的不同" in refused.text
    asked = drafter.get(f"{path}/explain").text
    assert "许庄街道：比公式少20,000.00元" in asked
    assert "李营街道：比公式多20,000.00元" in asked
    words = {"reason_370811002": "上年结余较多，调减", "reason_370811005": "短"}
    assert send(drafter, f"{path}/explain", action=f"{path}/explain", **words).status_code == 422
    words["reason_370811005"] = "本年灾情较重，调增"
    assert send(drafter, f"{path}/explain", action=f"{path}/explain", **words).status_code == 303
    assert f"{path}/steps/review" in reviewer.get(path).text
    for client, step in ((reviewer, "review"), (publisher, "publish")):
        assert send(client, f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    number = path.rsplit("/", 1)[1]
    assert "上年结余较多，调减" in drafter.get(f"/allocations/{number}").text
    assert number in drafter.get("/desk/allocations/").text


def test_a_faulty_table_is_told_cell_by_cell_at_the_desk(app: Flask):
    client = app.test_client()
    sign_in(client, "li_si")
    wrong = upload(client, "/desk/allocations/new", book(("五十万", 300_000, 200_000), total=False), year="2026")
    assert wrong.status_code == 422
    assert "B4" in wrong.text
    assert "一行也没有存入" in wrong.text
    assert "还没有资金分配" in client.get("/desk/allocations/").text
    unsaid = upload(client, "/desk/allocations/new", book(), year="去年")
    assert unsaid.status_code == 422
    assert "请把年份写成 2026 的样子" in unsaid.text


def test_a_correction_at_the_desk_shows_the_cells_that_changed(app: Flask, at: datetime):
    number = made(app, published, at)
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, client in clients.items():
        sign_in(client, name)
    path = f"/desk/allocations/{number}"
    answer = upload(
        clients["li_si"], f"{path}/correct", book((600_000, 360_000, 240_000)), kind="correction", note="省里追加了资金"
    )
    assert answer.status_code == 303, answer.text
    for name, step in (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish")):
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    page = clients["li_si"].get(f"/allocations/{number}").text
    assert "和上一版相比" in page
    assert changed_column("adjustment:reserve") == "预留（元）"
    assert "500,000.00" in page
    former = clients["li_si"].get(f"/allocations/{number}/revisions/1").text
    assert "已被更正" in former
