from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.domain.documents import DocumentCategory, Validity
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.models.base import db
from portal.usecases import publications
from portal.usecases.corrections import Correction
from portal.usecases.documents import correct_document
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import hidden_fields, send, sign_in
from tests.usecases.documents import POLICY, drafted, publish, published


@pytest.fixture
def at() -> datetime:
    """An instant that has passed for the clock of the pages as well."""
    return datetime(2026, 1, 9, 2, 0, tzinfo=UTC)


def test_a_document_shows_its_facts_and_its_text(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    page = client.get(f"/documents/{number}")
    assert page.status_code == 200
    for word in (
        "索引号",
        "发布机构",
        "成文日期",
        "发布日期",
        "有效性",
        "任城区民政局",
        "济民字〔2020〕21号",
        "2026年1月9日",
    ):
        assert word in page.text
    assert "<h2>要求</h2>" in page.text
    assert '<meta name="ArticleTitle"' in page.text
    assert "Set-Cookie" not in page.headers
    assert "noindex" not in page.headers.get("X-Robots-Tag", "")


def test_markdown_cannot_bring_in_scripts(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    evil = '<script>alert(1)</script> [点](javascript:alert(1)) <img src=x onerror=alert(1)> "onmouseover="x'
    number = published(services, cast, at=at, content=replace(POLICY, body=evil))
    for path in (f"/documents/{number}", f"/documents/{number}/print"):
        text = client.get(path).text
        assert "<script>" not in text
        assert 'href="javascript' not in text
        assert "<img" not in text


def test_a_void_document_is_marked_on_its_page_and_in_the_list(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    void = replace(POLICY, validity=Validity.VOID, validity_note="2026年1月1日起失效")
    number = published(services, cast, at=at, content=void)
    for path in (f"/documents/{number}", f"/documents/{number}/print", "/documents/"):
        assert "已失效" in client.get(path).text
    assert "2026年1月1日起失效" in client.get(f"/documents/{number}").text


def test_a_stale_basis_is_told_on_the_page(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, content=replace(POLICY, body="根据《信访条例》办理。"))
    assert "信访工作条例" in client.get(f"/documents/{number}").text


def test_a_draft_is_not_found_and_a_withdrawn_document_is_gone(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    number = drafted(services, cast, at=at)
    paths = [f"/documents/{number}{more}" for more in ("", "/print", ".pdf", "/revisions/1")]
    assert [client.get(path).status_code for path in paths] == [404] * 4
    assert number not in client.get("/documents/").text + client.get("/sitemap.xml").text
    publish(services, cast, number, at=at)
    tag = client.get(paths[0]).headers.get("ETag", "")
    assert number in client.get("/documents/").text
    assert f"/documents/{number}</loc>" in client.get("/sitemap.xml").text
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.RECALL, "文件需要重发", at=at)
    for path in paths:
        gone = client.get(path, headers={"If-None-Match": tag})
        assert gone.status_code == 410
        assert "及时全面" not in gone.text
    assert "文件需要重发" in client.get(paths[0]).text
    assert number not in client.get("/documents/").text + client.get("/sitemap.xml").text


def test_the_list_keeps_its_filters_in_the_address(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    guide = replace(
        POLICY, title="怎样申请低保", category=DocumentCategory.GUIDE, program=Program.SUBSISTENCE_ALLOWANCE
    )
    published(services, cast, at=at)
    published(services, cast, at=at, content=guide)
    page = client.get("/documents/?category=guide&program=subsistence_allowance&q=低保").text
    assert "共 1 件" in page
    assert "怎样申请低保" in page
    assert "关于公开救助资金的通知" not in page
    assert "共 2 件" in client.get("/documents/?category=novel&after=x").text


def test_a_choice_beside_the_list_can_be_taken_back_alone(client: CheckedClient) -> None:
    page = client.get("/documents/?category=guide&program=subsistence_allowance&q=低保&after=x").text
    assert 'href="/documents/?program=subsistence_allowance&amp;q=%E4%BD%8E%E4%BF%9D"' in page
    assert 'href="/documents/?category=guide&amp;program=subsistence_allowance"' in page
    assert "全部清除" in page
    assert "去掉条件" not in client.get("/documents/?category=novel").text


def test_earlier_revisions_stay_to_be_read_unless_closed(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    number = published(services, cast, at=at)
    correction = Correction(number, WithdrawalKind.CORRECTION, "补写一段")
    correct_document(services, cast.li_si, correction, replace(POLICY, body="新的正文"), at=at)
    publish(services, cast, number, at=at)
    first = client.get(f"/documents/{number}/revisions/1")
    assert "及时全面" in first.text
    assert "已被更正" in first.text
    assert "补写一段" in client.get(f"/documents/{number}").text
    closing = Correction(number, WithdrawalKind.PRIVACY, "旧文有隐私")
    correct_document(services, cast.li_si, closing, replace(POLICY, body="再改的正文"), at=at)
    publish(services, cast, number, at=at)
    assert client.get(f"/documents/{number}/revisions/2").status_code == 410
    assert client.get(f"/documents/{number}/revisions/9").status_code == 404


def test_links_of_a_text_stay_below_the_sites_path(make_app, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    app: Flask = make_app(PUBLIC_URL="https://example.gov.cn/jiuzhu")
    client = app.test_client()
    assert 'href="/jiuzhu/notices/"' in client.get(f"/jiuzhu/documents/{number}").text
    assert f"https://example.gov.cn/jiuzhu/documents/{number}</loc>" in client.get("/jiuzhu/sitemap.xml").text
    assert "Disallow: /jiuzhu/notices/" in client.get("/jiuzhu/robots.txt").text


def test_plain_pages_stand_and_set_no_cookie(client: CheckedClient):
    for path in ("/about/", "/help/", "/privacy/", "/accessibility/", "/sitemap/", "/robots.txt", "/sitemap.xml"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "Set-Cookie" not in page.headers


def test_the_privacy_page_says_exactly_what_is_kept(client: CheckedClient):
    text = client.get("/privacy/").text
    assert "本应用不保存公众访问者的网络地址" in text
    assert "网络的运营者依法留存网络日志" in text
    assert "不知道您是谁" not in text


def test_search_engines_are_kept_from_lists_of_people(client: CheckedClient):
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /notices/" in robots.text
    assert "/notices/" not in client.get("/sitemap.xml").text


def test_whom_to_tell_of_a_hole_is_told_only_when_somebody_is_named(client: CheckedClient, make_app):
    assert client.get("/.well-known/security.txt").status_code == 404
    named = make_app(PORTAL_SECURITY_CONTACT="mailto:security@example.gov.cn").test_client()
    text = named.get("/.well-known/security.txt").text
    assert text.startswith("Contact: mailto:security@example.gov.cn\nExpires: ")


def made(app: Flask, make: Callable[..., str], at: datetime) -> str:
    """A document made in a context of its own: a signed-in browser's request needs a fresh one."""
    with app.app_context():
        number = make(app.extensions["portal"], Cast.of(db.session()), at=at)
        db.session.remove()
        return number


TYPED = {
    "title": "检查报告",
    "category": "inspection_report",
    "body": "# 情况\n\n都查了。",
    "validity": "in_force",
    "dated_on": "2026年1月5日",
}


def test_the_desk_brings_a_document_from_the_first_word_to_the_public(app: Flask):
    drafter, reviewer, publisher = app.test_client(), app.test_client(), app.test_client()
    for client, name in ((drafter, "li_si"), (reviewer, "wang_wu"), (publisher, "zhao_liu")):
        sign_in(client, name)
    answer = send(drafter, "/desk/documents/new", action="/desk/documents/new", **TYPED)
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    number = path.rsplit("/", 1)[1]
    assert "都查了" in drafter.get(path).text
    for client, step in ((drafter, "submit"), (reviewer, "review"), (publisher, "publish")):
        at_step = f"{path}/steps/{step}"
        assert at_step in client.get(path).text
        assert send(client, at_step, action=at_step).status_code == 303
    assert "2026年1月5日" in drafter.get(f"/documents/{number}").text
    gone = f"{path}/steps/withdraw"
    assert send(publisher, gone, action=gone, kind="recall", reason="短").status_code == 422
    assert send(publisher, gone, action=gone, kind="recall", reason="需要重新发布").status_code == 303
    assert drafter.get(f"/documents/{number}").status_code == 410


def test_a_late_editor_sees_both_texts(app: Flask, at: datetime):
    number = made(app, drafted, at)
    client, path = app.test_client(), f"/desk/documents/{number}/edit"
    sign_in(client, "li_si")
    old = hidden_fields(client.get(path).text, path)
    assert send(client, path, action=path, **{**TYPED, "title": "先改的标题"}).status_code == 303
    late = client.post(path, data={**old, **TYPED, "title": "后改的标题"})
    assert late.status_code == 409
    assert "先改的标题" in late.text
    assert "后改的标题" in late.text
    again = client.post(path, data={**hidden_fields(late.text, path), **TYPED, "title": "后改的标题"})
    assert again.status_code == 303
    assert "后改的标题" in client.get(f"/desk/documents/{number}").text


def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(app: Flask):
    client = app.test_client()
    sign_in(client, "li_si")
    path = "/desk/documents/new"
    answer = send(client, path, action=path, **{**TYPED, "category": "guide", "dated_on": "去年"})
    assert answer.status_code == 422
    assert "看不懂这个日期" in answer.text
    assert "都查了" in answer.text
    missing = send(client, path, action=path, **{**TYPED, "category": "guide"})
    assert "办事指南须写明是哪一项救助的" in missing.text


def test_a_form_sent_twice_leads_to_the_same_document(app: Flask):
    client, path = app.test_client(), "/desk/documents/new"
    sign_in(client, "li_si")
    form = {**hidden_fields(client.get(path).text, path), **TYPED}
    first, second = client.post(path, data=form), client.post(path, data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_correction_begins_with_its_reason(app: Flask, at: datetime):
    number = made(app, published, at)
    client, path = app.test_client(), f"/desk/documents/{number}/correct"
    sign_in(client, "li_si")
    answer = send(client, path, action=path, kind="correction", note="改一个数字")
    assert answer.headers["Location"] == f"/desk/documents/{number}/edit"
    assert "改一个数字" in client.get(f"/desk/documents/{number}").text


def test_another_county_finds_nothing(app: Flask, at: datetime):
    number = made(app, drafted, at)
    client = app.test_client()
    sign_in(client, "qian_qi")
    assert client.get(f"/desk/documents/{number}").status_code == 404
    assert number not in client.get("/desk/documents/").text


@pytest.mark.slow
def test_the_pdf_holds_the_facts(client: CheckedClient, services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    answer = client.get(f"/documents/{number}.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    for word in ("索引号", "任城区民政局", "济民字〔2020〕21号", "2026年1月9日", "有效", number):
        assert word in text
