"""Packages are exported by commands and opened on a machine that has nothing of the portal's but its source code."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.cli.sealed_files import sealed_files
from portal.config import ROOT
from portal.models.transaction import transaction
from portal.queries.offices import office_named
from portal.usecases import clock
from portal.usecases.desk_keys import make_offline_key
from tests.cast import CITY_DISCIPLINE, Cast
from tests.cli.test_cases import COMPLAINT, SECRET, received

Run = Callable[..., Result]
PHRASE = "abcd-efgh-jkmn-pqrs"


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words, **more: app.test_cli_runner().invoke(args=["cases", *words], **more)


def elsewhere(folder: Path, *words: str, secret: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own in an empty folder, without any setting."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "portal.cli.sealed_files", *words, "--secret-stdin"]
    return subprocess.run(command, cwd=folder, env=clean, input=secret, capture_output=True, text=True, check=False)


def paper(app: Flask) -> str:
    with transaction() as session:
        made = make_offline_key(session, office_named(CITY_DISCIPLINE).id, at=clock.now())
    assert made
    return made.words


@pytest.mark.slow
def test_cases_for_the_key_on_paper_are_exported_and_opened_on_another_machine(
    run: Run, app: Flask, tmp_path: Path, cast: Cast
) -> None:
    words = paper(app)
    (case,) = received(run, tmp_path, {**COMPLAINT, "category": "portal"})
    assert run("export-offline", "--out", str(tmp_path / "usb")).exit_code == 0
    file = tmp_path / "usb" / f"{case['number']}.sealed"
    assert SECRET.encode() not in file.read_bytes()
    (tmp_path / "desk").mkdir()
    wrong = elsewhere(tmp_path / "desk", "open", str(file), "--out", "no", secret="AAAA")
    opened = elsewhere(tmp_path / "desk", "open", str(file), "--out", "case", secret=words)

    assert (wrong.returncode, opened.returncode) == (1, 0), opened.stderr
    assert "逐组核对" in wrong.stderr
    text = tmp_path / "desk" / "case" / "case.txt"
    assert SECRET in text.read_text(encoding="utf-8")
    assert stat.S_IMODE(text.stat().st_mode) == 0o600
    assert not (tmp_path / "desk" / "no").exists()


def test_a_transfer_is_exported_under_a_passphrase_by_command(run: Run, tmp_path: Path, cast: Cast) -> None:
    (case,) = received(run, tmp_path, COMPLAINT)
    number, act = case["number"], ("act", case["number"])
    early = run("export", number, "--by", "zhao_liu", "--out", str(tmp_path / "out"), input=PHRASE)
    assert early.exit_code == 1
    assert run(*act, "register", "--by", "zhao_liu").exit_code == 0
    body = ("--right-body", "梁山县民政局", "--reason", "属地办理")
    assert run(*act, "transfer", "--by", "zhao_liu", *body).exit_code == 0
    for _again in range(2):
        done = run("export", number, "--by", "zhao_liu", "--out", str(tmp_path / "out"), input=f"{PHRASE}\n")
        assert done.exit_code == 0, done.output
    file = tmp_path / "out" / f"{number}.sealed"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PHRASE not in done.output
    opened = CliRunner().invoke(
        sealed_files, ["open", str(file), "--out", str(tmp_path / "case"), "--secret-stdin"], input=f"{PHRASE}\n"
    )
    assert opened.exit_code == 0, opened.output
    assert SECRET in (tmp_path / "case" / "case.txt").read_text(encoding="utf-8")
    again = CliRunner().invoke(
        sealed_files, ["open", str(file), "--out", str(tmp_path / "case"), "--secret-stdin"], input=f"{PHRASE}\n"
    )
    assert again.exit_code == 1


def test_a_receiving_body_makes_its_own_key(run: Run, tmp_path: Path, cast: Cast) -> None:
    made = CliRunner().invoke(sealed_files, ["new-key"])
    public, private = (line for line in made.output.splitlines() if line.count("-") > len("key"))
    (case,) = received(run, tmp_path, COMPLAINT)
    number, by = case["number"], ("--by", "zhao_liu")
    run("act", number, "register", *by)
    run("act", number, "transfer", *by, "--right-body", "梁山县民政局", "--reason", "属地办理")
    assert run("export", number, *by, "--to-key", public, "--out", str(tmp_path / "out")).exit_code == 0
    opened = CliRunner().invoke(
        sealed_files,
        ["open", str(tmp_path / "out" / f"{number}.sealed"), "--out", str(tmp_path / "case")],
        input=f"{private}\n",
    )
    assert opened.exit_code == 0, opened.output
    assert private not in opened.output


def test_opening_needs_no_database_no_settings_and_no_framework() -> None:
    code = "import sys, portal.cli.sealed_files; print(*sys.modules)"
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True)

    assert not {"sqlalchemy", "flask", "portal.config", "portal.models", "weasyprint"} & set(done.stdout.split())
