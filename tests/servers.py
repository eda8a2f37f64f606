"""A real portal in processes of its own, started the way `make run` starts it, on a scratch instance."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.config import ROOT

START_S, STOP_S = 300, 6


@dataclass(frozen=True, slots=True)
class Server:
    """Where a running portal answers, what it stands on, and its supervisor's process."""

    base: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None

    def command(self, *words: str) -> str:
        """Run one of the portal's commands on the same instance and give back what it printed."""
        flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", *words]
        return subprocess.run(flask, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True).stdout


def free_port() -> int:
    """A TCP port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(instance: Path, *, demo: bool = True, **settings: str) -> Iterator[Server]:
    """Start the supervisor, wait until it answers, and stop it within seconds; without `demo` on an empty instance."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "SITE_"))},
        "PORTAL_INSTANCE": str(instance),
        "PORT": str(port),
        **settings,
    }
    if not demo:
        Server("", environment, None).command("init")
    with (instance.parent / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.jobs.server"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    server = Server(f"http://127.0.0.1:{port}", environment, process)
    try:
        _await(server, instance.parent / "server.log")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_S)


def _await(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise AssertionError(f"the portal did not start: {log.read_text(encoding='utf-8')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{server.base}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the portal did not answer: {log.read_text(encoding='utf-8')[-2000:]}")
