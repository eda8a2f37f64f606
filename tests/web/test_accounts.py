import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.models.base import db
from portal.queries.staff import account_named, actor_named
from tests.cast import PASSWORD, TOWNSHIP
from tests.desk import hidden_fields, send, sign_in

OWN = "凫山南路的杨树今年又绿了"


@pytest.fixture
def administrator(client: FlaskClient) -> FlaskClient:
    sign_in(client, "sun_ba")
    return client


def _path(app: Flask, username: str) -> str:
    with app.app_context():
        found = account_named(username)
        db.session.remove()
    return f"/desk/accounts/{found.id}"


def _office(app: Flask) -> int:
    with app.app_context():
        found = actor_named("zhang_san").office_id
        db.session.remove()
    return found


def _new(app: Flask) -> dict[str, object]:
    return {"username": "Xin_Ren", "display_name": "新人", "office_id": _office(app), "roles": ["drafter", "reviewer"]}


def test_a_new_account_shows_its_password_once(app: Flask, administrator: FlaskClient):
    form = hidden_fields(administrator.get("/desk/accounts/new").text) | _new(app)
    answer = administrator.post("/desk/accounts/new", data=form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", answer.text).group()
    again = administrator.post("/desk/accounts/new", data=form)
    assert again.location == "/desk/accounts/"
    page = administrator.get("/desk/accounts/").text
    assert "xin_ren" in page
    assert TOWNSHIP in page
    assert password not in page
    newcomer = app.test_client()
    assert send(newcomer, "/desk/sign-in", username="xin_ren", password=password).location == "/desk/sign-in/password"


@pytest.mark.parametrize(
    "wrong", [{"username": "新人"}, {"username": "li_si"}, {"roles": ["administrator", "auditor"]}, {"roles": []}]
)
def test_a_refused_account_leaves_the_form_filled(app: Flask, administrator: FlaskClient, wrong: dict[str, object]):
    answer = send(administrator, "/desk/accounts/new", **(_new(app) | wrong))
    assert answer.status_code == 422
    assert 'value="新人"' in answer.text
    assert "error-summary" in answer.text


def test_roles_are_changed_and_an_older_form_is_told(app: Flask, administrator: FlaskClient):
    path = _path(app, "li_si")
    first, second = (hidden_fields(administrator.get(path).text, f"{path}/roles") for _ in range(2))
    assert administrator.post(f"{path}/roles", data=first | {"roles": ["reviewer"]}).location == path
    assert administrator.post(f"{path}/roles", data=second | {"roles": ["publisher"]}).status_code == 409
    with app.app_context():
        assert actor_named("li_si").roles == {"reviewer"}
        db.session.remove()


def test_a_disabled_account_is_out_at_once(app: Flask, administrator: FlaskClient):
    victim, path = app.test_client(), _path(app, "li_si")
    sign_in(victim, "li_si")
    assert send(administrator, path, action=f"{path}/disable").location == path
    assert victim.get("/desk/").status_code == 303
    assert "停用时间" in administrator.get(path).text


def test_a_reset_shows_a_new_password(app: Flask, administrator: FlaskClient):
    path = _path(app, "li_si")
    answer = send(administrator, path, action=f"{path}/reset", second_factor="y")
    assert answer.status_code == 200
    assert re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", answer.text)


def test_nobody_disables_himself(app: Flask, administrator: FlaskClient):
    path = _path(app, "sun_ba")
    answer = send(administrator, path, action=f"{path}/disable")
    assert answer.status_code == 422
    assert administrator.get("/desk/").status_code == 200


def test_people_see_and_end_their_own_sessions(app: Flask, client: FlaskClient):
    elsewhere = app.test_client()
    sign_in(elsewhere, "li_si")
    sign_in(client, "li_si")
    page = client.get("/desk/account/").text
    action = re.search(r'action="(/desk/account/sessions/\d+/end)"', page).group(1)
    assert client.post(action, data=hidden_fields(page, action)).location == "/desk/account/"
    assert elsewhere.get("/desk/").status_code == 303
    assert client.get("/desk/").status_code == 200


def test_people_change_their_own_password(app: Flask, client: FlaskClient):
    sign_in(client, "li_si")
    assert send(client, "/desk/account/password", current="wrong", password=OWN).status_code == 422
    assert send(client, "/desk/account/password", current=PASSWORD, password="short").status_code == 422
    assert send(client, "/desk/account/password", current=PASSWORD, password=OWN).location == "/desk/account/"
    assert client.get("/desk/account/").status_code == 200
    sign_in(app.test_client(), "li_si", OWN)
