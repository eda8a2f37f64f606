"""澄清: whoever was reported without substance asks; somebody above decides; a letter of plain text is the outcome."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.case_actions import Action
from portal.domain.cases import AccusedRole, CaseKind, Category, Outcome, ServiceManner
from portal.models.base import db
from portal.models.cases import CaseEvent
from portal.models.clarifications import Clarification
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.cases import COMPLAINT, about, hand_in, take

LIST = "/desk/clarifications/"
HARM = "村里有人说我收了钱才给办低保，亲戚也不理我了。"
LETTER = "经查阅申请材料、银行流水并入户走访，没有发现收受钱物的情况。"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def _unfounded(services: Services, cast: Cast, *, at: Any, outcome: Outcome = Outcome.UNSUBSTANTIATED) -> str:
    """A complaint about the township, handled by the county and answered."""
    accusing = about(
        COMPLAINT, kind=CaseKind.COMPLAINT, category=Category.FAVOURITISM, accused_role=AccusedRole.OFFICIAL,
        accused_office_id=cast.wu_shi.office_id,
    )  # fmt: skip
    number = hand_in(services, accusing, at=at).number
    for action in (Action.REGISTER, Action.ACCEPT):
        take(services, cast.zhao_liu, number, action, at=at)
    officer = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, **officer)
    found = {"text": "经核查，不属实。", "outcome": outcome, "legal_basis": "第三十四条"}
    take(services, cast.li_si, number, Action.DRAFT_REPLY, at=at, **found)
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)
    served = {"served_on": date(2026, 11, 20), "served_manner": ServiceManner.ON_THE_PLATFORM}
    take(services, cast.li_si, number, Action.REPLY, at=at, **served)
    take(services, cast.li_si, number, Action.CONCLUDE, at=at)
    return number


def asked(desks: Desks, who: str = "wu_shi", whom: str = "person") -> str:
    path = f"{LIST}new"
    assert send(desks[who], path, action=path, whom=whom, scope="township", text=HARM).location == LIST
    return desks[who].get(LIST).text.split(f'href="{LIST}CQ-')[1].split('"')[0]


def granted(desks: Desks, number: str, case: str, who: str = "wang_wu", text: str = LETTER) -> Any:
    path = f"{LIST}CQ-{number}/grant"
    return send(desks[who], path, action=path, number=case, text=text)


def test_the_accused_asks_somebody_above_decides_and_a_letter_names_no_case_and_no_submitter(
    app: Flask, desks: Desks
) -> None:
    case, number = with_cast(app, _unfounded), asked(desks)
    page = f"{LIST}CQ-{number}"
    assert HARM in desks["wang_wu"].get(page).text
    assert granted(desks, number, case).location == page

    own = desks["wu_shi"].get(page).text
    assert "已予澄清" in own
    letter = desks["wu_shi"].get(f"{page}/letter.pdf")
    assert letter.mimetype == "application/pdf", (letter.status_code, letter.text[:20000])
    words = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(letter.data)).pages)
    plain = "".join(words.split())
    for text in (
        "澄清告知书",
        f"编号：CQ-{number}",
        "反映吴十的有关问题不属实",
        "现于所在镇（街道）范围内予以澄清",
        "任城区民政局",
    ):
        assert text in plain
    assert LETTER[:20] in plain
    for told in (case, "郑十一", "0537-1234567"):
        assert told not in plain
        assert told not in own


def test_the_step_stands_in_the_case_and_the_words_of_the_request_lie_sealed(app: Flask, desks: Desks) -> None:
    case, number = with_cast(app, _unfounded), asked(desks)
    granted(desks, number, case)
    assert "予以澄清" in desks["li_si"].get(f"/desk/cases/{case}").text

    def looked(*_: object, at: Any) -> None:
        row = db.session.scalars(select(Clarification)).one()
        assert HARM.encode() not in row.asked
        assert LETTER.encode() not in (row.letter or b"")
        event = db.session.scalars(select(CaseEvent).where(CaseEvent.action == Action.CLARIFY)).one()
        assert event.detail["clarification"] == f"CQ-{number}"

    with_cast(app, looked)


def test_a_refusal_reads_the_same_whether_there_is_a_case_or_none(app: Flask, desks: Desks) -> None:
    number = asked(desks)
    path = f"{LIST}CQ-{number}/refuse"
    assert send(desks["wang_wu"], path, action=path).location == f"{LIST}CQ-{number}"
    page = desks["wu_shi"].get(f"{LIST}CQ-{number}").text
    assert "没有可以澄清的情形" in page
    assert "SQ-" not in page
    assert desks["wu_shi"].get(f"{LIST}CQ-{number}/letter.pdf").status_code == 404
    assert desks["wang_wu"].get(f"{LIST}CQ-{number}/grant").status_code == 404


@pytest.mark.parametrize("outcome", [Outcome.SUBSTANTIATED, Outcome.PARTLY_SUBSTANTIATED, Outcome.UNVERIFIABLE])
def test_only_what_was_found_unsubstantiated_is_clarified(app: Flask, desks: Desks, outcome: Outcome) -> None:
    case, number = with_cast(app, _unfounded, outcome=outcome), asked(desks)
    answer = granted(desks, number, case)
    assert answer.status_code == 409
    assert LETTER in answer.text
    assert "等决定" in desks["wu_shi"].get(f"{LIST}CQ-{number}").text


def test_a_letter_neither_names_the_submitter_nor_the_case(app: Flask, desks: Desks) -> None:
    case, number = with_cast(app, _unfounded), asked(desks)
    for text in (f"郑十一反映的事情，{LETTER}", f"{LETTER}见{case}。"):
        assert granted(desks, number, case, text=text).status_code == 422
    unknown = granted(desks, number, "SQ-2026-000000")
    assert unknown.status_code == 422
    assert "没有找到这件诉求" in unknown.text
    assert LETTER in unknown.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("wang_wu", 200), ("zhao_liu", 200), ("feng_yi", 200), ("chen_er", 200), ("wu_shi", 404), ("qian_qi", 404)],
)
def test_whoever_stands_above_or_inspects_the_place_decides_and_nobody_of_the_own_office(
    desks: Desks, who: str, status: int
) -> None:
    number = asked(desks)
    assert desks[who].get(f"{LIST}CQ-{number}/grant").status_code == status
    listed = desks[who].get(LIST).text
    assert (f"CQ-{number}" in listed) is (status == 200 or who == "wu_shi")


def test_colleagues_and_those_who_do_not_decide_learn_nothing_of_a_request(desks: Desks) -> None:
    number = asked(desks)
    for stranger in ("zhang_san", "zhou_jiu", "sun_ba", "wei_si", "li_si"):
        assert desks[stranger].get(f"{LIST}CQ-{number}").status_code == 404
    assert desks["zhang_san"].get(LIST).status_code == 200


def test_an_office_asks_and_the_letter_is_addressed_to_it(app: Flask, desks: Desks) -> None:
    case, number = with_cast(app, _unfounded), asked(desks, whom="office")
    granted(desks, number, case, who="zhao_liu")
    letter = desks["wu_shi"].get(f"{LIST}CQ-{number}/letter.pdf").data
    plain = "".join("".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(letter)).pages).split())
    assert "反映许庄街道办事处的有关问题不属实" in plain
    assert "吴十" not in plain


def test_what_is_missing_stands_beside_the_filled_form_and_markup_comes_back_as_text(desks: Desks) -> None:
    path, script = f"{LIST}new", "<script>alert(1)</script>"
    answer = send(desks["wu_shi"], path, action=path, whom="person", text=script)
    assert answer.status_code == 422
    assert "请选择范围" in answer.text
    assert script not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_request_sent_twice_is_one_and_a_second_decision_comes_too_late(app: Flask, desks: Desks) -> None:
    path = f"{LIST}new"
    fields = {**hidden_fields(desks["wu_shi"].get(path).text, path), "whom": "person", "scope": "village", "text": HARM}
    for _ in range(2):
        assert desks["wu_shi"].post(path, data=fields).status_code == 303
    assert desks["wu_shi"].get(LIST).text.count('scope="row"') == 1
    number = desks["wu_shi"].get(LIST).text.split(f'href="{LIST}CQ-')[1].split('"')[0]
    refusing = f"{LIST}CQ-{number}/refuse"
    late = hidden_fields(desks["feng_yi"].get(refusing).text, refusing)
    send(desks["wang_wu"], refusing, action=refusing)
    assert desks["feng_yi"].post(refusing, data=late).status_code == 404
