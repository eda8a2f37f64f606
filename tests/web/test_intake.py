"""我要反映 as its users meet it: plain forms, one question a page, from a phone in a village."""

import errno
import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from altcha import Challenge, Payload, solve_challenge
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.attachments import FileFinding
from portal.domain.cases import AccusedRole, CaseKind, Category
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import StorageFullError
from portal.domain.identity_numbers import check_character
from portal.domain.intake_drafts import Draft, Step
from portal.models.cases import Case, CaseAccused, CaseFile
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.intake_receipts import receipt_page, slip_of
from portal.web import uploads
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.samples.hostile_files import APART
from tests.usecases.cases import open_desk

WORDS = "我叔叔的存折一直在会计手里"
SECRET_MINUTES = 30


@pytest.fixture(autouse=True)
def _clock(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def desk(cast: Cast, at: datetime) -> DeskOpener:
    """Desks that can take a tip-off in."""
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    return open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)


TIP_OFF = {
    "kind": {"kind": "tip_off"},
    "category": {"category": "card_kept"},
    "place": {"place": "许庄街道"},
    "who": {"role": "village_cadre", "office": "0", "accused_names": "村会计"},
    "keep-away": {"not_to_township": "y"},
    "what": {"text": WORDS, "happened": "今年八月"},
    "files": {},
    "contact": {"choice": "anonymous"},
}
COMPLAINT = {
    **TIP_OFF,
    "kind": {"kind": "complaint"},
    "category": {"category": "late_or_short_payment"},
    "contact": {"choice": "named"},
    "details": {"name": "郑十一", "phone": "0537-1234567", "joint": "y"},
    "members": {"members": "郑十二 0537-7654321\n郑十三"},
}
INQUIRY = {
    "kind": {"kind": "inquiry"},
    "place": {"place": "", "county": "370811"},
    "office": {"office": "0"},
    "what": {"text": "怎么申请低保？"},
    "files": {},
    "contact": {"choice": "contact_only"},
    "details": {"phone": "0537-1234567"},
}
OBJECTION = {
    "kind": {"kind": "objection"},
    "category": {"category": "false_claim"},
    "notice": {"number": "", "row": "12"},
    "place": {"place": "任城区许庄街道"},
    "keep-away": {},
    "what": {"text": "第12行那户在城里有两套房"},
    "files": {},
    "contact": {"choice": "anonymous"},
}
TAKEDOWN = {
    "kind": {"kind": "privacy_takedown"},
    "notice": {"number": ""},
    "place": {"place": "许庄街道"},
    "what": {"text": "公示里写出了我家的门牌号"},
    "files": {},
    "contact": {"choice": "anonymous"},
}


def walk(client: CheckedClient, answers: dict, *, until: str = "receipt", most: int = 13):
    """Answer page after page; gives the page where the walk has ended."""
    page = client.post("/cases/new/", follow_redirects=True)
    for _ in range(most):
        step = page.request.path.rpartition("/")[2]
        if step == until:
            return page
        assert page.status_code == 200, (
            page.request.path,
            re.findall(r'class="error".*?</p>|<li>.*?</li>', page.text, re.DOTALL)[:12],
        )
        page = client.post(page.request.path, data=answers.get(step, {}), follow_redirects=True)
    raise AssertionError(f"no {until} after {most} pages")


def code_on(page) -> str:
    return re.sub(r"\D", "", re.search(r'id="query-code">([^<]+)<', page.text).group(1))


def number_on(page) -> str:
    return re.search(r'id="case-number">([^<]+)<', page.text).group(1)


