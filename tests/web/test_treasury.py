"""What left the treasury, as the desk and the public see it."""

from datetime import datetime

from flask import Flask

from portal.domain.registers import RegisterKind
from portal.usecases.jobs import run_due
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import sign_in
from tests.usecases.registers import DISBURSED, book, published
from tests.usecases.test_treasury import issued
from tests.web.handed_in import made, upload

LEDGER = RegisterKind.DISBURSEMENTS
ACCOUNT = "6222021001116245702"


def test_the_preview_of_a_ledger_is_what_the_public_will_see(app: Flask, at: datetime):
    made(app, issued, at)
    desk = app.test_client()
    sign_in(desk, "li_si")
    answer = upload(desk, "/desk/registers/new", book(LEDGER), kind="disbursements")
    assert answer.status_code == 303, answer.text
    preview = desk.get(answer.headers["Location"]).text
    table = preview[preview.index("<table") : preview.index("</table")]
    assert [head in table for head in ("拨付日期", "资金来源", "文号", "下达到拨付（天）", "人次")] == [True] * 4 + [
        False
    ]
    assert "<td>174</td>" in table
    assert not any(secret in preview for secret in (ACCOUNT, "许庄街道", "南张街道"))


def test_an_account_in_a_remark_is_told_by_its_cell_at_the_desk_and_never_repeated(app: Flask):
    desk = app.test_client()
    sign_in(desk, "li_si")
    rows = [[*DISBURSED[0], ACCOUNT], *DISBURSED[1:]]
    wrong = upload(desk, "/desk/registers/new", book(LEDGER, rows), kind="disbursements")
    assert wrong.status_code == 422
    assert "H4" in wrong.text
    assert ACCOUNT not in wrong.text
    assert "还没有资金登记" in desk.get("/desk/registers/").text


def test_money_that_never_left_stands_on_the_page_of_the_year_with_its_difference(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
):
    issued(services, cast, at=at)
    published(services, cast, book(LEDGER, DISBURSED[1:2]), at=at, kind=LEDGER)
    run_due(services, now=lambda: at)
    page = client.get("/funds/2026/370811/").text
    assert "分配以后很久没有拨付" in page
    assert "699,999.5" in page
    assert "分配以后很久没有拨付" in client.get("/funds/2026/370811/warnings.csv").text
