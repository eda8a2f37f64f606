import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.domain.registers import RegisterKind
from tests.usecases.registers import DISBURSED, FUND, book

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["registers", *words])


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    def write(kind: RegisterKind = RegisterKind.RESERVE_FUND, rows=None, **more: str) -> str:
        path = tmp_path / "登记.xlsx"
        path.write_bytes(book(kind, rows, **more))
        return str(path)

    return write


def facts(result: Result, code: int = 0) -> dict:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def imported(run: Run, path: str, *more: str, kind: str = "reserve_fund", code: int = 0) -> dict:
    return facts(run("import", path, "--kind", kind, "--by", "li_si", "--json", *more), code)


def test_a_register_goes_from_the_file_to_the_public(run: Run, table):
    told = imported(run, table(), "--year", "2026")
    assert (told["rows"], told["errors"], told["kind"], told["period"]) == (3, [], "reserve_fund", "2026-Q3")
    assert (told["opening_fen"], told["added_fen"], told["used_fen"], told["balance_fen"], told["persons"]) == (
        15_000_000, 1_000_000, 4_450_050, 11_549_950, 46,
    )  # fmt: skip
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        standing = facts(run(verb, told["number"], "--by", by, "--json"))
    assert standing["state"] == "published"
    assert standing["url"].endswith(f"/registers/{told['number']}")


def test_a_period_may_be_said_and_has_to_be_one(run: Run, table):
    untold = table(title="任城区备用金登记表")
    assert imported(run, untold, "--year", "2026", "--period", "第二季度")["period"] == "2026-Q2"
    assert imported(run, untold, "--period", "2026-09")["period"] == "2026-09"
    for words in (("--period", "9月"), ("--period", "去年", "--year", "2026")):
        assert "请把时段写成" in imported(run, untold, *words, code=1)["error"]
    assert "年份" in imported(run, untold, code=1)["error"]


def test_a_table_with_faults_is_told_with_its_cells_and_writes_nothing(run: Run, table):
    wrong = [["许庄街道", 50_000, 0, 100, 49_900.01, 12], *FUND[1:]]
    told = imported(run, table(rows=wrong), code=1)
    assert told["number"] is None
    assert [(one["sheet"], one["cell"]) for one in told["errors"]] == [("登记表", "E4")]
    said = run("import", table(rows=wrong), "--kind", "reserve_fund", "--by", "li_si").output
    assert "什么都没有写入" in said


def test_a_correction_by_command_is_another_revision(run: Run, table):
    number = imported(run, table())["number"]
    for verb, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        facts(run(verb, number, "--by", by, "--json"))
    assert number in str(imported(run, table())["warnings"])
    words = ("--kind", "correction", "--note", "补记一笔支出", "--by", "li_si", "--json")
    assert facts(run("correct", number, table(), *words))["number"] == number
    assert facts(run("submit", number, "--by", "li_si", "--json"))["revision"] == 2


def test_a_ledger_of_the_treasury_is_read_by_command(run: Run, table):
    told = imported(run, table(RegisterKind.DISBURSEMENTS), kind="disbursements")
    assert (told["rows"], told["period"], told["amount_fen"]) == (3, "2026", 195_000_050)
    assert "persons" not in told
    wrong = [[*DISBURSED[0], "6222021001116245702"], *DISBURSED[1:]]
    told = imported(run, table(RegisterKind.DISBURSEMENTS, wrong), kind="disbursements", code=1)
    assert [one["cell"] for one in told["errors"]] == ["H4"]
    assert "6222021001116245702" not in str(told)


def test_sentences_are_told_to_people(run: Run, table):
    told = run("import", table(RegisterKind.GOODS), "--kind", "goods", "--by", "li_si").output
    assert "2行，15,600.00元" in told
