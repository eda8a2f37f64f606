import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.domain.payment_uploads import KEEP, UploadStep
from portal.models.payment_uploads import PaymentUpload
from portal.models.transaction import transaction
from portal.usecases import payment_upload_work as queue
from portal.usecases.services import Services
from portal.web import uploads
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.payments import OF_A_COUNTY, WRONG, drafted, publish, roster, table_of_sums

NEW = "/desk/payments/new"


@pytest.fixture
def app(make_app) -> Flask:
    """A portal that reads every roster in the queue."""
    return make_app(PORTAL_QUEUE_ABOVE_KB="0")


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def hand_in(client: CheckedClient, content: bytes, path: str = NEW, **fields: str) -> TestResponse:
    form = {**hidden_fields(client.get(path).text, path), **fields, "file": (io.BytesIO(content), "王桂兰.xlsx")}
    return client.post(path, data=form, content_type="multipart/form-data")


def queued(client: CheckedClient, content: bytes, **fields: str) -> str:
    """The address of a roster in the queue."""
    answer = hand_in(client, content, **fields)
    assert answer.status_code == 303, answer.text
    assert answer.location.startswith("/desk/payments/uploads/"), answer.location
    return answer.location


def work(app: Flask) -> None:
    with_cast(app, lambda services, _cast, at: queue.run_uploads(services, now=lambda: at, stopped=lambda: False))


def spooled(app: Flask) -> list[Path]:
    return list(app.extensions["portal"].settings.spool.glob("*"))


def test_a_large_roster_ends_at_the_page_at_which_a_small_one_ends(app: Flask, desks: Desks):
    page = queued(desks["li_si"], roster(), month="2026年10月")
    waiting = desks["li_si"].get(page)
    assert waiting.headers["Refresh"] == "3"
    assert 'role="status" aria-live="polite"' in waiting.text
    assert "正在排队" in waiting.text
    assert "王桂兰" not in waiting.text
    assert page in desks["li_si"].get("/desk/payments/").text
    work(app)
    ended = desks["li_si"].get(page)
    assert (ended.status_code, "Refresh" in ended.headers) == (303, False)
    assert "已存为草稿，请核对后送审。" in desks["li_si"].get(ended.location).text
    assert "21,800.00" in desks["li_si"].get(ended.location).text
    assert page not in desks["li_si"].get("/desk/payments/").text
    assert spooled(app) == []


def test_several_drafts_lead_to_their_list(app: Flask, desks: Desks):
    page = queued(desks["li_si"], table_of_sums(*OF_A_COUNTY))
    work(app)
    assert desks["li_si"].get(page).location == "/desk/payments/"
    assert "已存为3份草稿" in desks["li_si"].get("/desk/payments/").text


def test_the_page_tells_step_and_rows_and_stands_still_when_asked_to(app: Flask, desks: Desks):
    page = queued(desks["li_si"], roster([("航运新村", 2, 872)] * 2001))

    def begin(_services: Services, _cast: Cast, at: datetime) -> None:
        held = queue.take(_services, now=lambda: at, due_by=at, except_for=())
        assert held
        queue.Teller(held, lambda: at, lambda: False, known_rows=held.known_rows)(UploadStep.READ, 2000)

    with_cast(app, begin)
    shown = desks["li_si"].get(page)
    assert "第 1 步，共 3 步：读取表格。" in shown.text
    assert "已完成 2,000 行，共约 2,004 行。" in shown.text
    assert '<progress max="2004" value="2000"' in shown.text
    still = desks["li_si"].get(f"{page}?still=1")
    assert "Refresh" not in still.headers
    assert f'href="{page}?still=1">刷新' in still.text


def test_errors_are_named_by_cell_and_can_be_taken_along(app: Flask, desks: Desks):
    page = queued(desks["li_si"], WRONG.read_bytes(), division="370811002")
    work(app)
    report = desks["li_si"].get(page)
    assert report.status_code == 200
    assert "C9" in report.text
    assert "一行也没有存入" in report.text
    assert "曾明长" not in report.text
    table = desks["li_si"].get(f"{page}/problems.csv")
    assert "C9" in table.get_data(as_text=True)
    assert "曾明长" not in table.get_data(as_text=True)
    assert "有错误，没有保存" in desks["li_si"].get("/desk/payments/").text


def test_one_sentence_on_the_whole_file_stands_on_the_page(app: Flask, desks: Desks):
    page = queued(desks["zhang_san"], roster(title="花名册"))
    assert desks["zhang_san"].get(f"{page}/problems.csv").status_code == 404
    work(app)
    told = desks["zhang_san"].get(page)
    assert "标题里没有写明月份" in told.text
    assert f'href="{NEW}"' in told.text
    assert "Refresh" not in told.headers


