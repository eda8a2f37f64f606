"""Publishing an answer at the desk, by three people, and the submitter who is asked on his own page."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from tests.desk import Desks, send, with_cast
from tests.usecases.case_answers import AFTER, SUMMARY, WITHOUT_NUMBERS, concluded
from tests.usecases.cases import Handed
from tests.web.test_progress import enter
from tests.web.test_progress import send as send_step


@pytest.fixture(autouse=True)
def moment(at: datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


@pytest.fixture
def handed(app: Flask) -> Handed:
    return with_cast(app, concluded, text=WITHOUT_NUMBERS)


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def drafted(desks: Desks, handed: Handed) -> str:
    path = f"/desk/cases/{handed.number}/publication"
    answer = send(desks["li_si"], path, action=path, summary=SUMMARY, name="魏会计", address="3组", read="y")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def hand_in(desks: Desks, path: str) -> None:
    for who, step in (("li_si", "submit"), ("wang_wu", "review")):
        assert f"{path}/steps/{step}" in desks[who].get(path).text
        assert send(desks[who], f"{path}/steps/{step}", action=f"{path}/steps/{step}").status_code == 303


def test_the_form_begins_with_what_the_engine_proposes(desks: Desks, handed: Handed) -> None:
    page = desks["li_si"].get(f"/desk/cases/{handed.number}/publication").text

    assert "共 3 处" in page
    assert "魏会计" in page
    assert "3组" in page
    for word in ("十一", "甄庄村", "尿毒症"):
        assert word not in page


def test_an_answer_goes_from_the_officer_to_the_public_by_three_people(
    desks: Desks, handed: Handed, moment: time_machine.Traveller, at: datetime
) -> None:
    path = drafted(desks, handed)
    number = path.rsplit("/", 1)[1]
    hand_in(desks, path)
    shown = desks["zhao_liu"].get(path).text
    assert "隐去：姓名" in shown
    assert "魏会计" not in shown
    early = send(desks["zhao_liu"], f"{path}/steps/publish", action=f"{path}/steps/publish")
    assert early.status_code == 403 or "期限还没有到" in early.text
    moment.move_to(at + AFTER)
    desks.clear()
    assert send(desks["zhao_liu"], f"{path}/steps/publish", action=f"{path}/steps/publish").status_code == 303
    assert SUMMARY in desks["li_si"].get(f"/cases/{number}").text
    assert number in desks["li_si"].get("/desk/case-publications/").text


def test_the_submitter_reads_what_shall_be_public_objects_and_takes_it_back(
    app: Flask, desks: Desks, handed: Handed, moment: time_machine.Traveller, at: datetime
) -> None:
    path = drafted(desks, handed)
    hand_in(desks, path)
    submitter = app.test_client()
    page = enter(submitter, handed).text
    assert SUMMARY in page
    assert "2026年11月27日 24:00以前，您可以不同意" in page
    proposal = page.partition("准备公开的答复")[2].partition("往来")[0]
    assert "object-to-publication" in proposal
    assert "您不同意公开" in send_step(submitter, "object-to-publication").text
    moment.move_to(at + AFTER)
    desks.clear()
    step = f"{path}/steps/publish"
    assert "不同意公开" in send(desks["zhao_liu"], step, action=step).text
    enter(submitter, handed)
    send_step(submitter, "allow-publication")
    assert send(desks["zhao_liu"], step, action=step).status_code == 303
    assert path.rsplit("/", 1)[1] in submitter.get("/cases/progress").text


def test_nothing_typed_is_lost_and_the_whole_must_be_read(desks: Desks, handed: Handed) -> None:
    path = f"/desk/cases/{handed.number}/publication"
    answer = send(desks["li_si"], path, action=path, summary="魏会计已退还存折", name="没有这个人")
    assert answer.status_code == 422
    assert "请通读全文" in answer.text
    again = send(desks["li_si"], path, action=path, summary=SUMMARY, name="没有这个人", read="y")
    assert again.status_code == 422
    assert "第1行在答复里找不到" in again.text
    assert SUMMARY in again.text


def test_a_second_draft_leads_to_the_first(desks: Desks, handed: Handed) -> None:
    path = drafted(desks, handed)

    answer = desks["li_si"].get(f"/desk/cases/{handed.number}/publication")
    assert answer.headers["Location"].endswith(path)


def test_whoever_may_not_see_the_case_sees_no_answer(desks: Desks, handed: Handed) -> None:
    path = drafted(desks, handed)

    assert desks["qian_qi"].get(path).status_code == 404
    assert desks["qian_qi"].get(f"/desk/cases/{handed.number}/publication").status_code == 404
    assert desks["zhang_san"].get(path).status_code == 403


def test_a_draft_is_changed_returned_and_corrected_in_its_form(
    desks: Desks, handed: Handed, moment: time_machine.Traveller, at: datetime
) -> None:
    path = drafted(desks, handed)
    edit = f"{path}/edit"
    changed = send(desks["li_si"], edit, action=edit, summary="改过的摘要", name="魏会计", read="y")
    assert changed.status_code == 303
    assert "改过的摘要" in desks["li_si"].get(path).text
    hand_in(desks, path)
    back = f"{path}/steps/return"
    assert send(desks["wang_wu"], back, action=back, note="请再核对一遍").status_code == 303
    hand_in(desks, path)
    moment.move_to(at + AFTER)
    desks.clear()
    step, correct = f"{path}/steps/publish", f"{path}/correct"
    assert send(desks["zhao_liu"], step, action=step).status_code == 303
    corrected = send(desks["li_si"], correct, action=correct, kind="correction", note="补写一句说明")
    assert corrected.headers["Location"].endswith("/edit")
