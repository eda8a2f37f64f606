"""CPU milliseconds of a public page, rendered and kept: `python -m bench.read_pages [ROUNDS]`, on fresh sample data."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from portal.app import create_app
from portal.config import settings_from


def sample_instance(folder: str) -> Flask:
    """An application on a scratch instance with three months of sample data."""
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "demo", "--months", "3"]
    environment = {**os.environ, "PORTAL_INSTANCE": folder}
    subprocess.run(flask, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))


def cpu_ms(app: Flask, path: str, rounds: int, *, kept: bool) -> float:
    """Milliseconds of CPU a hit; a fresh query string each time keeps the page from being kept."""
    client = app.test_client()
    mark = "&" if "?" in path else "?"
    assert client.get(path).status_code == 200, path
    before = time.process_time()
    for number in range(rounds):
        client.get(path if kept else f"{path}{mark}round={number}")
    return (time.process_time() - before) / rounds * 1000


def a_notice(app: Flask) -> str:
    """The address of the first public list of names."""
    found = re.search(r'href="(/notices/[A-Z]+-[0-9-]+)"', app.test_client().get("/notices/?kind=result").text)
    assert found
    return found[1]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        app = sample_instance(folder)
        print("page       rendered ms  kept ms")
        for name, path in (
            ("home", "/"),
            ("list", "/notices/"),
            ("notice", a_notice(app)),
            ("places", "/places/370811"),
        ):
            rendered, kept = (cpu_ms(app, path, rounds, kept=which) for which in (False, True))
            print(f"{name:9s}  {rendered:11.2f}  {kept:7.2f}")


if __name__ == "__main__":
    main()
