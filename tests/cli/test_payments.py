import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.usecases.payments import GOOD, OF_A_COUNTY, WRONG, paid, roster, table_of_sums

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["payments", *words])


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    def write(*rows: tuple[str, int]) -> str:
        path = tmp_path / "花名册.xlsx"
        path.write_bytes(roster(paid(rows)) if rows else roster())
        return str(path)

    return write


def facts(result: Result, code: int = 0) -> dict:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_roster_goes_from_the_file_to_the_public(run: Run):
    words = ("--year", "2026", "--month", "10", "--paid-on", "2026-10-12", "--by", "li_si", "--json")
    told = facts(run("import", str(GOOD), *words))
    assert (told["households"], told["persons"], told["amount_fen"]) == (30, 83, 3_517_400)
    assert (told["division"], told["month"], told["errors"]) == ("370811002", "2026-10", [])
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        standing = facts(run(verb, told["number"], "--by", by, "--json"))
    assert standing["state"] == "published"
    assert standing["url"].endswith(f"/payments/{told['number']}")


def test_a_roster_with_faults_is_told_with_its_cells_masked_and_writes_nothing(run: Run):
    result = run("import", str(WRONG), "--division", "370811002", "--by", "li_si", "--json")
    told = facts(result, 1)
    assert told["number"] is None
    assert {one["cell"] for one in told["errors"]} >= {"A2", "C9"}
    for secret in ("370899200204014", "曾明长", "622311463897911"):
        assert secret not in result.output


def test_a_correction_by_command_is_another_revision(run: Run, table):
    number = facts(run("import", table(), "--year", "2026", "--month", "10", "--by", "li_si", "--json"))["number"]
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        facts(run(verb, number, "--by", by, "--json"))
    words = ("--kind", "correction", "--note", "漏发的户已补上", "--by", "li_si", "--json")
    assert facts(run("correct", number, table(("航运新村", 30)), *words))["number"] == number
    assert facts(run("submit", number, "--by", "li_si", "--json"))["revision"] == 2


def test_how_far_it_is_stands_beside_the_answer_where_it_is_asked_for(run: Run, table):
    asked = run("import", table(), "--by", "li_si", "--progress", "--json")
    assert asked.stderr.splitlines() == ["读取表格…", "逐行核对…", "写入草稿：25行"]
    assert json.loads(asked.stdout)["rows"] == 25
    assert run("import", table(("庄头村", 12)), "--by", "li_si", "--json").stderr == ""


def test_every_batch_of_a_table_of_sums_is_told_by_its_number(run: Run, tmp_path: Path):
    path = tmp_path / "月报.xlsx"
    path.write_bytes(table_of_sums(*OF_A_COUNTY))
    told = facts(run("import", str(path), "--by", "li_si", "--json"))
    assert [(one["division"], one["program"], one["amount_fen"]) for one in told["batches"]] == [
        ("370811", "subsistence_allowance", 2_640_000),
        ("370811", "subsistence_allowance", 9_360_000),
        ("370811", "extreme_poverty_support", 2_600_000),
    ]
    assert (told["number"], told["rows"]) == (told["batches"][0]["number"], 149)
    for one in told["batches"]:
        assert facts(run("submit", one["number"], "--by", "li_si", "--json"))["state"] == "submitted"


def test_sentences_are_told_to_people(run: Run, table):
    result = run("import", table(), "--by", "li_si")
    assert "25户，50人，21,800.00元" in result.stdout
    assert "什么都没有写入" in run("import", str(WRONG), "--division", "370811002", "--by", "li_si").stdout
    half = run("import", table(), "--year", "2026", "--by", "li_si", "--json")
    assert "要么都写" in facts(half, 1)["error"]
