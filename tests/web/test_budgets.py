import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
from flask import Flask

from portal.domain.instants import shanghai_date
from portal.domain.publications import WithdrawalKind
from portal.usecases import publications
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import send, sign_in
from tests.usecases.allocations import city_clerk
from tests.usecases.budgets import SAMPLE, book, imported, published
from tests.web.handed_in import made, upload
from tests.web.spreadsheets import Spreadsheet


def city_publishes(services: Services, cast: Cast, *, at: datetime) -> str:
    """The sample of the city bureau, brought to the public by three people of it."""
    clerk = city_clerk(cast)
    number = imported(services, clerk, SAMPLE.read_bytes(), at=at).number
    assert number is not None
    publications.submit(services, clerk, number, at=at)
    for verb, role, base in (("review", "reviewer", cast.zhou_jiu), ("publish", "publisher", cast.wei_si)):
        getattr(publications, verb)(services, replace(base, roles=frozenset({role})), number, at=at)
    return number


def rows_of(client: CheckedClient, number: str) -> list[dict[str, str]]:
    text = client.get(f"/budgets/{number}.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def fen_of(yuan: str) -> int:
    return round(float(yuan.replace(",", "")) * 100)


def test_page_csv_and_workbook_tell_the_same_amounts(client, services: Services, cast: Cast, at: datetime):
    number = city_publishes(services, cast, at=at)
    rows, page = rows_of(client, number), client.get(f"/budgets/{number}").text
    told = [[cell.value for cell in row] for row in openpyxl.load_workbook(SAMPLE).active.iter_rows(min_row=4)]
    assert [[row["科目编码"], fen_of(row["中央资金（元）"])] for row in rows] == [
        [row[1], round(row[3] * 1_000_000)] for row in told
    ]
    for row in rows:
        sources = [int(row[f"{name}（分）"]) for name in ("中央资金", "省级资金", "市级资金", "县级资金")]
        assert sum(sources) == int(row["合计（分）"]) == fen_of(row["合计（元）"])
        assert f"{int(row['合计（分）']) / 100:,.2f}" in page
    total = sum(int(row["合计（分）"]) for row in rows)
    assert f"{total / 100:,.2f}" in page
    live = openpyxl.load_workbook(io.BytesIO(client.get(f"/budgets/{number}.xlsx").data))
    table = Spreadsheet({one.title: {c.coordinate: c.value for row in one for c in row} for one in live})
    sums = [round(table.value("预算草案", f"I{place}") * 100) for place in range(3, 63)]
    assert sums == [int(row["合计（分）"]) for row in rows]
    assert round(table.value("预算草案", "I63") * 100) == total


def test_the_list_and_the_sitemap_lead_to_it(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    assert number in client.get("/budgets/?year=2026&phase=proposal").text
    assert "共 0 件" in client.get("/budgets/?phase=adjusted").text
    assert "没有符合条件" in client.get("/budgets/?year=2025").text
    assert f"/budgets/{number}" in client.get("/sitemap.xml").text
    assert "任城区" in client.get(f"/budgets/{number}/print").text


def test_work_stands_apart_and_targets_beside(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    page = client.get(f"/budgets/{published(services, cast, at=at)}").text
    relief, work = page.split("工作经费用于经办工作")
    assert "5,500,000.00" in relief
    assert "社会救助工作经费" not in relief
    assert "150,000.00" in work
    assert "低保对象应保尽保率" in work


def test_a_late_publication_says_so_openly(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, approved_on=shanghai_date(at) - timedelta(days=60))
    assert "公开迟了" in client.get(f"/budgets/{number}").text
    assert "迟公开" in client.get("/budgets/").text
    assert "公开迟了" not in client.get(f"/budgets/{published(services, cast, at=at)}").text


def test_what_is_withdrawn_answers_410_everywhere(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    for end in ("", ".csv", ".xlsx", ".pdf", "/print", "/revisions/1"):
        assert client.get(f"/budgets/{number}{end}").status_code == 410
    assert number not in client.get("/budgets/").text
    assert client.get("/budgets/YS-2026-999999").status_code == 404


def test_the_desk_brings_a_table_to_the_public_and_tells_its_clock(app: Flask, at: datetime):
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, one in clients.items():
        sign_in(one, name)
    desk, approved_on = clients["li_si"], shanghai_date(at) - timedelta(days=60)
    answer = upload(desk, "/desk/budgets/new", book(), year="2026年", approved_on=approved_on.isoformat())
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    assert "已超期" in desk.get(path).text
    assert "已超期" in desk.get("/desk/budgets/").text
    for name, step in (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish")):
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    assert "公开迟了" in desk.get(path.removeprefix("/desk")).text
    assert "已超期" not in desk.get(path).text


def test_a_faulty_table_is_told_cell_by_cell_at_the_desk(app: Flask):
    client = app.test_client()
    sign_in(client, "li_si")
    wrong = upload(client, "/desk/budgets/new", book((("三百万", 1), (1, 1), (1, 1))))
    assert wrong.status_code == 422
    assert "C4" in wrong.text
    assert "还没有预算决算" in client.get("/desk/budgets/").text
    asked = upload(client, "/desk/budgets/new", book(title="2026年社会救助资金决算表"))
    assert asked.status_code == 422
    assert "标题没有写明批准日期" in asked.text
    assert "请把年份写成 2026 的样子" in upload(client, "/desk/budgets/new", book(), year="去年").text


def test_a_correction_at_the_desk_shows_the_cells_that_changed(app: Flask, at: datetime):
    number = made(app, published, at)
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, client in clients.items():
        sign_in(client, name)
    path, raised = f"/desk/budgets/{number}", book(((3_500_000, 1_000_000), (900_000, 600_000), (100_000, 50_000)))
    answer = upload(clients["li_si"], f"{path}/correct", raised, kind="correction", note="中央追加了资金")
    assert answer.status_code == 303, answer.text
    for name, step in (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish")):
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    page = clients["li_si"].get(f"/budgets/{number}").text
    assert "和上一版相比" in page
    assert "中央资金（元）" in page
    assert "3,000,000.00" in page
    assert "已被更正" in clients["li_si"].get(f"/budgets/{number}/revisions/1").text


def test_a_line_that_a_correction_adds_was_not_there_before(app: Flask, at: datetime):
    number = made(app, published, at)
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, client in clients.items():
        sign_in(client, name)
    path, more = f"/desk/budgets/{number}", with_another_item(book())
    assert upload(clients["li_si"], f"{path}/correct", more, kind="correction", note="补列一项").status_code == 303
    for name, step in (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish")):
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303
    page = clients["li_si"].get(f"/budgets/{number}").text
    assert "<td>原来没有</td>" in " ".join(page.split())
    assert '<td class="number">880,000.00</td>' in page
    assert "不再显示" not in page


def with_another_item(content: bytes) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    workbook.worksheets[0].append(["2081901", "城市低保", 880_000, 0])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
