import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from portal.domain.instants import shanghai_date
from portal.usecases import clock

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["delegations", *words, "--json"])

    return run


def _name(run: Run, by: str = "li_si", deputy: str = "wang_wu") -> Result:
    first = shanghai_date(clock.now())
    days = ("--first-on", f"{first}", "--last-on", f"{first + timedelta(days=2)}")
    return run("name", "li_si", "--deputy", deputy, *days, "--reason", "leave", "--by", by)


def test_a_substitute_is_named_listed_and_his_time_ended(run: Run) -> None:
    named = json.loads(_name(run).stdout)
    assert (named["absent"], named["deputy"]) == ("li_si", "wang_wu")
    (line,) = json.loads(run("list", "--by", "zhao_liu").stdout)["delegations"]
    assert (line["absent"], line["deputy"], line["state"], line["counts"]) == ("李四", "王五", "present", True)

    assert json.loads(run("end", str(named["id"]), "--by", "li_si").stdout)["ended"] is True
    (line,) = json.loads(run("list", "--by", "zhao_liu").stdout)["delegations"]
    assert (line["state"], line["counts"]) == ("ended", False)


def test_what_cannot_be_is_refused_in_words(run: Run) -> None:
    assert _name(run, by="zhao_liu", deputy="zhao_liu").exit_code == 1
    assert _name(run, deputy="qian_qi").exit_code == 1
    assert run("end", "7", "--by", "li_si").exit_code == 1
    assert json.loads(run("list", "--by", "qian_qi").stdout) == {"delegations": []}
