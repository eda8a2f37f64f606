import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from portal import logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """What reaches stderr, read when the test asks for it."""
    logs.configure("info")
    yield lambda: capsys.readouterr().err.splitlines()  # noqa: PLW0108 - read when it is called
    logging.getLogger().removeHandler(logs._HANDLER)


def _fail(words: str):
    raise ValueError(words)


def test_an_exception_is_named_and_its_words_are_not_kept(lines):
    try:
        _fail("张小明 370899199001011234")
    except ValueError:
        structlog.get_logger("portal").exception("import failed")
    (line,) = lines()
    entry = json.loads(line)
    assert entry["exception"][0]["class"] == "ValueError"
    assert "test_logs.py" in entry["exception"][0]["passed"][0]
    assert "张小明" not in line
    assert "3708" not in line


def test_the_cause_of_an_exception_is_named_too(lines):
    try:
        try:
            _fail("13900001111")
        except ValueError as error:
            raise RuntimeError("李明") from error
    except RuntimeError:
        logging.getLogger("flask.app").exception("while serving")
    (line,) = lines()
    assert [link["class"] for link in json.loads(line)["exception"]] == ["RuntimeError", "ValueError"]
    assert "13900001111" not in line
    assert "李明" not in line


@pytest.mark.parametrize("secret", ["37089919900101123X", "6223000011112222333", "13900001111"])
def test_digits_that_identify_a_person_are_struck_out(lines, secret):
    structlog.get_logger("portal").info(f"read {secret}", cell=secret, row={"account": [secret]})
    (line,) = lines()
    assert secret not in line
    assert line.count("[struck out]") == 3


def test_codes_of_divisions_and_numbers_of_notices_stay_readable(lines):
    structlog.get_logger("portal").info("published", number="GS-2026-000123", village="370811002001")
    (line,) = lines()
    assert json.loads(line)["number"] == "GS-2026-000123"
    assert json.loads(line)["village"] == "370811002001"


def test_an_error_that_nobody_caught_is_logged_without_its_words(lines):
    error = ValueError("王小五")
    logs._log_uncaught(ValueError, error, None)
    (line,) = lines()
    assert "ValueError" in line
    assert "王小五" not in line


def test_what_is_below_the_level_is_not_written(lines):
    structlog.get_logger("portal").debug("a detail")
    assert lines() == []
