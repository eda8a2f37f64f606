"""Median CPU seconds from a spreadsheet's bytes to a stored draft, warm: `python -m bench.import_notices [RUNS]`."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from portal.app import create_app
from portal.config import settings_from
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.notice_imports import Upload, import_notice
from tests.usecases.lists import Row, order, people, sheet

SIZES = (3000, 20_000)
OFFICE = "任城区民政局"


def distinct(count: int) -> list[Row]:
    """Invented households, each with an ID number of its own."""
    seen: dict[str, Row] = {}
    start = 0
    while len(seen) < count:
        for row in people(1000, first=start):
            seen.setdefault(row[2], row)
        start += 1001
    rows = list(seen.values())[:count]
    return sorted(rows)


def prepared(folder: str) -> None:
    """An empty instance with one clerk."""
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi"]
    environment = {**os.environ, "PORTAL_INSTANCE": folder}
    for words in (["init"], ["staff", "add", "clerk", "--name", "经办", "--office", OFFICE, "--role", "drafter"]):
        subprocess.run([*flask, *words], env=environment, check=True, capture_output=True)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        prepared(folder)
        app = create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))
        print("rows     CPU s")
        for rows in SIZES:
            content, spent = sheet(distinct(rows)), []
            for run in range(runs + 1):
                with app.app_context():
                    asked = replace(order(), month=clock.now().date().replace(year=2020 + run, day=1))
                    services, actor = app.extensions["portal"], actor_named("clerk")
                    before = time.process_time()
                    outcome = import_notice(services, actor, Upload("名单.xlsx", content), asked, at=clock.now())
                    spent.append(time.process_time() - before)
                    assert outcome.rows == rows, outcome.problems[:3]
            print(f"{rows:6d}  {statistics.median(spent[1:]):6.2f}")


if __name__ == "__main__":
    main()