def test_whoever_waits_for_long_hears_that_the_worker_may_not_run(app: Flask, desks: Desks):
    page = queued(desks["li_si"], roster())
    quick = desks["li_si"].get(page)
    assert ("没有运行" in quick.text, "Refresh" in quick.headers) == (False, True)

    def let_time_pass(_services: Services, _cast: Cast, at: datetime) -> None:
        with transaction() as session:
            session.execute(update(PaymentUpload).values(created_at=at - timedelta(minutes=7)))

    with_cast(app, let_time_pass)
    late = desks["li_si"].get(page)
    assert "已经排了 7 分钟" in late.text
    assert ("Refresh" in late.headers, "自动刷新" in late.text) == (False, False)


def test_nobody_else_sees_it_or_gives_it_up(app: Flask, desks: Desks):
    page = queued(desks["li_si"], WRONG.read_bytes(), division="370811002")
    for other in ("zhang_san", "qian_qi"):
        assert desks[other].get(page).status_code == 404
        assert page not in desks[other].get("/desk/payments/").text
    assert desks["wang_wu"].get(page).status_code == 403
    token = hidden_fields(desks["zhang_san"].get(NEW).text, NEW)
    assert desks["zhang_san"].post(f"{page}/give-up", data=token).status_code == 404
    work(app)
    assert desks["zhang_san"].get(page).status_code == 404
    assert desks["zhang_san"].get(f"{page}/problems.csv").status_code == 404
    assert app.test_client().get(page).status_code in {302, 303}


def test_a_clerk_gives_up_and_the_file_is_gone(app: Flask, desks: Desks):
    page = queued(desks["li_si"], roster())
    assert len(spooled(app)) == 1
    assert desks["li_si"].post(f"{page}/give-up").location == page
    assert len(spooled(app)) == 1
    answer = send(desks["li_si"], page, action=f"{page}/give-up")
    assert answer.location == "/desk/payments/"
    assert spooled(app) == []
    assert "已放弃这份花名册" in desks["li_si"].get("/desk/payments/").text
    assert "您放弃了这份花名册" in desks["li_si"].get(page).text
    late = desks["li_si"].post(f"{page}/give-up", data=hidden_fields(desks["li_si"].get(NEW).text, NEW))
    assert late.location == page


def test_a_form_sent_twice_stands_in_the_queue_once(app: Flask, desks: Desks):
    form = hidden_fields(desks["li_si"].get(NEW).text, NEW)
    first, second = (desks["li_si"].post(NEW, data=form | {"file": (io.BytesIO(roster()), "a.xlsx")}) for _ in range(2))
    assert first.location == second.location
    assert len(spooled(app)) == 1


def test_what_nobody_has_to_read_is_refused_in_the_form(app: Flask, desks: Desks):
    answer = hand_in(desks["li_si"], b"%PDF-1.7 no table")
    assert answer.status_code in {400, 422}
    assert 'class="error-summary"' in answer.text
    assert spooled(app) == []


def test_a_correction_goes_the_same_way(app: Flask, desks: Desks):
    def bring_out(services: Services, cast: Cast, at: datetime) -> str:
        return publish(services, cast, drafted(services, cast, at=at), at=at)

    number = with_cast(app, bring_out)
    path = f"/desk/payments/{number}/correct"
    answer = hand_in(desks["zhang_san"], roster(), path, kind="correction", note="漏发的户已补上")
    assert answer.location.startswith("/desk/payments/uploads/"), answer.text
    work(app)
    assert desks["zhang_san"].get(answer.location).location == f"/desk/payments/{number}"


def test_the_ends_without_a_draft_are_told_in_clear_words(app: Flask, desks: Desks, monkeypatch: pytest.MonkeyPatch):
    failed, expired = queued(desks["li_si"], roster()), queued(desks["zhang_san"], roster())
    monkeypatch.setattr(queue, "MOST_TRIES", 0)
    work(app)
    assert "试了几次都没有读成" in desks["li_si"].get(failed).text
    monkeypatch.undo()
    late = queued(desks["zhang_san"], roster())
    with_cast(app, lambda services, _cast, at: queue.sweep_uploads(services, at=at + KEEP))
    assert "24 小时内没有读完" in desks["zhang_san"].get(late).text
    assert desks["zhang_san"].get(expired).status_code == 404
    assert spooled(app) == []


def test_a_small_roster_is_read_at_once_beside_a_queue_for_large_ones(make_app):
    app = make_app()
    client = Desks(app)["li_si"]
    answer = hand_in(client, roster(), month="2026年10月")
    assert answer.location.startswith("/desk/payments/FF-"), answer.location
    assert spooled(app) == []


def test_a_file_that_is_far_too_large_is_told_in_the_form(app: Flask, desks: Desks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(uploads, "MAX_ATTACHMENTS", 1000)
    answer = hand_in(desks["li_si"], roster(), month="2026年10月")
    assert answer.status_code in {413, 422}
    assert "发放花名册最多40 MB" in answer.text
    assert 'value="2026年10月"' in answer.text


def test_a_report_of_very_many_problems_shows_the_first_and_counts_the_rest(app: Flask, desks: Desks):
    page = queued(desks["li_si"], roster([("航运新村", 2, "八百")] * 300), month="2026年10月")
    work(app)
    told = desks["li_si"].get(page).text
    assert "前 200 处" in told
    assert told.count('<th scope="row">') < 210
    assert "处）" in told
