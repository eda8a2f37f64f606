"""Letters of a case at the desk: the papers that the submitter has, without a name, for whoever handles it, noted."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import ContactChoice
from portal.domain.instants import shanghai_date
from portal.domain.intake import Contact
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.usecases import letters
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.services import Services
from tests.cast import CITY, Cast
from tests.desk import Desks, with_cast
from tests.usecases.cases import COMPLAINT, hand_in, replace, submitter_of, take

ANONYMOUS = replace(COMPLAINT, contact=Contact(ContactChoice.ANONYMOUS))


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be printed; the printing itself is tested with the papers."""
    printed: list[Any] = []
    monkeypatch.setattr(letters, "print_in_child", lambda paper, **_how: printed.append(paper) or b"%PDF-1.7")
    return printed


def _replied(
    services: Services,
    cast: Cast,
    *,
    at: Any,
    submission: Any = COMPLAINT,
    text: str = "已经办好，请核对本月发放的金额。",
) -> str:
    return _answered(services, cast, hand_in(services, submission, at=at).number, text, at=at)


def _answered(services: Services, cast: Cast, number: str, text: str, *, at: Any) -> str:
    officer = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    draft = {"text": text, "outcome": "substantiated", "legal_basis": "第三十四条"}
    for who, action, given in (
        (cast.zhao_liu, Action.REGISTER, {}),
        (cast.zhao_liu, Action.ACCEPT, {}),
        (cast.zhao_liu, Action.ASSIGN, officer),
        (cast.li_si, Action.DRAFT_REPLY, draft),
        (cast.wang_wu, Action.APPROVE_REPLY, {}),
        (cast.li_si, Action.REPLY, {"served_on": shanghai_date(at), "served_manner": "by_hand"}),
    ):
        take(services, who, number, action, at=at, **given)
    return number


def _reexamined(services: Services, cast: Cast, *, at: Any) -> str:
    handed = hand_in(services, COMPLAINT, at=at)
    number = _answered(services, cast, handed.number, "已经办好。", at=at)
    submitter = submitter_of(db.session(), services, handed)
    db.session.rollback()
    act_as_submitter(services, submitter, Action.ASK_REEXAMINATION, Given(text="请再查一次。"), at=at)
    found = {"text": "原意见予以维持。", "outcome": "substantiated", "legal_basis": "第三十五条"}
    served = {"served_on": shanghai_date(at), "served_manner": "by_post"}
    take(services, cast.feng_yi, number, Action.REEXAMINE, at=at, **found, **served)
    return number


def _extended(services: Services, cast: Cast, *, at: Any) -> str:
    number = hand_in(services, COMPLAINT, at=at).number
    officer = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
    for who, action, given in (
        (cast.zhao_liu, Action.REGISTER, {}),
        (cast.zhao_liu, Action.ACCEPT, {}),
        (cast.zhao_liu, Action.ASSIGN, officer),
        (cast.li_si, Action.ASK_EXTENSION, {"reason": "须查银行流水", "days": 30}),
        (cast.wang_wu, Action.APPROVE_EXTENSION, {}),
    ):
        take(services, who, number, action, at=at, **given)
    return number


def test_each_letter_is_listed_and_printed_without_the_name_and_noted(
    app: Flask, desks: Desks, papers: list[Any]
) -> None:
    number = with_cast(app, _replied)
    assert f"/desk/cases/{number}/letters" in desks["li_si"].get(f"/desk/cases/{number}").text
    page = desks["li_si"].get(f"/desk/cases/{number}/letters").text
    assert "受理告知书" in page
    assert "答复意见书" in page
    answer = desks["li_si"].get(f"/desk/cases/{number}/letters/7.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert papers[0].addressee == "反映人"
    assert papers[0].title == "答复意见书"
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.letter_printed")).all()
    assert (entry.subject, entry.detail) == (number, {"letter": 7})


def test_a_letter_at_the_desk_does_not_tell_who_is_anonymous(app: Flask, desks: Desks, papers: list[Any]) -> None:
    for submission in (COMPLAINT, ANONYMOUS):
        number = with_cast(app, _replied, submission=submission)
        desks["li_si"].get(f"/desk/cases/{number}/letters/7.pdf")
    named, anonymous = ([block.text for block in paper.blocks][1:] for paper in papers)
    assert named == anonymous


def test_an_answer_that_was_looked_at_again_bears_the_name_of_the_office_that_did(
    app: Flask, desks: Desks, papers: list[Any]
) -> None:
    number = with_cast(app, _reexamined)
    desks["li_si"].get(f"/desk/cases/{number}/letters/9.pdf")
    (paper,) = papers
    assert (paper.title, paper.office_name) == ("复查意见书", CITY)
    assert any("向上一级机关、单位申请复核" in block.text for block in paper.blocks)


def test_a_letter_printed_again_after_an_extension_promises_what_it_promised(
    app: Flask, desks: Desks, papers: list[Any]
) -> None:
    number = with_cast(app, _extended)
    for seq in (3, 6):
        desks["li_si"].get(f"/desk/cases/{number}/letters/{seq}.pdf")
    accepted, extended = (" ".join(block.text for block in paper.blocks) for paper in papers)
    (promised,) = re.findall(r"我单位将在(.*?)前办结", accepted)
    (longer,) = re.findall(r"延长后的办理期限至(.*?)。", extended)
    assert promised != longer


def test_who_is_kept_out_or_does_not_handle_cases_gets_no_letter(app: Flask, desks: Desks, papers: list[Any]) -> None:
    number = with_cast(app, _replied)
    assert desks["qian_qi"].get(f"/desk/cases/{number}/letters").status_code == 404
    assert desks["qian_qi"].get(f"/desk/cases/{number}/letters/7.pdf").status_code == 404
    assert desks["sun_ba"].get(f"/desk/cases/{number}/letters/7.pdf").status_code == 403
    assert desks["li_si"].get(f"/desk/cases/{number}/letters/2.pdf").status_code == 404
    assert papers == []


def test_markup_in_an_answer_is_printed_as_the_text_that_it_is(app: Flask, desks: Desks) -> None:
    """Really printed: were it markup, the sheet would fetch the picture, follow the link and lose the words."""
    hostile = '<script>alert(1)</script><img src="file:///etc/hostname">{{ 7 * 7 }}<a href="javascript:x">已经办好</a>'
    number = with_cast(app, _replied, text=hostile)
    answer = desks["li_si"].get(f"/desk/cases/{number}/letters/7.pdf")
    assert answer.status_code == 200
    pages = PdfReader(BytesIO(answer.data)).pages
    assert not any("/Annots" in page or page.images for page in pages)
    words = "".join("".join(page.extract_text() for page in pages).split())
    assert "".join(hostile.split()) in words