def picture() -> bytes:
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    Image.new("RGB", (40, 30), "red").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def spooled(app) -> list[Path]:
    folder = app.extensions["portal"].settings.spool
    return list(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("answers", [TIP_OFF, COMPLAINT, INQUIRY, OBJECTION, TAKEDOWN])
def test_every_kind_comes_to_a_receipt_whose_code_opens_the_progress_page(
    client: CheckedClient, desk: DeskOpener, answers: dict
) -> None:
    receipt = walk(client, answers)
    shown = client.post("/cases/progress", data={"code": code_on(receipt)}, follow_redirects=True)

    assert number_on(receipt) in shown.text
    assert receipt.headers["Cache-Control"] == "no-store"


def test_a_field_that_cannot_be_used_is_told_once(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, COMPLAINT, until="details")
    page = client.post("/cases/new/details", data={})
    assert page.status_code == 422
    assert "有 2 处需要修改" in page.text
    assert page.text.split('class="error-summary"')[1].partition("</ul>")[0].count("<li>") == 2


def test_each_of_several_gets_a_code_that_opens_the_case(client: CheckedClient, desk: DeskOpener) -> None:
    receipt = walk(client, COMPLAINT)
    codes = [re.sub(r"\D", "", one) for one in re.findall(r'class="code">([^<]+)<', receipt.text)]

    assert len({*codes, code_on(receipt)}) == 3
    for code in codes:
        assert number_on(receipt) in client.post("/cases/progress", data={"code": code}, follow_redirects=True).text
        client.post("/cases/progress/exit")


def test_what_was_answered_decides_where_a_case_goes(client: CheckedClient, desk: DeskOpener, session: Session) -> None:
    walk(client, TIP_OFF)

    case = session.scalars(select(Case)).one()
    assert (case.kind, case.category, case.division_code) == (CaseKind.TIP_OFF, Category.CARD_KEPT, "370811002")
    assert case.level_floor is not None


def test_an_office_that_is_picked_learns_nothing(
    client: CheckedClient, desk: DeskOpener, session: Session, cast: Cast, at: datetime
) -> None:
    open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at, offline=True)
    about_county = {**TIP_OFF, "who": {"role": AccusedRole.OFFICIAL, "office": str(cast.li_si.office_id)}}
    walk(client, about_county)
    assert session.scalars(select(CaseAccused.office_id)).all() == [cast.li_si.office_id]


def test_a_photo_loses_its_traces_and_the_person_is_told(client: CheckedClient, desk: DeskOpener, app) -> None:
    walk(client, TIP_OFF, until="files")
    page = client.post("/cases/new/files", data={"file": (BytesIO(picture()), "IMG_1.jpg")}, follow_redirects=True)

    assert page.status_code == 200
    assert "已经去掉：设备型号和所用软件" in page.text
    assert all(b"Phone" not in path.read_bytes() for path in spooled(app))
    removed = client.post("/cases/new/files/remove", data={"file": _file_id(page)}, follow_redirects=True)
    assert "IMG_1.jpg" not in removed.text
    assert len(spooled(app)) == 1


def test_a_document_with_macros_is_kept_apart_and_the_person_learns_what_would_help(
    client: CheckedClient, desk: DeskOpener, session: Session
) -> None:
    walk(client, TIP_OFF, until="files")
    content = APART["a document with macros"][1]
    page = client.post("/cases/new/files", data={"file": (BytesIO(content), "证明.docx")}, follow_redirects=True)
    assert page.status_code == 200
    assert "这个文件里带有宏" in page.text
    assert "另存为PDF" in page.text
    page = client.post("/cases/new/files", data={}, follow_redirects=True)
    check = client.post(page.request.path, data=TIP_OFF["contact"], follow_redirects=True)
    assert "证明.docx（已隔离）" in check.text
    _finish(client, check, TIP_OFF)
    row = session.scalars(select(CaseFile)).one()
    assert (row.quarantined, row.found, row.size) == (True, FileFinding.MACROS, len(content))


def test_a_file_that_is_not_taken_leaves_the_others_and_the_text(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, TIP_OFF, until="files")
    client.post("/cases/new/files", data={"file": (BytesIO(picture()), "IMG_1.jpg")})
    page = client.post("/cases/new/files", data={"file": (BytesIO(b"MZ\x90"), "virus.exe")})

    assert page.status_code == 422
    assert "这种文件不能上传" in page.text
    assert "IMG_1.jpg" in page.text
    assert WORDS in client.get("/cases/new/what").text


