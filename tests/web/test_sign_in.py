import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.models.base import db
from portal.models.staff import Account, StaffSession
from portal.usecases.staff import NewAccount, add_account
from tests.cast import COUNTY, PASSWORD
from tests.conftest import AppFactory
from tests.desk import hidden_fields, send, sign_in

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OWN = "凫山南路的杨树今年又绿了"


@pytest.fixture
def strict(make_app: AppFactory) -> Flask:
    """The application as it runs in production: with a second factor."""
    return make_app(PORTAL_REQUIRE_TOTP="1")


def _cookies(client: FlaskClient) -> set[str]:
    return {f"{cookie.key} {cookie.path}" for cookie in client._cookies.values()}


def _new(app: Flask, username: str = "xin_ren") -> str:
    with app.app_context():
        office = db.session.scalars(db.select(Account.office_id).where(Account.username == "li_si")).one()
        roles = frozenset({"drafter"})
        issued = add_account(NewAccount(username, "新人", office, roles), actor=None, at=NOW)
        db.session.remove()
    return issued.password


def _enrol(client: FlaskClient, first: str, username: str = "xin_ren") -> str:
    """Walk through the first sign-in and return the secret."""
    send(client, "/desk/sign-in", username=username, password=first)
    send(client, "/desk/sign-in/password", password=OWN)
    page = client.get("/desk/sign-in/device").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    answer = send(client, "/desk/sign-in/device", code=pyotp.TOTP(secret).now())
    assert answer.location == "/desk/"
    return secret


def test_the_desk_sends_strangers_to_the_sign_in_page(client: FlaskClient):
    answer = client.get("/desk/accounts/?a=1")
    assert answer.status_code == 303
    assert answer.location == "/desk/sign-in?next=/desk/accounts/?a%3D1"


def test_a_member_of_staff_signs_in_and_out(client: FlaskClient):
    assert sign_in(client, "li_si").location == "/desk/"
    page = client.get("/desk/")
    assert COUNTY in page.text
    assert page.headers["Cache-Control"] == "no-store"
    out = client.post("/desk/sign-out", data=hidden_fields(page.text, "/desk/sign-out"))
    assert out.location == "/desk/sign-in"
    assert client.get("/desk/").status_code == 303


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(client: FlaskClient, app: Flask):
    sign_in(client, "li_si")
    token = client.get_cookie("desk_session", path="/desk").value
    client.post("/desk/sign-out", data=hidden_fields(client.get("/desk/").text, "/desk/sign-out"))
    other = app.test_client()
    other.set_cookie("desk_session", token, path="/desk")
    assert other.get("/desk/").status_code == 303


def test_cookies_go_to_the_desk_alone(client: FlaskClient):
    sign_in(client, "li_si")
    assert _cookies(client) == {"desk_session /desk", "desk_form /desk"}
    header = send(client.application.test_client(), "/desk/sign-in", username="li_si", password=PASSWORD)
    cookie = next(line for line in header.headers.getlist("Set-Cookie") if line.startswith("desk_session"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_under_a_prefix_cookies_and_redirects_stay_below_it(make_app: AppFactory):
    client = make_app(PUBLIC_URL="https://bureau.example/column").test_client()
    base = {"base_url": "https://bureau.example/column"}
    page = client.get("/desk/sign-in?next=/desk/account/", **base)
    typed = {**hidden_fields(page.text), "username": "li_si", "password": PASSWORD}
    headers = {"Referer": "https://bureau.example/column/desk/sign-in"}
    answer = client.post("/desk/sign-in?next=/desk/account/", data=typed, headers=headers, **base)
    assert answer.location == "/column/desk/account/"
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("desk_session"))
    assert "Path=/column/desk" in cookie
    assert "Secure" in cookie


@pytest.mark.parametrize(("username", "password"), [("li_si", "wrong password"), ("nobody", "wrong password")])
def test_a_wrong_password_and_an_unknown_account_read_the_same(client: FlaskClient, username: str, password: str):
    answer = send(client, "/desk/sign-in", username=username, password=password)
    assert answer.status_code == 403
    assert "账号或密码不正确" in answer.text
    assert "desk_session" not in str(answer.headers)
    assert "wrong password" not in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/",
        "https://evil.example/",
        "/desk/../../x",
        "/\\evil.example",
        "/desk/\nx",
        "/notices/",
        "javascript:x",
    ],
)
def test_after_signing_in_nobody_is_led_off_the_desk(client: FlaskClient, wanted: str):
    page = client.get("/desk/sign-in", query_string={"next": wanted})
    typed = {**hidden_fields(page.text), "username": "li_si", "password": PASSWORD}
    answer = client.post("/desk/sign-in", query_string={"next": wanted}, data=typed)
    assert answer.location == "/desk/"


def test_after_signing_in_people_reach_the_page_they_wanted(client: FlaskClient):
    page = client.get("/desk/account/", follow_redirects=True)
    typed = {**hidden_fields(page.text), "username": "li_si", "password": PASSWORD}
    assert client.post(page.request.path + "?next=/desk/account/", data=typed).location == "/desk/account/"


