import json
from pathlib import Path

import pytest
from flask import Flask

from tests.usecases.standards import FORMER, RURAL, table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "标准.csv"
    path.write_bytes(table([RURAL, FORMER]))
    return path


def test_a_table_is_entered_by_command(app: Flask, file: Path):
    run = app.test_cli_runner()
    words = ["standards", "import", str(file), "--by", "zhao_liu"]
    told = run.invoke(args=[*words, "--json"])
    assert json.loads(told.stdout) == {"added": 2, "corrected": 0, "unchanged": 0, "errors": []}
    assert "登记了0条标准" in run.invoke(args=words).stdout


def test_faults_are_told_by_row_and_column_and_the_command_fails(app: Flask, file: Path):
    file.write_bytes(table([RURAL.replace("720", "八百")]))
    run = app.test_cli_runner()
    words = ["standards", "import", str(file), "--by", "zhao_liu"]
    told = run.invoke(args=[*words, "--json"])
    assert told.exit_code == 1
    assert [one["cell"] for one in json.loads(told.stdout)["errors"]] == ["E2"]
    assert "什么都没有写入" in run.invoke(args=words).stdout
