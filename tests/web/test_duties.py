import csv
import io
import re
from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from portal.domain.documents import DocumentCategory
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.usecases import publications
from portal.usecases.duties import keep_duties
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases import documents
from tests.web.test_statements import counted

GUIDE = replace(
    documents.POLICY, title="低保办事指南", category=DocumentCategory.GUIDE, program=Program.SUBSISTENCE_ALLOWANCE
)


@pytest.fixture(autouse=True)
def now(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


def section(page: str, duty: str) -> str:
    """The part of a page about one duty, as words."""
    found = re.search(rf'<section class="duty" aria-labelledby="{duty}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_the_page_tells_item_by_item_who_is_late_and_links_what_fulfils(client, services, cast: Cast, at: datetime):
    keep_duties(services, at=at)
    number = documents.published(services, cast, at=at, content=GUIDE)
    page = client.get("/duties/370811/").text
    guide = section(page, "subsistence-guide")
    assert guide.count("按期") == 2
    assert f'href="/documents/{number}"' in guide
    assert "2026年11月20日公开" in guide
    assert "10个工作日" in guide
    assert "从未公开" in section(page, "extreme-poverty-guide")
    assert 'href="/duties/370811002/"' in page
    assert "2026年11月2日" in page
    assert "从未公开" in section(client.get("/duties/").text, "subsistence-guide")


def test_a_withdrawn_publication_fulfils_nothing_on_any_page(client, services, cast: Cast, at: datetime):
    keep_duties(services, at=at)
    number = documents.published(services, cast, at=at, content=GUIDE)
    assert number in client.get("/duties/370811/").text
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了文件", at=at)
    for path in ("/duties/", "/duties/370811/", "/duties/370811002/", "/duties/370800.csv"):
        assert number not in client.get(path).text, path
    assert "从未公开" in section(client.get("/duties/370811002/").text, "subsistence-guide")


def test_only_what_is_late_can_be_asked_for(client, services: Services, at: datetime):
    keep_duties(services, at=at)
    page = client.get("/duties/370811002/?late=1").text
    assert "从未公开" in page
    assert not section(page, "general-supervision")
    assert section(client.get("/duties/370811002/").text, "general-supervision")


def test_the_csv_holds_every_place_within_and_agrees_with_the_page(client, services: Services, at: datetime):
    keep_duties(services, at=at)
    rows = list(csv.DictReader(io.StringIO(client.get("/duties/370811.csv").text.removeprefix("\ufeff"))))
    assert {row["区划代码"] for row in rows} == {"370811", "370811002"}
    late = [row for row in rows if row["状态"] in {"超期", "从未公开"}]
    page = client.get("/duties/370811/").text
    assert f"<dt>超期或从未公开</dt><dd>{len(late)}</dd>" in page
    assert all(row["应于何日前公开"] < "2026-11-20" for row in late)


def test_the_first_page_names_the_counties_with_something_late(client, services: Services, at: datetime):
    assert "该公开还没有公开的" not in client.get("/").text
    keep_duties(services, at=at)
    page = client.get("/").text
    assert "该公开还没有公开的" in page
    assert 'href="/duties/370811/"' in page


def test_an_instance_that_has_counted_nothing_says_so(client: CheckedClient):
    page = client.get("/duties/").text
    assert "还没有可以列出的事项" in page
    assert "还没有在本平台设单位的地方" in page


def test_a_village_leads_to_its_township_the_city_to_the_whole_and_nothing_else_is_there(client: CheckedClient):
    assert client.get("/duties/370800/").headers["Location"].endswith("/duties/")
    assert client.get("/duties/no-such-place/").status_code == 404
    assert client.get("/duties/999999.csv").status_code == 404


def test_the_page_asks_the_database_the_same_however_many_places_it_shows(
    app: Flask, client, services: Services, at: datetime
):
    keep_duties(services, at=at)
    client.get("/duties/370811002/")
    with counted(app) as one:
        client.get("/duties/370811002/?late=1")
    with counted(app) as many:
        client.get("/duties/370811/?late=1")
    assert len(one) == len(many) <= 5, many
