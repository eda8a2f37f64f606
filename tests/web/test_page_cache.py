import gzip
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from portal.models.base import db
from portal.models.publications import SiteState
from portal.models.transaction import transaction
from portal.queries.site import revision_reader
from portal.usecases.site import bump_revision
from portal.web.headers import KEEP_INSIDE, no_trace
from portal.web.page_cache import Entry, Key, PageCache, Shelf
from tests.geography import FOUNDED_ON


@dataclass
class Site:
    """A tiny application that counts how often it is asked, with a revision and a day of its own."""

    revision: int | None = 1
    day: date = date(2026, 11, 20)
    asked: int = 0
    answer: Response = field(default_factory=lambda: Response("公示", mimetype="text/html"))

    def __call__(self, environ, start_response):
        self.asked += 1
        answer = Response(self.answer.get_data(), status=self.answer.status, headers=self.answer.headers)
        return answer(environ, start_response)

    def browser(self) -> Client:
        return Client(PageCache(self, lambda: self.revision, lambda: self.day), use_cookies=False)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def browser(site: Site) -> Client:
    return site.browser()


def test_a_page_is_made_once_and_answered_often(site: Site, browser: Client):
    answers = [browser.get("/notices/") for _ in range(5)]
    assert {answer.text for answer in answers} == {"公示"}
    assert site.asked == 1


def test_a_table_for_spreadsheets_is_made_once_as_well(site: Site, browser: Client):
    site.answer = Response("县,件数", mimetype="text/csv")
    assert {browser.get("/cases/statistics.csv").text for _ in range(5)} == {"县,件数"}
    assert site.asked == 1


def test_a_new_revision_is_seen_at_the_very_next_hit(site: Site, browser: Client):
    browser.get("/notices/")
    site.revision, site.answer = 2, Response("已撤下", status=410)
    answer = browser.get("/notices/")
    assert (answer.status_code, answer.text) == (410, "已撤下")


def test_a_conditional_request_does_not_bring_back_what_was_withdrawn(site: Site, browser: Client):
    etag = browser.get("/notices/").headers["ETag"]
    site.revision, site.answer = 2, Response("已撤下", status=410)
    assert browser.get("/notices/", headers={"If-None-Match": etag}).status_code == 410


def test_a_new_day_in_shanghai_asks_again(site: Site, browser: Client):
    browser.get("/notices/")
    site.day = date(2026, 11, 21)
    browser.get("/notices/")
    assert site.asked == 2


@pytest.mark.parametrize("path", ["/notices/?year=2026", "/notices/?year=2025", "/places/370811002"])
def test_every_address_has_a_page_of_its_own(site: Site, browser: Client, path: str):
    browser.get("/notices/")
    browser.get(path)
    assert site.asked == 2


def test_modes_have_pages_of_their_own_and_other_cookies_do_not(site: Site, browser: Client):
    browser.get("/", headers={"Cookie": "modes=elder.contrast"})
    browser.get("/", headers={"Cookie": "other=1; modes=contrast.elder"})
    browser.get("/", headers={"Cookie": "other=2"})
    browser.get("/", headers={"Cookie": "modes=nonsense"})
    assert site.asked == 2


def test_an_unchanged_page_is_answered_with_304_and_no_body(browser: Client):
    first = browser.get("/")
    again = browser.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-cache"


def test_a_page_is_compressed_for_who_asks_for_it(browser: Client):
    answer = browser.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == "公示"
    assert "Content-Encoding" not in browser.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_head_request_has_the_headers_and_no_body(site: Site, browser: Client):
    page, head = browser.get("/"), browser.head("/")
    assert head.data == b""
    assert head.headers["Content-Length"] == page.headers["Content-Length"]
    assert site.asked == 1


def test_a_list_of_people_is_kept_inside_and_nowhere_else(site: Site, browser: Client):
    site.answer = no_trace(site.answer)
    first, second = browser.get("/notices/GS-2026-000001"), browser.get("/notices/GS-2026-000001")
    assert site.asked == 1
    for answer in (first, second):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, noarchive"
        assert "ETag" not in answer.headers
        assert KEEP_INSIDE not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"Set-Cookie": "a=1"}, {"Cache-Control": "no-store"}, {"Cache-Control": "private"}, {"Vary": "User-Agent"}],
)
def test_an_answer_that_is_somebodys_own_is_not_kept(site: Site, browser: Client, headers: dict[str, str]):
    site.answer.headers.update(headers)
    browser.get("/")
    browser.get("/")
    assert site.asked == 2


