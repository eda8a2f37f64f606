"""The public archive of cases: each answer through the gate, and not a word of it left after a withdrawal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from portal.domain.cases import CaseKind, Category
from portal.domain.publications import WithdrawalKind
from portal.models.base import db
from portal.usecases import clock, papers, publications
from portal.usecases.case_publications import correct_answer
from portal.usecases.corrections import Correction
from portal.usecases.jobs import run_due
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.case_answers import NAMED, SUMMARY, published_answer
from tests.usecases.cases import about
from tests.web.test_gate import crawl

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
SHOWN = "存折原由"


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "print_in_child", lambda paper, **_: b"%PDF-" + repr(paper.blocks).encode())


@pytest.fixture
def number(services: Services, cast: Cast) -> str:
    made = published_answer(services, cast, at=FRIDAY)
    run_due(services, now=clock.now)
    return made


def everything_of(number: str) -> tuple[str, ...]:
    own = (f"/cases/{number}", f"/cases/{number}.pdf", f"/cases/{number}/print", f"/cases/{number}/revisions/1")
    return ("/", *own, "/cases/", "/cases/?kind=complaint", "/search?q=存折", "/sitemap.xml", "/sitemap/")


def test_an_answer_shows_its_facts_its_words_and_its_bars(client: CheckedClient, number: str) -> None:
    page = client.get(f"/cases/{number}")

    assert page.status_code == 200
    for word in (
        SUMMARY,
        SHOWN,
        "隐去：姓名",
        "隐去：联系方式",
        "隐去：住址",
        "任城区",
        "2026年11月",
        "应保未保",
        "属实",
    ):
        assert word in page.text
    for word in ("郑", "魏会计", "13812345674", "SQ-"):
        assert word not in page.text
    assert "Set-Cookie" not in page.headers
    assert "noindex" not in page.headers.get("X-Robots-Tag", "")


def test_an_answer_is_found_in_every_form_while_it_is_public(client: CheckedClient, number: str) -> None:
    seen = crawl(client, everything_of(number))
    holding = {path for path, response in seen.items() if SHOWN.encode() in response.data}

    assert {f"/cases/{number}", f"/cases/{number}.pdf", f"/cases/{number}/print"} <= holding
    assert number in client.get("/cases/").text
    assert number in client.get("/search?q=存折").text
    assert f"/cases/{number}</loc>" in client.get("/sitemap.xml").text


def test_after_a_withdrawal_nothing_remains_anywhere(
    client: CheckedClient, services: Services, cast: Cast, number: str
) -> None:
    before = crawl(client, everything_of(number))
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.PRIVACY, "隐去得不够，撤下", at=clock.now())
    db.session.rollback()

    for path, old in before.items():
        for headers in ({}, {"If-None-Match": old.headers.get("ETag", "*")}):
            new = client.get(path, headers=headers)
            assert SHOWN.encode() not in new.data, path
            assert SUMMARY.encode() not in new.data, path
            if path.startswith(f"/cases/{number}"):
                assert new.status_code == 410, path
            elif new.mimetype == "text/html":
                assert f"/cases/{number}" not in new.text, path
    assert "隐去得不够，撤下" in client.get(f"/cases/{number}").text


def test_a_correction_for_privacy_closes_what_was_before(
    client: CheckedClient, services: Services, cast: Cast, number: str
) -> None:
    correct_answer(services, cast.li_si, Correction(number, WithdrawalKind.PRIVACY, "多隐去一处地名"), at=NOW)
    publications.submit(services, cast.li_si, number, at=NOW)
    publications.review(services, cast.wang_wu, number, at=NOW)
    later = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)
    publications.publish(services, cast.zhao_liu, number, at=later)
    db.session.rollback()

    with time_machine.travel(later, tick=False):
        assert client.get(f"/cases/{number}/revisions/1").status_code == 410
        assert "多隐去一处地名" in client.get(f"/cases/{number}").text


def test_the_list_is_narrowed_by_county_kind_and_outcome(
    client: CheckedClient, services: Services, cast: Cast, number: str
) -> None:
    inquiry = about(NAMED, kind=CaseKind.INQUIRY, category=Category.OTHER)
    other = published_answer(services, cast, inquiry, at=FRIDAY)

    assert number in client.get("/cases/?kind=complaint&county=370811").text
    narrowed = client.get("/cases/?kind=inquiry").text
    assert other in narrowed
    assert number not in narrowed
    assert "共 2 件" in client.get("/cases/?kind=nonsense&after=x").text
    assert "没有符合条件的答复" in client.get("/cases/?county=370832").text


def test_an_unknown_or_unpublished_number_is_not_found(client: CheckedClient) -> None:
    for path in ("/cases/DF-2026-000001", "/cases/DF-2026-000001.pdf", "/cases/SQ-2026-123456"):
        assert client.get(path).status_code == 404


def test_scripts_in_an_answer_come_out_as_text(client: CheckedClient, services: Services, cast: Cast) -> None:
    evil = replace(NAMED, about=replace(NAMED.about, accused_names="<script>"))
    number = published_answer(services, cast, evil, at=FRIDAY)

    assert "<script>alert" not in client.get(f"/cases/{number}").text


def test_the_archive_stands_under_a_path(make_app, number: str) -> None:
    app: Flask = make_app(PUBLIC_URL="https://example.gov.cn/jiuzhu")
    client = app.test_client()

    assert client.get(f"/jiuzhu/cases/{number}").status_code == 200
    assert f'href="/jiuzhu/cases/{number}"' in client.get("/jiuzhu/cases/").text
