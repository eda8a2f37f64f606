"""What taking a case in costs, and reading how it goes: `python -m bench.submit_cases [SECONDS]`, on all sample data.

CPU milliseconds are medians of warm calls, argon2id included; then eight processes submit at once, each waiting for the
disk before the next case. Both halves use the very functions that the pages call.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from bench.read_pages import sample_instance
from portal.app import create_app
from portal.config import settings_from
from portal.domain.intake import Submission
from portal.sealing.query_codes import new_code
from portal.usecases import clock
from portal.usecases.intake import submit
from tests.usecases.cases import COMPLAINT, TIP_OFF

CLIENTS, ROUNDS = 8, 50
PLACE = "370811102"
"""A township of the sample, whose county has everybody who handles cases."""


def placed(submission: Submission) -> Submission:
    return replace(submission, about=replace(submission.about, division_code=PLACE))


def hand_in(app: Flask, submission: Submission) -> str:
    """One case; gives its code."""
    code = new_code()
    submit(app.extensions["portal"], submission, code, at=clock.now())
    return code.digits


def cpu_ms(act: Callable[[], object]) -> float:
    """Median milliseconds of CPU of a warm call."""
    taken = []
    for _ in range(ROUNDS + 1):
        before = time.process_time()
        act()
        taken.append(time.process_time() - before)
    return statistics.median(taken[1:]) * 1000


def reader(app: Flask, code: str) -> FlaskClient:
    """A browser that has given the code."""
    client = app.test_client()
    assert client.post("/cases/progress", data={"code": code}, follow_redirects=True).status_code == 200
    return client


def submit_for(folder: str, seconds: float) -> None:
    """One of the eight: after a first, warm case it says so, waits for the word, and prints how many it had."""
    app = create_app(settings_from({"PORTAL_INSTANCE": folder, "PORTAL_LOG_LEVEL": "error"}))
    with app.app_context():
        hand_in(app, placed(COMPLAINT))
        print("ready", flush=True)
        sys.stdin.readline()
        count, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            hand_in(app, placed(COMPLAINT))
            count += 1
    print(count, flush=True)


def durable_rate(folder: str, seconds: float) -> float:
    """Acknowledged cases a second of all eight together."""
    command = [sys.executable, "-m", "bench.submit_cases", folder, str(seconds)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    clients = [subprocess.Popen(command, text=True, **pipes) for _ in range(CLIENTS)]
    for client in clients:
        assert client.stdout
        client.stdout.readline()
    for client in clients:
        assert client.stdin
        client.stdin.write("go\n")
        client.stdin.flush()
    return sum(int(client.communicate()[0]) for client in clients) / seconds


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory() as folder:
        app = sample_instance(folder)
        with app.app_context():
            for name, submission in (("complaint", COMPLAINT), ("tip-off", TIP_OFF)):
                print(f"submit, {name:10s} {cpu_ms(partial(hand_in, app, placed(submission))):7.1f} CPU ms")
            code = hand_in(app, placed(COMPLAINT))
        browser = reader(app, code)
        print(f"code to page       {cpu_ms(lambda: reader(app, code)):7.1f} CPU ms")
        print(f"progress page      {cpu_ms(lambda: browser.get('/cases/progress')):7.1f} CPU ms")
        print(f"{CLIENTS} clients at once  {durable_rate(folder, seconds):7.1f} durable submits a second")


if __name__ == "__main__":
    if len(sys.argv) > 2:  # one of the clients that main starts
        submit_for(sys.argv[1], float(sys.argv[2]))
    else:
        main()
