"""The statistics as pages and as CSV: the same rows, nothing small, and what is overdue on the home page."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.models.case_statistics import CaseOverdue
from portal.models.transaction import transaction
from portal.usecases import clock
from portal.usecases.case_statistics import count_cases
from portal.usecases.services import Services
from tests.clients import CheckedClient
from tests.usecases.many_cases import lay_cases

SINCE = datetime(2025, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def laid(services: Services) -> None:
    lay_cases(600, since=SINCE, days=300)
    count_cases(services, at=clock.now())


def rows_of(client: CheckedClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_rows_of_the_file_add_up_to_the_total_on_the_page(client: CheckedClient, laid: None) -> None:
    page = client.get("/cases/statistics").text
    _head, *rows = rows_of(client, "/cases/statistics.csv")

    total = re.search(r"一共办结 (\d+) 件", page)
    assert total
    assert sum(int(row[4]) for row in rows) == int(total[1])
    assert min(int(row[4]) for row in rows) >= 10
    assert f"一共办结 {total[1]} 件" in client.get("/cases/").text


def test_the_page_prints_its_formulas_and_counts_silence(client: CheckedClient, laid: None) -> None:
    page = client.get("/cases/statistics?month=2026-06").text

    for word in ("响应率 =", "按时办结率 =", "解决率 =", "满意率 =", "沉默", "全市", "任城区民政局"):
        assert word in page
    assert page.count("<svg") == 2
    for heading in ("各县（市、区）办结件数", "2026年6月各单位按时办结率"):
        assert f"<h3>{heading}</h3><svg" in page


def test_each_table_has_a_file_and_an_older_month_its_own(client: CheckedClient, laid: None) -> None:
    head, *rows = rows_of(client, "/cases/statistics-rates.csv?month=2026-06")

    assert head[0] == "月份"
    assert {row[0] for row in rows} == {"2026-06"}
    assert rows_of(client, "/cases/statistics-yearly.csv")[0][0] == "年份"
    assert "2026年6月各单位的四项比率" in client.get("/cases/statistics?month=2026-06").text


def test_a_month_of_which_nothing_may_be_told_says_so_in_place_of_a_table(
    client: CheckedClient, services: Services
) -> None:
    lay_cases(30, since=SINCE, days=300)
    count_cases(services, at=clock.now())
    page = client.get("/cases/statistics?month=2026-06").text
    assert "2026年6月全市合在一起，四项比率也都不足10件，所以都不公布" in page
    assert "件数太少" not in page


def test_one_row_of_all_counties_is_no_chart(client: CheckedClient, services: Services) -> None:
    lay_cases(30, since=SINCE, days=300)
    count_cases(services, at=clock.now())
    page = client.get("/cases/statistics").text
    assert "未单列各县合并" in page
    assert "各县（市、区）办结件数" not in page


def test_before_anything_is_counted_the_pages_say_so(client: CheckedClient) -> None:
    assert "合在一起也不公布" in client.get("/cases/statistics").text
    assert "合在一起也不公布" in client.get("/cases/").text
    assert rows_of(client, "/cases/statistics.csv")[1:] == []
    assert "超期还没有办的" not in client.get("/").text


def test_the_home_page_tells_what_is_overdue_by_county_and_no_small_count(
    client: CheckedClient, session: Session, services: Services
) -> None:
    with transaction() as writing:
        writing.execute(
            insert(CaseOverdue), [{"county_code": "370811", "cases": 12}, {"county_code": "370832", "cases": 9}]
        )

    page = client.get("/").text
    assert re.search(r"任城区</th>\s*<td class=\"number\">12<", page)
    assert re.search(r"梁山县</th>\s*<td class=\"number\">不足10件<", page)
    assert ">9<" not in page
