"""Letters of a case at the desk: the papers that the submitter has, without a name, for whoever handles it, noted."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from portal.domain.case_actions import Action
from portal.domain.cases import ContactChoice
from portal.domain.instants import shanghai_date
from portal.domain.intake import Contact
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.usecases import letters
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, with_cast
from tests.usecases.cases import COMPLAINT, hand_in, replace, take

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
    number = hand_in(services, submission, at=at).number
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
