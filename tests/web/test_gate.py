"""The gate under a crawler: whatever was fetched before, nothing of a list remains afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.publications import WithdrawalKind
from portal.models.base import db
from portal.usecases import clock, papers, publications
from portal.usecases.jobs import run_due
from portal.usecases.offices import show_on_web
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.lists import people, published

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MASKED = "＊".encode()


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src"} and value]


def crawl(client: CheckedClient, start: tuple[str, ...], most: int = 150) -> dict[str, TestResponse]:
    """Everything that links lead to on the public side."""
    seen: dict[str, TestResponse] = {}
    todo = list(start)
    while todo and len(seen) < most:
        path = todo.pop(0)
        if path in seen or path.startswith(("/desk", "/static", "/modes", "/places/")):
            continue
        seen[path] = client.get(path)
        if seen[path].mimetype == "text/html":
            links = Links()
            links.feed(seen[path].text)
            for href in links.found:
                parts = urlsplit(urljoin(f"http://localhost{path}", href))
                if parts.netloc == "localhost":
                    todo.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def remains(client: CheckedClient, before: dict[str, TestResponse], number: str) -> list[str]:
    """Addresses that still give something away, asked plainly and with the validators they gave."""
    found = []
    for path, old in before.items():
        validators = {"If-None-Match": old.headers.get("ETag", "*")}
        if "Last-Modified" in old.headers:
            validators["If-Modified-Since"] = old.headers["Last-Modified"]
        for headers in ({}, validators):
            new = client.get(path, headers=headers)
            listed = f"/notices/{number}" in new.text if new.mimetype == "text/html" else False
            own = path.startswith(f"/notices/{number}")
            if MASKED in new.data or (own and new.status_code in {200, 304}) or (listed and not own):
                found.append(f"{path} {new.status_code}")
    return found


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "print_in_child", lambda paper, **_: b"%PDF-" + repr(paper).encode() + MASKED)


@pytest.fixture
def number(services: Services, cast: Cast) -> str:
    made = published(services, cast, at=NOW, rows=people(230))
    run_due(services, now=clock.now)
    return made


def everything_of(number: str) -> tuple[str, ...]:
    own = (f"/notices/{number}", f"/notices/{number}.pdf", f"/notices/{number}/print", f"/notices/{number}/revisions/1")
    return ("/", *own, "/notices/", f"/notices/?q={number}", "/search?q=许庄街道", "/notices/?division=370811002201")


def test_the_crawler_finds_the_list_in_every_form_while_it_is_open(client: CheckedClient, number: str) -> None:
    seen = crawl(client, everything_of(number))
    with_names = {path for path, response in seen.items() if MASKED in response.data}
    assert {f"/notices/{number}", f"/notices/{number}?page=2", f"/notices/{number}.pdf"} <= with_names


def test_after_a_withdrawal_nothing_remains_anywhere(
    app: Flask, client: CheckedClient, services: Services, cast: Cast, number: str
) -> None:
    before = crawl(client, everything_of(number))
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "名单有误，撤下核对", at=clock.now())
    db.session.rollback()
    assert remains(client, before, number) == []
    stub = client.get(f"/notices/{number}")
    assert stub.status_code == 410
    assert "名单有误，撤下核对" in stub.text


def test_at_24_00_of_the_last_day_no_name_remains_though_no_job_has_run(
    client: CheckedClient, number: str, moment: time_machine.Traveller
) -> None:
    before = crawl(client, everything_of(number))
    moment.move_to(datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC))
    assert MASKED in client.get(f"/notices/{number}").data
    moment.move_to(datetime(2026, 12, 1, 16, 0, tzinfo=UTC))
    for path, old in before.items():
        for headers in ({}, {"If-None-Match": old.headers.get("ETag", "*")}):
            new = client.get(path, headers=headers)
            if path != f"/notices/{number}.pdf":
                assert MASKED not in new.data, path
            if path.startswith(f"/notices/{number}"):
                assert new.status_code != 304, path
    assert client.get(f"/notices/{number}").status_code == 200
    assert "公示期满，异议已依法处理" in client.get(f"/notices/{number}").text


def test_the_paper_served_after_the_end_is_another_one_without_names(
    client: CheckedClient, number: str, moment: time_machine.Traveller
) -> None:
    with_names = client.get(f"/notices/{number}.pdf").data
    moment.move_to(NOW + timedelta(days=40))
    sealed = client.get(f"/notices/{number}.pdf").data
    assert sealed.startswith(b"%PDF")
    assert sealed != with_names
    assert b"groups=()" in sealed


def test_an_office_that_switches_to_counts_only_is_obeyed_at_once(
    client: CheckedClient, services: Services, cast: Cast, number: str
) -> None:
    before = crawl(client, (f"/notices/{number}", f"/notices/{number}/print"))
    show_on_web(
        cast.zhang_san.office_id, NoticeKind.FIRST_REVIEW, WebDetail.COUNTS_ONLY, actor=cast.sun_ba, at=clock.now()
    )
    db.session.rollback()
    for path in before:
        if not path.endswith(".pdf"):
            assert MASKED not in client.get(path).data, path
    assert b"groups=()" in client.get(f"/notices/{number}.pdf").data


def test_an_open_notice_gives_the_hotline_to_press_and_what_every_item_must_tell(
    client: CheckedClient, number: str
) -> None:
    page = client.get(f"/notices/{number}").text
    assert 'href="tel:0537' in page
    for label in ("索引号", "发布机构", "成文日期", "发布日期", "有效性"):
        assert f"<dt>{label}</dt>" in page


def test_a_list_of_people_leaves_no_trace_outside(client: CheckedClient, number: str) -> None:
    for path in everything_of(number)[1:5]:
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Robots-Tag"] == "noindex, noarchive", path
        assert "Set-Cookie" not in headers, path


def test_a_list_shows_two_hundred_rows_a_page_and_no_more(client: CheckedClient, number: str) -> None:
    first, second = client.get(f"/notices/{number}").text, client.get(f"/notices/{number}?page=2").text
    assert first.count('class="name"') == 200
    assert second.count('class="name"') == 30
    assert client.get(f"/notices/{number}?page=3").status_code == 404


def test_no_village_below_three_households_can_be_told(client: CheckedClient, services: Services, cast: Cast) -> None:
    rows = [*people(20, villages=("甄庄村",)), *people(2, first=500, villages=("张营村",))]
    number = published(services, cast, at=NOW, rows=rows)
    run_due(services, now=clock.now)
    page = client.get(f"/notices/{number}").text
    assert "张营村" not in page
    assert "370811002212" not in page
    for path in ("/notices/?division=370811002212", "/places/370811002212"):
        assert number not in client.get(path).text, path
    assert number not in client.get("/search?q=张营村").text
