"""我要反映 as its users meet it: plain forms, one question a page, from a phone in a village."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.cases import AccusedRole, CaseKind, Category
from portal.domain.desk_keys import DeskKind
from portal.models.cases import Case, CaseAccused
from portal.usecases.case_sealing import DeskOpener
from tests.cast import Cast
from tests.clients import CheckedClient
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
        assert page.status_code == 200, (page.request.path, re.findall(r'class="error".*?</p>|<li>.*?</li>', page.text, re.S)[:12])
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
    return [path for path in folder.iterdir()] if folder.is_dir() else []


@pytest.mark.parametrize("answers", [TIP_OFF, COMPLAINT, INQUIRY, OBJECTION, TAKEDOWN])
def test_every_kind_comes_to_a_receipt_whose_code_opens_the_progress_page(
    client: CheckedClient, desk: DeskOpener, answers: dict
) -> None:
    receipt = walk(client, answers)
    shown = client.post("/cases/progress", data={"code": code_on(receipt)}, follow_redirects=True)

    assert number_on(receipt) in shown.text
    assert receipt.headers["Cache-Control"] == "no-store"


def test_what_was_answered_decides_where_a_case_goes(client: CheckedClient, desk: DeskOpener, session: Session) -> None:
    walk(client, TIP_OFF)

    case = session.scalars(select(Case)).one()
    assert (case.kind, case.category, case.division_code) == (CaseKind.TIP_OFF, Category.CARD_KEPT, "370811002")
    assert case.level_floor is not None


def test_an_office_that_is_picked_learns_nothing(
    client: CheckedClient, desk: DeskOpener, session: Session, cast: Cast
) -> None:
    about_county = {**TIP_OFF, "who": {"role": AccusedRole.OFFICIAL, "office": str(cast.li_si.office_id)}}
    assert walk(client, about_county).status_code in {200, 422}
    assert session.scalars(select(CaseAccused.office_id)).all() == [cast.li_si.office_id]
