"""查办理结果 as its users meet it: by plain forms, with the code alone."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pypdf
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.cases import CaseState
from portal.domain.desk_keys import DeskKind
from portal.models.base import db
from portal.models.cases import Case
from portal.models.offices import Office
from portal.usecases.services import Services
from tests.cast import CITY, COUNTY, TOWNSHIP, Cast
from tests.clients import CheckedClient
from tests.usecases.case_answers import WITHOUT_NUMBERS, reexamined
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, Handed, about, hand_in, open_desk, take
from tests.usecases.test_cases import reply


@pytest.fixture(autouse=True)
def _clock(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def handed(services: Services, at: datetime) -> Handed:
    return hand_in(services, COMPLAINT, at=at)


def enter(client: CheckedClient, handed: Handed):
    return client.post("/cases/progress", data={"code": handed.code.grouped}, follow_redirects=True)


def send(client: CheckedClient, step: str, **data: str):
    page = client.get(f"/cases/progress/{step}")
    key = page.text.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    return client.post(f"/cases/progress/{step}", data={"idempotency_key": key, **data}, follow_redirects=True)


def test_the_code_shows_where_the_case_stands_and_what_was_promised(client: CheckedClient, handed: Handed) -> None:
    page = enter(client, handed)

    assert page.status_code == 200
    assert handed.number in page.text
    assert "不晚于 2026年12月7日" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_tells_whose_turn_it_is_where_no_day_was_promised(
    client: CheckedClient, services: Services, cast: Cast, at: datetime
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    handed = hand_in(services, TIP_OFF, at=at)
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.chen_er, handed.number, action, at=at)
    page = enter(client, handed).text
    assert "不晚于" not in page
    assert "等承办单位" in page


def test_the_page_never_repeats_the_submitters_own_words(client: CheckedClient, handed: Handed) -> None:
    enter(client, handed)
    page = send(client, "supply", text="再补充一句悄悄话")

    assert TEXT not in page.text
    assert "悄悄话" not in page.text
    assert "发来一段说明" in page.text


def test_a_wrong_code_gives_the_same_page_back_and_shows_no_case(client: CheckedClient, handed: Handed) -> None:
    wrong = client.post("/cases/progress", data={"code": "1234 5678 9012 3456 7890"})

    assert wrong.status_code == 422
    assert "查询码不对" in wrong.text
    assert handed.number not in wrong.text


def test_the_answer_of_staff_is_read_rated_once_and_contested(
    client: CheckedClient, handed: Handed, services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    reply(services, cast, handed.number, at)
    assert "经核查，存折已归还。" in enter(client, handed).text

    send(client, "rate", rating="2")
    assert "只能评价一次" in client.get("/cases/progress/rate").text
    again = client.post("/cases/progress/rate", data={"idempotency_key": "a" * 32, "rating": "5"})
    assert again.status_code == 409
    send(client, "reexamination", text="存折还是没有还")
    session.rollback()
    assert db.session.query(Case).one().state is CaseState.IN_REEXAMINATION
    assert where_it_is(client.get("/cases/progress").text) == CITY


def where_it_is(page: str) -> str:
    return re.search(r"<dt>在哪里办</dt><dd>(.*?)</dd>", page).group(1)


@pytest.mark.parametrize(("accused", "place"), [(TOWNSHIP, COUNTY), (COUNTY, CITY)])
def test_a_case_lies_with_who_gave_the_answer_until_another_looks_at_it_again(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, session: Session, accused: str, place: str
) -> None:
    accused_office_id = session.scalars(select(Office.id).where(Office.name == accused)).one()
    handed = hand_in(services, about(COMPLAINT, accused_office_id=accused_office_id), at=at)
    assert where_it_is(enter(client, handed).text) == place


def test_what_the_city_has_looked_at_again_goes_no_further_here(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    handed = reexamined(session, services, cast, at=at, text=WITHOUT_NUMBERS)
    assert where_it_is(enter(client, handed).text) == COUNTY
    send(client, "final-review", text="仍然不服")
    assert where_it_is(client.get("/cases/progress").text) == CITY


def test_whoever_is_answered_reads_until_when_he_may_ask_for_another_look(
    client: CheckedClient, handed: Handed, services: Services, cast: Cast, at: datetime
) -> None:
    reply(services, cast, handed.number, at)
    assert "最后一天是2026年12月21日" in enter(client, handed).text

    with time_machine.travel(datetime(2026, 12, 21, 15, 59, tzinfo=UTC), tick=False):
        enter(client, handed)
        assert "<textarea" in client.get("/cases/progress/reexamination").text
    with time_machine.travel(datetime(2026, 12, 21, 16, 0, tzinfo=UTC), tick=False):
        assert "最后一天是2026年12月21日，已经过了" in enter(client, handed).text
        late = client.get("/cases/progress/reexamination")
        assert "申请复查的期限已过，不能再申请" in late.text
        assert "<textarea" not in late.text


def test_after_a_reexamination_he_reads_until_when_he_may_go_further(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    page = enter(client, reexamined(session, services, cast, at=at, text=WITHOUT_NUMBERS))
    assert "<dt>申请复核</dt>" in page.text
    assert re.findall(r"<h3>(.*?)</h3>", page.text) == ["复查意见书", "答复"]
    assert "最后一天是2026年12月21日" in page.text


@pytest.mark.parametrize("page", ["", "/supply", "/files"])
def test_every_page_of_the_case_lets_him_out_at_once(client: CheckedClient, handed: Handed, page: str) -> None:
    enter(client, handed)
    assert client.get(f"/cases/progress{page}").text.count("退出并清除") >= 1


def test_a_form_sent_twice_acts_once(client: CheckedClient, handed: Handed, session: Session) -> None:
    enter(client, handed)
    page = client.get("/cases/progress/supply")
    key = page.text.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):
        sent = client.post(
            "/cases/progress/supply", data={"idempotency_key": key, "text": "一句话"}, follow_redirects=True
        )
        assert sent.status_code == 200

    assert sent.text.count("发来一段说明") == 2  # what was handed in at first, and this once


def test_nothing_typed_is_lost_when_something_is_wrong(client: CheckedClient, handed: Handed) -> None:
    enter(client, handed)
    too_long = client.post("/cases/progress/supply", data={"text": "长" * 10_001})

    assert too_long.status_code == 422
    assert "长" * 10_001 in too_long.text


def test_after_twenty_minutes_the_code_is_asked_for_again(client: CheckedClient, handed: Handed, at: datetime) -> None:
    enter(client, handed)
    with time_machine.travel(at + timedelta(minutes=21), tick=False):
        page = client.get("/cases/progress")

    assert handed.number not in page.text
    assert 'name="code"' in page.text


def test_what_was_being_written_when_the_page_closed_comes_back_to_be_sent(
    client: CheckedClient, handed: Handed, at: datetime
) -> None:
    enter(client, handed)
    with time_machine.travel(at + timedelta(minutes=21), tick=False):
        late = client.post("/cases/progress/supply", data={"idempotency_key": "k" * 32, "text": "想起来的一件事"})
        assert late.status_code == 404
        assert "20分钟后自动关闭" in late.text
        assert "想起来的一件事</textarea>" in late.text
        assert 'target="_blank"' in late.text
        enter(client, handed)
        sent = client.post("/cases/progress/supply", data=_typed(late.text), follow_redirects=True)
    assert "发来一段说明" in sent.text


def _typed(page: str) -> dict[str, str]:
    """What the form of the page holds."""
    (key,) = re.findall(r'name="idempotency_key"[^>]*value="([^"]*)"', page)
    (text,) = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    return {"idempotency_key": key, "text": text}


@pytest.mark.parametrize("path", ["supply", "files", "letters/3.pdf", "files/nothing"])
def test_every_page_of_a_closed_session_asks_for_the_code(client: CheckedClient, path: str) -> None:
    page = client.get(f"/cases/progress/{path}")
    assert page.status_code == 404
    assert "请重新输入查询码" in page.text
    assert 'name="code"' in page.text


def test_leaving_clears_the_browser_and_closes_the_page(client: CheckedClient, handed: Handed) -> None:
    enter(client, handed)
    left = client.post("/cases/progress/exit")

    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert handed.number not in client.get("/cases/progress").text


def test_taking_a_tip_off_back_looks_the_same_and_handling_goes_on(
    client: CheckedClient, services: Services, cast: Cast, at: datetime, session: Session
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    desk = open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    tip_off, complaint = hand_in(services, TIP_OFF, at=at), hand_in(services, COMPLAINT, at=at)
    pages = []
    for handed in (tip_off, complaint):
        enter(client, handed)
        pages.append(send(client, "withdraw", sure="y").text.replace(handed.number, ""))
        client.post("/cases/progress/exit")
    take(services, cast.chen_er, tip_off.number, Action.REGISTER, at=at)
    take(services, cast.chen_er, tip_off.number, Action.NOTE, at=at, text="继续核查", openers=[desk])

    shown = enter(client, tip_off).text
    assert all("已撤回" in page for page in pages)
    assert "已撤回" in shown
    assert "登记" not in shown
    session.rollback()


def test_scripts_in_messages_come_out_as_text(
    client: CheckedClient, handed: Handed, services: Services, cast: Cast, at: datetime
) -> None:
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, handed.number, Action.MESSAGE, at=at, text="<script>alert(1)</script>")

    page = enter(client, handed)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_reply_comes_as_an_official_paper_addressed_by_name(
    client: CheckedClient, handed: Handed, services: Services, cast: Cast, at: datetime
) -> None:
    reply(services, cast, handed.number, at)
    page = enter(client, handed)
    address = page.text.split("答复意见书")[0].rsplit('href="', 1)[1].split('"')[0]
    paper = client.get(address)

    assert paper.data[:4] == b"%PDF"
    assert paper.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper.data)).pages).replace("\n", "")
    for words in ("答复意见书", "郑十一", "经核查，存折已归还", "申请复查", "任城区民政局"):
        assert words in text
    assert client.get("/cases/progress/letters/999.pdf").status_code == 404
