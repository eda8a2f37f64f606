"""委托代领 at the desk: entered, reviewed, ended; a name stands on one page alone, and nowhere outside the desk."""

import io
import logging
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.usecases import clock
from tests.clients import CheckedClient
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.samples.pdf_files import pdf
from tests.usecases.proxies import COLLECTOR, RECIPIENT, REFERENCE, registered

LIST, NEW = "/desk/proxy-collectors/", "/desk/proxy-collectors/new"
FILLED = {
    "division_code": "370811002001", "recipient": RECIPIENT, "collector": COLLECTOR, "relation": "child",
    "post": "none", "reason": "hard_to_go", "card_holder": "recipient", "consent_on": "2020年1月5日",
    "consent_reference": REFERENCE, "valid_from": "2020-01-06",
}  # fmt: skip


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def enter(desks: Desks, **changes: object) -> str:
    answer = send(desks["zhang_san"], NEW, action=NEW, **(FILLED | changes))
    assert answer.status_code == 303, answer.text
    return answer.location


def audited(app: Flask, action: str) -> list[tuple[str, dict]]:
    with app.app_context():
        rows = db.session.execute(db.select(AuditEntry).where(AuditEntry.action == action)).scalars()
        return [(row.subject, row.detail) for row in rows]


def test_an_entry_goes_from_the_clerk_to_the_reviewer_and_to_its_end(app: Flask, desks: Desks):
    path = enter(desks)
    own = desks["zhang_san"].get(path).text
    assert "等待审核" in own
    assert "由另一位同事审核" in own
    assert f"{path}/review" not in own
    assert desks["zhang_san"].get(f"{path}/review").status_code == 403
    assert send(desks["wang_wu"], f"{path}/review", action=f"{path}/review", holds="yes").location == path
    assert "有效" in desks["wang_wu"].get(path).text
    end = f"{path}/end"
    assert send(desks["zhang_san"], end, action=end, reason="collects_himself").location == path
    assert "已结束" in desks["zhang_san"].get(path).text
    assert end not in desks["zhang_san"].get(path).text
    again = send(desks["wang_wu"], f"{path}/review", action=f"{path}/review", holds="yes")
    assert again.status_code == 409


def test_names_are_shown_on_one_page_after_a_purpose_and_every_reading_is_in_the_log(app: Flask, desks: Desks):
    path = enter(desks)
    number = path.rsplit("/", 1)[-1]
    asked = f"{path}/names"
    assert send(desks["wang_wu"], asked, action=asked).status_code == 422
    assert audited(app, "proxy_collector.read") == []
    told = send(desks["wang_wu"], asked, action=asked, purpose="review")
    assert told.status_code == 200
    assert told.headers["Cache-Control"] == "no-store"
    for word in (RECIPIENT, COLLECTOR, REFERENCE, "子女"):
        assert word in told.text
    assert audited(app, "proxy_collector.read") == [(number, {"purpose": "review"})]


def test_no_name_leaves_the_desk_its_log_or_any_other_page(
    app: Flask, client: CheckedClient, desks: Desks, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        path = enter(desks)
        send(desks["wang_wu"], f"{path}/names", action=f"{path}/names", purpose="visit")
        send(desks["wang_wu"], f"{path}/review", action=f"{path}/review", holds="yes")
        told = send(desks["zhang_san"], NEW, action=NEW, **(FILLED | {"consent_reference": "卡号6222021234567890128"}))
    assert told.status_code == 422
    assert "不能写身份证号、银行账号或电话" in told.text
    pages = [desks[name].get(page).text for name in ("zhang_san", "wang_wu") for page in (path, LIST, "/desk/")]
    pages += [desks["wang_wu"].get(f"{path}/review").text, desks["zhou_jiu"].get("/desk/audit-log").text]
    public = ("/", "/places/370811002001", "/payments/", "/sitemap.xml", "/notices/", f"/search?q={RECIPIENT[:2]}")
    pages += [client.get(page).text for page in public]
    index = [
        file.read_bytes().decode(errors="replace")
        for file in (app.extensions["portal"].settings.index).rglob("*")
        if file.is_file()
    ]
    for secret in (RECIPIENT, COLLECTOR, REFERENCE):
        assert not any(secret in page for page in [*pages, *index, caplog.text] if f'value="{secret}"' not in page)
    assert client.get(path).status_code in {302, 303, 403}


def test_what_stands_out_is_pointed_out_to_the_reviewer_without_a_name(desks: Desks):
    path = enter(desks, post="village_cadre", card_holder="village")
    page = desks["wang_wu"].get(f"{path}/review").text
    assert "代领人是村（社区）干部或工作人员" in page
    assert "存折（卡）不在本人和代领人手里" in page
    assert COLLECTOR not in page


def test_an_overdue_review_is_red_in_the_register_and_counted_on_the_first_page(
    app: Flask, desks: Desks, monkeypatch: pytest.MonkeyPatch
):
    number = with_cast(app, lambda services, cast, at: registered(services, cast.zhang_san, at=at))
    assert "复核已过期" not in desks["wang_wu"].get("/desk/").text
    now = clock.now()
    desks.clear()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=12))
    assert "复核已过期 1 条" in desks["wang_wu"].get("/desk/").text
    register = desks["wang_wu"].get(f"{LIST}?due=1").text
    assert number in register
    assert '<strong class="tag bad">复核已过期</strong>' in register
    assert "没有复核过期的登记" in desks["qian_qi"].get(f"{LIST}?due=1").text
    assert "复核已过期" not in desks["qian_qi"].get("/desk/").text