def test_a_form_without_its_token_does_nothing(client: FlaskClient):
    answer = client.post("/desk/sign-in", data={"username": "li_si", "password": PASSWORD})
    assert answer.status_code == 422
    assert "li_si" in answer.text
    assert client.get("/desk/").status_code == 303


def test_a_token_of_another_session_is_worth_nothing(app: Flask):
    mine, other = app.test_client(), app.test_client()
    sign_in(mine, "li_si")
    sign_in(other, "wang_wu")
    other.get("/desk/account/")
    stolen = hidden_fields(other.get("/desk/").text, "/desk/sign-out")
    planted = other.get_cookie("desk_form", path="/desk").value
    mine.set_cookie("desk_form", planted, path="/desk")
    assert mine.post("/desk/sign-out", data=stolen).location == "/desk/"
    assert mine.get("/desk/").status_code == 200


def test_the_first_sign_in_asks_for_a_password_and_a_device(strict: Flask):
    client = strict.test_client()
    first = _new(strict)
    assert send(client, "/desk/sign-in", username="xin_ren", password=first).location == "/desk/sign-in/password"
    assert client.get("/desk/").status_code == 303
    assert send(client, "/desk/sign-in/password", password=first).status_code == 422
    assert send(client, "/desk/sign-in/password", password=OWN).location == "/desk/sign-in/device"
    picture = client.get("/desk/sign-in/device.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"style=" not in picture.data
    assert send(client, "/desk/sign-in/device", code="000000").status_code == 422
    assert client.get("/desk/").status_code == 303


def test_a_code_is_good_once(strict: Flask):
    first = _new(strict)
    with time_machine.travel(NOW, tick=False):
        secret = _enrol(strict.test_client(), first)
        thief = strict.test_client()
        assert send(thief, "/desk/sign-in", username="xin_ren", password=OWN).location == "/desk/sign-in/code"
        assert send(thief, "/desk/sign-in/code", code=pyotp.TOTP(secret).now()).status_code == 422
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        assert send(thief, "/desk/sign-in/code", code=pyotp.TOTP(secret).now()).location == "/desk/"


def test_the_secret_is_not_in_the_database(strict: Flask):
    secret = _enrol(strict.test_client(), _new(strict))
    with strict.app_context():
        sealed = db.session.scalars(db.select(Account.totp_sealed).where(Account.username == "xin_ren")).one()
        db.session.remove()
    assert secret.encode() not in sealed


def test_the_token_is_not_in_the_database(app: Flask, client: FlaskClient):
    sign_in(client, "li_si")
    token = client.get_cookie("desk_session", path="/desk").value
    with app.app_context():
        assert token not in db.session.scalars(db.select(StaffSession.token_hash)).all()
        db.session.remove()


def test_an_idle_session_ends_after_half_an_hour(client: FlaskClient):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, "li_si")
        for _ in range(3):
            clock.shift(timedelta(minutes=29))
            assert client.get("/desk/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/desk/").status_code == 303


def test_no_session_outlasts_twelve_hours(client: FlaskClient):
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client, "li_si")
        for _ in range(25):
            clock.shift(timedelta(minutes=28))
            assert client.get("/desk/").status_code == 200
        clock.shift(timedelta(minutes=28))
        assert client.get("/desk/").status_code == 303


def test_too_many_wrong_passwords_stop_even_the_right_one_also_in_a_new_process(make_app: AppFactory):
    with time_machine.travel(NOW, tick=False) as clock:
        client = make_app().test_client()
        for _ in range(10):
            assert send(client, "/desk/sign-in", username="li_si", password="wrong").status_code == 403
        restarted = make_app().test_client()
        assert send(restarted, "/desk/sign-in", username="li_si", password=PASSWORD).status_code == 429
        assert send(make_app().test_client(), "/desk/sign-in", username="wang_wu", password=PASSWORD).status_code == 303
        clock.shift(timedelta(minutes=16))
        assert send(restarted, "/desk/sign-in", username="li_si", password=PASSWORD).status_code == 303


def test_roles_decide_what_is_open(app: Flask):
    for username, path, status in (
        ("li_si", "/desk/accounts/", 403),
        ("zhou_jiu", "/desk/offices/", 403),
        ("sun_ba", "/desk/accounts/", 200),
        ("sun_ba", "/desk/offices/", 200),
    ):
        client = app.test_client()
        sign_in(client, username)
        assert client.get(path).status_code == status, (username, path)


def test_every_post_of_the_desk_refuses_a_form_without_token(app: Flask):
    client = app.test_client()
    sign_in(client, "sun_ba")
    with app.app_context():
        counted = db.select(db.func.count()).select_from(StaffSession).where(StaffSession.revoked_at.is_(None))
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk/account")]
        for rule in (rule for rule in rules if "POST" in rule.methods):
            path = rule.rule.replace("<int:account_id>", "1").replace("<int:session_id>", "1")
            client.post(path, data={"roles": "drafter", "version": "1"})
        assert db.session.scalar(counted) == 1
        assert db.session.scalars(db.select(Account.disabled_at)).unique().all() == [None]
        db.session.remove()
