"""Saved filters at the desk: named from the list, used as links above it, dropped again; each person sees his own."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.domain.case_filters import MOST_FILTERS
from portal.models.base import db
from portal.models.case_filters import CaseFilter
from portal.usecases.case_filters import save_filter
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, send, with_cast

LIST, NEW, OWN = "/desk/cases/", "/desk/cases/filters/new", "/desk/cases/filters/"
LATE = "kind=complaint&due=overdue"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def saved(app: Flask, who: str = "li_si", name: str = "超期投诉", count: int = 1) -> int:
    def keep(services: Services, cast: Cast, *, at: Any) -> int:
        names = [name, *(f"{name}{n}" for n in range(1, count))]
        choice = {"kind": "complaint", "due": "overdue"}
        kept = [save_filter(services, one, choice, actor=getattr(cast, who), at=at) for one in names]
        return kept[0]

    kept: int = with_cast(app, keep)
    return kept


def stored(app: Flask) -> list[tuple[str, dict[str, str]]]:
    with app.app_context():
        return [(one.name, one.choice) for one in db.session.query(CaseFilter).order_by(CaseFilter.id)]


def test_the_filter_of_the_list_gets_a_name_and_stands_above_the_list(app: Flask, desks: Desks) -> None:
    assert "保存这个筛选" not in desks["li_si"].get(LIST).text
    page = desks["li_si"].get(f"{LIST}?{LATE}&number=SQ-2026-123456").text
    link = html.unescape(re.search(r'href="([^"]*cases/filters/new[^"]*)"', page)[1])
    assert link == f"{NEW}?{LATE}"
    answer = send(desks["li_si"], link, action=NEW, name="超期投诉")
    assert (answer.status_code, answer.location) == (303, f"{LIST}?{LATE}")
    shown = desks["li_si"].get(answer.location).text
    assert f'<a href="{LIST}?{LATE.replace("&", "&amp;")}" aria-current="page">超期投诉</a>' in shown
    assert "筛选已经保存" in shown
    assert "保存这个筛选" not in shown
    assert "超期投诉" in desks["li_si"].get(LIST).text
    assert stored(app) == [("超期投诉", {"kind": "complaint", "due": "overdue"})]


def test_nobody_else_sees_it_or_can_drop_it(app: Flask, desks: Desks) -> None:
    own = saved(app)
    for path in (LIST, OWN):
        assert "超期投诉" in desks["li_si"].get(path).text
        assert "超期投诉" not in desks["wang_wu"].get(path).text
    fields = hidden_fields(desks["wang_wu"].get("/desk/account/").text, "/desk/sign-out")
    assert desks["wang_wu"].post(f"{OWN}{own}/delete", data=fields).status_code == 404
    assert desks["wang_wu"].post(f"{OWN}{own + 7}/delete", data=fields).status_code == 404
    assert desks["zhang_san"].get(OWN).status_code == 403
    assert len(stored(app)) == 1


def test_a_filter_is_dropped_and_a_second_press_says_so(app: Flask, desks: Desks) -> None:
    path = f"{OWN}{saved(app)}/delete"
    page = desks["li_si"].get(OWN).text
    assert "投诉" in page
    assert "已超期" in page
    fields = hidden_fields(page, path)
    for sentence in ("筛选已经删除", "已经提交过"):
        answer = desks["li_si"].post(path, data=fields)
        assert (answer.status_code, answer.location) == (303, OWN)
        assert sentence in desks["li_si"].get(OWN).text
    assert stored(app) == []


def test_a_form_that_is_sent_twice_keeps_one_filter(app: Flask, desks: Desks) -> None:
    fields = hidden_fields(desks["li_si"].get(f"{NEW}?{LATE}").text, NEW)
    for goal in (f"{LIST}?{LATE}", OWN):
        answer = desks["li_si"].post(NEW, data={**fields, "name": "超期投诉"})
        assert (answer.status_code, answer.location) == (303, goal)
    assert len(stored(app)) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "请填写名称"),
        ("长" * 31, "最多 30 个字"),
        ("打0537-2345678的", "电话号码"),
        ("SQ-2026-123456", "不要写诉求件的编号"),
        ("超期投诉", "已经有一个叫这个名称的筛选"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_comes_back_with_what_was_chosen(
    app: Flask, desks: Desks, name: str, said: str
) -> None:
    saved(app)
    answer = send(desks["li_si"], f"{NEW}?due=today", action=NEW, name=name)
    assert answer.status_code == 422
    assert said in answer.text
    assert "今天到期" in answer.text
    assert hidden_fields(answer.text, NEW)["due"] == "today"
    assert len(stored(app)) == 1


def test_no_more_than_twelve_are_kept(app: Flask, desks: Desks) -> None:
    saved(app, count=MOST_FILTERS)
    answer = send(desks["li_si"], f"{NEW}?due=today", action=NEW, name="今天")
    assert answer.status_code == 422
    assert "最多保存12个筛选" in answer.text


def test_markup_in_a_name_comes_back_as_text(app: Flask, desks: Desks) -> None:
    name = "<script>alert(1)</script>"
    send(desks["li_si"], f"{NEW}?{LATE}", action=NEW, name=name)
    for path in (LIST, OWN):
        page = desks["li_si"].get(path).text
        assert name not in page
        assert html.escape(name) in page


def test_places_and_people_outside_the_scope_and_values_without_meaning_are_not_kept(app: Flask, desks: Desks) -> None:
    strange = f"{NEW}?mine=1&officer=999999&office=999999&division=110000000000&state=x&due=%3Cb%3E"
    assert send(desks["li_si"], strange, action=NEW, name="我办的").status_code == 303
    assert stored(app) == [("我办的", {"mine": "1"})]


def test_without_a_choice_nothing_is_kept(app: Flask, desks: Desks) -> None:
    answer = send(desks["li_si"], f"{NEW}?number=SQ-2026-123456", action=NEW, name="一件")
    assert answer.status_code == 422
    assert "还没有选条件" in answer.text
    assert "SQ-2026-123456" not in answer.text
    assert stored(app) == []


def test_a_forged_post_keeps_and_drops_nothing(app: Flask, desks: Desks) -> None:
    own = saved(app)
    assert desks["li_si"].post(NEW, data={"name": "假的", "due": "today"}).status_code == 422
    assert desks["li_si"].post(f"{OWN}{own}/delete", data={}).status_code == 422
    assert [name for name, _ in stored(app)] == ["超期投诉"]


def test_twelve_filters_cost_the_list_no_more_questions_than_one(app: Flask, desks: Desks) -> None:
    asked: list[int] = []
    with app.app_context():
        engine = db.engine

    def count(*_args: object) -> None:
        asked[-1] += 1

    for kept in (1, MOST_FILTERS - 1):
        saved(app, name=f"筛选{kept}的", count=kept)
        desks["li_si"].get(LIST)
        asked.append(0)
        event.listen(engine, "before_cursor_execute", count)
        desks["li_si"].get(LIST)
        event.remove(engine, "before_cursor_execute", count)
    assert asked[0] == asked[1] > 0
