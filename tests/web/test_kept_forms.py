"""A form that is sent after its session has ended: nothing typed is lost, and nobody else gets it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.models.base import db
from portal.models.staff import Account, StaffSession
from portal.sealing.envelopes import seal
from portal.usecases import kept_forms
from portal.usecases.staff import disable_account
from tests.cast import PASSWORD
from tests.conftest import AppFactory
from tests.desk import hidden_fields, send, sign_in, with_cast

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NEW = "/desk/documents/new"
TYPED = {
    "title": "关于做好冬季救助的通知",
    "category": "policy",
    "summary": "先写了半天的摘要",
    "body": "第一段\n第二段",
    "validity": "in_force",
} | dict.fromkeys(
    ("program", "issuer", "document_number", "index_number", "dated_on", "validity_note", "review_on"), ""
)
"""Everything that a browser sends of a document's form."""
KEPT = "已经保留在这里"
SECRET = pyotp.random_base32()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def strict(make_app: AppFactory) -> Flask:
    """As in production: 李四 has an authenticator."""
    app = make_app(PORTAL_REQUIRE_TOTP="1")
    with app.app_context():
        key = app.extensions["portal"].keyring.key("totp")
        for account in db.session.scalars(db.select(Account)).all():
            account.totp_sealed = seal(key, SECRET.encode(), bound_to=f"account:{account.id}:totp")
            account.totp_confirmed_at = NOW
        db.session.commit()
        db.session.remove()
    return app


def _sent_too_late(client: FlaskClient, app: Flask, path: str = NEW, **typed: object) -> TestResponse:
    """Open a page, fill in its form, and send it when the session is over."""
    page = client.get(path)
    assert page.status_code == 200
    _end_sessions(app)
    headers = {"Referer": f"http://localhost{path}"}
    return client.post(path, data={**_fields(page.text, path), **(typed or TYPED)}, headers=headers)


def _end_sessions(app: Flask) -> None:
    with app.app_context():
        db.session.execute(db.update(StaffSession).values(last_seen_at=NOW - timedelta(hours=1)))
        db.session.commit()
        db.session.remove()


def _signed_in_again(client: FlaskClient, turned_away: TestResponse, username: str = "li_si") -> TestResponse:
    """Sign in on the page to which a form was led; gives the answer that leads on."""
    assert turned_away.status_code == 303
    page = client.get(turned_away.location)
    return client.post(
        turned_away.location, data={**hidden_fields(page.text), "username": username, "password": PASSWORD}
    )


def _fields(page: str, path: str) -> dict[str, str]:
    """The hidden fields of the form of a page, whether it names its address or not."""
    return hidden_fields(page, path if f'action="{path}"' in page else "")


def _spooled(settings: Settings) -> list[Path]:
    return list(settings.spool.glob("*"))


def test_a_form_comes_back_filled_in_after_password_and_code(strict: Flask, settings: Settings):
    client = strict.test_client()
    send(client, "/desk/sign-in", username="li_si", password=PASSWORD)
    assert send(client, "/desk/sign-in/code", code=pyotp.TOTP(SECRET).now()).location == "/desk/"
    first = _fields(client.get(NEW).text, NEW)
    away = _sent_too_late(client, strict)
    assert "已经保留" in client.get(away.location).text
    code = _signed_in_again(client, away)
    assert code.location.startswith("/desk/sign-in/code")
    asked = client.get(code.location)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        typed = {**hidden_fields(asked.text), "code": pyotp.TOTP(SECRET).now()}
        back = client.post(code.location, data=typed)
        assert back.location == NEW
        page = client.get(back.location).text
    assert KEPT in page
    for text in ("关于做好冬季救助的通知", "先写了半天的摘要", "第一段\n第二段"):
        assert text in page
    assert re.search(r'value="policy"[^>]*checked|checked[^>]*value="policy"', page)
    fresh = _fields(page, NEW)
    assert fresh["csrf_token"] != first["csrf_token"]
    assert fresh["idempotency_key"] != first["idempotency_key"]
    assert not _spooled(settings)


def test_the_form_that_came_back_can_be_sent(client: FlaskClient, app: Flask):
    sign_in(client, "li_si")
    page = client.get(_signed_in_again(client, _sent_too_late(client, app)).location).text
    answer = client.post(NEW, data={**_fields(page, NEW), **TYPED})
    assert answer.status_code == 303
    assert "关于做好冬季救助的通知" in client.get(answer.location).text


