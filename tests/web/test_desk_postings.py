import io

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.instants import shanghai_date
from portal.usecases import clock, expiry, publications
from portal.usecases.row_takedowns import hide_row
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.lists import VILLAGES, drafted, people, published

FIRST = "370811002001"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def public(app: Flask) -> str:
    return with_cast(app, published)


def _codes(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="villages"')[1:] for part in [part.split('value="')[1]]]


def _today() -> str:
    day = shanghai_date(clock.now())
    return f"{day.year}年{day.month}月{day.day}日"


def test_unconfirmed_places_are_red_until_they_are_recorded(desks: Desks, public: str):
    clerk, path = desks["zhang_san"], f"/desk/notices/{public}/postings"
    page = clerk.get(path).text
    codes = _codes(page)
    assert len(codes) == len(VILLAGES)
    assert page.count('class="bad"') == len(VILLAGES)
    answer = send(clerk, path, action=path, villages=codes[:3], posted_on=_today(), posted_by="村干部甲")
    assert answer.location == path
    page = clerk.get(path).text
    assert page.count('class="bad"') == 1
    assert "公示期截止日为" in page
    assert "1 处没有登记" in clerk.get(f"/desk/notices/{public}").text
    send(clerk, path, action=path, villages=codes[3:], posted_on=_today(), posted_by="村干部甲")
    assert "全部已登记" in clerk.get(f"/desk/notices/{public}").text
    assert "张贴还没有登记" not in clerk.get("/desk/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"posted_on": "2099-1-1"}, "张贴日期不能晚于今天"),
        ({"posted_on": "后天"}, "看不懂这个日期"),
        ({"posted_by": ""}, "请填写张贴人的姓名"),
        ({"villages": []}, "请至少选择一处"),
    ],
)
def test_what_is_wrong_with_a_posting_stands_beside_its_field(desks: Desks, public: str, typed: dict, said: str):
    clerk, path = desks["zhang_san"], f"/desk/notices/{public}/postings"
    right = {"villages": [FIRST], "posted_on": _today(), "posted_by": "村干部甲"}
    answer = send(clerk, path, action=path, **(right | typed))
    assert answer.status_code == 422
    assert said in answer.text


def test_taking_down_is_recorded(desks: Desks, public: str):
    clerk, path = desks["zhang_san"], f"/desk/notices/{public}/postings"
    down = f"/desk/notices/{public}/takings-down"
    assert "没有正在张贴的地方" in clerk.get(down).text
    send(clerk, path, action=path, villages=[FIRST], posted_on=_today(), posted_by="村干部甲")
    assert send(clerk, down, villages=[FIRST], taken_down_on="2020-1-1").status_code == 422
    assert send(clerk, down, villages=[FIRST], taken_down_on=_today()).location == path
    assert clerk.get(path).text.count(_today()) >= 2


def test_a_row_is_hidden_at_once_and_reviewed_by_somebody_else(desks: Desks, public: str, client: FlaskClient):
    path = f"/desk/notices/{public}/hidden-rows"
    assert '<td class="seq">7</td>' in client.get(f"/notices/{public}").text
    assert send(desks["zhao_liu"], path, action=path, row="第七行").status_code == 422
    assert send(desks["zhao_liu"], path, action=path, row="７").location == path
    assert '<td class="seq">7</td>' not in client.get(f"/notices/{public}").text
    assert "撤下的行等您复核" in desks["wang_wu"].get("/desk/").text
    page = desks["wang_wu"].get(path).text
    form = hidden_fields(page, f"{path}/review") | {"row": "7", "upheld": "0"}
    assert desks["wang_wu"].post(f"{path}/review", data=form).location == path
    assert '<td class="seq">7</td>' in client.get(f"/notices/{public}").text


