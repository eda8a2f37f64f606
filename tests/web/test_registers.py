import csv
import io
import re
from datetime import datetime

import openpyxl
import pytest
from flask import Flask

from portal.domain.publications import WithdrawalKind
from portal.domain.registers import COLUMNS, RegisterKind
from portal.usecases import publications
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import send, sign_in
from tests.usecases.budgets import published as published_budget
from tests.usecases.registers import FUND, book, drafted, published
from tests.web.handed_in import made, upload
from tests.web.spreadsheets import Spreadsheet
from tests.web.test_funds import rows_of as csv_rows
from tests.web.test_funds import tables_of, worded

SMALL = (("许庄街道", 50_000, 0, 3_200, 46_800, 4), *FUND[1:2], ("南张街道", 50_000, 0, 20_000, 30_000, 22))


def rows_of(client: CheckedClient, number: str) -> list[dict[str, str]]:
    text = client.get(f"/registers/{number}.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RegisterKind.RETURNS, ["2026年7月3日", "最低生活保障", "死亡", "12,000.00", "24"]),
        (RegisterKind.CASH, ["临时救助", "18,000.00", "20"]),
        (RegisterKind.GOODS, ["大米", "120", "袋", "9,600.00", "60"]),
        (RegisterKind.FEE_WAIVERS, ["示例农商银行", "小额账户管理费", "38,400.00", "3200"]),
        (
            RegisterKind.DISBURSEMENTS,
            ["2026年3月20日", "最低生活保障", "中央资金", "济财社〔2026〕12号", "1,200,000.00"],
        ),
    ],
)
def test_each_row_tells_all_its_words_under_their_heads(
    kind: RegisterKind, words, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    page = client.get(f"/registers/{published(services, cast, at=at, kind=kind)}").text
    heads, first = (
        re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[:2]
    )
    assert len(heads) == len(first)
    assert first[1:] == words


@pytest.mark.parametrize("kind", RegisterKind)
def test_page_csv_and_workbook_of_each_kind_tell_the_same_sums(
    kind: RegisterKind, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    number = published(services, cast, at=at, kind=kind)
    page, rows = client.get(f"/registers/{number}").text, rows_of(client, number)
    name = "本期使用" if kind is RegisterKind.RESERVE_FUND else "金额"
    *told, total = [int(row[f"{name}（分）"]) for row in rows]
    assert sum(told) == total
    assert f"{total / 100:,.2f}" in page
    live = openpyxl.load_workbook(io.BytesIO(client.get(f"/registers/{number}.xlsx").data))
    cells = {cell.coordinate: cell.value for row in live.active for cell in row}
    sheet = live.active.title
    at_column = next(place[0] for place, value in cells.items() if value == f"{name}（元）")
    summed = Spreadsheet({sheet: cells}).value(sheet, f"{at_column}{3 + len(told)}")
    assert round(summed * 100) == total
    assert client.get(f"/registers/{number}/print").status_code == 200
    assert client.get(f"/registers/{number}.pdf").status_code in {200, 503}


def test_a_row_about_a_few_persons_is_told_nowhere(client, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, book(rows=SMALL), at=at)
    book_of = openpyxl.load_workbook(io.BytesIO(client.get(f"/registers/{number}.xlsx").data)).active
    told = [str([[cell.value for cell in row] for row in book_of])]
    told += [client.get(f"/registers/{number}{end}").text for end in ("", ".csv", "/print")]
    for text in told:
        assert "人数太少，不单列" in text
        assert not any(secret in text for secret in ("3,200", "3200", "46800", "46,800", "12,500", "12500"))
    assert "其余" in told[1]


def test_a_register_about_a_few_persons_says_why_it_tells_nothing(client, services, cast: Cast, at: datetime):
    number = published(services, cast, book(rows=SMALL[:1]), at=at)
    page = client.get(f"/registers/{number}").text
    assert "这份登记不足10人次" in page
    assert "50,000" not in page
    assert [row["说明"] for row in rows_of(client, number)] == ["人数太少，不单列"] * 2
    assert "人数太少，不单列" in client.get("/funds/2026/370811/").text


def test_the_page_of_a_year_shows_each_kind_with_its_sums(client, services: Services, cast: Cast, at: datetime):
    assert client.get("/funds/2026/370811/").status_code == 404
    numbers = [published(services, cast, at=at, kind=kind) for kind in RegisterKind]
    later = (("许庄街道", 28_000, 22_000, 20_000, 30_000, 20),)
    published(services, cast, book(rows=later, title="任城区2026年第四季度备用金登记表"), at=at)
    page = client.get("/funds/2026/370811/").text
    assert all(f"/registers/{number}" in page for number in numbers)
    for heading in ("备用金", "资金退回", "现金发放", "实物发放", "手续费减免", "国库拨付"):
        assert f"<h2>{heading}</h2>" in page
    assert page.index("第3季度") < page.index("第4季度")
    assert "64,500.50" in page
    assert "180,000.00" not in page
    assert "已退回（元）" in page
    assert "任城区已退回" not in page
    published_budget(services, cast, at=at)
    with_budget = client.get("/funds/2026/370811/").text
    assert with_budget.index("用在哪个项目") < with_budget.index("<h2>备用金</h2>")


def test_what_left_the_treasury_stands_on_page_months_csv_and_json_of_the_year(client, services, cast, at: datetime):
    number = published(services, cast, at=at, kind=RegisterKind.DISBURSEMENTS)
    page = client.get("/funds/2026/370811/").text
    assert "已拨付（元）" in page
    assert "1,950,000.50" in page
    assert f"/registers/{number}" in page
    assert "已拨付" in client.get("/funds/2026/370811/months.csv").text
    assert f'<li><a href="/registers/{number}">任城区2026年救助资金拨付登记</a>' in page
    told = client.get("/api/v1/funds/2026/370811/").get_json()["pictures"]
    by_slug = {one["slug"]: one for one in told}
    assert by_slug["months"]["columns"][0]["name"] == "disbursed"
    assert [row["amounts"] for row in by_slug["months"]["rows"]] == [[150_000_050], [45_000_000]]
    assert [row["amounts"] for row in by_slug["sources"]["rows"]] == [[120_000_000], [30_000_050], [45_000_000]]
    page = client.get(f"/registers/{number}").text
    assert "6222021001116245702" not in page
    assert "许庄街道" not in page
    assert "人次" not in page[page.index("<table") : page.index("</table")]
    assert "人次" not in rows_of(client, number)[0]


@pytest.mark.parametrize("kind", RegisterKind)
def test_the_city_adds_up_its_counties_registers_and_leads_to_them(
    kind: RegisterKind, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    published(services, cast, at=at, kind=kind)
    slug = f"registers-{kind.value.replace('_', '-')}"
    page = client.get("/funds/2026/").text
    target = f"/funds/2026/370811/#{slug}"
    assert f'<a href="{target}">任城区</a>' in page
    assert f'id="{slug}"' in client.get("/funds/2026/370811/").text
    (shown,) = [rows for caption, rows in tables_of(page).items() if caption.startswith("各县（市、区）：")]
    head, row = csv_rows(client, f"/funds/2026/{slug}.csv")
    told = list(zip(head, row, strict=True))
    persons = [cell for name, cell in told if name == "涉及（人次）"]
    assert len(persons) == COLUMNS[kind].counts_persons
    yuan, fen = ([cell for name, cell in told if name.endswith(unit)] for unit in ("（元）", "（分）"))
    assert [[row[1], *map(worded, yuan), *(f"{int(one):,}" for one in persons)]] == shown
    told = {one["slug"]: one for one in client.get("/api/v1/funds/2026/").get_json()["pictures"]}[slug]
    assert told["rows"] == [{"code": "370811", "name": "任城区", "amounts": [*map(int, (*fen, *persons))]}]
    assert told["totals"] == told["rows"][0]["amounts"]
    assert not {"期初额度（元）", "期末余额（元）"} & set(head)


def test_the_city_says_how_many_registers_of_its_counties_are_too_small(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    small = (("许庄街道", "临时救助", 900, 3),)
    published(services, cast, book(RegisterKind.CASH, small), at=at, kind=RegisterKind.CASH)
    assert client.get("/funds/2026/").status_code == 404
    later = (("许庄街道", "临时救助", 18_000, 20), ("李营街道", "临时救助", 9_000, 10))
    title = "任城区2026年10月现金发放登记表"
    published(services, cast, book(RegisterKind.CASH, later, title=title), at=at, kind=RegisterKind.CASH)
    page = client.get("/funds/2026/").text
    assert "另有1份人数太少，没有列数，不计入合计。" in page
    assert tables_of(page)["各县（市、区）：现金发放"] == [["任城区", "27,000.00", "30"]]
    assert "900.00" not in page


def test_a_month_of_which_nothing_is_told_is_no_zero(client, services: Services, cast: Cast, at: datetime):
    published(services, cast, at=at, kind=RegisterKind.DISBURSEMENTS)
    published(services, cast, at=at, kind=RegisterKind.RETURNS)
    by_slug = {one["slug"]: one for one in client.get("/api/v1/funds/2026/370811/").get_json()["pictures"]}
    months = by_slug["months"]
    assert [column["name"] for column in months["columns"]] == ["disbursed", "returned"]
    assert [(row["name"], row["amounts"]) for row in months["rows"]] == [
        ("3月", [150_000_050, None]), ("7月", [None, 1_200_000]), ("8月", [None, 430_000]), ("9月", [45_000_000, 82_000]),
    ]  # fmt: skip
    assert months["totals"] == [195_000_050, 1_712_000]
    page = client.get("/funds/2026/370811/").text
    assert "各月已拨付" in page
    assert "各月已退回" not in page


def test_lists_filters_and_sitemap_know_the_registers(client, services: Services, cast: Cast, at: datetime):
    assert "没有符合条件的资金登记" in client.get("/registers/").text
    number = published(services, cast, at=at, kind=RegisterKind.RETURNS)
    assert number in client.get("/registers/?kind=returns&year=2026").text
    assert number not in client.get("/registers/?kind=goods").text
    assert number in client.get("/registers/?kind=nonsense&year=x").text
    assert f"/registers/{number}" in client.get("/sitemap.xml").text
    assert "/registers/" in client.get("/funds/").text


def test_what_is_withdrawn_answers_410_everywhere(client, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    for end in ("", ".csv", ".xlsx", ".pdf", "/print", "/revisions/1"):
        assert client.get(f"/registers/{number}{end}").status_code == 410
    assert number not in client.get("/registers/").text
    assert client.get("/funds/2026/370811/").status_code == 404
    assert client.get("/registers/DJ-2026-999999").status_code == 404


def test_the_desk_brings_a_register_to_the_public_and_corrects_it(app: Flask):
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, one in clients.items():
        sign_in(one, name)
    desk = clients["li_si"]
    answer = upload(desk, "/desk/registers/new", book(rows=SMALL), kind="reserve_fund")
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    preview = desk.get(path).text
    assert "人数太少，不单列" in preview
    assert "3,200" not in preview
    steps = (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish"))
    for name, step in steps:
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    assert path.rsplit("/", 1)[1] in desk.get("/desk/registers/").text
    raised = (*SMALL[:2], ("南张街道", 50_000, 0, 21_000, 29_000, 23))
    words = {"kind": "correction", "note": "南张街道补记一笔"}
    assert upload(desk, f"{path}/correct", book(rows=raised), **words).status_code == 303
    for name, step in steps:
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    page = desk.get(path.removeprefix("/desk")).text
    assert "和上一版相比" in page
    assert "21,000.00" in page
    assert "已被更正" in desk.get(path.removeprefix("/desk") + "/revisions/1").text


def test_a_faulty_table_is_told_cell_by_cell_at_the_desk(app: Flask):
    client = app.test_client()
    sign_in(client, "li_si")
    wrong = upload(
        client, "/desk/registers/new", book(rows=[["许庄街道", "五万", 0, 1, 1, "几人"]]), kind="reserve_fund"
    )
    assert wrong.status_code == 422
    assert all(place in wrong.text for place in ("B4", "F4"))
    assert "还没有资金登记" in client.get("/desk/registers/").text
    asked = upload(client, "/desk/registers/new", book(title="备用金登记表"), kind="reserve_fund")
    assert asked.status_code == 422
    assert "标题没有写明年份" in asked.text
    typed = upload(client, "/desk/registers/new", book(title="备用金登记表"), kind="reserve_fund", period="第三季度")
    assert "请把时段写成" in typed.text
    taken = upload(
        client, "/desk/registers/new", book(title="备用金登记表"), kind="reserve_fund", period="2026年第三季度"
    )
    assert taken.status_code == 303
    assert "请选择登记种类" in upload(client, "/desk/registers/new", book()).text


def test_another_county_sees_nothing_of_a_draft(app: Flask, at: datetime):
    number = made(app, drafted, at)
    client = app.test_client()
    sign_in(client, "qian_qi")
    assert client.get(f"/desk/registers/{number}").status_code == 404
    assert number not in client.get("/desk/registers/").text
    assert client.get(f"/registers/{number}").status_code == 404
