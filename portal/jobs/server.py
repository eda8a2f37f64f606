"""What `make run` starts: prepares the instance, then keeps the server and the worker running beside each other.

One process watches over both. A child that dies takes the portal down with one sentence instead of leaving half of it
running; whoever runs the portal (systemd, a terminal, a test) decides whether it starts again. A signal stops both
children within seconds and leaves nothing behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal import logs
from portal.config import ROOT, Settings, WrongSettingError, settings_from
from portal.printing import prerequisites

SERVER_PROCESSES = 2
THREADS_PER_PROCESS = 4
"""Two processes use two cores. More threads than one make nothing faster (docs/figures.md); they keep the site
answering while some requests wait, for a paper that is being printed or for another writer."""

PATIENCE_S = 4.0
"""How long a child may take to end after it was asked to, before it is made to."""

FRESH = "demo"
"""The command that fills an instance which has no database yet."""

_BIN = Path(sys.executable).parent
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class StoppedError(RuntimeError):
    """The portal cannot go on; the text says why, for the person at the terminal."""


@dataclass(slots=True)
class Supervisor:
    """The running children by name, and whether somebody has asked them to stop."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one child with a process group of its own, so that what it starts can be ended with it."""
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has no threads
        )

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Note that the children shall stop; `watch` and `end` do it."""
        self.stopping = True

    def watch(self) -> None:
        """Wait until somebody asks to stop; StoppedError when a child ends by itself."""
        while not self.stopping:
            for name, child in self.children.items():
                if child.poll() is not None and not self.stopping:
                    raise StoppedError(f"{name}自行退出，退出码 {child.returncode}。")
            time.sleep(0.2)

    def end(self) -> None:
        """Ask every child to end, then make it."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(child.pid)
                child.wait()
            _kill_group(child.pid)


def server_command(settings: Settings) -> list[str]:
    """Granian with our WSGI application; no access log, because the portal keeps no address of a visitor."""
    return [
        str(_BIN / "granian"),
        *("--interface", "wsgi", "--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(SERVER_PROCESSES), "--blocking-threads", str(THREADS_PER_PROCESS)),
        *("--no-ws", "--no-access-log", "--log-level", "warning"),
        *("--workers-kill-timeout", "3", "--respawn-failed-workers"),
        "wsgi:app",
    ]


def flask_command(*words: str) -> list[str]:
    """One of the portal's own commands."""
    return [str(_BIN / "flask"), "--app", "wsgi", *words]


def preparation(settings: Settings) -> list[str]:
    """An instance without a database is filled; one that exists is brought up to date."""
    sqlite = settings.database_url.removeprefix("sqlite:///")
    is_fresh = sqlite != settings.database_url and not Path(sqlite).exists()
    return flask_command(FRESH) if is_fresh else flask_command("upgrade")


def main() -> int:
    """Run until a signal; the exit code is 0 after a signal and 1 after a failure that was said in one sentence."""
    supervisor = Supervisor()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    try:
        settings = settings_from()
        logs.configure(settings.log_level)
        _require(prerequisites.missing())
        _prepare(supervisor, settings)
        _serve(supervisor, settings)
    except (WrongSettingError, StoppedError) as error:
        _say(f"门户没有运行：{error}")
        return 1
    finally:
        supervisor.end()
    return 0


def _require(missing: Sequence[str]) -> None:
    if missing:
        raise StoppedError("\n".join(missing))


def _prepare(supervisor: Supervisor, settings: Settings) -> None:
    """Run the preparation to its end; one that was cut short is told at the next start, never served half filled."""
    unfinished = settings.instance / ".unfinished"
    if unfinished.exists():
        raise StoppedError(f"上一次准备没有完成。请清空 {settings.instance} 后再启动。")
    command = preparation(settings)
    if command[-1] == FRESH:
        settings.instance.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
    supervisor.start("准备", command)
    child = supervisor.children["准备"]
    while child.poll() is None and not supervisor.stopping:
        time.sleep(0.05)
    if child.returncode == 0:
        unfinished.unlink(missing_ok=True)
        del supervisor.children["准备"]
    elif not supervisor.stopping:
        raise StoppedError(f"命令 flask {' '.join(command[1:])} 没有成功，退出码 {child.returncode}。")


def _serve(supervisor: Supervisor, settings: Settings) -> None:
    if supervisor.stopping:
        return
    supervisor.start("网站", server_command(settings))
    if settings.worker:
        supervisor.start("后台任务", flask_command("jobs", "worker"))
    _say(f"门户已启动：http://{settings.host}:{settings.port}{settings.url_prefix}/ （按 Ctrl-C 停止）")
    supervisor.watch()


def _end_with_parent() -> None:
    """Ask Linux to end the child when this process is killed so hard that it cannot do so itself."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(leader: int) -> None:
    """End what is left of a child's process group: a worker that is killed cannot end its printing process."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - said to the person at the terminal


if __name__ == "__main__":
    sys.exit(main())
