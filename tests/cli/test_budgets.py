import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.usecases.budgets import AMOUNTS, book

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["budgets", *words])


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    def write(amounts=AMOUNTS, **more: str) -> str:
        path = tmp_path / "预算.xlsx"
        path.write_bytes(book(amounts, **more))
        return str(path)

    return write


def facts(result: Result, code: int = 0) -> dict:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_table_goes_from_the_file_to_the_public(run: Run, table):
    words = (
        "--year",
        "2026",
        "--phase",
        "approved",
        "--approved-on",
        "2026-01-20",
        "--document-number",
        "任财〔2026〕2号",
    )
    told = facts(run("import", table(), *words, "--by", "li_si", "--json"))
    assert (told["rows"], told["errors"], told["phase"]) == (3, [], "approved")
    assert (told["publish_by"], told["relief_fen"], told["work_fen"]) == ("2026-02-09", 550_000_000, 15_000_000)
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        standing = facts(run(verb, told["number"], "--by", by, "--json"))
    assert standing["state"] == "published"
    assert standing["url"].endswith(f"/budgets/{told['number']}")


def test_what_is_left_out_is_read_from_the_title_or_asked_for(run: Run, table):
    told = facts(run("import", table(), "--by", "li_si", "--json"))
    assert (told["year"], told["phase"]) == (2026, "proposal")
    for title, asked in (("社会救助资金预算表", "哪一年"), ("2026年社会救助资金决算表", "批准日期")):
        failed = facts(run("import", table(title=title), "--by", "li_si", "--json"), 1)
        assert failed["number"] is None
        assert asked in failed["error"]


def test_a_table_with_faults_is_told_with_its_cells_and_writes_nothing(run: Run, table):
    told = facts(run("import", table(((3_000_000, "一百万"), *AMOUNTS[1:])), "--by", "li_si", "--json"), 1)
    assert told["number"] is None
    assert [(one["sheet"], one["cell"]) for one in told["errors"]] == [("预算表", "D4")]
    told = run("import", table(((3_000_000, "一百万"), *AMOUNTS[1:])), "--by", "li_si")
    assert "什么都没有写入" in told.output


def test_a_correction_by_command_is_another_revision(run: Run, table):
    number = facts(run("import", table(), "--by", "li_si", "--json"))["number"]
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        facts(run(verb, number, "--by", by, "--json"))
    words = ("--kind", "correction", "--note", "中央追加了资金", "--by", "li_si", "--json")
    assert facts(run("correct", number, table(((3_500_000, 1_000_000), *AMOUNTS[1:])), *words))["number"] == number
    assert facts(run("submit", number, "--by", "li_si", "--json"))["revision"] == 2


def test_sentences_are_told_to_people(run: Run, table):
    words = ("--approved-on", "2026-01-20", "--by", "li_si")
    told = run("import", table(), *words).output
    assert "救助资金5,500,000.00元" in told
    assert "另列工作经费150,000.00元" in told
    assert "请在2026-02-09以前公开" in told
