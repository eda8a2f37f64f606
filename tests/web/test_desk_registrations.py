"""Staff register what comes by phone, letter, visit or from 12345, on the same register and with the same clocks."""

import re
from datetime import timedelta
from io import BytesIO
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.cases import CaseKind, Channel, ExternalSystem
from portal.domain.errors import StorageFullError
from portal.domain.instants import shanghai_date
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseExternalNumber
from portal.usecases import case_registration, clock
from tests.clients import CheckedClient
from tests.desk import Desks, hidden_fields, send

TOLD = {
    "channel": "phone",
    "external_system": "hotline_12345",
    "kind": "complaint",
    "category": "late_or_short_payment",
    "place": "许庄街道",
    "accused_role": "nobody",
    "accused_office": "",
    "text": "上个月的低保没有发",
    "choice": "named",
    "name": "郑十一",
    "phone": "0537-1234567",
}
HEAD = "工单编号,诉求内容,事发地址,诉求类型,来电人,联系电话\n"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def rows(app: Flask, model: type) -> list:
    """All rows of a table, read in a context that no request shares."""
    with app.app_context():
        return list(db.session.scalars(select(model)))


def register(desks: Desks, **told: str):
    client = desks["li_si"]
    page = client.get("/desk/cases/new")
    return client.post("/desk/cases/new", data={**hidden_fields(page.text, "/desk/cases/new"), **TOLD, **told}), client


def upload(desks: Desks, rows: str):
    client = desks["li_si"]
    page = client.get("/desk/cases/transfers")
    data = {
        **hidden_fields(page.text, "/desk/cases/transfers"),
        "file": (BytesIO((HEAD + rows).encode()), "12345.csv"),
    }
    return client.post("/desk/cases/transfers", data=data), client


def test_a_call_is_registered_and_its_receipt_opens_the_progress_page(
    desks: Desks, client: CheckedClient, app: Flask
) -> None:
    answer, desk = register(desks)
    receipt = desk.get(answer.location)
    code = re.sub(r"\D", "", re.search(r'class="code">([^<]+)<', receipt.text).group(1))

    case = rows(app, Case)[0]
    assert (case.channel, case.kind) == (Channel.PHONE, CaseKind.COMPLAINT)
    assert rows(app, CaseClock)
    assert case.number in receipt.text
    assert case.number in client.post("/cases/progress", data={"code": code}, follow_redirects=True).text


def test_the_receipt_is_for_the_one_who_registered(desks: Desks) -> None:
    answer, _desk = register(desks)
    assert desks["zhao_liu"].get(answer.location).status_code == 404


def test_one_matter_of_the_hotline_counts_once(desks: Desks, app: Flask) -> None:
    register(desks, channel="hotline_12345", external_number="SH-1")
    again, _desk = register(desks, channel="hotline_12345", external_number="ｓh - 1")

    number = rows(app, Case)[0].number
    assert again.status_code == 409
    assert f"这个编号已经登记为{number}" in again.text
    assert f'href="/desk/cases/{number}"' in again.text
    assert "上个月的低保没有发" in again.text
    assert len(rows(app, CaseExternalNumber)) == len(rows(app, Case)) == 1


def test_the_same_number_of_another_system_is_another_matter(desks: Desks, app: Flask) -> None:
    register(desks, channel="hotline_12345", external_number="SH-1")
    other, _desk = register(desks, channel="letter", external_system="petition_system", external_number="SH-1")

    assert other.status_code == 303
    assert {one.system for one in rows(app, CaseExternalNumber)} == {
        ExternalSystem.HOTLINE_12345,
        ExternalSystem.PETITION_SYSTEM,
    }


def test_who_may_not_see_the_case_of_a_number_learns_only_that_it_is_registered(desks: Desks, app: Flask) -> None:
    register(desks, channel="hotline_12345", external_number="SH-1")
    client, path = desks["qian_qi"], "/desk/cases/new"
    told = {**TOLD, "channel": "hotline_12345", "external_number": "SH-1"}
    again = client.post(path, data={**hidden_fields(client.get(path).text, path), **told})

    assert again.status_code == 409
    assert "这个编号已经登记过" in again.text
    assert rows(app, Case)[0].number not in again.text


def test_a_number_is_added_to_a_case_and_then_leads_to_it(desks: Desks, app: Flask) -> None:
    _answer, desk = register(desks)
    number = rows(app, Case)[0].number
    path = f"/desk/cases/{number}/steps/add-external-number"
    assert path in desk.get(f"/desk/cases/{number}").text
    typed = {"external_system": "petition_system", "external_number": "xf 2026-7"}
    assert send(desk, path, action=path, **typed).status_code == 303

    page = desk.get(f"/desk/cases/{number}").text
    assert "信访系统编号" in page
    assert "XF2026-7" in page
    assert "李四（任城区民政局）：补记外部编号" in page
    assert f"/desk/cases/{number}" in desk.get("/desk/cases/?number=XF2026-7").text
    again, _desk = register(desks, channel="letter", external_system="petition_system", external_number="XF2026-7")
    assert f'href="/desk/cases/{number}"' in again.text


