"""What offices script against: one JSON object, exit 0 or 1, whatever was typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.models.audit import AuditEntry
from portal.models.base import db
from tests.usecases.lists import XUZHUANG, people, sheet

Run = Callable[..., Result]
WHAT = ("--kind", "first_review", "--program", "subsistence_allowance", "--division", XUZHUANG)
SHAPE = {"number", "state", "revision", "url"}


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["notices", *map(str, words), "--json"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(sheet(people(40)))
    return path


@pytest.fixture
def public(run: Run, file: Path) -> str:
    number = json.loads(run("import", file, *WHAT, "--by", "zhang_san").stdout)["number"]
    for step, by in (("submit", "zhang_san"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        assert run(step, number, "--by", by).exit_code == 0
    return str(number)


def _village(app: Flask, number: str) -> str:
    with app.app_context():
        from_head = db.session.execute(db.text("select village_code from posting_places order by village_code"))
        code = str(from_head.scalars().first())
        db.session.remove()
    return code


def test_every_command_tells_number_state_revision_and_address(run: Run, app: Flask, public: str, file: Path):
    village = _village(app, public)
    told = [
        (run("posted", public, village, "--on", "2026-01-01", "--person", "孙会计", "--by", "zhang_san"), 1),
        (run("hide-row", public, 1, "--by", "zhao_liu"), 0),
        (run("review-row", public, 1, "--restore", "--by", "wang_wu"), 0),
        (run("correct", public, "--kind", "correction", "--note", "导语写错了", "--by", "zhang_san"), 0),
        (run("discard", public, "--by", "zhang_san"), 0),
        (run("correct", public, file, "--kind", "correction", "--note", "金额写错了", "--by", "zhang_san"), 0),
    ]
    for answer, code in told:
        assert answer.exit_code == code, answer.output
        facts = json.loads(answer.stdout)
        if code == 0:
            assert facts.keys() >= SHAPE
            assert facts["number"] == public
            assert facts["url"].endswith(f"/notices/{public}")
    assert [json.loads(answer.stdout)["revision"] for answer, code in told if code == 0] == [1, 1, 2, 2, 3]
    assert json.loads(told[-1][0].stdout)["state"] == "draft"


@pytest.mark.parametrize(
    "words",
    [
        ("import", "no-such-file.xlsx", *WHAT, "--by", "zhang_san"),
        ("import", "FILE", *WHAT[2:], "--by", "zhang_san", "--kind", "bogus"),
        ("import", "FILE", *WHAT),
        ("import", "FILE", *WHAT, "--by", "nobody"),
        ("import", "FILE", *WHAT, "--by", "zhang_san", "--month", "2026-13"),
        ("import", "FILE", *WHAT[:-1], "1", "--by", "zhang_san"),
        ("import", "FILE", *WHAT, "--by", "qian_qi"),
        ("import", "FILE", *WHAT, "--by", "wang_wu"),
        ("import",),
    ],
)
def test_an_import_that_cannot_be_tells_so_in_its_own_shape(run: Run, file: Path, words: tuple[str, ...]):
    answer = run(*(str(file) if word == "FILE" else word for word in words))
    assert answer.exit_code == 1, answer.output
    facts = json.loads(answer.stdout)
    assert facts["number"] is None
    assert facts["rows"] == 0
    assert [error["problem"] for error in facts["errors"] if error["problem"]]


@pytest.mark.parametrize(
    "words",
    [
        ("submit",),
        ("submit", "NUMBER"),
        ("submit", "NUMBER", "--by", "nobody"),
        ("submit", "GS-2026-999999", "--by", "zhang_san"),
        ("submit", "NUMBER", "--by", "qian_qi"),
        ("submit", "NUMBER", "--by", "wang_wu"),
        ("submit", "NUMBER", "--by", "zhang_san"),
        ("publish", "NUMBER", "--by", "zhao_liu", "--publish-at", "garbage"),
        ("publish", "NUMBER", "--by", "zhao_liu", "--bypass", "立即公开", "--publish-at", "2099-01-01T00:00"),
        ("withdraw", "NUMBER", "--by", "zhao_liu", "--kind", "nonsense", "--reason", "需要重新发布"),
        ("withdraw", "NUMBER", "--by", "zhao_liu", "--kind", "recall", "--reason", ""),
        ("withdraw", "NUMBER", "--by", "zhao_liu", "--kind", "recall", "--reason", "赵秀英家要求撤下"),
        ("withdraw", "NUMBER", "--by", "zhao_liu", "--kind", "recall"),
        ("hide-row", "NUMBER", "x", "--by", "zhao_liu"),
        ("hide-row", "NUMBER", "99999999999999999999999", "--by", "zhao_liu"),
        ("hide-row", "NUMBER", "0", "--by", "zhao_liu"),
        ("posted", "NUMBER", "1", "--on", "yesterday", "--person", "孙会计", "--by", "zhang_san"),
        ("no-such-step", "NUMBER", "--by", "zhang_san"),
        ("submit", "NUMBER", "--by", "zhang_san", "--no-such-option"),
    ],
)
def test_whatever_is_wrong_ends_with_one_and_one_object(run: Run, public: str, words: tuple[str, ...]):
    answer = run(*(public if word == "NUMBER" else word for word in words))
    assert answer.exit_code == 1, answer.output
    assert json.loads(answer.stdout).keys() == {"error"}
    assert "Traceback" not in answer.stderr


def test_without_json_a_wrong_argument_also_ends_with_one(app: Flask):
    answer = app.test_cli_runner().invoke(args=["notices", "submit"])
    assert answer.exit_code == 1
    assert "NUMBER" in answer.stderr
    assert app.test_cli_runner().invoke(args=["notices", "submit", "--help"]).exit_code == 0


def test_a_number_may_be_written_in_small_letters(run: Run, app: Flask, public: str, file: Path):
    small = public.lower()
    assert run("hide-row", small, 1, "--by", "zhao_liu").exit_code == 0
    answer = run("correct", small, file, "--kind", "correction", "--note", "金额写错了", "--by", "zhang_san")
    assert json.loads(answer.stdout)["number"] == public
    with app.app_context():
        subjects = set(db.session.scalars(db.select(AuditEntry.subject)))
        db.session.remove()
    assert small not in subjects


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2099-01-02T09:00", "2099-01-02T09:00:00+08:00"), ("2099-01-02T09:00+00:00", "2099-01-02T17:00:00+08:00")],
)
def test_an_instant_is_shanghais_unless_it_says_otherwise(run: Run, app: Flask, file: Path, written: str, meant: str):
    number = json.loads(run("import", file, *WHAT, "--by", "zhang_san").stdout)["number"]
    run("submit", number, "--by", "zhang_san")
    run("review", number, "--by", "wang_wu")
    assert run("publish", number, "--by", "zhao_liu", "--publish-at", written).exit_code == 0
    with app.app_context():
        detail = db.session.scalars(
            db.select(AuditEntry.detail).where(AuditEntry.action == "publication.scheduled")
        ).one()
        db.session.remove()
    assert detail["publish_at"] == meant
