import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.config import settings_from
from portal.jobs import server
from portal.jobs.server import StoppedError, Supervisor
from tests.servers import running

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


def _settings(instance: Path):
    return settings_from({"PORTAL_INSTANCE": str(instance)})


def test_an_instance_without_a_database_is_filled_and_another_is_upgraded(tmp_path):
    assert server.preparation(_settings(tmp_path))[-1] == server.FRESH
    (tmp_path / "portal.sqlite3").touch()
    assert server.preparation(_settings(tmp_path))[-1] == "upgrade"


def test_a_server_elsewhere_is_upgraded_and_never_filled():
    settings = settings_from({"PORTAL_DATABASE_URL": "postgresql+psycopg://portal@/portal"})
    assert server.preparation(settings)[-1] == "upgrade"


def test_an_instance_whose_filling_was_cut_short_is_not_served(tmp_path):
    (tmp_path / ".unfinished").touch()
    with pytest.raises(StoppedError, match="没有完成"):
        server._prepare(Supervisor(), _settings(tmp_path))


def test_a_child_that_ends_by_itself_is_named():
    supervisor = Supervisor()
    supervisor.start("网站", [sys.executable, "-c", "raise SystemExit(7)"])
    with pytest.raises(StoppedError, match="网站自行退出，退出码 7"):
        supervisor.watch()
    supervisor.end()


def test_children_are_asked_to_end_and_end():
    supervisor = Supervisor()
    supervisor.start("网站", SLEEPER)
    supervisor.end()
    assert supervisor.children["网站"].returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_ended_all_the_same(monkeypatch):
    monkeypatch.setattr(server, "PATIENCE_S", 0.2)
    child = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout
    assert child.stdout.readline() == b"deaf\n"
    supervisor = Supervisor({"后台任务": child})
    supervisor.end()
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_a_portal_starts_answers_and_stops_within_seconds(tmp_path):
    with running(tmp_path / "instance", demo=False, PORTAL_WORKER="0") as portal:
        assert "当前版本" in portal.command("upgrade")
        asked = time.monotonic()
    assert portal.process.returncode == 0
    assert time.monotonic() - asked < 5
