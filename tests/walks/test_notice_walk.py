"""A list on its whole way on an instance that began with `init`: by commands, over real HTTP, to its end."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.message import Message
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from werkzeug.serving import make_server

from portal.app import create_app
from portal.config import settings_from
from portal.domain.instants import SHANGHAI
from portal.models.base import db
from tests.databases import SERVER
from tests.samples import make_samples as samples
from tests.servers import free_port
from tests.walks.instances import (
    PUBLISHER,
    Instance,
    crawl,
    get,
    import_clean,
    import_list,
    make_public,
)
from tests.walks.secrets_of_sheets import files_below, leaks, pdf_text, secrets_of

pytestmark = pytest.mark.slow

STAR = "＊"


def test_every_sample_is_imported_whole_or_refused_cell_by_cell(instance: Instance):
    first_review = ("first_review", "subsistence_allowance")
    for path in (samples.CLEAN, samples.OPEN_DOCUMENT, samples.OLD_FORMAT):
        facts = import_list(instance, path, *first_review, "370811002")
        assert (facts["rows"], facts["errors"]) == (23, []), path.suffix
    terminated = import_list(instance, samples.TERMINATION, "termination", "extreme_poverty_support", "370881001")
    assert (terminated["rows"], terminated["errors"]) == (9, [])

    refused = import_list(instance, samples.FAULTY, *first_review, "370812101", succeeds=False)
    assert sorted(error["cell"] for error in refused["errors"]) == sorted(samples.FAULTS)
    assert all(error["problem"] and error["sheet"] for error in refused["errors"])
    assert (refused["number"], refused["rows"]) == (None, 0)

    grants = ("result", "temporary_assistance", "370883003")
    refused = import_list(instance, samples.TEMPORARY, *grants, succeeds=False)
    assert refused["number"] is None
    assert "快救" in " ".join(error["problem"] for error in refused["errors"])
    kept = import_list(instance, samples.TEMPORARY, *grants, "--keep-expenditure")
    assert (kept["rows"], kept["errors"]) == (6, [])

    every = (samples.CLEAN, samples.FAULTY, samples.TERMINATION, samples.TEMPORARY)
    held = files_below(instance.folder, instance.temporary)
    spoken = {f"stream {at}": said for at, said in enumerate(instance.said)}
    for path in every:
        assert leaks(secrets_of(path), held | spoken) == [], path.name


def test_a_published_list_is_read_printed_and_found_and_leaves_nothing_else(instance: Instance):
    with instance.served() as server:
        number = import_clean(instance)
        told = make_public(instance, number)
        assert (told["number"], told["state"], told["revision"]) == (number, "published", 1)
        # Two runs at once, beside the worker; then another that finds nothing left to do.
        with ThreadPoolExecutor() as pool:
            assert [facts["failed"] for facts in pool.map(lambda _: instance.command("jobs", "run"), range(2))] == [
                0,
                0,
            ]
        again = instance.command("jobs", "run")
        assert set(again.values()) == {0}

        page = get(server.base, f"/notices/{number}")
        assert page.status == 200
        assert page.text.count(STAR) >= 23
        printed = get(server.base, f"/notices/{number}/print")
        assert printed.status == 200
        assert STAR in printed.text
        paper = get(server.base, f"/notices/{number}.pdf")
        assert (paper.status, paper.body[:5]) == (200, b"%PDF-")
        assert pdf_text(paper.body).count(STAR) >= 23
        assert number in get(server.base, "/notices/").text
        for query in (number, "许庄街道", "低保"):
            assert number in get(server.base, f"/search?q={_quoted(query)}").text, query

        pages = crawl(server.base, f"/notices/{number}", "/", "/sitemap.xml", "/robots.txt")
        assert all(answer.status < 500 for answer in pages.values())
        assert {path for path, answer in pages.items() if answer.headers.get("Set-Cookie")} == set()
    secrets = secrets_of(samples.CLEAN)
    assert leaks(secrets, {path: answer.body for path, answer in pages.items()}) == []
    assert leaks(secrets, {path: str(answer.headers).encode() for path, answer in pages.items()}) == []
    assert leaks(secrets, files_below(instance.folder, instance.temporary) | {"log": instance.log}) == []
    assert leaks(secrets, {f"stream {at}": said for at, said in enumerate(instance.said)}) == []
    assert list(instance.temporary.iterdir()) == []


def test_a_withdrawn_list_is_gone_from_every_address_at_once(instance: Instance):
    number = import_clean(instance)
    make_public(instance, number)
    instance.command("jobs", "run")
    addresses = [f"/notices/{number}{end}" for end in ("", ".pdf", "/print", "/revisions/1", "?page=1")]
    with instance.served() as server:
        before = {path: get(server.base, path) for path in addresses}
        assert {answer.status for answer in before.values()} == {200}
        listed = ("/", "/notices/", f"/search?q={number}", "/sitemap.xml", "/places/370811002")
        validators = {path: get(server.base, path) for path in listed}
        assert number in validators["/notices/"].text
        reason = ("--kind", "error", "--reason", "名单有误，撤下核对")
        told = instance.command("notices", "withdraw", number, "--by", PUBLISHER, *reason)
        assert told["state"] == "withdrawn"
        for path, answer in before.items():
            for headers in ({}, _conditions(answer.headers), {"Range": "bytes=0-400"}):
                now = get(server.base, path, **headers)
                assert now.status == 410, (path, headers, now.status)
                assert STAR not in now.text
                assert "no-store" in now.headers["Cache-Control"]
        for path, answer in validators.items():
            now = get(server.base, path, **_conditions(answer.headers))
            assert now.status != 304 or number not in answer.text, path
            assert f"/notices/{number}" not in now.text, path
        instance.command("jobs", "run")
    assert not [path for path in files_below(instance.folder / "papers") if path.endswith(".pdf")]
    assert leaks(secrets_of(samples.CLEAN), files_below(instance.folder) | {"log": instance.log}) == []
    # Not even the masked names stay in the open tables of the database.
    if not SERVER:
        assert STAR.encode() not in b"".join(files_below(instance.folder).values())


def test_a_list_is_sealed_at_midnight_though_no_job_has_run(instance: Instance):
    number = import_clean(instance)
    make_public(instance, number)
    instance.command("jobs", "run")
    with instance.served(worker=False) as server:
        page = get(server.base, f"/notices/{number}")
    last_on = _last_day(page.text)
    midnight = datetime(last_on.year, last_on.month, last_on.day, tzinfo=SHANGHAI) + timedelta(days=1)
    addresses = [f"/notices/{number}{end}" for end in ("", "/print", "/revisions/1", ".pdf")]
    with _shifted(instance, midnight - timedelta(minutes=3)) as base:
        open_still = {path: get(base, path) for path in addresses}
        assert all(_shows_names(answer.body) for answer in open_still.values())
    with _shifted(instance, midnight) as base:
        for path, earlier in open_still.items():
            for headers in ({}, _conditions(earlier.headers)):
                sealed = get(base, path, **headers)
                assert sealed.status in {200, 503}, (path, sealed.status)
                assert not _shows_names(sealed.body), path
        assert "公示期满" in get(base, f"/notices/{number}").text


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _conditions(headers: Message) -> dict[str, str]:
    """Everything that a browser would send to ask whether its copy still holds."""
    named = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    sent = {to: headers[name] for name, to in named.items() if name in headers}
    return sent or {"If-None-Match": "*", "If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"}


def _shows_names(body: bytes) -> bool:
    return STAR in (pdf_text(body) if body.startswith(b"%PDF") else body.decode())


def _last_day(page: str) -> date:
    """The last of the days that the notice names as its period."""
    days = re.findall(r"至\D{0,200}?(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})", page)
    year, month, day = days[0]
    return date(int(year), int(month), int(day))


@contextmanager
def _shifted(instance: Instance, to: datetime) -> Iterator[str]:
    """The portal without its worker, under a clock that begins at an instant."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is not None and shutil.which("faketime"):
        offset = (to - datetime.now(SHANGHAI)).total_seconds()
        clock = {"LD_PRELOAD": str(library), "FAKETIME": f"{offset:+.0f}"}
        with instance.served(worker=False, **clock) as server:
            yield server.base
        return
    with time_machine.travel(to), _in_process(instance) as base:
        yield base


@contextmanager
def _in_process(instance: Instance) -> Iterator[str]:
    app = create_app(settings_from(instance.environment))
    server = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
