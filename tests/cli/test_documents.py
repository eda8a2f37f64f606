import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words: app.test_cli_runner().invoke(args=["documents", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "报告.md"
    path.write_text('+++\ntitle = "检查报告"\ncategory = "inspection_report"\n+++\n都查了。\n', encoding="utf-8")
    return path


def test_a_file_walks_to_the_public_and_back_by_commands(run: Run, file: Path):
    number = json.loads(run("import", str(file), "--by", "li_si", "--json").stdout)["number"]
    for step, by in (("submit", "li_si"), ("review", "wang_wu"), ("publish", "zhao_liu")):
        answer = run(step, number, "--by", by, "--json")
        assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert (told["state"], told["revision"]) == ("published", 1)
    assert told["url"].endswith(f"/documents/{number}")
    corrected = run(
        "correct", number, str(file), "--kind", "correction", "--note", "补写一段", "--by", "li_si", "--json"
    )
    assert json.loads(corrected.stdout) == {"number": number, "state": "draft"}
    words = ("withdraw", number, "--by", "zhao_liu", "--kind", "recall", "--reason", "需要重发")
    assert run(*words).exit_code == 0


def test_the_shipped_documents_are_loaded_as_drafts(run: Run):
    first = json.loads(run("load-shipped", "--by", "li_si", "--json").stdout)
    assert (len(first["numbers"]), first["known"]) == (4, [])
    assert "已有同名的" in run("load-shipped", "--by", "li_si").stdout


def test_a_file_that_cannot_be_read_ends_with_one_sentence(run: Run, tmp_path: Path):
    for content in ("没有文件头".encode(), "+++".encode("utf-16")):
        path = tmp_path / "x.md"
        path.write_bytes(content)
        answer = run("import", str(path), "--by", "li_si")
        assert answer.exit_code == 1
        assert answer.stderr
        assert "Traceback" not in answer.output
