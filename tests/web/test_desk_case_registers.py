"""The register of cases leaves as a spreadsheet: what the list shows, nothing sealed, no formula, noted in the log."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, select

from portal.domain.case_actions import Action
from portal.domain.cases import Card, CaseKind, Channel, ClockKind, ExternalSystem, ServiceManner
from portal.domain.errors import InvalidError
from portal.domain.instants import shanghai_date
from portal.domain.intake import ExternalNumber
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.queries.case_register import BATCH, register_rows
from portal.queries.desk_cases import CaseFilters
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, with_cast
from tests.usecases.cases import COMPLAINT, TEXT, Handed, about, hand_in, replace, take

PATH = "/desk/cases/register"
ANSWER = "经入户核查，您家庭符合条件，已经从本月起纳入最低生活保障。"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def _handed(services: Services, _cast: Cast, *, at: Any, **changes: object) -> Handed:
    external = ExternalNumber(ExternalSystem.HOTLINE_12345, "=1+1")
    submission = replace(about(COMPLAINT, **changes), channel=Channel.HOTLINE_12345, external=external)
    return hand_in(services, submission, at=at)


def _answered(services: Services, cast: Cast, *, at: Any, number: str, served_on: date | None = None) -> None:
    officer = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    for who, action, given in (
        (cast.zhao_liu, Action.REGISTER, {}),
        (cast.zhao_liu, Action.ACCEPT, {}),
        (cast.zhao_liu, Action.ASSIGN, officer),
        (cast.li_si, Action.DRAFT_REPLY, {"text": ANSWER, "outcome": "substantiated", "legal_basis": "第三十四条"}),
        (cast.wang_wu, Action.APPROVE_REPLY, {}),
        (
            cast.li_si,
            Action.REPLY,
            {"served_on": served_on or shanghai_date(at), "served_manner": ServiceManner.BY_POST},
        ),
    ):
        take(services, who, number, action, at=at, **given)


def download(desks: Desks, who: str, query: str = "") -> list[dict[str, Any]]:
    page = desks[who].get(PATH + query)
    action = (PATH + query).replace("&", "&amp;")
    answer = desks[who].post(PATH + query, data=hidden_fields(page.text, action))
    assert answer.status_code == 200, answer.text
    assert TEXT.encode() not in answer.data
    sheet = load_workbook(BytesIO(answer.data))["台账"]
    head, *rows = sheet.iter_rows()
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return [{name.value: cell.value for name, cell in zip(head, row, strict=True)} for row in rows]


def test_a_row_tells_where_the_case_stands_and_how_it_was_answered(app: Flask, desks: Desks) -> None:
    handed = with_cast(app, _handed)
    with_cast(app, _answered, number=handed.number)
    (row,) = download(desks, "zhao_liu")

    assert (row["编号"], row["类别"], row["问题"]) == (handed.number, "投诉", "应保未保")
    assert (row["承办单位"], row["承办人"], row["来源"]) == ("任城区民政局", "李四", "12345热线转办")
    assert (row["状态"], row["核查结论"], row["送达方式"]) == ("已答复", "属实", "邮寄送达")
    assert row["收到"].date() <= row["答复"].date()
    assert row["送达日期"] is not None
    assert "办结并答复" in row["全部期限"]
    assert row["外部编号"] == "12345热线工单号 =1+1"


def test_the_register_holds_what_the_list_shows_and_nobody_elses(app: Flask, desks: Desks) -> None:
    number = with_cast(app, _handed).number
    assert [row["编号"] for row in download(desks, "li_si", "?kind=complaint&ended=all")] == [number]
    assert download(desks, "li_si", "?kind=inquiry") == []
    assert download(desks, "li_si", "?ended=1") == []
    assert download(desks, "qian_qi") == []


def test_the_accused_office_is_not_told_of_the_case_by_its_register(app: Flask, desks: Desks) -> None:
    accused = with_cast(app, lambda _services, cast, at: cast.wu_shi.office_id)
    number = with_cast(app, _handed, accused_office_id=accused).number
    assert download(desks, "wu_shi") == []
    assert [row["编号"] for row in download(desks, "feng_yi")] == [number]


def test_each_register_is_noted_with_its_number_of_rows(app: Flask, desks: Desks) -> None:
    with_cast(app, _handed)
    download(desks, "li_si")
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.register_exported")).all()
    assert [one.detail for one in entries] == [{"rows": 1}]


def test_who_sees_no_cases_gets_no_register(desks: Desks) -> None:
    assert desks["sun_ba"].get(PATH).status_code in {403, 404}


def test_many_cases_cost_no_more_questions_than_few(app: Flask) -> None:
    def questions(services: Services, cast: Cast, *, at: Any) -> list[int]:
        asked: list[str] = []
        note = lambda *given: asked.append(given[2])  # noqa: E731
        counted = []
        for _ in range(2):
            hand_in(services, about(COMPLAINT, kind=CaseKind.INQUIRY), at=at)
            event.listen(db.engine, "before_cursor_execute", note)
            rows: Iterator = register_rows(cast.li_si, CaseFilters(), services.rulebook.calendar, at=at)
            assert list(rows)
            event.remove(db.engine, "before_cursor_execute", note)
            counted.append(len(asked))
            asked.clear()
        return counted

    first, second = with_cast(app, questions)
    assert first == second
    assert BATCH >= 100


def test_a_clock_that_ran_out_is_called_late_and_a_right_that_lapsed_is_not(app: Flask) -> None:
    def told(services: Services, cast: Cast, *, at: Any) -> dict[ClockKind, Card | None]:
        hand_in(services, at=at)
        later = at + timedelta(days=400)
        (row,) = register_rows(cast.li_si, CaseFilters(), services.rulebook.calendar, at=later)
        return {one.clock.clock: one.card for one in row.clocks}

    found = with_cast(app, told)
    assert found[ClockKind.ROUTE] is Card.RED
    assert found.get(ClockKind.MISROUTED) is None


def test_no_letter_is_served_on_a_day_to_come(app: Flask) -> None:
    def refused(services: Services, cast: Cast, *, at: Any) -> None:
        number = hand_in(services, at=at).number
        with pytest.raises(InvalidError) as error:
            _answered(services, cast, at=at, number=number, served_on=shanghai_date(at) + timedelta(days=1))
        assert set(error.value.fields) == {"served_on"}

    with_cast(app, refused)
