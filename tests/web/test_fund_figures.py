from datetime import datetime

import pytest

from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.web.test_allocations import FIRST
from tests.web.test_allocations import city_publishes as city_allocates
from tests.web.test_budgets import city_publishes
from tests.web.test_funds import fen_of, rows_of, tables_of, worded


@pytest.mark.parametrize("path", ["/funds/2026/", "/funds/2026/370811/"])
def test_page_table_csv_and_json_tell_the_same_figures(
    path: str, client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    city_publishes(services, cast, at=at)
    city_allocates(services, cast, FIRST.read_bytes(), at=at)
    page, told = client.get(path).text, client.get(f"/api/v1{path}").get_json()

    assert f'href="/api/v1{path}"' in page
    assert client.get(told["page"], follow_redirects=True).request.path == path
    tables = tables_of(page)
    assert {picture["title"] for picture in told["pictures"]} <= set(tables)
    assert len(told["pictures"]) >= 2
    for picture in told["pictures"]:
        head, *rows = rows_of(client, f"{path}{picture['slug']}.csv")
        amounts = [[row["name"], *row["amounts"]] for row in picture["rows"]]
        assert amounts == [[row[1], *map(fen_of, row[3::2])] for row in rows]
        assert [f"{column['label']}（分）" for column in picture["columns"]] == head[3::2]
        columns = len(picture["columns"])
        assert [row[: 1 + columns] for row in tables[picture["title"]]] == [
            [row[1], *map(worded, row[2::2])] for row in rows
        ]
        assert picture["totals"] == [
            sum(filter(None, column)) for column in zip(*(row["amounts"] for row in picture["rows"]), strict=True)
        ]


def test_the_years_are_told_as_on_their_page(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    assert client.get("/api/v1/funds/").get_json() == {"pictures": []}
    city_publishes(services, cast, at=at)
    told = client.get("/api/v1/funds/").get_json()["pictures"][0]["rows"]
    assert [[row["name"], *row["amounts"]] for row in told] == [
        [row[1], *map(int, row[3::2])] for row in rows_of(client, "/funds/years.csv")[1:]
    ]


@pytest.mark.parametrize("path", ["2026/", "2026/370811/", "2026/999999/", "1/"])
def test_of_what_is_not_told_there_is_no_figure(path: str, client: CheckedClient):
    assert client.get(f"/api/v1/funds/{path}").status_code == 404
