import re

import pytest
from flask import Flask

from portal.models.base import db
from portal.queries.staff import actor_named
from tests.cast import COUNTY_DISCIPLINE, PASSWORD
from tests.desk import Desks, hidden_fields, send, sign_in

OWN = "凫山南路的杨树今年又绿了"
DESK = "/desk/case-desks/discipline"
AS_OFFICER = ("--role", "discipline_officer", "--password-stdin")
WORDS = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){12}")


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def _opened(desks: Desks, username: str = "chen_er", path: str = DESK) -> str:
    """Open a desk; gives the key for the paper."""
    answer = send(desks[username], path, action=path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return WORDS.search(answer.text).group()


def _colleague(app: Flask, username: str = "han_wu", *, signed_in: bool = True) -> int:
    made = app.test_cli_runner().invoke(
        args=[*f"staff add {username} --name 韩五 --office {COUNTY_DISCIPLINE}".split(), *AS_OFFICER],
        input=f"{PASSWORD}\n",
    )
    assert made.exit_code == 0, made.output
    with app.app_context():
        account_id = actor_named(username).account_id
        db.session.remove()
    if signed_in:
        client = app.test_client()
        send(client, "/desk/sign-in", username=username, password=PASSWORD)
        send(client, "/desk/sign-in/password", password=OWN)
    return account_id


def _working(app: Flask, username: str = "han_wu"):
    """The colleague's browser."""
    client = app.test_client()
    sign_in(client, username, OWN)
    return client


def test_a_desk_is_opened_and_its_key_for_the_paper_is_shown_this_once(desks: Desks):
    words = _opened(desks)

    page = desks["chen_er"].get(DESK).text
    assert "陈二" in page
    assert words not in page
    again = desks["chen_er"].post(DESK, data=hidden_fields(page, f"{DESK}/paper"))
    assert again.status_code == 409


def test_one_holder_is_a_warning_on_the_desk_and_at_home_until_a_second_one_holds_the_key(app: Flask, desks: Desks):
    _opened(desks)
    for path in ("/desk/", "/desk/case-desks/", DESK):
        assert "只有1个人能打开" in desks["chen_er"].get(path).text
    account_id = _colleague(app)
    sent = send(desks["chen_er"], f"{DESK}/enrol", account_id=account_id)

    assert sent.location == DESK
    for path in ("/desk/", "/desk/case-desks/", DESK):
        assert "只有1个人能打开" not in desks["chen_er"].get(path).text
    assert "韩五" in _working(app).get(DESK).text


def test_a_colleague_who_has_never_signed_in_is_named_but_cannot_be_chosen(app: Flask, desks: Desks):
    _opened(desks)
    account_id = _colleague(app, signed_in=False)
    page = desks["chen_er"].get(f"{DESK}/enrol").text

    assert "还须先登录一次：韩五" in page
    assert f'value="{account_id}"' not in page


def test_the_last_holder_cannot_give_the_key_back_but_one_of_two_can(app: Flask, desks: Desks):
    _opened(desks)
    mine = _account(app, "chen_er")
    leave = f"{DESK}/holders/{mine}/remove"
    refused = send(desks["chen_er"], DESK, action=leave)
    assert refused.status_code == 422
    assert "最后一个" in refused.text
    send(desks["chen_er"], f"{DESK}/enrol", account_id=_colleague(app))

    assert send(desks["chen_er"], DESK, action=leave).location == DESK
    assert "您没有持有" in desks["chen_er"].get(DESK).text


def test_a_holder_takes_the_key_from_another_one(app: Flask, desks: Desks):
    _opened(desks)
    other = _colleague(app)
    send(desks["chen_er"], f"{DESK}/enrol", account_id=other)

    assert send(desks["chen_er"], DESK, action=f"{DESK}/holders/{other}/remove").location == DESK
    assert "韩五" not in desks["chen_er"].get(DESK).text
    fields = hidden_fields(desks["chen_er"].get(DESK).text, f"{DESK}/paper")
    assert desks["chen_er"].post(f"{DESK}/holders/{other}/remove", data=fields).status_code == 404


def test_the_paper_lets_a_successor_in_and_what_is_wrong_is_said_without_repeating_it(app: Flask, desks: Desks):
    words = _opened(desks)
    _colleague(app)
    successor = _working(app)
    wrong = send(successor, f"{DESK}/recover", words="ABCD-EFGH")
    assert wrong.status_code == 422
    assert "ABCD" not in wrong.text

    assert send(successor, f"{DESK}/recover", words=words.lower().replace("-", " ")).location == DESK
    assert "交回我的密钥" in successor.get(DESK).text


def test_another_paper_makes_the_former_one_worthless(app: Flask, desks: Desks):
    former = _opened(desks)
    renewed = WORDS.search(send(desks["chen_er"], DESK, action=f"{DESK}/paper").text).group()
    assert renewed != former
    _colleague(app)
    successor = _working(app)

    assert send(successor, f"{DESK}/recover", words=former).status_code == 422
    assert send(successor, f"{DESK}/recover", words=renewed).location == DESK


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("zhou_jiu", "/desk/case-desks/", 403),
        ("sun_ba", "/desk/case-desks/", 403),
        ("li_si", DESK, 404),
        ("li_si", "/desk/case-desks/custody", 404),
        ("li_si", "/desk/case-desks/nothing", 404),
        ("chen_er", "/desk/case-desks/case", 404),
        ("li_si", "/desk/case-desks/case", 200),
        ("wei_si", "/desk/case-desks/custody", 200),
    ],
)
def test_people_see_the_desks_that_their_roles_open_and_no_others(desks: Desks, username: str, path: str, status: int):
    assert desks[username].get(path).status_code == status


def test_the_administrator_is_warned_of_the_desks_of_his_offices_alone(app: Flask, desks: Desks):
    _opened(desks)
    _opened(desks, "wei_si", "/desk/case-desks/custody")
    home = desks["sun_ba"].get("/desk/").text

    assert "身份保管台现在只有1个人" in home
    assert "纪检监察受理台" not in home
    assert "只有1个人" not in desks["zhang_san"].get("/desk/").text


def test_a_desk_is_not_left_or_recovered_before_it_is_opened(app: Flask, desks: Desks):
    fields = hidden_fields(desks["chen_er"].get(DESK).text, DESK)
    for path in (f"{DESK}/paper", f"{DESK}/holders/{_account(app, 'chen_er')}/remove", f"{DESK}/recover"):
        assert desks["chen_er"].post(path, data={**fields, "words": "x"}).status_code == 404


def _account(app: Flask, username: str) -> int:
    with app.app_context():
        account_id = actor_named(username).account_id
        db.session.remove()
    return account_id
