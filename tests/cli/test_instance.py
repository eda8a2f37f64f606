import json
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from click.testing import Result
from flask import Flask

from portal.app import create_app
from portal.config import settings_from
from portal.models.base import db
from portal.models.desk_keys import DeskKey
from portal.sealing.pairs import pair_from_seed
from portal.sealing.paper_keys import parse
from tests.desk import send

Run = Callable[..., Result]
OWN = "凫山南路的杨树今年又绿了"


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An application on an instance folder in which nothing is yet."""
    app = create_app(settings_from({"PORTAL_INSTANCE": str(tmp_path / "bare")}))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def run(bare: Flask) -> Run:
    def run(*words: str, **more: str) -> Result:
        return bare.test_cli_runner().invoke(args=list(words), **more)

    return run


def test_init_says_what_comes_next_and_may_be_repeated(run: Run):
    first = run("init")
    assert first.exit_code == 0, first.output
    assert "staff add" in first.stdout
    facts = json.loads(run("init", "--json").stdout)
    assert (facts["divisions"], facts["new_offices"]) == (5075, 0)


def test_init_prints_the_offline_key_once_and_keeps_it_nowhere(bare: Flask, run: Run):
    words = json.loads(run("init", "--json").stdout)["offline_key"]
    key = parse(words)
    assert key is not None
    assert json.loads(run("init", "--json").stdout)["offline_key"] is None
    assert "离线密钥" not in run("init").stdout

    with bare.app_context():
        desk = db.session.scalars(db.select(DeskKey)).one()
        assert (desk.offline, desk.recovery_wrapped) == (True, None)
        assert pair_from_seed(key).public == desk.public_key
        db.session.remove()
    for path in Path(bare.instance_path).rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert key not in content
        assert words.encode() not in content


def test_from_init_to_a_signed_in_administrator_by_commands_alone(bare: Flask, run: Run):
    run("init")
    made = json.loads(
        run(
            "staff", "add", "admin", "--name", "孙八", "--office", "济宁市民政局", "--role", "administrator", "--json"
        ).stdout
    )
    client = bare.test_client()
    send(client, "/desk/sign-in", username="admin", password=made["password"])
    send(client, "/desk/sign-in/password", password=OWN)
    page = client.get("/desk/sign-in/device").text
    secret = page.split("<code>")[1].split("</code>")[0].replace(" ", "")
    assert send(client, "/desk/sign-in/device", code=pyotp.TOTP(secret).now()).location == "/desk/"
    assert client.get("/desk/accounts/").status_code == 200


def test_a_township_gets_its_office_and_three_people(run: Run):
    run("init")
    assert run("offices", "set", "许庄街道办事处", "--hotline", "0537-1234567", "--steps", "2").exit_code == 0
    for role in ("drafter", "reviewer", "publisher"):
        answer = run("staff", "add", f"xz_{role}", "--name", "张三", "--office", "许庄街道办事处", "--role", role)
        assert answer.exit_code == 0, answer.output
    listed = json.loads(run("staff", "list", "--json").stdout)["accounts"]
    assert [(one["office"], one["roles"]) for one in listed] == [
        ("许庄街道办事处", "drafter"),
        ("许庄街道办事处", "publisher"),
        ("许庄街道办事处", "reviewer"),
    ]
    office = next(
        one for one in json.loads(run("offices", "list", "--json").stdout)["offices"] if "许庄" in one["name"]
    )
    assert (office["steps"], office["hotline"], office["division"]) == (2, "0537-1234567", "370811002")


def test_a_zone_is_arranged_by_command(run: Run):
    run("init")
    moved = json.loads(run("divisions", "zone", "3708T1", "--townships", "370811109,370811111", "--json").stdout)
    assert moved["moved"] > 2
    assert json.loads(run("divisions", "zone", "3708T1", "--json").stdout)["moved"] == moved["moved"]