def test_it_comes_back_once(client: FlaskClient, app: Flask):
    sign_in(client, "li_si")
    back = _signed_in_again(client, _sent_too_late(client, app)).location
    assert KEPT in client.get(back).text
    again = client.get(back).text
    assert KEPT not in again
    assert TYPED["title"] not in again


def test_another_person_at_the_same_machine_does_not_get_it(client: FlaskClient, app: Flask):
    sign_in(client, "li_si")
    back = _signed_in_again(client, _sent_too_late(client, app), "qian_qi").location
    page = client.get(back)
    assert page.status_code == 200
    assert KEPT not in page.text
    assert TYPED["title"] not in page.text
    client.post("/desk/sign-out", data=hidden_fields(page.text, "/desk/sign-out"))
    sign_in(client, "li_si")
    assert TYPED["title"] in client.get(NEW).text


def test_two_forms_of_one_page_both_come_back(client: FlaskClient, app: Flask):
    sign_in(client, "li_si")
    fields = _fields(client.get(NEW).text, NEW)
    _sent_too_late(client, app)
    away = client.post(NEW, data={**fields, **TYPED, "title": "另一个窗口里写的"})
    back = _signed_in_again(client, away).location
    seen = client.get(back).text + client.get(back).text
    assert "另一个窗口里写的" in seen
    assert TYPED["title"] in seen


def test_what_is_kept_lies_sealed_and_its_key_goes_to_that_page_alone(
    client: FlaskClient, app: Flask, settings: Settings
):
    sign_in(client, "li_si")
    away = _sent_too_late(client, app)
    (kept,) = _spooled(settings)
    assert "救助".encode() not in kept.read_bytes()
    (cookie,) = [line for line in away.headers.getlist("Set-Cookie") if line.startswith("desk_kept_")]
    for part in ("HttpOnly", f"Path={NEW}", "SameSite=Lax"):
        assert part in cookie
    assert "title" not in away.location


def test_what_is_kept_is_gone_at_the_end_of_the_day(client: FlaskClient, app: Flask, clock: time_machine.Traveller):
    sign_in(client, "li_si")
    away = _sent_too_late(client, app)
    clock.shift(kept_forms.KEEP)
    assert KEPT not in client.get(_signed_in_again(client, away).location).text


def test_after_the_longest_session_it_is_still_known_whose_form_it_is(
    client: FlaskClient, clock: time_machine.Traveller
):
    sign_in(client, "li_si")
    page = client.get(NEW).text
    clock.shift(timedelta(hours=12, minutes=1))
    away = client.post(NEW, data={**_fields(page, NEW), **TYPED})
    assert TYPED["title"] in client.get(_signed_in_again(client, away).location).text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_another_site_sends_is_not_kept(client: FlaskClient, app: Flask, settings: Settings, site: str):
    sign_in(client, "li_si")
    _end_sessions(app)
    client.post(NEW, data=TYPED, headers={"Sec-Fetch-Site": site})
    assert not _spooled(settings)


def test_of_a_stranger_nothing_is_kept_and_the_page_says_so(client: FlaskClient, settings: Settings):
    client.set_cookie("desk_session", "made-up", path="/desk")
    away = client.post(NEW, data=TYPED)
    assert "没有办理" in client.get(away.location).text
    assert not _spooled(settings)


def test_of_a_disabled_account_nothing_is_kept(client: FlaskClient, app: Flask, settings: Settings):
    sign_in(client, "li_si")
    with_cast(app, lambda _services, cast, at: disable_account(cast.li_si.account_id, actor=cast.sun_ba, at=at))
    client.post(NEW, data=TYPED)
    assert not _spooled(settings)


def test_passwords_are_never_kept(client: FlaskClient, app: Flask, settings: Settings):
    sign_in(client, "li_si")
    away = _sent_too_late(client, app, "/desk/account/password", current=PASSWORD, password="another secret of mine")
    assert "没有办理" in client.get(away.location).text
    assert not _spooled(settings)


def test_a_button_is_not_kept_but_the_person_is_told(client: FlaskClient, app: Flask, settings: Settings):
    sign_in(client, "li_si")
    fields = hidden_fields(client.get("/desk/account/").text, "/desk/sign-out")
    _end_sessions(app)
    away = client.post("/desk/account/sessions/1/end", data=fields)
    assert "没有办理" in client.get(away.location).text
    assert not _spooled(settings)


