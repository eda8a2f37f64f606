"""The portal's commands without the seconds of their imports: each is a fork of one process that has imported, and no more.

A command has all its own that a process is given from outside: arguments, environment, streams and exit code. Only the
import of `portal.app`, which asks for no setting, is not done again; `wsgi`, with which settings begin to be read, is
imported by each command for itself. The script `flask` itself is started by other tests, and by every server.
"""

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy.dialects.sqlite  # noqa: F401 - found by its name in the address of a database

import portal.app  # noqa: F401 - what every fork finds imported
from portal.config import ROOT

PATIENCE_S = 120
LONGEST_ORDER = 1 << 17
FLASK = "import sys; from flask.cli import main; sys.exit(main())"
"""What the script `flask` does."""


def run_forked(
    arguments: Sequence[str], environment: Mapping[str, str], code: str = FLASK
) -> "subprocess.CompletedProcess[bytes]":
    """Run code as `python -c` would, in a fork and with this environment alone; what it said and its exit code."""
    order = json.dumps({"arguments": arguments, "environment": dict(environment), "code": code}).encode()
    told, telling = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        socket.send_fds(_forking(), [order], [nothing.fileno(), out.fileno(), err.fileno(), telling])
        os.close(telling)
        with os.fdopen(told) as end:
            status = int(end.read())
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read(), err.read())


@cache
def _forking() -> socket.socket:
    """Where the process that forks takes its orders; it lives as long as this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "SITE_"))}
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(
            command, cwd=ROOT, env=kept, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _forked(orders: socket.socket) -> dict[str, Any]:
    """Fork for every order. Only the forks come back from here, each with its own."""
    assert threading.active_count() == 1, "threads do not live on in a fork"
    assert tempfile.tempdir is None, "a fork would write into the temporary folder of this process"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    while True:
        order, handed, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 4)
        if not order:
            sys.exit()
        if not os.fork():
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watched(handed.pop())
            for number, stream in enumerate(handed):
                os.dup2(stream, number)
                os.close(stream)
            return dict(json.loads(order))
        for stream in handed:
            os.close(stream)


def _watched(telling: int) -> None:
    """Fork once more: the fork goes on, and who stays behind tells its exit code and ends."""
    fork = os.fork()
    if not fork:
        os.close(telling)
        return
    signal.signal(signal.SIGALRM, lambda *_: os.kill(fork, signal.SIGKILL))
    signal.alarm(PATIENCE_S)
    _, status = os.waitpid(fork, 0)
    os.write(telling, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


if __name__ == "__main__":
    given = _forked(socket.socket(fileno=int(sys.argv[1])))
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.argv = given["arguments"]
    sys.modules["__main__"] = beginning = ModuleType("__main__")
    exec(given["code"], beginning.__dict__)  # noqa: S102 - our own code, from the test that asks
