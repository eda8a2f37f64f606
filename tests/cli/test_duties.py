import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def test_the_list_tells_every_duty_and_late_alone_when_asked(run: Run):
    assert run("jobs", "run").exit_code == 0
    every = json.loads(run("duties", "list", "--json").stdout)
    late = json.loads(run("duties", "list", "--late", "--json").stdout)
    assert {one["division"] for one in every["duties"]} == {"370800", "370811", "370811002", "370832"}
    assert every["counted"] == late["counted"] == every["kept"] + every["missed"]
    assert len(late["duties"]) == every["missed"]
    assert {one["state"] for one in late["duties"]} <= {"late", "never"}


def test_one_place_can_be_asked_for_in_words_too(run: Run):
    run("jobs", "run")
    told = run("duties", "list", "--division", "370832")
    assert told.exit_code == 0
    assert "370832 subsistence-guide " in told.stdout
    assert "370811" not in told.stdout
    assert told.stdout.rstrip().splitlines()[-1].startswith("共")
    assert run("duties", "list", "--division", "999999").exit_code == 1
