"""CPU milliseconds of a public page, rendered and kept: `python -m bench.read_pages [ROUNDS]`, on all sample data.

The figures are medians of warm hits; the notice is a list of 200 households, the most that one page shows.
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from portal.app import create_app
from portal.config import settings_from
from portal.domain.permissions import Actor
from portal.queries.staff import actor_named
from portal.usecases import clock, publications
from tests.usecases.lists import imported, people

COUNTY = "任城区民政局"


def sample_instance(folder: str) -> Flask:
    """An application on a scratch instance with two years of sample data."""
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "demo"]
    environment = {**os.environ, "PORTAL_INSTANCE": folder}
    subprocess.run(flask, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))


def full_page(app: Flask, folder: str) -> str:
    """The address of a public list of 200 households."""
    services, now = app.extensions["portal"], clock.now
    with app.app_context():
        number = imported(services, _actor(folder, "drafter"), people(200), at=now()).number
        assert number
        publications.submit(services, _actor(folder, "drafter"), number, at=now())
        publications.review(services, _actor(folder, "reviewer"), number, at=now())
        publications.publish(services, _actor(folder, "publisher"), number, at=now())
    return f"/notices/{number}"


def _actor(folder: str, role: str) -> Actor:
    with (Path(folder) / "demo-accounts.csv").open(encoding="utf-8-sig") as file:
        accounts = [row for row in csv.DictReader(file) if role in row["roles"].split() and row["office"] == COUNTY]
    return actor_named(accounts[0]["username"])


def cpu_ms(app: Flask, path: str, rounds: int, *, kept: bool) -> float:
    """Median milliseconds of CPU a hit; a fresh query string each time keeps the page from being kept."""
    client = app.test_client()
    mark = "&" if "?" in path else "?"
    assert client.get(path).status_code == 200, path
    taken = []
    for number in range(rounds):
        before = time.process_time()
        client.get(path if kept else f"{path}{mark}round={number}")
        taken.append(time.process_time() - before)
    return statistics.median(taken) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        app = sample_instance(folder)
        print("page         rendered ms  kept ms")
        for name, path in (
            ("home", "/"),
            ("list", "/notices/"),
            ("list, county", "/notices/?division=370811&state=open"),
            ("notice", full_page(app, folder)),
            ("place", "/places/370811"),
        ):
            rendered, kept = (cpu_ms(app, path, rounds, kept=which) for which in (False, True))
            print(f"{name:12s}  {rendered:10.2f}  {kept:7.2f}")


if __name__ == "__main__":
    main()
