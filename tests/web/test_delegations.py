"""代办（A/B角）at the desk: naming a substitute, ending it, and how cases look while somebody stands in."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.case_actions import Action
from portal.domain.instants import shanghai_date
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.delegations import Delegation
from portal.usecases import clock
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.cases import Handed, hand_in, take
from tests.usecases.delegations import stand_in

LONG_REPLY = "您反映低保申请没有受理的诉求收悉。经入户核查，您家庭符合条件，已经从本月起纳入最低生活保障。不服的可以在30日内申请复查。"
LIST, NEW = "/desk/delegations/", "/desk/delegations/new"
DRAFT = {"text": LONG_REPLY, "outcome": "substantiated", "legal_basis": "最低生活保障审核确认办法第三十四条"}


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def people(app: Flask) -> Cast:
    return with_cast(app, lambda _services, cast, at: cast)


def today() -> date:
    return shanghai_date(clock.now())


def filled(people: Cast, **changes: object) -> dict[str, object]:
    typed = {
        "absent_id": people.li_si.account_id, "deputy_id": people.wang_wu.account_id, "first_on": today().isoformat(),
        "last_on": (today() + timedelta(days=3)).strftime("%Y年%m月%d日"), "reason": "leave",
    }  # fmt: skip
    return typed | changes


def handled_by_li_si(services: Services, cast: Cast, *, at: Any) -> Handed:
    handed = hand_in(services, at=at)
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.zhao_liu, handed.number, action, at=at)
    place = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    take(services, cast.zhao_liu, handed.number, Action.ASSIGN, at=at, **place)
    return handed


def away(app: Flask, absent: str = "li_si", deputy: str = "wang_wu") -> int:
    def name(_services: Services, cast: Cast, *, at: Any) -> int:
        return stand_in(getattr(cast, absent), getattr(cast, deputy), at=at)

    return with_cast(app, name)


def test_an_officer_names_his_substitute_and_both_read_of_it(app: Flask, desks: Desks, people: Cast) -> None:
    assert send(desks["li_si"], NEW, action=NEW, **filled(people)).location == LIST
    for username in ("li_si", "wang_wu", "zhao_liu"):
        page = desks[username].get(LIST).text
        assert "正在代办" in page
        assert "休假" in page
    assert "提前结束" in desks["li_si"].get(LIST).text
    assert "提前结束" not in desks["wang_wu"].get(LIST).text
    assert "您正在代李四办理诉求件" in desks["wang_wu"].get("/desk/").text
    assert "还没有代办安排" in desks["qian_qi"].get(LIST).text
    assert "李四" not in desks["qian_qi"].get(LIST).text


def test_the_list_warns_when_a_substitute_is_later_away_himself(app: Flask, desks: Desks, people: Cast) -> None:
    away(app)
    assert "自己也不在岗" not in desks["zhao_liu"].get(LIST).text
    later = away(app, "wang_wu", "zhao_liu")
    assert desks["zhao_liu"].get(LIST).text.count("自己也不在岗") == 1

    end = f"/desk/delegations/{later}/end"
    assert send(desks["wang_wu"], end, action=end).location == LIST
    assert "自己也不在岗" not in desks["zhao_liu"].get(LIST).text


def test_an_officer_sees_himself_chosen_and_a_dispatcher_chooses_whom(desks: Desks, people: Cast) -> None:
    own = desks["li_si"].get(NEW).text
    assert f'<option selected value="{people.li_si.account_id}">' in own
    assert "吴十" not in own
    others = desks["zhao_liu"].get(NEW).text
    assert '<option selected value="">' in others
    assert "吴十" in others


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"absent_id": "", "deputy_id": ""}, "请选择由谁代办"),
        ({"deputy_id": "9" * 40}, "请选择由谁代办"),
        ({"deputy_id": "99"}, "有效的选择"),
        ({"deputy_id": "x"}, "请选择由谁代办"),
        ({"first_on": "昨天"}, "看不懂这个日期"),
        ({"first_on": "2020-1-1"}, "第一天不能早于今天"),
        ({"last_on": "2020-1-1"}, "最后一天不能早于第一天"),
        ({"last_on": "9999-12-31"}, "一次最多92天"),
        ({"first_on": "9999-12-31"}, "最后一天不能早于第一天"),
        ({"last_on": ""}, "请填写最后一天"),
        ({"reason": ""}, "请选择原因"),
        ({"reason": "<b>"}, "有效的选择"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_what_was_typed_comes_back(
    desks: Desks, people: Cast, changes: dict[str, object], said: str
) -> None:
    typed = filled(people, **changes)
    answer = send(desks["li_si"], NEW, action=NEW, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "error-summary" in answer.text
    if "first_on" not in changes:
        assert f'value="{typed["first_on"]}"' in answer.text
    if "reason" not in changes:
        assert '<option selected value="leave">' in answer.text


def test_somebody_of_another_office_or_oneself_is_refused_even_when_a_page_was_forged(
    app: Flask, desks: Desks, people: Cast
) -> None:
    for deputy in (people.qian_qi, people.li_si, people.sun_ba):
        answer = send(desks["li_si"], NEW, action=NEW, **filled(people, deputy_id=deputy.account_id))
        assert answer.status_code == 422
    answer = send(desks["wang_wu"], NEW, action=NEW, **filled(people, deputy_id=people.zhao_liu.account_id))
    assert answer.status_code == 422
    with app.app_context():
        assert db.session().query(Delegation).count() == 0


def test_a_form_sent_twice_names_once(app: Flask, desks: Desks, people: Cast) -> None:
    fields = {**hidden_fields(desks["li_si"].get(NEW).text, NEW), **filled(people)}
    assert [desks["li_si"].post(NEW, data=fields).location for _ in range(2)] == [LIST, LIST]
    with app.app_context():
        assert db.session().query(Delegation).count() == 1


def test_ended_early_it_is_over_at_once_and_a_second_end_says_so(app: Flask, desks: Desks) -> None:
    handed, named = with_cast(app, handled_by_li_si), away(app)
    step = f"/desk/cases/{handed.number}/steps/draft-reply"
    assert desks["wang_wu"].get(step).status_code == 200
    path = f"{LIST}{named}/end"
    opened = hidden_fields(desks["zhao_liu"].get(path).text, path)
    assert send(desks["li_si"], path, action=path).location == LIST

    assert "已提前结束" in desks["li_si"].get(LIST).text
    assert desks["wang_wu"].get(step).status_code == 403
    assert desks["zhao_liu"].post(path, data=opened).status_code == 404
    assert desks["wang_wu"].get(path).status_code == 404


def test_only_whoever_may_end_it_finds_the_page_to_end_it(app: Flask, desks: Desks) -> None:
    named = away(app)
    for username in ("wang_wu", "qian_qi", "wu_shi"):
        assert desks[username].get(f"{LIST}{named}/end").status_code == 404
        assert desks[username].post(f"{LIST}{named}/end").status_code == 404
    assert desks["zhao_liu"].get(f"{LIST}{named}/end").status_code == 200
    for username in ("sun_ba", "zhou_jiu", "zhang_san"):
        assert desks[username].get(LIST).status_code == 403


def test_the_substitutes_inbox_marks_whose_cases_they_are_and_counts_them_as_his(app: Flask, desks: Desks) -> None:
    handed = with_cast(app, handled_by_li_si)
    assert "我办的 0 件" in desks["wang_wu"].get("/desk/cases/").text
    away(app)
    mine = desks["wang_wu"].get("/desk/cases/?mine=1").text
    assert handed.number in mine
    assert "我办的 1 件" in mine
    assert "代李四" in mine
    assert "代李四" not in desks["li_si"].get("/desk/cases/?mine=1").text
    assert "我办的 1 件" in desks["wang_wu"].get("/desk/").text


def test_the_case_tells_colleagues_who_acted_for_whom_and_the_submitter_only_the_office(
    app: Flask, desks: Desks
) -> None:
    handed = with_cast(app, handled_by_li_si)
    away(app)
    page = f"/desk/cases/{handed.number}"
    assert "承办人李四不在岗，由您代办" in desks["wang_wu"].get(page).text
    assert "不在岗，由谁代办" in desks["zhao_liu"].get(page).text
    path = f"{page}/steps/message"
    assert (
        send(
            desks["wang_wu"], path, action=path, text="收到您反映的情况，我们下周入户核实，请留意来访的工作人员。"
        ).location
        == page
    )

    assert "王五（任城区民政局）（代李四）：给反映人留言" in desks["zhao_liu"].get(page).text
    public = app.test_client()
    shown = send(public, "/cases/progress", action="/cases/progress", code=handed.code.digits)
    told = public.get(shown.location).text if shown.location else shown.text
    assert "收到您反映的情况，我们下周入户核实，请留意来访的工作人员。" in told
    assert "任城区民政局" in told
    for name in ("王五", "李四", "代办", "（代"):
        assert name not in told


def test_whoever_gives_cases_out_reads_who_is_away(app: Flask, desks: Desks) -> None:
    number = with_cast(app, handled_by_li_si).number
    path = f"/desk/cases/{number}/steps/assign"
    assert "不在岗，有人代办" not in desks["zhao_liu"].get(path).text
    away(app)
    assert "李四（任城区民政局），在办1件（不在岗，有人代办）" in desks["zhao_liu"].get(path).text


def test_the_audit_log_says_who_was_named_and_for_whom_somebody_acted(app: Flask, desks: Desks) -> None:
    handed = with_cast(app, handled_by_li_si)
    away(app)
    path = f"/desk/cases/{handed.number}/steps/draft-reply"
    assert send(desks["wang_wu"], path, action=path, **DRAFT).location
    page = desks["zhou_jiu"].get("/desk/audit-log").text
    assert "指定代办人" in page
    assert "on_behalf_of: 李四" in page
    assert "deputy: 王五" in page
    with app.app_context():
        assert db.session().query(AuditEntry).filter_by(action="delegation.named").count() == 1