def test_a_form_without_a_page_of_its_own_comes_back_where_it_stood(client: FlaskClient, app: Flask):
    sign_in(client, "sun_ba")
    with app.app_context():
        account = db.session.scalars(db.select(Account.id).where(Account.username == "li_si")).one()
        db.session.remove()
    page = f"/desk/accounts/{account}"
    fields = hidden_fields(client.get(page).text, f"{page}/roles")
    _end_sessions(app)
    referer = {"Referer": f"http://localhost{page}"}
    away = client.post(f"{page}/roles", data={**fields, "roles": ["reviewer", "publisher"]}, headers=referer)
    back = _signed_in_again(client, away, "sun_ba")
    assert back.location == page
    shown = client.get(page).text
    assert shown.count(KEPT) == 1
    checked = re.findall(r"<input[^>]*checked[^>]*>", shown)
    assert {re.search(r'value="(\w+)"', one).group(1) for one in checked} == {"reviewer", "publisher"}


@pytest.mark.parametrize("referrer", ["https://evil.example/desk/accounts/", "http://localhost/notices/", ""])
def test_nobody_is_led_off_the_desk_by_a_form(client: FlaskClient, app: Flask, referrer: str):
    sign_in(client, "sun_ba")
    _end_sessions(app)
    headers = {"Referer": referrer} if referrer else {}
    away = client.post("/desk/accounts/1/roles", data={"roles": "drafter", "version": "1"}, headers=headers)
    assert away.location == "/desk/sign-in"


def test_an_uploaded_file_must_be_chosen_again(client: FlaskClient, app: Flask, settings: Settings):
    sign_in(client, "zhang_san")
    path = "/desk/notices/new"
    fields = _fields(client.get(path).text, path)
    _end_sessions(app)
    what = {"kind": "first_review", "program": "subsistence_allowance", "division": "370811002", "month": "2026年11月"}
    with Path(__file__).open("rb") as file:
        away = client.post(path, data={**fields, **what, "file": (file, "名单.csv")})
    (kept,) = _spooled(settings)
    assert kept.stat().st_size < 1000
    page = client.get(_signed_in_again(client, away, "zhang_san").location).text
    assert KEPT in page
    assert "文件没有保留，请重新选择" in page
    assert "2026年11月" in page


def test_an_edit_keeps_the_version_that_was_seen(client: FlaskClient, app: Flask, draft: Callable[[], str]):
    number = draft()
    sign_in(client, "li_si")
    path = f"/desk/documents/{number}/edit"
    fields = _fields(client.get(path).text, path)
    other = app.test_client()
    sign_in(other, "li_si")
    assert send(other, path, action=path, **{**TYPED, "body": "别人先改了"}).status_code == 303
    _end_sessions(app)
    away = client.post(path, data={**fields, **TYPED})
    page = client.get(_signed_in_again(client, away).location).text
    conflict = client.post(path, data={**_fields(page, path), **TYPED})
    assert conflict.status_code == 409
    assert "别人先改了" in conflict.text
    assert "第二段" in conflict.text


@pytest.fixture
def draft(app: Flask) -> Callable[[], str]:
    def make() -> str:
        client = app.test_client()
        sign_in(client, "li_si")
        return send(client, NEW, action=NEW, **TYPED).location.rsplit("/", 1)[1]

    return make


def test_nobody_fills_the_disk_with_forms(client: FlaskClient, app: Flask, settings: Settings):
    sign_in(client, "li_si")
    _end_sessions(app)
    for _ in range(70):
        client.post(NEW, data={"title": "a"})
    assert len(_spooled(settings)) == 60


def test_under_a_prefix_the_form_comes_back_as_well(make_app: AppFactory):
    app = make_app(PUBLIC_URL="https://bureau.example/column")
    client, base = app.test_client(), {"base_url": "https://bureau.example/column"}

    def posted(path: str, **typed: object) -> TestResponse:
        fields = hidden_fields(client.get(path, **base).text)
        headers = {"Referer": f"https://bureau.example/column{path}"}
        return client.post(path, data={**fields, **typed}, headers=headers, **base)

    posted("/desk/sign-in", username="li_si", password=PASSWORD)
    fields = hidden_fields(client.get(NEW, **base).text, f"/column{NEW}")
    _end_sessions(app)
    away = client.post(NEW, data={**fields, **TYPED}, **base)
    back = posted(away.location.removeprefix("/column"), username="li_si", password=PASSWORD)
    assert back.location == f"/column{NEW}"
    assert TYPED["title"] in client.get(NEW, **base).text
