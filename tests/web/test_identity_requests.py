"""Who submitted a case, as the desk opens it: the officer's and the second person's steps, the custodian's own pages."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind
from portal.domain.desk_keys import DeskKind
from portal.usecases.services import Services
from tests.cast import PASSWORD, Cast
from tests.clients import CheckedClient
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.cases import COMPLAINT, Handed, about, hand_in, open_desk, take
from tests.usecases.test_case_voices import spoken
from tests.usecases.test_identity_requests import HIDDEN_COMPLAINT, NAMED_TIP_OFF

LIST, CUSTODY = "/desk/identity-requests/", "/desk/case-desks/custody"
REASON = "须当面核对存折原件"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def complaint(app: Flask, desks: Desks) -> Handed:
    """A complaint whose submitter asked for 保密, kept by a custody desk that its custodian's browser can open."""
    assert send(desks["wei_si"], CUSTODY, action=CUSTODY).status_code == 200
    return with_cast(app, lambda services, _cast, at: hand_in(services, HIDDEN_COMPLAINT, at=at))


def ask(desks: Desks, number: str) -> None:
    path = f"/desk/cases/{number}/steps/ask-identity"
    assert send(desks["li_si"], path, action=path, reason=REASON, ground="ask_facts").status_code == 303


def agree(desks: Desks, number: str) -> None:
    path = f"/desk/cases/{number}/steps/agree-identity"
    assert send(desks["wang_wu"], path, action=path).status_code == 303


def test_an_identity_is_asked_for_agreed_to_with_the_reason_at_hand_and_opened_this_once(
    desks: Desks, complaint: Handed
) -> None:
    number, page = complaint.number, f"{LIST}{complaint.number}"
    ask(desks, number)
    assert number in desks["wang_wu"].get("/desk/").text
    assert "打开身份" not in desks["wei_si"].get(page).text
    reading = desks["wang_wu"].get(f"/desk/cases/{number}/steps/agree-identity").text
    assert REASON in reading
    assert "李四（任城区民政局）" in reading
    agree(desks, number)

    assert "等您打开身份的 1 件" in desks["wei_si"].get("/desk/").text
    assert REASON not in desks["wei_si"].get(page).text
    opened = send(desks["wei_si"], page, action=page)
    assert opened.status_code == 200
    assert opened.headers["Cache-Control"] == "no-store"
    for text in ("郑十一", "0537-1234567", "实名"):
        assert text in opened.text
    again = desks["wei_si"].get(page).text
    assert "郑十一" not in again
    assert "已查看" in again


def test_a_form_for_opening_that_is_sent_twice_opens_once(desks: Desks, complaint: Handed) -> None:
    ask(desks, complaint.number)
    agree(desks, complaint.number)
    page = f"{LIST}{complaint.number}"
    fields = hidden_fields(desks["wei_si"].get(page).text, page)

    assert desks["wei_si"].post(page, data=fields).status_code == 200
    second = desks["wei_si"].post(page, data=fields)
    assert second.location == page
    assert "郑十一" not in second.text


def test_the_case_itself_stays_closed_to_the_custodian(desks: Desks, complaint: Handed) -> None:
    ask(desks, complaint.number)
    for path in ("/desk/cases/", f"/desk/cases/{complaint.number}", f"/desk/cases/{complaint.number}/steps/note"):
        assert desks["wei_si"].get(path).status_code == 403
    listed = desks["wei_si"].get(LIST).text
    assert complaint.number in listed
    assert "须当面或电话核实情况" in listed


def test_a_request_is_refused_with_a_ground_from_the_list(desks: Desks, complaint: Handed) -> None:
    ask(desks, complaint.number)
    path = f"{LIST}{complaint.number}/refuse"
    assert send(desks["wei_si"], path, action=path).status_code == 422
    assert send(desks["wei_si"], path, action=path, ground="too_dangerous").location == f"{LIST}{complaint.number}"

    assert complaint.number in desks["wei_si"].get(f"{LIST}?state=refused").text
    assert complaint.number not in desks["wei_si"].get(f"{LIST}?state=agreed").text
    assert "可能危及反映人" in desks["li_si"].get(f"/desk/cases/{complaint.number}").text


def test_a_browser_that_has_not_unlocked_the_custody_desk_is_told_so(app: Flask, desks: Desks) -> None:
    def hidden(services: Services, cast: Cast, *, at: Any) -> str:
        open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.feng_yi, at=at)
        number = hand_in(services, HIDDEN_COMPLAINT, at=at).number
        take(services, cast.li_si, number, Action.ASK_IDENTITY, at=at, reason="核实", ground="ask_facts")
        take(services, cast.wang_wu, number, Action.AGREE_IDENTITY, at=at)
        return number

    page = desks["wei_si"].get(f"{LIST}{with_cast(app, hidden)}").text
    assert "没有打开身份保管台" in page
    assert "打开身份</button>" not in page


@pytest.mark.parametrize("username", ["li_si", "wang_wu", "zhao_liu", "chen_er", "zhou_jiu", "sun_ba"])
def test_nobody_but_a_custodian_sees_these_pages(desks: Desks, complaint: Handed, username: str) -> None:
    ask(desks, complaint.number)
    for path in (LIST, f"{LIST}{complaint.number}", f"{LIST}{complaint.number}/refuse"):
        assert desks[username].get(path).status_code == 403


def test_a_number_without_a_request_is_not_found(desks: Desks, complaint: Handed) -> None:
    for number in (complaint.number, "SQ-2026-000000"):
        assert desks["wei_si"].get(f"{LIST}{number}").status_code == 404


