"""Cases at the desk as staff meet them: from the dispatcher to the officer, the approver and the reply."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind
from portal.domain.permissions import Actor
from portal.usecases.package_opening import open_package
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.cases import COMPLAINT, TEXT, Handed, about, hand_in, take

LONG_REPLY = "您反映低保申请没有受理的诉求收悉。经入户核查，您家庭符合条件，已经从本月起纳入最低生活保障。不服的可以在30日内申请复查。"
SCRIPT = "<script>alert(1)</script><b>粗</b>"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def handed(app: Flask) -> Handed:
    return with_cast(app, _handed)


def _handed(services: Services, _cast: Cast, *, at: Any, **changes: object) -> Handed:
    return hand_in(services, about(COMPLAINT, **changes), at=at)


def taken(app: Flask, number: str, who: str, action: Action, **given: object) -> None:
    def act(services: Services, cast: Cast, *, at: Any) -> None:
        take(services, getattr(cast, who), number, action, at=at, **given)

    with_cast(app, act)


def in_hand(app: Flask, number: str) -> None:
    """Registered, accepted and given to 李四."""
    taken(app, number, "zhao_liu", Action.REGISTER)
    taken(app, number, "zhao_liu", Action.ACCEPT)
    officer: Actor = with_cast(app, lambda _services, cast, at: cast.li_si)
    taken(app, number, "zhao_liu", Action.ASSIGN, office_id=officer.office_id, officer_id=officer.account_id)


def step(desks: Desks, who: str, number: str, name: str, **typed: object) -> TestResponse:
    path = f"/desk/cases/{number}/steps/{name}"
    return send(desks[who], path, action=path, **typed)


def officer_choice(app: Flask) -> str:
    actor: Actor = with_cast(app, lambda _services, cast, at: cast.li_si)
    return f"{actor.office_id}-{actor.account_id}"


def test_a_case_goes_from_the_dispatcher_to_the_officer_the_approver_and_the_reply(
    app: Flask, desks: Desks, handed: Handed
) -> None:
    number = handed.number
    assert number in desks["zhao_liu"].get("/desk/cases/").text
    for name in ("register", "accept"):
        assert step(desks, "zhao_liu", number, name).location == f"/desk/cases/{number}"
    page = desks["zhao_liu"].get(f"/desk/cases/{number}/steps/assign").text
    assert "李四（任城区民政局），在办0件" in page
    assert step(desks, "zhao_liu", number, "assign", officer=officer_choice(app)).status_code == 303
    assert number in desks["li_si"].get("/desk/cases/?mine=1").text
    drafted = step(
        desks, "li_si", number, "draft-reply", text=LONG_REPLY, outcome="substantiated", legal_basis="第三十四条"
    )
    assert drafted.status_code == 303
    assert LONG_REPLY in desks["wang_wu"].get(f"/desk/cases/{number}/steps/approve-reply").text
    assert step(desks, "wang_wu", number, "approve-reply").status_code == 303
    sent = step(desks, "li_si", number, "reply", served_on="2026年11月20日", served_manner="on_the_platform")
    assert sent.status_code == 303
    page = desks["li_si"].get(f"/desk/cases/{number}").text
    assert "已答复" in page
    assert "属实" in page
    assert "王五（任城区民政局）：批准答复" in page


def test_the_page_shows_what_was_told_the_clocks_and_what_has_happened(desks: Desks, handed: Handed) -> None:
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}").text
    for text in (TEXT, "告知收到和去向", "反映人：提交", "应保未保", "登记"):
        assert text in page


def test_the_page_tells_in_words_when_a_reply_was_served_and_shows_the_main_steps_first(
    app: Flask, desks: Desks, handed: Handed
) -> None:
    in_hand(app, handed.number)
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}").text
    steps = page.split("现在可以办")[1].split("</div>")[0]
    assert 'class="button"' in steps
    assert steps.rindex('class="button"') < steps.index('<a href="')
    taken(app, handed.number, "li_si", Action.DRAFT_REPLY, text=LONG_REPLY, outcome="substantiated", legal_basis="一")
    taken(app, handed.number, "wang_wu", Action.APPROVE_REPLY)
    given = {"served_on": date(2026, 11, 20), "served_manner": "by_hand"}
    taken(app, handed.number, "li_si", Action.REPLY, **given)
    assert "送达：2026年11月20日" in desks["li_si"].get(f"/desk/cases/{handed.number}").text


def test_the_deadline_stands_beside_the_number_and_the_filters_above_the_list(desks: Desks, handed: Handed) -> None:
    page = desks["zhao_liu"].get("/desk/cases/").text
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    assert heads[:2] == ["编号和类别", "期限"]
    assert page.index("<summary>筛选</summary>") < page.index("<table>")


def test_markup_that_somebody_types_comes_back_as_text(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    assert step(desks, "li_si", handed.number, "note", text=SCRIPT).status_code == 303
    page = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert SCRIPT not in page


def test_a_step_without_what_it_needs_is_refused_beside_the_filled_form(
    app: Flask, desks: Desks, handed: Handed
) -> None:
    in_hand(app, handed.number)
    answer = step(desks, "li_si", handed.number, "draft-reply", text=LONG_REPLY, legal_basis="")
    assert answer.status_code == 422
    assert LONG_REPLY in answer.text
    assert "请选择核查结论" in answer.text


def test_a_text_with_a_place_left_to_fill_does_not_go_out(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    answer = step(desks, "li_si", handed.number, "message", text="您好，事情正在办理：〔已经做了什么〕，请等一等。")
    assert answer.status_code == 422
    assert "还有1处空没有填" in answer.text


def test_a_text_that_names_the_submitter_does_not_go_out(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    answer = step(desks, "li_si", handed.number, "message", text="郑十一您好，您反映的事情正在办理，请等一等。")
    assert answer.status_code == 422


def test_a_canned_text_may_be_begun_with(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    path = f"/desk/cases/{handed.number}/steps/message"
    assert f"{path}?canned=progress_told" in desks["li_si"].get(path).text
    assert "下一步〔要做什么〕" in desks["li_si"].get(f"{path}?canned=progress_told").text


def test_whoever_is_too_late_reads_what_happened_meanwhile(desks: Desks, handed: Handed) -> None:
    path = f"/desk/cases/{handed.number}/steps/register"
    pages = [desks["zhao_liu"].get(path).text for _ in range(2)]
    assert desks["zhao_liu"].post(path, data=hidden_fields(pages[0], path)).status_code == 303
    late = desks["zhao_liu"].post(path, data=hidden_fields(pages[1], path))
    assert late.status_code == 409
    assert "最近一次操作：赵六（任城区民政局）" in late.text


def test_whoever_is_too_late_still_reads_what_he_had_typed(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    path = f"/desk/cases/{handed.number}/steps/note"
    pages = [desks["li_si"].get(path).text for _ in range(2)]
    assert desks["li_si"].post(path, data={**hidden_fields(pages[0], path), "text": "先记一笔"}).status_code == 303
    late = desks["li_si"].post(path, data={**hidden_fields(pages[1], path), "text": "后来的一大段话"})
    assert late.status_code == 409
    assert "后来的一大段话" in late.text


@pytest.mark.parametrize("name", ["office", "officer"])
@pytest.mark.parametrize("value", ["9" * 30, "9" * 5000, "²"])
def test_a_filter_that_holds_no_number_shows_every_case(desks: Desks, handed: Handed, name: str, value: str) -> None:
    for path in ("/desk/cases/", "/desk/cases/register"):
        assert desks["zhao_liu"].get(path, query_string={name: value}).status_code == 200


def test_a_form_sent_twice_acts_once(desks: Desks, handed: Handed) -> None:
    path = f"/desk/cases/{handed.number}/steps/register"
    form = hidden_fields(desks["zhao_liu"].get(path).text, path)
    answers = [desks["zhao_liu"].post(path, data=form) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/desk/cases/{handed.number}")] * 2


def test_a_step_that_is_not_the_persons_is_refused_and_unknown_ones_are_not_found(desks: Desks, handed: Handed) -> None:
    steps = f"/desk/cases/{handed.number}/steps"
    assert desks["li_si"].get(f"{steps}/register").status_code == 200
    assert desks["li_si"].get(f"{steps}/merge").status_code == 403
    assert desks["zhao_liu"].get(f"{steps}/reply").status_code == 403
    assert desks["wang_wu"].get(f"{steps}/approve-reply").status_code == 409
    assert desks["zhao_liu"].get(f"{steps}/rate").status_code == 404
    assert desks["zhao_liu"].get(f"{steps}/burn").status_code == 404
    assert desks["qian_qi"].get(f"{steps}/register").status_code == 404
    assert desks["zhang_san"].get(f"{steps}/register").status_code == 403


def test_a_case_may_be_declined_on_a_listed_ground_that_names_the_right_body(desks: Desks, handed: Handed) -> None:
    step(desks, "zhao_liu", handed.number, "register")
    typed = {"ground": "not_within_powers", "text": "医疗保险报销由医疗保障部门负责，请向下面写明的机关提出。"}
    refused = step(desks, "zhao_liu", handed.number, "decline", **typed)
    assert refused.status_code == 422
    assert "请写明有权处理的机关" in refused.text
    assert step(desks, "zhao_liu", handed.number, "decline", **typed, right_body="任城区医疗保障局").status_code == 303
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}").text
    assert "不属于本机关职权范围（信访工作条例第二十三条）" in page


def test_each_look_at_the_contact_is_shown_once_and_noted(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    answer = step(desks, "li_si", handed.number, "read-contact")
    assert answer.status_code == 200
    assert "郑十一" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    page = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert "郑十一" not in page
    assert "李四（任城区民政局）：查看联系方式" in page


def test_after_declaring_an_interest_the_case_is_gone_for_that_person(app: Flask, desks: Desks, handed: Handed) -> None:
    in_hand(app, handed.number)
    assert step(desks, "li_si", handed.number, "recuse", reason="承办人是当事人的亲属").location == "/desk/cases/"
    assert handed.number not in desks["li_si"].get("/desk/cases/").text
    assert desks["li_si"].get(f"/desk/cases/{handed.number}").status_code == 404
    assert "已经回避" in desks["zhao_liu"].get(f"/desk/cases/{handed.number}").text
    assign = desks["zhao_liu"].get(f"/desk/cases/{handed.number}/steps/assign").text
    assert "李四" not in assign


def test_the_inbox_is_filtered_by_its_address_and_pages_by_deadline(app: Flask, desks: Desks, handed: Handed) -> None:
    inbox = "/desk/cases/"
    for query, shown in (
        ("kind=complaint", True),
        ("kind=inquiry", False),
        ("category=left_out", True),
        ("state=received", True),
        ("state=concluded", False),
        ("ended=1", False),
        ("division=370811002", True),
        ("division=370811001", False),
        ("due=overdue", False),
        ("mine=1", False),
        (f"number={handed.number[-4:]}", True),
        ("kind=nonsense&office=x&officer=x&after=x", True),
    ):
        assert (f"/desk/cases/{handed.number}" in desks["zhao_liu"].get(f"{inbox}?{query}").text) is shown, query


def test_objections_of_a_kind_that_finds_nothing_ask_for_no_finding(app: Flask, desks: Desks) -> None:
    inquiry = with_cast(app, _handed, kind=CaseKind.INQUIRY)
    in_hand(app, inquiry.number)
    page = desks["li_si"].get(f"/desk/cases/{inquiry.number}/steps/draft-reply").text
    assert "核查结论" not in page


def test_a_merge_shows_similar_cases_side_by_side(app: Flask, desks: Desks, handed: Handed) -> None:
    other = with_cast(app, _handed)
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}/steps/merge?main={other.number}").text
    assert f'value="{other.number}"' in page
    done = step(desks, "zhao_liu", handed.number, "merge", main_number=other.number, reason="同一件事")
    assert done.status_code == 303
    assert handed.number in desks["zhao_liu"].get(f"/desk/cases/{other.number}").text


def test_a_merge_without_anything_similar_says_so_in_place_of_a_table(desks: Desks, handed: Handed) -> None:
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}/steps/merge").text
    assert "没有找到登记的项目相近的" in page
    assert "对照登记的项目" not in page


@pytest.mark.parametrize("typed", ["SQ-2026-000000", "没有", "itself"])
def test_a_merge_into_no_case_says_so_at_the_field_and_keeps_the_reason(
    app: Flask, desks: Desks, handed: Handed, typed: str
) -> None:
    main = handed.number if typed == "itself" else typed
    answer = step(desks, "zhao_liu", handed.number, "merge", main_number=main, reason="同一件事")
    assert answer.status_code == 422
    assert "没有找到可以并入的诉求" in answer.text
    assert "同一件事" in answer.text
    assert f'value="{main}"' in answer.text


def test_a_transfer_leaves_as_a_sealed_file_under_the_passphrase_that_the_page_offers(
    app: Flask, desks: Desks, handed: Handed
) -> None:
    taken(app, handed.number, "zhao_liu", Action.REGISTER)
    step(desks, "zhao_liu", handed.number, "transfer", right_body="梁山县民政局", reason="属地办理")
    page = desks["zhao_liu"].get(f"/desk/cases/{handed.number}/steps/export").text
    phrase = page.split('name="passphrase"')[1].split('value="')[1].split('"')[0]
    answer = step(desks, "zhao_liu", handed.number, "export", recipient_key="", passphrase=phrase)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{handed.number}.sealed"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert TEXT in open_package(answer.data, phrase)["case.txt"].decode()
    weak = step(desks, "zhao_liu", handed.number, "export", recipient_key="", passphrase="short")
    assert weak.status_code == 422
    assert "口令至少" in weak.text