def test_the_register_is_closed_to_whoever_has_no_business_there(app: Flask, desks: Desks):
    path = enter(desks)
    for name in ("zhou_jiu", "sun_ba", "zhao_liu", "wu_shi"):
        for page in (LIST, NEW, path, f"{path}/names", f"{path}/review", f"{path}/end"):
            assert desks[name].get(page).status_code == 403, (name, page)
    for page in (path, f"{path}/names", f"{path}/review", f"{path}/end"):
        assert desks["qian_qi"].get(page).status_code == 404, page


def test_a_form_with_faults_keeps_what_was_typed(desks: Desks):
    told = send(desks["zhang_san"], NEW, action=NEW, **(FILLED | {"valid_from": "2020-01-01", "collector": RECIPIENT}))
    assert told.status_code == 422
    assert "开始代领的日期不能早于" in told.text
    assert "同一个人" in told.text
    assert f'value="{REFERENCE}"' in told.text
    assert told.headers["Cache-Control"] == "no-store"


def too_large(form: dict[str, str]) -> dict[str, object]:
    """A form with a file of 12 MB, put together in memory."""
    edge, body = encode_multipart({**form, "file": FileStorage(io.BytesIO(bytes(12 * 1024 * 1024)), "a.pdf")})
    return {"data": body, "content_type": f"multipart/form-data; boundary={edge}"}


def test_a_scan_of_the_consent_is_kept_and_given_out_for_a_purpose(app: Flask, desks: Desks):
    path = enter(desks)
    consent = f"{path}/consent"
    bare = send(desks["zhang_san"], consent, action=consent)
    assert (bare.status_code, "请选择委托书的扫描件" in bare.text) == (422, True)
    wrong = send(desks["zhang_san"], consent, action=consent, file=(io.BytesIO(b"x"), "a.txt"))
    assert (wrong.status_code, "委托书请上传PDF" in wrong.text) == (422, True)
    large = desks["zhang_san"].post(consent, **too_large(hidden_fields(desks["zhang_san"].get(consent).text, consent)))
    assert (large.status_code, "文件太大" in large.text) == (422, True)
    told = send(desks["zhang_san"], consent, action=consent, file=(io.BytesIO(pdf()), f"{RECIPIENT}.pdf"))
    assert told.location == path, told.text
    opening = f"{consent}/open"
    assert opening in desks["wang_wu"].get(f"{path}/review").text
    assert send(desks["wang_wu"], opening, action=opening).status_code == 422
    given = send(desks["wang_wu"], opening, action=opening, purpose="review")
    number = path.rsplit("/", 1)[-1]
    assert given.headers["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    assert given.headers["Cache-Control"] == "no-store"
    assert given.data.startswith(b"%PDF")
    assert audited(app, "proxy_collector.consent_read") == [(number, {"purpose": "review"})]
    assert desks["qian_qi"].get(opening).status_code == 404
    assert desks["zhao_liu"].get(opening).status_code == 403
