import csv
import io
import re
from datetime import datetime, timedelta

from flask import Flask

from portal.domain.publications import Area, WithdrawalKind
from portal.queries.archive_entries import entries_of
from portal.queries.papers import paper_of
from portal.queries.publications import public_view
from portal.usecases import clock, publications
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import hidden_fields, send, sign_in
from tests.usecases.payments import OF_A_COUNTY, WRONG, imported, paid, published, roster, table_of_sums
from tests.usecases.standards import entered


def rows_of(client: CheckedClient, number: str) -> list[dict[str, str]]:
    text = client.get(f"/payments/{number}.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_page_tells_figures_by_village_the_pay_day_and_what_to_do(client, services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, paid_on=at.date().replace(day=10))
    page = client.get(f"/payments/{number}").text
    assert "21,800.00" in page
    assert "2026年11月10日" in page
    assert "钱没到怎么办" in page
    assert page.count("<li>先看一本通") == 1
    assert "0537-5661002" in page
    assert "王桂兰" not in page
    assert number in client.get("/payments/?year=2026&division=370811").text
    assert "共 0 件" in client.get("/payments/?division=370832").text
    assert f"/payments/{number}" in client.get("/sitemap.xml").text
    assert "其余" in client.get(f"/payments/{number}/print").text


def test_the_csv_adds_up_in_yuan_and_in_fen_and_hides_what_the_page_hides(client, services, cast, at: datetime):
    number = published(services, cast, at=at)
    rows = rows_of(client, number)
    told = [row for row in rows if row["地方"] != "合计" and row["金额（分）"]]
    total = rows[-1]
    assert sum(int(row["金额（分）"]) for row in told) == int(total["金额（分）"]) == 2_180_000
    assert all(int(row["金额（分）"]) == round(float(row["金额（元）"]) * 100) for row in rows if row["金额（分）"])
    assert [row["地方"] for row in rows if not row["金额（分）"]]


def test_a_withdrawn_batch_is_gone_at_every_address(client, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了花名册", at=at)
    for end in ("", ".csv", ".pdf", "/print", "/revisions/1"):
        answer = client.get(f"/payments/{number}{end}")
        assert answer.status_code == 410, end
        assert "21,800" not in answer.text
    assert client.get("/payments/FF-2026-999999").status_code == 404
    assert number not in client.get("/payments/").text


def test_the_search_and_the_paper_read_the_same_snapshot(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, document_number="任财社〔2026〕9号")
    view = public_view(Area.PAYMENTS, number, at=at)
    assert view is not None
    (entry,) = entries_of([view.publication_id], at=at)
    assert "低保" in entry.body
    assert "21,800.00元" in entry.summary
    paper = paper_of(view, services.settings, demo=False)
    assert dict(paper.meta)["发文字号"] == "任财社〔2026〕9号"
    assert ("合计", "25", "50", "21,800.00") in paper.blocks[1].rows
    small = published(services, cast, roster(paid([("甄庄村", 3)]), first=500), at=at)
    view = public_view(Area.PAYMENTS, small, at=at)
    assert view is not None
    assert "2,616" not in str(paper_of(view, services.settings, demo=False))


def upload(client: CheckedClient, path: str, content: bytes, **fields: str):
    """Send a roster with the hidden fields of the page's form."""
    form = {**hidden_fields(client.get(path).text, path), **fields, "file": (io.BytesIO(content), "花名册.xlsx")}
    return client.post(path, data=form, content_type="multipart/form-data")


def test_the_desk_brings_a_roster_from_the_file_to_the_public_and_corrects_it(app: Flask):
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, client in clients.items():
        sign_in(client, name)
    answer = upload(clients["li_si"], "/desk/payments/new", roster(), month="2026年10月", paid_on="2026年10月12日")
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    assert "21,800.00" in clients["li_si"].get(path).text
    through_three_people(clients, path)
    number = path.rsplit("/", 1)[1]
    assert number in clients["li_si"].get("/desk/payments/").text
    more = roster(paid((("航运新村", 13), ("甄庄村", 9), ("南李楼村", 6))))
    answer = upload(clients["li_si"], f"{path}/correct", more, kind="correction", note="漏发的户已补上")
    assert answer.status_code == 303, answer.text
    through_three_people(clients, path)
    page = clients["li_si"].get(f"/payments/{number}").text
    assert "和上一版相比" in page
    assert "漏发的户已补上" in page
    assert "已被更正" in clients["li_si"].get(f"/payments/{number}/revisions/1").text


def through_three_people(clients: dict[str, CheckedClient], path: str) -> None:
    for name, step in (("li_si", "submit"), ("wang_wu", "review"), ("zhao_liu", "publish")):
        assert send(clients[name], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303


def test_a_faulty_roster_is_told_cell_by_cell_at_the_desk(app: Flask):
    client = app.test_client()
    sign_in(client, "li_si")
    wrong = upload(client, "/desk/payments/new", WRONG.read_bytes(), division="370811002")
    assert wrong.status_code == 422
    assert "C9" in wrong.text
    assert "曾明长" not in wrong.text
    assert "一行也没有存入" in wrong.text
    unsaid = upload(client, "/desk/payments/new", roster(), month="上个月")
    assert unsaid.status_code == 422
    assert "请把月份写成" in unsaid.text
    assert "还没有发放批次" in client.get("/desk/payments/").text


def test_a_table_of_sums_becomes_several_drafts_at_the_desk_and_says_on_its_page_what_it_is(app: Flask):
    clients = {name: app.test_client() for name in ("li_si", "wang_wu", "zhao_liu")}
    for name, client in clients.items():
        sign_in(client, name)
    answer = upload(clients["li_si"], "/desk/payments/new", table_of_sums(*OF_A_COUNTY))
    assert (answer.status_code, answer.location) == (303, "/desk/payments/"), answer.text
    listed = clients["li_si"].get("/desk/payments/").text
    assert "已存为3份草稿" in listed
    assert "任城区2026年10月农村低保发放情况" in listed
    path = re.findall(r'"(/desk/payments/FF-2026-\d+)"', listed)[0]
    through_three_people(clients, path)
    assert "没有和花名册逐人核对" in clients["li_si"].get(path.removeprefix("/desk")).text


XUZHUANG, COUNTY, OCTOBER = "370811002", "370811", "2026-10"


def test_a_township_shows_pay_days_standards_and_missing_months_in_red(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, app: Flask, monkeypatch
):
    number = published(services, cast, at=at, paid_on=at.date().replace(month=10, day=12))
    entered(services, cast.zhao_liu, at=at)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=2))
    page = client.get(f"/payments/{XUZHUANG}/{OCTOBER}").text
    assert f"/payments/{number}" in page
    assert "10月12日发放" in page
    assert "每人每月 720 元" in page
    assert "钱没到怎么办" in page
    assert "0537-5661002" in page
    # 特困 of October is missing from November 21 on; 临时救助 need not be paid every month; September was before all.
    assert page.count("缺，已过公布时间") == 2
    assert "2026年9月" in page
    village = client.get("/payments/370811002001/2026-10").text
    assert village.count("缺，已过公布时间") == 2
    monkeypatch.setattr(clock, "now", lambda: at)
    assert "缺，已过公布时间" not in client.get(f"/payments/{XUZHUANG}/{OCTOBER}?today").text


def test_a_county_shows_every_township_and_the_city_every_county(client, services, cast: Cast, at, monkeypatch):
    number = published(services, cast, at=at)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=2))
    page = client.get(f"/payments/{COUNTY}/{OCTOBER}").text
    assert page.count("</th>") > 10
    assert f"/payments/{number}" in page
    assert "李营街道" in page
    assert "缺，已过公布时间" in page
    assert f"/payments/{COUNTY}/{OCTOBER}" in client.get(f"/payments/370800/{OCTOBER}").text
    for wrong in (f"/payments/{COUNTY}/2026-13", "/payments/999999/2026-10", "/payments/<b>/2026-10"):
        assert client.get(wrong).status_code == 404, wrong
    assert f"/payments/{XUZHUANG}/2026-11" in client.get(f"/places/{XUZHUANG}").text


