import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape

import pytest
from flask import Flask, g
from markupsafe import Markup
from sqlalchemy import update

from portal.charts.flows import flow_chart
from portal.domain.boundaries import boundaries_from_geojson
from portal.domain.divisions import DivisionCode
from portal.domain.fund_overviews import FundColumn
from portal.domain.fund_totals import FigureScope, FundFigure, FundStage
from portal.domain.funds import FundUse
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.models.divisions import Division
from portal.models.transaction import transaction
from portal.queries.fund_totals import figures_by_program
from portal.usecases import clock, publications
from portal.usecases.fund_totals import rebuild_figures, replace_figures
from portal.usecases.services import Services
from portal.usecases.site import bump_revision
from portal.web import fund_pages
from portal.web.filters import day, large_money
from portal.web.fund_pages import scaled
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases import allocations
from tests.usecases.budgets import published
from tests.usecases.payments import paid, roster
from tests.usecases.payments import published as pay
from tests.usecases.registers import published as register
from tests.web.test_allocations import FIRST
from tests.web.test_allocations import city_publishes as city_allocates
from tests.web.test_budgets import city_publishes
from tests.web.test_statements import counted

COUNTY = DivisionCode("370811")
CARE = "许庄街道2026年10月特困供养照料护理补贴发放花名册"


def rows_of(client: CheckedClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def tables_of(page: str) -> dict[str, list[list[str]]]:
    """The tables of a page by caption: the words of their body's cells."""
    found = {}
    for table in re.findall(r"<table[^>]*>.*?</table>", page, re.DOTALL):
        caption = re.sub(r"<[^>]+>", "", re.search(r"<caption.*?</caption>", table, re.DOTALL)[0]).strip()
        body = re.search(r"<tbody>(.*?)</tbody>", table, re.DOTALL)[1]
        rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
        cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
        found[caption] = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]
    return found


def fen_of(cell: str) -> int | None:
    """A cell of a CSV in fen; an empty one tells nothing."""
    return int(cell) if cell else None


def worded(cell: str) -> str:
    """A cell of a CSV in yuan as the page says it."""
    return f"{float(cell):,.2f}" if cell else "没有公布"


def words_drawn(page: str) -> set[str]:
    """Every word that stands in a chart."""
    return {
        text for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL) for text in re.findall(r">([^<>]+)<", chart)
    }


def test_a_year_is_told_in_pictures_tables_and_csv_alike(
    app: Flask, client, services: Services, cast: Cast, at: datetime
):
    budget = city_publishes(services, cast, at=at)
    batch = city_allocates(services, cast, FIRST.read_bytes(), at=at)
    page = client.get("/funds/2026/").text
    tables = tables_of(page)
    assert budget in page
    assert batch in page
    for slug, caption in (("sources", "钱从哪里来"), ("places", "到了哪些地方"), ("programs", "用在哪个项目")):
        head, *rows = rows_of(client, f"/funds/2026/{slug}.csv")
        assert head[2:] == ["预算（元）", "预算（分）", "已分配（元）", "已分配（分）"]
        assert [[row[1], worded(row[2]), worded(row[4])] for row in rows] == [row[:3] for row in tables[caption]]
        drawn = words_drawn(page)
        with app.test_request_context("/"):
            assert all(large_money(int(row[3])) in drawn for row in rows if row[3])
        assert sum(fen_of(row[3]) or 0 for row in rows) == 193_857_000_000
        assert sum(fen_of(row[5]) or 0 for row in rows) == 8_642_000_000
        assert all(f"{int(row[3]) / 100:.2f}" == row[2] for row in rows if row[3])
    assert page.count("<svg") >= 5
    assert "19.39 亿元" in page
    assert "8,642.00 万元" in page
    assert 'href="/funds/2026/370811/"' in page
    assert "style=" not in page


def test_what_is_not_told_by_programme_is_never_told_as_nothing(client, services, cast: Cast, at: datetime):
    """The allocation names no programme: of no programme it can be said that nothing was allocated to it."""
    city_publishes(services, cast, at=at)
    city_allocates(services, cast, FIRST.read_bytes(), at=at)
    rows = {row[0]: row[1:3] for row in tables_of(client.get("/funds/2026/").text)["用在哪个项目"]}
    assert rows.pop("其他或不分项目")[1] == "86,420,000.00"
    assert len(rows) >= 2
    assert {allocated for _budget, allocated in rows.values()} == {"没有公布"}


