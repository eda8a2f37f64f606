import pytest
from flask import Flask, abort
from structlog.testing import capture_logs
from werkzeug.exceptions import ServiceUnavailable

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.messages import N_
from portal.queries import site
from portal.web.errors import PAGES

SECRET = "张三丰的卡号"


def _raising(app: Flask, error: Exception | int):
    """A browser on an application whose page /failing fails in one way."""

    def failing() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    failing.access = "PUBLIC"
    app.add_url_rule("/failing", "failing", failing)
    return app.test_client()


@pytest.mark.parametrize("status", sorted(PAGES))
def test_every_failure_has_a_page_that_says_what_happened_and_what_to_do(app: Flask, status: int):
    page = _raising(app, status).get("/failing")
    assert page.status_code == status
    for sentence in (PAGES[status].title, PAGES[status].happened, PAGES[status].to_do):
        assert str(sentence) in page.text
    assert "12345" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError, 404),
        (NotAllowedError, 403),
        (ConflictError, 409),
        (RefusedError, 422),
        (InvalidError, 422),
    ],
)
def test_an_error_of_the_trade_keeps_its_own_sentence(app: Flask, error: type, status: int):
    page = _raising(app, error(N_("第%(row)s行看不懂"), row=7)).get("/failing")
    assert page.status_code == status
    assert "第7行看不懂" in page.text


def test_a_kind_of_error_that_is_new_answers_like_its_family(app: Flask):
    class SentTwiceError(ConflictError):
        pass

    assert _raising(app, SentTwiceError("已经提交过")).get("/failing").status_code == 409


def test_a_failure_at_the_desk_leads_back_to_the_desk(app: Flask):
    assert 'href="/desk/">回到待办</a>' in app.test_client().get("/desk/nowhere").text
    assert 'href="/">回到首页</a>' in app.test_client().get("/nowhere").text


def test_a_page_says_when_to_come_back(app: Flask):
    page = _raising(app, ServiceUnavailable(retry_after=20)).get("/failing")
    assert page.headers["Retry-After"] == "20"


def test_a_wrong_method_is_told_the_right_ones(app: Flask):
    page = _raising(app, 404).post("/failing")
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]


def test_a_crash_is_logged_without_a_word_of_what_was_typed(app: Flask, caplog: pytest.LogCaptureFixture):
    browser = _raising(app, ValueError(SECRET))
    app.testing = False
    with capture_logs() as lines:
        page = browser.get("/failing", query_string={"q": SECRET})
    assert page.status_code == 500
    assert SECRET not in page.text
    assert [line["event"] for line in lines] == ["request_failed"]
    assert SECRET not in str({key: value for key, value in lines[0].items() if key != "exc_info"})
    assert SECRET not in caplog.text


def test_a_broken_database_still_gets_an_answer(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def broken():
        raise OSError(SECRET)

    monkeypatch.setattr(site, "site", broken)
    browser = _raising(app, ValueError(SECRET))
    app.testing = False
    with capture_logs():
        answer = browser.get("/failing")
    assert (answer.status_code, answer.text) == (500, "系统出了问题\n")