def test_the_submitter_reads_of_it_in_the_dialogue(desks: Desks, complaint: Handed, client: CheckedClient) -> None:
    ask(desks, complaint.number)
    agree(desks, complaint.number)
    page = f"{LIST}{complaint.number}"
    send(desks["wei_si"], page, action=page)

    shown = client.post("/cases/progress", data={"code": complaint.code.grouped}, follow_redirects=True).text
    assert "身份保管人打开看了您的身份。" in shown
    assert "原因：须当面或电话核实情况" in shown
    assert "另一个人同意了查看您的身份。" in shown
    assert "卫四" not in shown
    assert REASON not in shown


def test_a_tip_off_for_discipline_inspection_reaches_the_custodian_of_the_bureau(app: Flask, desks: Desks) -> None:
    send(desks["wei_si"], CUSTODY, action=CUSTODY)
    send(desks["chen_er"], "/desk/case-desks/discipline", action="/desk/case-desks/discipline")
    number = with_cast(app, lambda services, _cast, at: hand_in(services, NAMED_TIP_OFF, at=at)).number
    path = f"/desk/cases/{number}/steps/ask-identity"
    assert send(desks["chen_er"], path, action=path, reason=REASON, ground="testify").status_code == 303
    assert number in desks["chu_san"].get("/desk/").text
    path = f"/desk/cases/{number}/steps/agree-identity"
    assert send(desks["chu_san"], path, action=path).status_code == 303

    opened = send(desks["wei_si"], f"{LIST}{number}", action=f"{LIST}{number}")
    assert "郑十一" in opened.text
    assert "冯十二" in opened.text


def test_the_command_opens_an_identity_for_its_custodian_with_his_password_alone(
    app: Flask, desks: Desks, complaint: Handed
) -> None:
    ask(desks, complaint.number)
    agree(desks, complaint.number)
    words = f"cases act {complaint.number} open_identity --by wei_si --json".split()
    refused = app.test_cli_runner().invoke(args=words)
    assert refused.exit_code == 1
    opened = app.test_cli_runner().invoke(args=[*words, "--password-stdin"], input=f"{PASSWORD}\n")
    assert opened.exit_code == 0, opened.output
    assert "郑十一" in opened.output


def test_a_list_of_many_requests_has_pages(app: Flask, desks: Desks, complaint: Handed) -> None:
    def many(services: Services, cast: Cast, *, at: Any) -> None:
        for _ in range(31):
            number = hand_in(services, HIDDEN_COMPLAINT, at=at).number
            take(services, cast.li_si, number, Action.ASK_IDENTITY, at=at, reason="核实", ground="ask_facts")

    with_cast(app, many)
    first = desks["wei_si"].get(f"{LIST}?state=waiting").text
    later = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert desks["wei_si"].get(later).text.count('scope="row"') == 1


ORDINARY = (CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST, CaseKind.COMPLAINT)


@pytest.mark.parametrize("kind", ORDINARY)
def test_of_an_ordinary_case_the_officer_reads_the_contact_and_the_submitter_reads_of_each_view(
    app: Flask, desks: Desks, client: CheckedClient, kind: CaseKind
) -> None:
    handed = with_cast(app, lambda services, _cast, at: hand_in(services, about(COMPLAINT, kind=kind), at=at))
    path = f"/desk/cases/{handed.number}/steps/read-contact"
    assert "0537-1234567" not in desks["li_si"].get(path).text
    for _ in range(2):
        read = send(desks["li_si"], path, action=path)
        assert read.status_code == 200
        assert read.headers["Cache-Control"] == "no-store"
        assert "郑十一" in read.text
        assert "0537-1234567" in read.text

    case = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert "0537-1234567" not in case
    assert case.count("李四（任城区民政局）：查看联系方式") == 2
    shown = client.post("/cases/progress", data={"code": handed.code.grouped}, follow_redirects=True).text
    assert shown.count("看了您的联系方式。") == 2
    assert "郑十一" not in shown


def test_neither_who_approves_nor_who_supervises_nor_a_stranger_reads_a_contact(app: Flask, desks: Desks) -> None:
    number = with_cast(app, lambda services, _cast, at: hand_in(services, COMPLAINT, at=at)).number
    path = f"/desk/cases/{number}/steps/read-contact"
    assert desks["wang_wu"].get(path).status_code == 403
    for stranger in ("qian_qi", "wu_shi", "chen_er"):
        assert desks[stranger].get(path).status_code == 404


def test_a_voice_note_is_opened_heard_and_written_down_at_the_desk(app: Flask, desks: Desks) -> None:
    send(desks["wei_si"], CUSTODY, action=CUSTODY)
    number = with_cast(app, lambda services, _cast, at: spoken(services, HIDDEN_COMPLAINT, at)).number
    page = f"{LIST}{number}"
    path = f"/desk/cases/{number}/steps/ask-identity"
    assert send(desks["li_si"], path, action=path, reason=REASON, ground="transcribe").status_code == 303
    agree(desks, number)
    assert desks["wei_si"].get(f"{page}/voice").status_code == 403
    opened = send(desks["wei_si"], page, action=page)
    assert "郑十一" not in opened.text
    assert f"{page}/voice" in opened.text
    voice = desks["wei_si"].get(f"{page}/voice")
    assert voice.headers["Content-Disposition"] == 'attachment; filename="attachment-1.mp3"'
    written = send(desks["wei_si"], f"{page}/transcribe", action=f"{page}/transcribe", text="存折在会计家里。")
    assert written.location == page

    case = desks["li_si"].get(f"/desk/cases/{number}").text
    assert "存折在会计家里。" in case
    assert "录音计入身份" in case
    assert re.search(r"/files/[0-9a-f]{32}", case) is None
