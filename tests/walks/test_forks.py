"""That a fork stands for a process which was started: it says the same, ends the same, and shares nothing with its sisters."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.walks.forks import run_forked
from tests.walks.instances import CITY, Instance

pytestmark = pytest.mark.slow

OWN = """
import os, pathlib, sys, tempfile
print(sys.argv[1], os.environ["OWN"], "PATH" in os.environ, tempfile.gettempdir(), pathlib.Path.cwd(), len(sys.stdin.read()))
print(sorted(name for name in sys.modules if name in {"__main__", "wsgi", "pytest", "portal.app"}), file=sys.stderr)
os.environ["OWN"] = "changed"
raise SystemExit(int(sys.argv[2]))
"""


@pytest.mark.parametrize("words", [("offices", "list"), ("offices", "set", "没有的单位")], ids=["done", "refused"])
def test_a_forked_command_says_and_ends_as_the_script_does(instance: Instance, words: tuple[str, ...]):
    command = ["--app", "wsgi", *words]
    script = [str(Path(sys.executable).parent / "flask"), *command]
    started = subprocess.run(script, cwd=ROOT, env=instance.environment, capture_output=True, timeout=120, check=False)
    forked = run_forked(["flask", *command], instance.environment)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)
    assert (CITY.encode() in forked.stdout) == (forked.returncode == 0)


def test_every_fork_has_arguments_settings_streams_and_an_exit_code_of_its_own(tmp_path: Path):
    def run(number: int) -> "subprocess.CompletedProcess[bytes]":
        return run_forked(["-c", f"word{number}", str(number)], {"OWN": f"value{number}", "TMPDIR": str(tmp_path)}, OWN)

    with ThreadPoolExecutor() as pool:
        for number, done in enumerate(pool.map(run, range(6))):
            assert done.stdout.decode() == f"word{number} value{number} False {tmp_path} {ROOT} 0\n"
            assert done.stderr.decode() == "['__main__', 'portal.app']\n"
            assert done.returncode == number


def test_a_fork_that_is_killed_or_fails_tells_so(tmp_path: Path):
    killed = run_forked(["-c"], {}, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    failed = run_forked(["-c"], {}, "raise ValueError('why')")
    assert killed.returncode == -9
    assert failed.returncode == 1
    assert failed.stderr.endswith(b"ValueError: why\n")