def test_who_may_not_publish_hides_nothing(desks: Desks, public: str):
    path = f"/desk/notices/{public}/hidden-rows"
    assert "立即撤下这一行" not in desks["zhang_san"].get(path).text


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_village_sheet_names_its_own_people_and_is_noted(app: Flask, desks: Desks, public: str):
    with_cast(app, lambda services, cast, *, at: hide_row(services, cast.zhao_liu, public, 1, at=at))
    printer = desks["wu_shi"]
    assert FIRST in printer.get(f"/desk/notices/{public}/village-prints").text
    answer = printer.get(f"/desk/notices/{public}/village-print?village={FIRST}&sheet=a3")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    text = "".join(_text(answer.data).split())
    assert sum(name in text for _, name, *_ in people(40)[:10]) == 9
    assert not [name for _, name, *_ in people(40)[10:] if name in text]
    log = desks["zhou_jiu"].get(f"/desk/audit-log?subject={public}").text
    assert "打印村级公示" in log
    assert FIRST in log


def test_only_who_may_print_full_names_prints(desks: Desks, public: str):
    for username in ("zhang_san", "zhao_liu", "zhou_jiu"):
        answer = desks[username].get(f"/desk/notices/{public}/village-print?village={FIRST}")
        assert answer.status_code == 403, username


def test_a_sheet_for_another_village_or_size_does_not_exist(desks: Desks, public: str):
    for query in ("village=370811001001&sheet=a4", f"village={FIRST}&sheet=a0", ""):
        assert desks["wu_shi"].get(f"/desk/notices/{public}/village-print?{query}").status_code == 404


def test_nothing_is_printed_before_review_or_after_withdrawal(app: Flask, desks: Desks, public: str):
    draft = with_cast(app, drafted)
    path = f"/village-print?village={FIRST}"
    assert desks["wu_shi"].get(f"/desk/notices/{draft}{path}").status_code == 409
    typed = {"kind": "error", "reason": "名单有误，撤下核对"}
    send(desks["zhao_liu"], f"/desk/notices/{public}/steps/withdraw", **typed)
    assert desks["wu_shi"].get(f"/desk/notices/{public}{path}").status_code == 409


def test_a_reviewed_list_may_be_printed_for_the_day_of_publication(app: Flask, desks: Desks):
    def review(services: Services, cast: Cast, *, at):
        number = drafted(services, cast, at=at)
        publications.submit(services, cast.zhang_san, number, at=at)
        publications.review(services, cast.wang_wu, number, at=at)
        return number

    number = with_cast(app, review)
    assert number in desks["wu_shi"].get("/desk/notices/").text
    assert desks["wu_shi"].get(f"/desk/notices/{number}/village-prints").status_code == 200
    answer = desks["wu_shi"].get(f"/desk/notices/{number}/village-print?village={FIRST}&sheet=a4")
    assert answer.mimetype == "application/pdf"


def test_a_sealed_list_opens_with_a_reason_and_every_view_is_noted(app: Flask, desks: Desks, public: str):
    def end(services: Services, cast: Cast, *, at):
        publications.withdraw(services, cast.zhao_liu, public, "error", "名单有误，撤下核对", at=at)
        assert not expiry.due_for_sealing(at)

    path = f"/desk/notices/{public}/sealed-list"
    assert send(desks["wang_wu"], path, reason="办理复查，核对当时的内容").status_code == 404
    with_cast(app, end)
    assert send(desks["wang_wu"], path, reason="看").status_code == 422
    answer = send(desks["wang_wu"], path, reason="办理复查，核对当时的内容")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "航运新村" in answer.text
    assert answer.text.count("<tr>") == 41
    assert desks["zhang_san"].get(path).status_code == 403
    log = desks["zhou_jiu"].get(f"/desk/audit-log?subject={public.lower()}").text
    assert log.count("查看已封存的名单") == 1
    assert "办理复查，核对当时的内容" in log


def test_the_log_is_for_auditors_alone_and_pages_by_keys(desks: Desks, public: str):
    assert desks["zhao_liu"].get("/desk/audit-log").status_code == 403
    page = desks["zhou_jiu"].get("/desk/audit-log").text
    for act in ("导入名单", "送审", "审核通过", "签发"):
        assert act in page
    assert "没有这样的记录" in desks["zhou_jiu"].get("/desk/audit-log?after=1").text
