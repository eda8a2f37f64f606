import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from portal.models.audit import AuditEntry
from portal.models.base import db
from tests.cast import COUNTY, TOWNSHIP

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*words: str, **more: str) -> Result:
        return app.test_cli_runner().invoke(args=list(words), **more)

    return run


def _add(run: Run, *more: str, **given: str) -> Result:
    return run("staff", "add", "xin_ren", "--name", "新人", "--office", TOWNSHIP, "--role", "drafter", *more, **given)


def test_a_failure_is_one_chinese_sentence_on_stderr(run: Run):
    wrong = ("staff", "add", "x_y", "--name", "新人", "--office", "没有的单位", "--role", "drafter")
    answer = run(*wrong)
    assert (answer.exit_code, answer.stdout, answer.stderr) == (1, "", "没有这个单位\n")
    answer = run(*wrong, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (1, {"error": "没有这个单位"})


def test_faulty_fields_are_named(run: Run):
    answer = run("staff", "add", "新人", "--name", "新人", "--office", TOWNSHIP, "--role", "drafter")
    assert answer.exit_code == 1
    assert "username" in answer.stderr


def test_a_password_that_comes_by_stdin_is_not_printed(run: Run):
    answer = _add(run, "--password-stdin", input="凫山南路的杨树今年又绿了\n")
    assert answer.exit_code == 0
    assert "凫山" not in answer.output


def test_by_names_the_actor_and_his_permissions_count(app: Flask, run: Run):
    assert _add(run, "--by", "li_si").exit_code == 1
    assert _add(run, "--by", "nobody").exit_code == 1
    assert _add(run, "--by", "sun_ba").exit_code == 0
    with app.app_context():
        (entry,) = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "account.created"))
        assert entry.account_id is not None
        db.session.remove()


def test_an_account_is_disabled_and_comes_back_with_a_new_password(run: Run):
    assert run("staff", "disable", "li_si").exit_code == 0
    listed = json.loads(run("staff", "list", "--json").stdout)["accounts"]
    assert [one["username"] for one in listed if one["disabled"]] == ["li_si"]
    reset = json.loads(run("staff", "reset-password", "li_si", "--second-factor", "--json").stdout)
    assert set(reset) == {"username", "password"}
    listed = json.loads(run("staff", "list", "--json").stdout)["accounts"]
    assert not any(one["disabled"] for one in listed)


def test_lists_show_the_scope_of_whoever_asks(run: Run):
    listed = json.loads(run("offices", "list", "--by", "li_si", "--json").stdout)["offices"]
    assert [one["name"] for one in listed] == [COUNTY, TOWNSHIP]
    assert run("offices", "list").stdout.count("\n") >= 4