def test_one_roster_of_a_county_counts_for_all_its_townships(client, services: Services, cast: Cast, at: datetime):
    title = "任城区2026年10月农村低保金发放花名册"
    rows = paid((("许庄街道航运新村", 12), ("李营街道庄头村", 14)))
    number = imported(services, cast.li_si, roster(rows, title=title), at=at, division_code=COUNTY).number
    assert number is not None
    for verb, actor in (("submit", cast.li_si), ("review", cast.wang_wu), ("publish", cast.zhao_liu)):
        getattr(publications, verb)(services, actor, number, at=at)
    assert "（全县一份）" in client.get(f"/payments/{XUZHUANG}/{OCTOBER}").text


def test_a_month_says_how_many_small_batches_no_sum_contains_and_is_a_table_as_well(
    client, services, cast, at: datetime
):
    number = published(services, cast, at=at, paid_on=at.date().replace(month=10, day=12))
    page = client.get(f"/payments/{XUZHUANG}/{OCTOBER}").text
    assert "不计入县和市的发放合计" not in page
    small = roster(paid([("甄庄村", 3)]), title="许庄街道2026年10月城市低保金发放花名册", first=400)
    published(services, cast, small, at=at)
    for place in (XUZHUANG, COUNTY):
        assert "这个月有1份不足10人或只有很少几户的" in client.get(f"/payments/{place}/{OCTOBER}").text
    assert f"/payments/{XUZHUANG}/{OCTOBER}.csv" in page
    table = client.get(f"/payments/{XUZHUANG}/{OCTOBER}.csv")
    assert table.mimetype == "text/csv"
    rows = [line.split(",") for line in table.text.lstrip("\ufeff").splitlines()]
    assert [row[8] for row in rows if row[5] == "2026-10-12"] == [number]
    assert {row[0] for row in rows[1:]} == {XUZHUANG}
    assert len(client.get(f"/payments/{COUNTY}/{OCTOBER}.csv").text.splitlines()) > 20
    assert client.get(f"/payments/{COUNTY}/2026-13.csv").status_code == 404
