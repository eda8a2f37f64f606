import json
from datetime import timedelta

import pytest
from flask import Flask

from portal.usecases import clock
from tests.desk import with_cast
from tests.usecases.proxies import COLLECTOR, RECIPIENT, registered


def test_the_register_is_listed_without_a_name(app: Flask, monkeypatch: pytest.MonkeyPatch):
    number = with_cast(app, lambda services, cast, at: registered(services, cast.zhang_san, at=at))
    run = app.test_cli_runner()
    assert json.loads(run.invoke(args=["proxies", "list", "--due", "--json"]).stdout) == {"proxies": []}
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=12))
    told = run.invoke(args=["proxies", "list", "--due", "--json"]).stdout
    (line,) = json.loads(told)["proxies"]
    assert (line["number"], line["place"], line["state"], line["is_overdue"]) == (number, "航运新村", "waiting", True)
    for output in (told, run.invoke(args=["proxies", "list"]).stdout):
        assert number in output
        assert not any(name in output for name in (RECIPIENT, COLLECTOR))