def test_a_video_may_be_larger_than_other_requests_and_too_much_is_said(
    client: CheckedClient, desk: DeskOpener
) -> None:
    walk(client, TIP_OFF, until="files")
    large = client.post("/cases/new/files", **multipart("x.pdf", bytes(12 * 1024 * 1024)))
    huge = client.post("/cases/new/files", **multipart("x.mp4", bytes(65 * 1024 * 1024)))

    assert "文件太大：这类文件最多10MB" in large.text
    assert "视频最多50MB" in huge.text
    assert WORDS in client.get("/cases/new/what").text


@pytest.mark.parametrize("page", ["files", "voice"])
def test_what_is_not_even_read_gives_the_page_back_with_the_draft(
    client: CheckedClient, desk: DeskOpener, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    walk(client, TIP_OFF, until="files")
    client.post("/cases/new/files", data={"file": (BytesIO(picture()), "IMG_1.jpg")})
    monkeypatch.setattr(uploads, "MOST_READ", 1000)
    answer = client.post(f"/cases/new/{page}", **multipart("x.mp4", bytes(2000)))

    assert answer.status_code == 413
    assert "文件太大，没有收下" in answer.text
    assert "IMG_1.jpg" in client.get("/cases/new/files").text
    assert WORDS in client.get("/cases/new/what").text


def test_a_voice_note_stands_for_the_text(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, TIP_OFF, until="what")
    page = client.post("/cases/new/what", data={"text": "", "go": "voice"}, follow_redirects=True)
    assert 'accept="audio/*"' in page.text
    refused = client.post("/cases/new/voice", data={"file": (BytesIO(picture()), "IMG_1.jpg")})
    assert "请选择录音文件" in refused.text
    nothing = client.post("/cases/new/voice", data={})
    assert nothing.status_code == 422


def test_an_error_keeps_every_value(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, TIP_OFF, until="what")
    page = client.post("/cases/new/what", data={"text": "长" * 10_001, "happened": "<b>去年</b>"})

    assert page.status_code == 422
    assert page.text.count("长" * 10_001) == 1
    assert "&lt;b&gt;去年&lt;/b&gt;" in page.text
    assert "<title>错误：填写 - " in page.text


def test_going_back_keeps_what_was_typed_even_when_it_is_wrong(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, TIP_OFF, until="what")
    back = client.post("/cases/new/what", data={"text": "长" * 10_001, "go": "back"}, follow_redirects=True)

    assert back.request.path == "/cases/new/keep-away"
    assert "长" * 10_001 in client.get("/cases/new/what").text


def test_a_change_on_the_last_page_leads_straight_back_to_it(client: CheckedClient, desk: DeskOpener) -> None:
    checked = walk(client, TIP_OFF, until="check")
    assert 'href="/cases/new/category"' in checked.text
    back = client.post("/cases/new/category", data={"category": "extortion"}, follow_redirects=True)

    assert back.request.path == "/cases/new/check"
    assert "吃拿卡要" in back.text
    asked = client.post("/cases/new/kind", data={"kind": "inquiry"}, follow_redirects=True)
    assert asked.request.path == "/cases/new/office"


def test_a_place_of_which_there_are_several_is_asked_for(client: CheckedClient, desk: DeskOpener) -> None:
    walk(client, TIP_OFF, until="place")
    page = client.post("/cases/new/place", data={"place": "李庄村"}, follow_redirects=True)
    assert page.request.path == "/cases/new/which-place"
    code = re.search(r'value="(3708\d+)"', page.text).group(1)
    chosen = client.post("/cases/new/which-place", data={"code": code}, follow_redirects=True)
    assert chosen.request.path == "/cases/new/who"
    nowhere = client.post("/cases/new/place", data={"place": "没有这个地方"})
    assert "没有找到这个地方" in nowhere.text


def test_an_expired_draft_gives_the_page_back_filled_in(client: CheckedClient, desk: DeskOpener, at: datetime) -> None:
    walk(client, TIP_OFF, until="what")
    with time_machine.travel(at + timedelta(minutes=SECRET_MINUTES), tick=False):
        late = client.post("/cases/new/what", data={"text": WORDS})
        assert late.status_code == 422
        assert WORDS in late.text
        assert "自动删除" in late.text
        on = client.post("/cases/new/what", data={"text": WORDS}, follow_redirects=True)
        assert on.request.path == "/cases/new/kind"
        receipt_path = _finish(client, on, TIP_OFF)
    assert receipt_path.endswith("receipt")


def test_every_page_prolongs_the_draft(client: CheckedClient, desk: DeskOpener, at: datetime) -> None:
    walk(client, TIP_OFF, until="what")
    with time_machine.travel(at + timedelta(minutes=20), tick=False):
        client.post("/cases/new/what", data={"text": WORDS})
    with time_machine.travel(at + timedelta(minutes=45), tick=False):
        assert WORDS in client.get("/cases/new/what").text


def test_a_tip_off_is_never_offered_again_and_other_drafts_are_for_a_day(client: CheckedClient, at: datetime) -> None:
    cookie = walk(client, TIP_OFF, until="category").headers.get("Set-Cookie", "")
    assert "继续填写" not in client.get("/cases/new/").text
    assert not client.get_cookie("draft", path="/cases").max_age

    asked = client.post("/cases/new/kind", data={"kind": "inquiry"})
    assert "Max-Age=86400" in asked.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/cases"} <= {
        one.strip() for one in asked.headers["Set-Cookie"].split(";")
    }
    with time_machine.travel(at + timedelta(hours=23), tick=False):
        assert "继续填写" in client.get("/cases/new/").text
    client.post("/cases/new/kind", data={"kind": "tip_off"})
    with time_machine.travel(at + timedelta(minutes=SECRET_MINUTES), tick=False):
        assert client.get("/cases/new/what").location == "/cases/new/"
    assert cookie is not None


