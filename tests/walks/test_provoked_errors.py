"""Whatever goes wrong on the way of a sheet, nothing of the sheet is told by it: not in a log, a file or an answer."""

import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.databases import SERVER
from tests.samples import make_samples as samples
from tests.walks.forks import FLASK, run_forked
from tests.walks.instances import CITY_CLERK, CLERK, Instance, import_clean, make_public
from tests.walks.secrets_of_sheets import files_below, leaks, secrets_of

pytestmark = pytest.mark.slow

CLEAN_LIST = ("--kind", "first_review", "--program", "subsistence_allowance", "--division", "370811002", "--by", CLERK)

WITH_A_FAULT = """
import sys
from importlib import import_module

place, name = sys.argv.pop(1).rsplit(".", 1)


def fail(*given, **named):
    raise ValueError(f"{[vars_of(one) for one in (*given, *named.values())]!r}")


def vars_of(one):
    fields = getattr(type(one), "__dataclass_fields__", None)
    return {field: getattr(one, field) for field in fields} if fields else list(one) if isinstance(one, list) else one


setattr(import_module(place), name, fail)
sys.argv[0] = "flask"
from flask.cli import main

main()
"""
"""Runs a command in which one function fails and says everything that it was given."""


def _run(instance: Instance, *words: object, code: str = FLASK) -> "subprocess.CompletedProcess[bytes]":
    return run_forked(["flask", *map(str, words)], instance.environment, code)


def _start(instance: Instance, *words: object) -> "subprocess.CompletedProcess[bytes]":
    """The same from the script itself, as whoever runs the portal types it."""
    flask = str(Path(sys.executable).parent / "flask")
    return subprocess.run(
        [flask, *map(str, words)], cwd=ROOT, env=instance.environment, capture_output=True, timeout=120, check=False
    )


def _nothing_told(instance: Instance, *paths: Path, done: "subprocess.CompletedProcess[bytes]") -> None:
    held = files_below(instance.folder, instance.temporary)
    spoken = {"stdout": done.stdout, "stderr": done.stderr}
    for path in paths:
        assert leaks(secrets_of(path), held | spoken) == []


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "sentences"])
def test_a_faulty_sheet_is_told_cell_by_cell_and_never_by_what_stands_there(instance: Instance, as_json: bool):
    what = ("--kind", "first_review", "--program", "subsistence_allowance", "--division", "370812101")
    end = ("--json",) if as_json else ()
    done = _start(instance, "--app", "wsgi", "notices", "import", samples.FAULTY, *what, "--by", CITY_CLERK, *end)
    assert done.returncode == 1
    assert b"D7" in done.stdout
    _nothing_told(instance, samples.FAULTY, done=done)


@pytest.mark.parametrize("damage", ["cut short", "cut inside a sheet", "a cell of another type", "no archive"])
def test_a_damaged_workbook_is_refused_in_one_sentence(instance: Instance, damage: str, tmp_path: Path):
    broken = tmp_path / "名单.xlsx"
    broken.write_bytes(_damaged(damage))
    done = _run(instance, "--app", "wsgi", "notices", "import", broken, *CLEAN_LIST, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["errors"]
    assert b"Traceback" not in done.stderr
    _nothing_told(instance, samples.CLEAN, done=done)


@pytest.mark.parametrize(
    "place",
    [
        "portal.usecases.notice_imports.read_roster",
        "portal.usecases.notice_imports.mask_list",
        "portal.usecases.notice_imports.keyed_hash",
        "portal.usecases.notice_drafts.seal_under",
        "portal.usecases.notice_drafts.name_place",
        "portal.importing.openxml.filled_down",
    ],
)
def test_a_crash_in_the_middle_of_an_import_says_where_and_not_what(instance: Instance, place: str):
    words = (place, "--app", "wsgi", "notices", "import", samples.CLEAN, *CLEAN_LIST, "--json")
    done = _run(instance, *words, code=WITH_A_FAULT)
    assert done.returncode == 1
    assert json.loads(done.stdout)
    _nothing_told(instance, samples.CLEAN, done=done)


@pytest.mark.skipif(bool(SERVER), reason="locks and triggers of SQLite")
@pytest.mark.parametrize("trouble", ["locked", "refused"])
def test_a_database_that_fails_during_an_import_repeats_no_value(instance: Instance, trouble: str):
    with closing(sqlite3.connect(instance.folder / "portal.sqlite3", isolation_level=None)) as other:
        if trouble == "locked":
            other.execute("BEGIN IMMEDIATE")
        else:
            other.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON notice_rows WHEN NEW.seq = 20"
                " BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        done = _run(instance, "--app", "wsgi", "notices", "import", samples.CLEAN, *CLEAN_LIST, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)
    _nothing_told(instance, samples.CLEAN, done=done)
    with closing(sqlite3.connect(instance.folder / "portal.sqlite3")) as after:
        assert after.execute("SELECT count(*) FROM publications").fetchone() == (0,)


@pytest.mark.parametrize("place", ["portal.printing.child.pack", "portal.usecases.papers.paper_of"])
def test_a_paper_that_cannot_be_printed_leaves_no_row_in_the_log(instance: Instance, place: str):
    make_public(instance, import_clean(instance))
    done = _run(instance, place, "--app", "wsgi", "jobs", "run", code=WITH_A_FAULT)
    assert done.returncode == 1
    assert "＊".encode() not in done.stdout + done.stderr
    _nothing_told(instance, samples.CLEAN, done=done)


def _damaged(damage: str) -> bytes:
    whole = samples.CLEAN.read_bytes()
    if damage == "cut short":
        return whole[: len(whole) * 2 // 3]
    if damage == "no archive":
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return archive.read("xl/worksheets/sheet1.xml")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    if damage == "cut inside a sheet":
        parts["xl/worksheets/sheet1.xml"] = sheet[: len(sheet) // 2]
    else:
        # Names and numbers that claim to be numbers: the reader's own error would quote them.
        head, row, body = sheet.partition(b'<row r="4">')
        body = body.replace(b't="inlineStr"><is><t>', b't="n"><v>').replace(b"</t></is>", b"</v>")
        parts["xl/worksheets/sheet1.xml"] = head + row + body
    return samples.zipped(parts)  # type: ignore[arg-type]