@pytest.mark.parametrize("status", [303, 404, 410, 500, 503])
def test_only_good_pages_are_kept(site: Site, browser: Client, status: int):
    site.answer.status_code = status
    browser.get("/")
    browser.get("/")
    assert site.asked == 2


@pytest.mark.parametrize("path", ["/desk/", "/desk/notices/", "/static/css/site.css", "/modes/elder/on", "/healthz"])
def test_the_desk_and_machines_addresses_go_past_the_cache(site: Site, browser: Client, path: str):
    browser.get(path)
    browser.get(path)
    assert site.asked == 2


def test_a_post_goes_past_the_cache(site: Site, browser: Client):
    browser.get("/search")
    browser.post("/search")
    assert site.asked == 2


def test_nothing_is_kept_while_the_revision_cannot_be_read(site: Site, browser: Client):
    site.revision = None
    browser.get("/")
    browser.get("/")
    assert site.asked == 2


def test_papers_pass_through_and_lose_the_mark(site: Site, browser: Client):
    site.answer = no_trace(Response(b"%PDF", mimetype="application/pdf"))
    answers = [browser.get("/notices/GS-2026-000001.pdf") for _ in range(2)]
    assert site.asked == 2
    assert all(KEEP_INSIDE not in answer.headers for answer in answers)


def test_a_page_made_while_the_site_moved_on_is_not_kept():
    shelf = Shelf(1000)
    early, late = _key(1), _key(2)
    assert shelf.get(early) is None
    assert shelf.get(late) is None
    shelf.put(early, _entry(10))
    assert shelf.get(early) is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), max_size=60))
def test_the_shelf_never_grows_over_its_bound(puts: list[tuple[int, int]]):
    shelf = Shelf(100)
    for path, size in puts:
        key = _key(1, str(path))
        shelf.get(key)
        shelf.put(key, _entry(size))
    assert shelf._bytes == sum(entry.size for entry in shelf._entries.values()) <= 100


def test_another_process_is_seen_at_once(app: Flask, session: Session):
    _set_revision(5)
    other = create_engine(db.engine.url)
    read = revision_reader(db.engine)
    before = read()
    with other.begin() as connection:
        connection.execute(text("UPDATE site_states SET revision = revision + 1"))
    other.dispose()
    assert (before, read()) == (5, 6)


def test_a_write_that_is_not_committed_yet_changes_nothing(app: Flask, session: Session):
    _set_revision(5)
    read = revision_reader(db.engine)
    with transaction() as writing:
        bump_revision(writing)
        writing.flush()
        during = read()
    assert (during, read()) == (5, 6)


def test_a_database_without_tables_has_no_revision():
    assert revision_reader(create_engine("sqlite://"))() is None


def test_a_page_of_the_whole_site_is_kept_under_a_prefix(make_app):
    app: Flask = make_app(PUBLIC_URL="https://example.gov.cn/column")
    with app.app_context():
        _set_revision(1)
        db.session.remove()
    rendered: list[str] = []

    @app.get("/sample-page")
    def sample() -> str:
        rendered.append(Request({"PATH_INFO": "/"}).path)
        return "<!doctype html><html lang='zh-Hans-CN'><head><title>例</title></head><body></body></html>"

    sample.access = "PUBLIC"
    client = app.test_client()
    answers: list[TestResponse] = [client.get("/column/sample-page") for _ in range(2)]
    assert len(rendered) == 1
    assert "ETag" in answers[1].headers


def _set_revision(revision: int) -> None:
    with transaction() as session:
        state = session.get(SiteState, 1)
        if state is None:
            session.add(SiteState(id=1, revision=revision, demo=False, founded_on=FOUNDED_ON))
        else:
            state.revision = revision


def _key(revision: int, path: str = "/") -> Key:
    return Key(path, "", revision, date(2026, 11, 20), "")


def _entry(size: int) -> Entry:
    return Entry((), "", b"x" * size, b"")