def test_leaving_at_once_destroys_draft_and_files(client: CheckedClient, desk: DeskOpener, app) -> None:
    walk(client, TIP_OFF, until="files")
    client.post("/cases/new/files", data={"file": (BytesIO(picture()), "IMG_1.jpg")})
    assert len(spooled(app)) == 2
    left = client.post("/cases/new/leave")

    assert left.location == "/documents/"
    assert spooled(app) == []
    assert client.get_cookie("draft", path="/cases") is None


def test_nothing_typed_stands_in_any_file_of_the_instance(client: CheckedClient, desk: DeskOpener, app) -> None:
    receipt = walk(client, TIP_OFF)
    code = code_on(receipt)
    instance = Path(app.instance_path)
    found = [
        path.name
        for path in instance.rglob("*")
        if path.is_file() and (WORDS.encode() in path.read_bytes() or code.encode() in path.read_bytes())
    ]
    assert not found


def test_a_full_disk_gives_the_page_back_with_503(
    client: CheckedClient, desk: DeskOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    walk(client, TIP_OFF, until="what")
    monkeypatch.setattr("portal.usecases.spool.os.utime", full)
    page = client.post("/cases/new/what", data={"text": WORDS})
    assert page.status_code == 503
    assert WORDS in page.text
    assert client.post("/cases/new/").status_code == 503
    monkeypatch.undo()
    checked = walk(client, TIP_OFF, until="check")
    monkeypatch.setattr("portal.usecases.intake_drafts.submit", _no_room)
    last = client.post("/cases/new/check")
    assert last.status_code == 503
    assert WORDS in last.text
    assert checked.status_code == 200


def test_the_last_page_sent_again_leads_to_the_same_receipt(client: CheckedClient, desk: DeskOpener, session) -> None:
    receipt = walk(client, TIP_OFF)
    again = client.post("/cases/new/check", follow_redirects=True)

    assert (number_on(again), code_on(again)) == (number_on(receipt), code_on(receipt))
    assert len(session.scalars(select(Case.id)).all()) == 1


def test_twelve_at_once_are_one_case_with_one_receipt(client: CheckedClient, desk: DeskOpener, app, session) -> None:
    walk(client, TIP_OFF, until="check")
    cookie = client.get_cookie("draft", path="/cases").value

    def send(_: int) -> tuple[str, str]:
        browser = app.test_client()
        browser.set_cookie("draft", cookie, path="/cases")
        page = browser.post("/cases/new/check", follow_redirects=True)
        return number_on(page), code_on(page)

    with ThreadPoolExecutor(12) as pool:
        receipts = set(pool.map(send, range(12)))
    session.rollback()
    assert len(receipts) == 1
    assert len(session.scalars(select(Case.id)).all()) == 1


def test_the_code_is_cleared_once_it_was_copied(client: CheckedClient, desk: DeskOpener, app) -> None:
    receipt = walk(client, TIP_OFF)
    wrong = client.post("/cases/new/receipt", data={"last_four": "0000"})
    assert wrong.status_code == 422
    right = client.post("/cases/new/receipt", data={"last_four": code_on(receipt)[-4:]}, follow_redirects=True)

    assert "抄对了" in right.text
    assert spooled(app) == []
    assert client.get("/cases/new/receipt").location == "/cases/new/"


def test_an_identity_number_is_asked_about_once_and_taken_out_on_request(app, desk: DeskOpener) -> None:
    client = FlaskClient(app, app.response_class, use_cookies=True)  # the page repeats what was typed
    walk(client, TIP_OFF, until="what")
    number = "370811" + "19491001" + "0015"
    number = number[:17] + check_character(number[:17])
    asked = client.post("/cases/new/what", data={"text": f"他的身份证是{number}"})
    assert asked.status_code == 200
    assert "我们从不需要身份证号" in asked.text
    client.post("/cases/new/what", data={"text": f"他的身份证是{number}", "go": "clean"})
    assert number not in client.get("/cases/new/what").text


def test_machines_and_haste_only_lose_their_place_in_the_queue(
    client: CheckedClient, desk: DeskOpener, session
) -> None:
    walk(client, TIP_OFF)
    assert session.scalars(select(Case.slow_lane)).all() == [True]


def test_who_takes_his_time_goes_the_normal_way(client: CheckedClient, desk: DeskOpener, session, at) -> None:
    walk(client, TIP_OFF, until="check")
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        client.post("/cases/new/check")
    assert session.scalars(select(Case.slow_lane)).all() == [False]


def test_whatever_fills_in_the_field_that_nobody_sees_is_taken_in_and_waits_longer(
    client: CheckedClient, desk: DeskOpener, session, at
) -> None:
    page = walk(client, TIP_OFF, until="check")
    hidden = re.search(r'<div class="trap">.*?</div>', page.text, re.DOTALL)
    assert hidden
    assert "请不要填写这一格" in hidden.group(0)
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        client.post("/cases/new/check", data={"website": "https://example.org/"})
        assert number_on(client.get("/cases/new/receipt"))
    assert session.scalars(select(Case.slow_lane)).all() == [True]


def test_under_a_flood_a_browsers_work_keeps_its_place(client: CheckedClient, desk: DeskOpener, session, at) -> None:
    for _ in range(30):
        client.post("/cases/new/")
    with time_machine.travel(at, tick=False) as travel:
        solved = ""
        for how in ("nothing", "its own work", "the work of the form before"):
            page = walk(client, TIP_OFF, until="check")
            solved = _solved(page.text) if how == "its own work" else solved
            travel.shift(timedelta(minutes=1))
            client.post("/cases/new/check", data={"altcha": solved})
    assert session.scalars(select(Case.slow_lane).order_by(Case.id)).all() == [True, False, True]


def test_an_objection_comes_from_its_notice_with_the_number(client: CheckedClient, desk: DeskOpener) -> None:
    page = client.post("/cases/new/", data={"number": "gs-2026-000001", "row": "3"}, follow_redirects=True)
    assert page.request.path == "/cases/new/category"
    notice = client.post("/cases/new/category", data={"category": "favouritism"}, follow_redirects=True)
    assert "没有找到这个编号的公示" in client.post("/cases/new/notice", data={"number": "GS-2026-000001"}).text
    assert 'value="3"' in notice.text


def test_wechat_is_advised_and_not_blocked(client: CheckedClient) -> None:
    inside = client.get("/cases/new/", headers={"User-Agent": "MicroMessenger/8.0"})
    assert "在浏览器打开" in inside.text
    assert "在浏览器打开" not in client.get("/cases/new/").text
    assert "开始填写" in inside.text
    assert "Set-Cookie" not in inside.headers


def test_the_slip_names_number_and_code_and_no_content(client: CheckedClient, desk: DeskOpener, services, at) -> None:
    receipt = walk(client, TIP_OFF)
    draft = Draft(code_on(receipt), "", "", at)
    paper = slip_of(receipt_page(number_on(receipt), draft), services, demo=False)
    words = repr([getattr(block, "text", "") for block in paper.blocks])

    assert number_on(receipt) in words
    assert WORDS not in words
    assert paper.title == "查询凭条"
    assert client.get("/cases/new/slip.pdf").data.startswith(b"%PDF")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_typed_no_page_breaks_and_nothing_comes_out_as_markup(app, desk: DeskOpener, data) -> None:
    browser = FlaskClient(app, app.response_class, use_cookies=True)
    browser.post("/cases/new/")
    step = data.draw(st.sampled_from([one.value for one in Step if one not in {Step.CHECK, Step.FILES}]))
    for page in [one for one in TIP_OFF if data.draw(st.booleans())]:
        browser.post(f"/cases/new/{page}", data=TIP_OFF[page])
    fields = ("kind", "category", "number", "row", "place", "county", "code", "office", "role", "accused_names",
              "text", "happened", "choice", "name", "phone", "email", "address", "members", "go", "not_to_county")  # fmt: skip
    nasty = st.one_of(
        st.text(max_size=60), st.sampled_from(["<script>alert(1)</script>", "\x00", "🀄", "' OR 1=1", "９" * 30])
    )
    typed = data.draw(st.dictionaries(st.sampled_from(fields), nasty))
    answer = browser.post(f"/cases/new/{step}", data=typed, follow_redirects=True)

    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.text
    assert browser.get("/cases/new/check", follow_redirects=True).status_code == 200


def multipart(name: str, content: bytes) -> dict:
    """A body made in memory: the test client would leave a large one in a file."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return {"data": head + content + b"\r\n--b--\r\n", "content_type": "multipart/form-data; boundary=b"}


def _file_id(page) -> str:
    return re.search(r'name="file" value="([0-9a-f]{32})"', page.text).group(1)


def _finish(client: CheckedClient, page, answers: dict) -> str:
    for _ in range(12):
        step = page.request.path.rpartition("/")[2]
        if step == "receipt":
            break
        page = client.post(page.request.path, data=answers.get(step, {}), follow_redirects=True)
    return page.request.path


def _no_room(*_: object, **__: object) -> None:
    raise StorageFullError


def _solved(page: str) -> str:
    """What a browser sends: the challenge of the page and its solution."""
    asked = html.unescape(re.search(r'data-challenge="([^"]+)"', page).group(1))
    challenge = Challenge.from_dict(json.loads(asked))
    return Payload(challenge, solve_challenge(challenge)).to_base64()


def test_a_takedown_comes_from_its_notice_with_kind_number_and_row(client: CheckedClient, desk: DeskOpener) -> None:
    page = client.post(
        "/cases/new/", data={"kind": "privacy_takedown", "number": "gs-2026-000001", "row": "3"}, follow_redirects=True
    )
    assert page.request.path == "/cases/new/notice"
    assert 'value="3"' in page.text
    assert 'value="gs-2026-000001"' in page.text