def test_a_number_that_another_case_has_is_not_added_twice(desks: Desks, app: Flask) -> None:
    register(desks, channel="hotline_12345", external_number="SH-1")
    register(desks, text="另一件")
    first, second = (case.number for case in rows(app, Case))
    path = f"/desk/cases/{second}/steps/add-external-number"
    refused = send(desks["li_si"], path, action=path, external_system="hotline_12345", external_number="SH-1")

    assert refused.status_code == 409
    assert first in refused.text
    assert len(rows(app, CaseExternalNumber)) == 1


def test_what_cannot_be_used_is_told_and_nothing_is_lost(desks: Desks, app: Flask) -> None:
    wrong, _desk = register(desks, place="没有这个地方", text="", name="")

    assert wrong.status_code == 422
    assert "没有找到这个地方" in wrong.text
    assert "请写下发生了什么" in wrong.text
    assert "0537-1234567" in wrong.text
    assert not rows(app, Case)


def test_a_table_of_transfers_is_registered_as_a_whole(desks: Desks, app: Flask) -> None:
    answer, desk = upload(desks, "A1,低保少发了,任城区许庄街道,投诉,郑十一,0537-1234567\nA2,怎么申请,许庄街道,咨询,,\n")
    page = desk.get(answer.location)

    assert page.text.count('class="code"') == 2
    assert "已登记 2 件" in page.text
    assert {case.channel for case in rows(app, Case)} == {Channel.HOTLINE_12345}


def test_one_fault_in_a_table_and_nothing_is_written(desks: Desks, app: Flask) -> None:
    answer, _desk = upload(desks, "A1,低保少发了,许庄街道,投诉,,\nA1,,火星,别的,,\n")

    assert answer.status_code == 422
    for cell in ("A3", "B3", "C3", "D3"):
        assert f"<td>{cell}</td>" in answer.text
    assert not rows(app, Case)


def test_a_table_sent_twice_is_not_registered_twice(desks: Desks, app: Flask) -> None:
    upload(desks, "A1,低保少发了,许庄街道,投诉,,\n")
    again, desk = upload(desks, "A1,低保少发了,许庄街道,投诉,,\nA2,另一件,许庄街道,投诉,,\n")
    page = desk.get(again.location).text

    first, _second = (case.number for case in rows(app, Case))
    assert "已登记 1 件" in page
    assert "已经登记过的 1 行" in page
    assert f'<td>2</td><td>A1</td><td><a href="/desk/cases/{first}">' in page


THREE = "A1,第一件,许庄街道,投诉,,\nA2,第二件,许庄街道,投诉,,\nA3,第三件,许庄街道,投诉,,\n"


@pytest.mark.parametrize("fault", [StorageFullError(), OSError("disk"), RuntimeError("power")])
def test_a_table_that_breaks_off_goes_on_where_it_stopped(
    desks: Desks, app: Flask, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    calls, taken = count(1), case_registration.submit

    def breaking(*given: object, **more: object) -> str:
        if next(calls) == 3:
            raise fault
        return taken(*given, **more)

    monkeypatch.setattr(case_registration, "submit", breaking)
    app.testing = False  # what nobody expected becomes a page, as in a real server
    broken, desk = upload(desks, THREE)
    assert len(rows(app, Case)) == 2
    if not isinstance(fault, RuntimeError):
        page = desk.get(broken.location).text
        assert "登记到第4行断了" in page
        assert page.count('class="code"') == 2

    again, desk = upload(desks, THREE)
    page = desk.get(again.location).text
    assert [one.number for one in rows(app, CaseExternalNumber)] == ["A1", "A2", "A3"]
    assert len(rows(app, Case)) == 3
    assert "已经登记过的 2 行" in page
    assert page.count('class="code"') == 1


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(-1, "收到的日期不能晚于今天"), (367, "收到的日期不能早于一年以前")],
)
def test_a_day_of_receipt_that_cannot_be_is_told(desks: Desks, app: Flask, days: int, sentence: str) -> None:
    day = shanghai_date(clock.now()) - timedelta(days=days)
    answer, _desk = register(desks, channel="letter", received_on=day.isoformat())

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "上个月的低保没有发" in answer.text
    assert not rows(app, Case)


def test_the_clocks_of_a_letter_run_from_the_day_on_which_it_came_in(desks: Desks, app: Flask) -> None:
    today = shanghai_date(clock.now())
    register(desks, channel="letter")
    register(desks, channel="letter", received_on=(today - timedelta(days=20)).isoformat())

    now, then = rows(app, Case)
    assert shanghai_date(then.received_at) == today - timedelta(days=20)
    clocks = {one.case_id: one for one in rows(app, CaseClock)}
    assert shanghai_date(clocks[then.id].started_at) == today - timedelta(days=20)
    assert clocks[then.id].due_at < clocks[now.id].due_at


def test_a_table_without_the_needed_columns_says_so(desks: Desks) -> None:
    client = desks["li_si"]
    page = client.get("/desk/cases/transfers")
    data = {**hidden_fields(page.text, "/desk/cases/transfers"), "file": (BytesIO("甲,乙\n1,2\n".encode()), "x.csv")}
    assert "没有找到" in client.post("/desk/cases/transfers", data=data).text


def test_who_has_nothing_to_do_with_cases_registers_none(desks: Desks) -> None:
    assert desks["sun_ba"].get("/desk/cases/new").status_code in {403, 404}