def test_narrow_tables_become_cards_whose_cells_name_their_columns(client, services, cast: Cast, at: datetime):
    city_publishes(services, cast, at=at)
    city_allocates(services, cast, FIRST.read_bytes(), at=at)
    page = client.get("/funds/2026/").text
    cards = re.findall(r'<table class="cards">.*?</table>', page, re.DOTALL)
    assert cards
    for table in cards:
        heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
        for row in re.findall(r"<tr>(.*?)</tr>", table.split("</thead>")[1], re.DOTALL):
            assert re.findall(r'<td class="number(?: muted)?" data-label="(.*?)">', row) == heads[1:]


def test_what_nobody_has_told_of_a_line_is_never_called_nothing(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    city_publishes(services, cast, at=at)
    pay(services, cast, at=at)
    page = client.get("/funds/2026/").text
    tables = tables_of(page)
    assert [tables["钱从哪里来"][0][place] for place in (0, 2)] == ["中央资金", "没有公布"]
    assert tables["钱从哪里来"][-1][:3] == ["没有分来源", "没有公布", "21,800.00"]
    assert {row[2] for row in tables["到了哪些地方"]} == {"21,800.00", "没有公布"}
    assert "0.00" not in {cell for table in tables.values() for row in table for cell in row}
    assert "写着“没有公布”的，是没有公布过这个数，或者公布的是零。" in page
    assert '<td class="number muted" data-label="已发放（元）">没有公布</td>' in page
    rows = client.get("/api/v1/funds/2026/").get_json()["pictures"][0]["rows"]
    assert [row["amounts"][1] for row in rows] == [*[None] * (len(rows) - 1), 2_180_000]


def test_a_picture_says_what_is_to_be_seen_and_of_when_its_figures_are(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    write(2026, "370800", FundStage.BUDGET, "370811", 3_000_000_00, program=Program.EXTREME_POVERTY_SUPPORT)
    page = client.get("/funds/2026/").text
    assert "<figcaption>预算 300.00 万元，都是任城</figcaption>" in page
    city_publishes(services, cast, at=at)
    page = client.get("/funds/2026/").text
    assert "<figcaption>预算 19.39 亿元，最低生活保障最多，占" in page
    assert f"数字由本站公开的预算、分配、发放和登记加起来，截至{day(clock.now())}。" in page


def test_a_county_shows_what_it_had_and_what_went_on_to_its_towns(client, services, cast: Cast, at: datetime):
    city_publishes(services, cast, at=at)
    batch = city_allocates(services, cast, FIRST.read_bytes(), at=at)
    page = client.get("/funds/2026/370811/").text
    assert batch in page
    assert "到了哪些地方" not in page
    assert "1.50 亿元" in page
    number = allocations.published(services, cast, at=at)
    page = client.get("/funds/2026/370811/").text
    tables = tables_of(page)
    assert [row[0] for row in tables["到了哪些地方"]] == ["许庄街道", "李营街道", "南张街道"]
    assert "已分到镇街（元）" in page
    assert number in page
    _head, *rows = rows_of(client, "/funds/2026/370811/sources.csv")
    assert sum(fen_of(row[5]) or 0 for row in rows) == 1_044_400_000
    assert "看全市2026年" in page


def test_a_countys_own_budget_stands_on_its_page(client, services: Services, cast: Cast, at: datetime):
    published(services, cast, at=at, approved_on=date(2026, 1, 20))
    page = client.get("/funds/2026/370811/").text
    assert "550.00 万元" in page
    assert "工作经费（另列）" in page
    assert client.get("/funds/2026/").status_code == 404


def test_months_stand_beside_the_course_of_the_year(client: CheckedClient, services, cast: Cast, at: datetime):
    published(services, cast, at=at)
    assert "各月的钱" not in client.get("/funds/2026/370811/").text
    whole, town = DivisionCode("370811"), DivisionCode("370811002")
    scope = FigureScope(2026, whole, frozenset({FundStage.PAID}))
    told = [(1, town, 50_000_000), (3, town, 50_000_000), (3, whole, 10_000_000)]
    with transaction() as session:
        paid = [FundFigure(FundStage.PAID, 2026, whole, part, Fen(fen), month) for month, part, fen in told]
        replace_figures(session, scope, paid)
        bump_revision(session)
    page = client.get("/funds/2026/370811/").text
    assert "到3月累计已发放110.00 万元，占全年预算的20.0%；这时一年过去了25%。没有公布的不在内。" in page
    assert tables_of(page)["各月的钱"] == [["1月", "500,000.00"], ["3月", "600,000.00"]]
    assert tables_of(page)["和一年的时间比"] == [
        ["1月", "500,000.00", "458,333.33"],
        ["3月", "1,100,000.00", "1,375,000.00"],
    ]
    assert rows_of(client, "/funds/2026/370811/course.csv")[2][2:] == [
        "1100000.00",
        "110000000",
        "1375000.00",
        "137500000",
    ]
    assert rows_of(client, "/funds/2026/370811/months.csv")[2] == ["", "3月", "600000.00", "60000000"]
    assert [row[0] for row in tables_of(page)["到了哪些地方"]] == ["其余各镇街", "许庄街道"]


def test_years_stand_side_by_side(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    assert "还没有公开的预算和分配" in client.get("/funds/").text
    assert client.get("/funds/years.csv").status_code == 404
    city_publishes(services, cast, at=at)
    page = client.get("/funds/").text
    assert 'href="/funds/2026/"' in page
    assert tables_of(page)["历年资金"] == [["2026", "1,938,570,000.00"]]
    assert rows_of(client, "/funds/years.csv")[1] == ["", "2026", "1938570000.00", "193857000000"]


def test_there_is_no_page_of_what_is_not_told(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    for path in ("/funds/2025/", "/funds/2026/370812/", "/funds/2026/nowhere/", "/funds/2026/370811/places.csv"):
        assert client.get(path).status_code == 404
    assert client.get("/funds/2026/370800/").headers["Location"].endswith("/funds/2026/")
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert client.get("/funds/2026/370811/").status_code == 404


TELLERS = {
    "a county's budget": lambda *who, at: published(*who, at=at),
    "a county's register": lambda *who, at: register(*who, at=at),
    "a county's work": lambda *_who, at: write(2026, "370811", FundStage.BUDGET, "370811", 100, use=FundUse.WORK),
    "the city's budget": lambda *who, at: city_publishes(*who, at=at),
}


@pytest.mark.parametrize("told", TELLERS.values(), ids=TELLERS)
def test_no_link_of_a_money_page_is_dead_however_little_is_told(told, client, services, cast: Cast, at: datetime):
    told(services, cast, at=at)
    opened = {path: client.get(path) for path in ("/funds/", "/funds/2026/370811/", "/funds/2026/")}
    pages = {path: answer.text for path, answer in opened.items() if answer.status_code == 200}
    assert "/funds/2026/370811/" in pages
    links = {link for page in pages.values() for link in re.findall(r'href="(/(?:api/v1/)?funds/[^"#]*)', page)}
    assert {link: client.get(unescape(link)).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("year", [1999, 2027])
def test_a_year_of_which_nothing_is_told_says_so(year: int, client, services: Services, cast: Cast, at: datetime):
    city_publishes(services, cast, at=at)
    for path in ("", "370811/", "compare"):
        answer = client.get(f"/funds/{year}/{path}")
        assert answer.status_code == 404
        assert f"没有公开{year}年的资金数字。可以打开“看钱”，看公开了哪些年份。" in answer.text


def test_numbers_of_one_picture_share_one_unit(app: Flask):
    with app.test_request_context("/"):
        assert scaled([123_456_789_00, 40_000_00, 0]) == ("亿元", ("1.23", "<0.01", "0.00"))
        assert scaled([123_456_789_00, 5_000_000_00]) == ("亿元", ("1.23", "0.05"))
        assert scaled([45_678_00, 0]) == ("万元", ("5", "0"))
        assert scaled([]) == ("元", ())
        g.language = "en"
        assert scaled([123_456_789_00, 5_000_000_00]) == ("million yuan", ("123.5", "5.0"))


def test_ten_years_of_months_cost_the_year_page_no_more_statements_and_rows(
    app: Flask, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    published(services, cast, at=at)
    town = DivisionCode("370811002")

    def paid(year: int, months: int) -> None:
        figures = [
            FundFigure(FundStage.PAID, year, COUNTY, town, Fen(100), month, program)
            for month in range(1, months + 1)
            for program in Program
        ]
        with transaction() as session:
            replace_figures(session, FigureScope(year, COUNTY, frozenset({FundStage.PAID})), figures)
            bump_revision(session)

    def told(mark: str) -> tuple[int, int]:
        client.get(f"/funds/2026/370811/?warm={mark}")
        with counted(app) as statements:
            assert client.get(f"/funds/2026/370811/?mark={mark}").status_code == 200
        with app.app_context():
            return len(statements), len(figures_by_program(2026, COUNTY))

    paid(2026, 1)
    before = told("few")
    for year in range(2017, 2027):
        paid(year, 12)
    assert told("many") == before


def test_charts_grow_with_the_page_in_elder_mode(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    city_publishes(services, cast, at=at)
    client.set_cookie("modes", "elder")
    sizes = set(map(int, re.findall(r'font-size="(\d+)"', client.get("/funds/2026/").text)))
    assert min(sizes) >= 18


def test_real_boundaries_are_drawn_only_from_an_approved_map_of_the_operator(
    app: Flask, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    city_publishes(services, cast, at=at)
    assert "不是真实边界" in client.get("/funds/2026/").text
    ring = [[116.5, 35.3], [116.8, 35.3], [116.8, 35.6], [116.5, 35.3]]
    feature = {"properties": {"code": COUNTY}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    map_ = boundaries_from_geojson({"approval_number": "鲁S（2025）012号", "features": [feature]})
    app.extensions["portal"] = replace(services, rulebook=replace(services.rulebook, boundaries=map_))
    with transaction() as session:
        bump_revision(session)

    page = client.get("/funds/2026/").text

    assert "审图号：鲁S（2025）012号" in page
    assert "不是真实边界" not in page
    assert f'<a href="/funds/2026/{COUNTY}/"><path class="tile tile-' in page


def drawn_numbers(page: str) -> list[set[str]]:
    """The words of each chart of a page."""
    return [set(re.findall(r">([^<>]+)<", chart)) for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def write(year: int, whole: str, stage: FundStage, part: str, fen: int, **more: object) -> None:
    """One figure as a publication would write it."""
    figure = FundFigure(stage, year, DivisionCode(whole), DivisionCode(part), Fen(fen), **more)
    with transaction() as session:
        replace_figures(session, FigureScope(year, figure.whole, frozenset({stage})), [figure])
        bump_revision(session)


def test_the_years_of_a_county_stand_side_by_side_with_what_is_not_told(client: CheckedClient, services: Services):
    for path in ("/funds/places/370811/", "/funds/places/370811/years.csv", "/funds/places/nowhere/"):
        assert client.get(path).status_code == 404
    write(2026, "370811", FundStage.BUDGET, "370811", 3_000_000_00)
    write(2025, "370811", FundStage.BUDGET, "370811", 2_000_000_00)
    write(2025, "370811", FundStage.PAID, "370811002", 1_000_000_00)
    write(2025, "370800", FundStage.ALLOCATED, "370811", 1_500_000_00)
    assert 'href="/funds/places/370811/"' in client.get("/funds/2026/370811/").text
    page = client.get("/funds/places/370811/").text
    assert tables_of(page)["历年资金"] == [
        ["2026", "3,000,000.00", "没有公布", "没有公布", ""],
        ["2025", "2,000,000.00", "1,500,000.00", "1,000,000.00", "75.0%"],
    ]
    head, *rows = rows_of(client, "/funds/places/370811/years.csv")
    assert head[2::2] == ["预算（元）", "已分配（元）", "已发放（元）"]
    assert [row[3::2] for row in rows] == [["300000000", "", ""], ["200000000", "150000000", "100000000"]]
    titles = ("各年预算（万元）", "各年已分配（万元）", "各年已发放（万元）")
    charts = [words for words in drawn_numbers(page) if words & set(titles)]
    assert [sorted(words & {"300", "200", "150", "100", "—"}) for words in charts] == [
        ["200", "300"],
        ["150", "—"],
        ["100", "—"],
    ]
    assert 'href="/funds/2025/370811/"' in page
    assert client.get("/funds/places/370800/").headers["Location"].endswith("/funds/")


def test_what_each_person_got_is_told_where_amounts_and_persons_are(client, services, cast: Cast, at: datetime):
    pay(services, cast, at=at)
    pay(services, cast, roster(paid([("航运新村", 20)], persons=1, yuan=500), first=300), at=at.replace(day=20))
    for path in ("/funds/2026/370811/", "/funds/2026/"):
        page = client.get(path).text
        assert tables_of(page)["每人领到多少"] == [["最低生活保障", "31,800.00", "70", "454.29"]]
        assert "454.29" in words_drawn(page)
        head, row = rows_of(client, f"{path}persons.csv")
        assert head[2:] == [
            "按人公布的发放金额（元）",
            "按人公布的发放金额（分）",
            "领取（人次）",
            "平均每人每次（元）",
            "平均每人每次（分）",
        ]
        assert row[2:] == ["31800.00", "3180000", "70", "454.29", "45429"]
    assert "一个人领一次钱算一人次" in client.get("/funds/2026/").text


def test_subsidies_beside_the_allowance_and_small_places_tell_of_nobody_what_he_got(
    client, services, cast: Cast, at: datetime
):
    pay(services, cast, roster(paid([("甄庄村", 3)])), at=at)
    assert client.get("/funds/2026/370811/").status_code == 404
    pay(services, cast, roster(first=500, title="许庄街道2026年10月特困供养照料护理补贴发放花名册"), at=at)
    page = client.get("/funds/2026/370811/").text
    assert "21,800.00" in page
    assert "每人领到多少" not in page


def test_a_year_says_how_many_small_batches_are_in_none_of_its_sums(client, services, cast: Cast, at: datetime):
    pay(services, cast, at=at)
    assert "份发放不足10人" not in client.get("/funds/2026/").text
    small = pay(services, cast, roster(paid([("甄庄村", 3)]), first=700, title=CARE), at=at)
    told = "另有1份发放不足10人，为保护隐私不列人数和金额，也不计入这一页的已发放"
    for path in ("/funds/2026/", "/funds/2026/370811/"):
        assert told in client.get(path).text
        assert client.get(f"/api/v1{path}").get_json()["untold_batches"] == 1
    assert f"/payments/{small}" in client.get("/payments/?year=2026&division=370811").text
    rebuild_figures()
    assert told in client.get("/funds/2026/370811/").text
    publications.withdraw(services, cast.zhao_liu, small, WithdrawalKind.ERROR, "发错了表格", at=at)
    assert "份发放不足10人" not in client.get("/funds/2026/370811/").text


def test_two_places_are_compared_in_the_figures_of_their_own_pages(client, services, cast: Cast, at: datetime):
    city_publishes(services, cast, at=at)
    pay(services, cast, at=at)
    assert client.get("/funds/2025/compare").status_code == 404
    assert client.get("/funds/2026/compare?a=370811&b=370800").status_code == 404
    assert "<svg" not in client.get("/funds/2026/compare").text
    assert "请选两个不同的地方" in client.get("/funds/2026/compare?a=370811&b=370811").text
    page = client.get("/funds/2026/compare?a=370811&b=370826").text
    tables = tables_of(page)
    for place, code in enumerate(("370811", "370826"), start=1):
        own = rows_of(client, f"/funds/2026/{code}/programs.csv")
        assert own[0][2] == "预算（元）"
        budget = sum(int(row[3]) for row in own[1:])
        assert tables["有多少钱，走到了哪一步"][0][place] == f"{budget / 100:,.2f}"
    assert tables["有多少钱，走到了哪一步"][1] == ["已发放", "21,800.00", "没有公布"]
    assert tables["平均每人每次领到多少"] == [["最低生活保障", "436.00", "没有公布"]]
    for slug, caption in (
        ("sums", "有多少钱，走到了哪一步"),
        ("programs", "各项目预算"),
        ("persons", "平均每人每次领到多少"),
    ):
        head, *rows = rows_of(client, f"/funds/2026/compare/{slug}.csv?a=370811&b=370826")
        assert [one.removesuffix("（元）") for one in head[2::2]] == ["任城区", "微山县"]
        told = [[row[1], *(f"{float(cell):,.2f}" if cell else "没有公布" for cell in row[2::2])] for row in rows]
        assert told == tables[caption]
    assert client.get("/funds/2026/compare/none.csv?a=370811&b=370826").status_code == 404
    assert 'href="/funds/2026/370826/"' in page
    assert "style=" not in page


def test_the_home_page_draws_the_newest_year_in_the_sums_of_its_table(client, services, cast: Cast, at: datetime):
    assert "钱有多少，走到了哪一步" not in client.get("/").text
    write(2025, "370800", FundStage.BUDGET, "370811", 1_000_000_00)
    write(2026, "370800", FundStage.BUDGET, "370811", 3_000_000_00)
    write(2026, "370800", FundStage.PAID, "370812", 1_234_500_00)
    write(2027, "370800", FundStage.BUDGET, "370811", 500_00, use=FundUse.WORK)
    page = client.get("/").text
    (drawn,) = drawn_numbers(page)
    assert drawn >= {"2026年社会救助资金（万元）", "预算", "300", "已发放", "123"}
    assert 'href="/funds/years.csv"' in page
    told = {row[1]: row[3::2] for row in rows_of(client, "/funds/years.csv")[1:]}
    assert told["2026"] == ["300000000", "123450000"]
    assert f"截至{day(clock.now())}。" in page
    assert 'href="/funds/2026/"' in page
    assert ["2026", "3,000,000.00", "1,234,500.00"] in tables_of(client.get("/funds/").text)["历年资金"]


def test_a_page_is_drawn_once_for_the_same_figures_and_letters(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
):
    drawn: list[str] = []

    def counted_chart(name: str, *more: object, **options: object) -> Markup:
        drawn.append(name)
        return flow_chart(name, *more, **options)

    def charts_of_a_visit() -> int:
        drawn.clear()
        with transaction() as session:
            bump_revision(session)
        assert client.get("/funds/2026/").status_code == 200
        return len(drawn)

    monkeypatch.setattr(fund_pages, "flow_chart", counted_chart)
    city_publishes(services, cast, at=at)
    fund_pages._kept.cache_clear()
    first = charts_of_a_visit()
    assert first > 0
    assert charts_of_a_visit() == 0
    client.set_cookie("modes", "elder")
    assert charts_of_a_visit() == first
    client.delete_cookie("modes")
    city_allocates(services, cast, FIRST.read_bytes(), at=at)
    assert charts_of_a_visit() > first
    with transaction() as session:
        session.execute(update(Division).where(Division.code == COUNTY).values(display_name="任城新区"))
    assert charts_of_a_visit() > first
    assert "任城新区" in client.get("/funds/2026/").text


def test_every_word_that_heads_a_column_of_a_year_is_explained_below(client: CheckedClient, services: Services):
    """On the city's page and on a county's, for whatever stage any office will tell of."""
    city, town = DivisionCode("370800"), DivisionCode("370811002")
    stages = frozenset(FundStage(column) for column in FundColumn if column is not FundColumn.PASSED_ON)
    with transaction() as session:
        for whole, part in ((city, COUNTY), (COUNTY, town)):
            figures = [FundFigure(stage, 2026, whole, part, Fen(100)) for stage in stages]
            replace_figures(session, FigureScope(2026, whole, stages), figures)
    for path in ("/funds/2026/", "/funds/2026/370811/"):
        page = client.get(path).text
        terms = re.findall(r"<dt>([^<]+)</dt>", page.split("这些词是什么意思")[1])
        heads = {head.removesuffix("（元）") for head in re.findall(r"<th[^>]*>([^<]+（元）)</th>", page)}
        assert heads <= set(terms), path
        assert len(heads) >= len(stages)


def test_a_year_tells_how_long_money_waited_before_it_was_passed_on(client, services, cast: Cast, at: datetime):
    for received, issued in ((date(2026, 3, 1), date(2026, 3, 11)), (date(2026, 6, 1), date(2026, 6, 16))):
        number = allocations.imported(services, cast.li_si, at=at, received_on=received, issued_on=issued).number
        allocations.publish(services, cast, number, at=at)
    allocations.published(services, cast, at=at)
    page = client.get("/funds/2026/370811/").text
    assert "收到资金后平均 12.5 天下达" in page
    assert page.count("收到后 10 天下达") == page.count("收到后 15 天下达") == 1
