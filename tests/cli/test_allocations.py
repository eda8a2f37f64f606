import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.usecases.allocations import book

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["allocations", *words])


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    def write(*amounts: float) -> str:
        path = tmp_path / "分配.xlsx"
        path.write_bytes(book(amounts or (500_000, 300_000, 200_000)))
        return str(path)

    return write


def facts(result: Result, code: int = 0) -> dict:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_table_goes_from_the_file_to_the_public(run: Run, table):
    told = facts(
        run("import", table(), "--year", "2026", "--document-number", "任民字〔2026〕8号", "--by", "li_si", "--json")
    )
    assert (told["rows"], told["errors"], told["differences"]) == (3, [], [])
    assert told["residue_rule"] == "largest_remainder"
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        standing = facts(run(verb, told["number"], "--by", by, "--json"))
    assert standing["state"] == "published"
    assert standing["url"].endswith(f"/allocations/{told['number']}")


def test_publishing_ends_with_one_while_a_difference_lacks_words(run: Run, table):
    path = table(480_000, 320_000, 200_000)
    told = facts(run("import", path, "--year", "2026", "--by", "li_si", "--json"))
    assert [(one["name"], one["difference_fen"]) for one in told["differences"]] == [
        ("许庄街道", -2_000_000),
        ("李营街道", 2_000_000),
    ]
    number = told["number"]
    for verb, by in (("submit", "li_si"), ("review", "wang_wu")):
        facts(run(verb, number, "--by", by, "--json"))
    assert "还没有写明理由" in facts(run("publish", number, "--by", "zhao_liu", "--json"), 1)["error"]
    for place in ("任城区许庄", "370811005"):
        facts(run("explain", number, "--division", place, "--reason", "按灾情核定", "--by", "li_si", "--json"))
    facts(run("review", number, "--by", "wang_wu", "--json"))
    assert facts(run("publish", number, "--by", "zhao_liu", "--json"))["state"] == "published"


def test_a_table_with_faults_is_told_with_its_cells_and_writes_nothing(run: Run, table):
    told = facts(run("import", table(500_000, 300_000.005, 200_000), "--year", "2026", "--by", "li_si", "--json"), 1)
    assert told["number"] is None
    assert [(one["sheet"], one["cell"]) for one in told["errors"]][:1] == [("分配表", "B5")]
    assert all(one["problem"] for one in told["errors"])


def test_a_correction_by_command_is_another_revision(run: Run, table):
    number = facts(run("import", table(), "--year", "2026", "--by", "li_si", "--json"))["number"]
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        facts(run(verb, number, "--by", by, "--json"))
    more = table(600_000, 360_000, 240_000)
    words = ("--kind", "correction", "--note", "省里追加了资金", "--by", "li_si", "--json")
    assert facts(run("correct", number, more, *words))["number"] == number
    assert facts(run("submit", number, "--by", "li_si", "--json"))["revision"] == 2


def test_sentences_are_told_to_people(run: Run, table):
    result = run("import", table(480_000, 320_000, 200_000), "--year", "2026", "--by", "li_si")
    assert "已存为草稿" in result.output
    assert "李营街道与公式算出的相差20,000.00元" in result.output
    assert run("import", table(), "--year", "2026", "--by", "wang_wu").exit_code == 1
