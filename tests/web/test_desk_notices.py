import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.lists import drafted, people, published


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def draft(app: Flask) -> str:
    return with_cast(app, drafted)


@pytest.fixture
def public(app: Flask) -> str:
    return with_cast(app, published)


def _step(client: FlaskClient, number: str, step: str, **typed: object):
    return send(client, f"/desk/notices/{number}/steps/{step}", **typed)


def test_a_list_goes_through_three_hands_to_the_public(desks: Desks, draft: str, client: FlaskClient):
    place = f"/desk/notices/{draft}"
    page = desks["zhang_san"].get(place).text
    assert "送审" in page
    assert "预览：公众将看到的内容" in page
    action = f"{place}/steps/submit"
    assert desks["zhang_san"].post(action, data=hidden_fields(page, action)).location == place
    assert "等您审核" in desks["wang_wu"].get("/desk/").text
    assert _step(desks["wang_wu"], draft, "review").location == place
    assert "等您签发" in desks["zhao_liu"].get("/desk/notices/").text
    assert _step(desks["zhao_liu"], draft, "publish").location == place
    assert client.get(f"/notices/{draft}").status_code == 200
    assert "张贴还没有登记" in desks["zhang_san"].get("/desk/").text


def test_the_preview_shows_what_the_public_page_shows(desks: Desks, public: str, client: FlaskClient):
    desk, page = desks["zhang_san"].get(f"/desk/notices/{public}").text, client.get(f"/notices/{public}").text
    rows = "".join(page[page.index("<tbody>") : page.index("</tbody>")].split())
    assert rows in "".join(desk.split())


def test_another_county_sees_nothing(desks: Desks, draft: str):
    assert desks["qian_qi"].get(f"/desk/notices/{draft}").status_code == 404
    assert draft not in desks["qian_qi"].get("/desk/notices/").text
    assert desks["qian_qi"].get(f"/desk/notices/{draft}/steps/submit").status_code == 404


def test_who_prints_for_the_villages_sees_no_draft(desks: Desks, draft: str):
    assert desks["wu_shi"].get(f"/desk/notices/{draft}").status_code == 404
    assert draft not in desks["wu_shi"].get("/desk/notices/").text


def test_desk_pages_are_never_stored(desks: Desks, draft: str):
    for path in ("", draft, "new", f"{draft}/lead", f"{draft}/steps/submit"):
        assert desks["zhang_san"].get(f"/desk/notices/{path}").headers["Cache-Control"] == "no-store", path


def test_whoever_is_too_late_reads_who_was_faster(desks: Desks, draft: str):
    action = f"/desk/notices/{draft}/steps/submit"
    pages = [desks["zhang_san"].get(action).text for _ in range(2)]
    assert desks["zhang_san"].post(action, data=hidden_fields(pages[0])).status_code == 303
    late = desks["zhang_san"].post(action, data=hidden_fields(pages[1]))
    assert late.status_code == 409
    assert "最近一次操作：张三" in late.text


