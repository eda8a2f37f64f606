import json

import pytest
from flask import Flask

from tests.desk import with_cast
from tests.usecases.warnings import only_warning, too_much_allocated


@pytest.fixture
def run(app: Flask):
    return lambda *words: app.test_cli_runner().invoke(args=["warnings", *words])


def test_the_rules_are_asked_by_command_and_asking_again_finds_nothing_new(app: Flask, run):
    with_cast(app, too_much_allocated)
    told = json.loads(run("run", "--json").stdout)
    assert told == {"opened": 0, "changed": 0, "ended": 0, "open": 1}
    assert "没有说明的1条" in run("run").stdout


def test_an_account_lists_its_own_warnings(app: Flask, run):
    with_cast(app, too_much_allocated)
    warning_id = with_cast(app, lambda *_services, at: only_warning().id)
    (listed,) = json.loads(run("list", "--by", "li_si", "--json").stdout)["warnings"]
    assert (listed["id"], listed["rule"], listed["division"]) == (warning_id, "over_budget", "370811")
    assert (listed["bound"], listed["found"], listed["state"]) == (55_000_000, 100_000_000, "open")
    assert json.loads(run("list", "--by", "qian_qi", "--json").stdout) == {"warnings": []}
    assert run("list", "--by", "zhou_jiu").exit_code == 1
