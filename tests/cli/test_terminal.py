import json

import pytest
from flask import Flask


@pytest.mark.parametrize(
    "words",
    [
        (
            "notices",
            "import",
            "没有这个文件.xlsx",
            "--kind",
            "result",
            "--program",
            "x",
            "--division",
            "1",
            "--by",
            "a",
        ),
        ("notices", "submit"),
        ("notices", "withdraw", "GS-2026-000001", "--by", "zhao_liu", "--kind", "whim", "--reason", "原因写在这里"),
        ("cases", "show", "SQ-2026-000001"),
    ],
)
def test_a_command_that_cannot_be_understood_ends_with_one_and_one_json_object(app: Flask, words: tuple[str, ...]):
    answer = app.test_cli_runner().invoke(args=[*words, "--json"])

    assert answer.exit_code == 1
    # An import has a shape of its own, also when nothing could be read.
    own = {"number", "rows", "errors", "warnings"} if "import" in words else set()
    assert set(json.loads(answer.stdout)) == {"error"} | own