def test_a_step_sent_twice_acts_once_and_leads_to_the_same_place(desks: Desks, draft: str):
    action = f"/desk/notices/{draft}/steps/submit"
    form = hidden_fields(desks["zhang_san"].get(action).text)
    answers = [desks["zhang_san"].post(action, data=form) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/desk/notices/{draft}")] * 2


def test_a_draft_goes_back_with_a_note(desks: Desks, draft: str):
    _step(desks["zhang_san"], draft, "submit")
    assert _step(desks["wang_wu"], draft, "return", note="短").status_code == 422
    assert _step(desks["wang_wu"], draft, "return", note="请核对张营村的人数").status_code == 303
    page = desks["zhang_san"].get("/desk/").text
    assert "退回给您修改" in page
    assert "请核对张营村的人数" in page


def test_nobody_reviews_what_he_has_drafted(desks: Desks, draft: str):
    assert _step(desks["zhang_san"], draft, "review").status_code == 403


def test_both_texts_stand_side_by_side_when_somebody_else_has_saved(desks: Desks, draft: str):
    path = f"/desk/notices/{draft}/lead"
    first, second = (hidden_fields(desks["zhang_san"].get(path).text, path) for _ in range(2))
    assert desks["zhang_san"].post(path, data=first | {"lead": "现将初审结果公示如下。"}).status_code == 303
    late = desks["zhang_san"].post(path, data=second | {"lead": "另一种说法。"})
    assert late.status_code == 409
    assert "现将初审结果公示如下。" in late.text
    assert "另一种说法。" in late.text
    again = hidden_fields(late.text, path)
    assert desks["zhang_san"].post(path, data=again | {"lead": "另一种说法。"}).status_code == 303
    assert "另一种说法。" in desks["zhang_san"].get(f"/desk/notices/{draft}").text


def test_a_name_in_the_lead_is_refused_beside_the_filled_form(desks: Desks, draft: str):
    path, name = f"/desk/notices/{draft}/lead", people(1)[0][1]
    answer = send(desks["zhang_san"], path, action=path, lead=f"其中{name}一户是补报的。")
    assert answer.status_code == 422
    assert "名单中某人的姓名" in answer.text


def test_an_emergency_is_told_to_everybody(desks: Desks, draft: str, client: FlaskClient):
    assert "紧急程序" in desks["zhao_liu"].get(f"/desk/notices/{draft}").text
    assert _step(desks["zhao_liu"], draft, "bypass", reason="汛期转移安置，当天必须公开").status_code == 303
    assert "汛期转移安置" in client.get(f"/notices/{draft}").text


def test_a_signed_list_waits_for_its_hour(desks: Desks, draft: str):
    _step(desks["zhang_san"], draft, "submit")
    _step(desks["wang_wu"], draft, "review")
    assert "晚于现在" in _step(desks["zhao_liu"], draft, "schedule", day="2020年1月5日", time="9点").text
    answer = _step(desks["zhao_liu"], draft, "schedule", day="2099年1月5日", time="14点30分")
    assert answer.status_code == 303
    assert "2099年1月5日 14:30" in desks["zhao_liu"].get(f"/desk/notices/{draft}").text


def test_a_withdrawal_is_explained_and_then_immediate(desks: Desks, public: str, client: FlaskClient):
    page = desks["zhao_liu"].get(f"/desk/notices/{public}/steps/withdraw").text
    assert "网页、PDF 文件和搜索结果立即消失" in page
    typed = {"kind": "error", "reason": "名单有误，撤下核对"}
    assert _step(desks["zhao_liu"], public, "withdraw", **typed).status_code == 303
    assert client.get(f"/notices/{public}").status_code == 410
    assert "名单有误，撤下核对" in desks["zhao_liu"].get(f"/desk/notices/{public}").text


def test_a_discarded_draft_is_gone(desks: Desks, draft: str):
    assert _step(desks["zhang_san"], draft, "discard").status_code == 303
    assert "已作废" in desks["zhang_san"].get(f"/desk/notices/{draft}").text


def test_an_unknown_step_is_not_found(desks: Desks, draft: str):
    assert desks["zhang_san"].get(f"/desk/notices/{draft}/steps/burn").status_code == 404


def test_a_corrected_text_shows_its_note_in_the_preview(desks: Desks, public: str):
    path = f"/desk/notices/{public}/correct"
    answer = send(desks["zhang_san"], path, kind="correction", note="更正导语里的日期", lead="现予以更正公示。")
    assert answer.status_code == 303
    page = desks["zhang_san"].get(f"/desk/notices/{public}").text
    assert "更正导语里的日期" in page
    assert "现予以更正公示。" in page
    assert "第 2 版" in page


def test_a_second_correction_is_a_conflict(desks: Desks, public: str):
    path = f"/desk/notices/{public}/correct"
    typed = {"kind": "correction", "note": "更正导语里的日期"}
    assert send(desks["zhang_san"], path, **typed).status_code == 303
    assert send(desks["zhang_san"], path, **typed).status_code == 409


@pytest.mark.parametrize("state", ["", "draft", "submitted", "published", "expired", "withdrawn", "nonsense"])
def test_the_list_is_filtered_by_state(desks: Desks, draft: str, state: str):
    page = desks["zhang_san"].get(f"/desk/notices/?state={state}").text
    assert (draft in page) == (state in {"", "draft", "nonsense"})
