"""Whoever is kept out of a case finds nothing of it on any page of the desk, in no count and in no export."""

import re
from typing import Any

import pytest
from flask import Flask

from portal.domain.case_actions import Action
from portal.domain.cases import AccusedRole, CaseKind
from portal.usecases.services import Services
from tests.cast import Cast
from tests.desk import Desks, with_cast
from tests.usecases.cases import COMPLAINT, Handed, about, hand_in, take
from tests.usecases.lists import published

_LINK = re.compile(r'href="(/desk/[^"#]*)"')
_COUNT = re.compile(r"没有结束的 (\d+) 件")
MOST = 60


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def notice(app: Flask) -> str:
    return with_cast(app, published)


def objection(services: Services, cast: Cast, *, at: Any, notice: str, **changes: object) -> Handed:
    """An objection that keeps 李四 out by name, and the township with everybody in it."""
    submission = about(
        COMPLAINT, kind=CaseKind.OBJECTION, notice_number=notice, notice_row=3,
        accused_role=AccusedRole.OFFICIAL, accused_account_id=cast.li_si.account_id, not_to_township=True, **changes,
    )  # fmt: skip
    handed = hand_in(services, submission, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    take(services, cast.wang_wu, handed.number, Action.RECUSE, at=at, reason="亲属")
    return handed


def pages_of(desks: Desks, who: str) -> dict[str, str]:
    """Every page of the desk that somebody reaches by links, not more than so many."""
    client, found, waiting = desks[who], {}, ["/desk/", "/desk/cases/", "/desk/cases/?ended=1"]
    while waiting and len(found) < MOST:
        path = waiting.pop(0).replace("&amp;", "&")
        if path in found or "sign-out" in path:
            continue
        answer = client.get(path)
        found[path] = answer.text if answer.mimetype == "text/html" else repr(answer.data)
        waiting += _LINK.findall(found[path]) if answer.mimetype == "text/html" else []
    return found


@pytest.mark.parametrize("who", ["qian_qi", "li_si", "wang_wu", "wu_shi"])
def test_another_county_the_accused_the_recused_and_those_below_the_floor_find_nothing(
    app: Flask, desks: Desks, notice: str, who: str
) -> None:
    handed = with_cast(app, objection, notice=notice)
    pages = pages_of(desks, who)
    assert f"/desk/notices/{notice}" in pages or who == "qian_qi"
    assert [path for path, text in pages.items() if handed.number in text] == []
    assert [path for path, text in pages.items() if "核查中。" in text] == []
    assert {count for text in pages.values() for count in _COUNT.findall(text)} == {"0"}
    for path in ("", "/steps/note", "/steps/register", "/files/0", "/external-numbers", "/transfer"):
        assert desks[who].get(f"/desk/cases/{handed.number}{path}").status_code in {403, 404}, path
    assert handed.number not in desks[who].get(f"/desk/cases/?number={handed.number[-6:]}").text.split("<main")[
        1
    ].replace(f'value="{handed.number[-6:]}"', "")


def test_those_who_handle_it_see_it_and_the_notice_says_only_that_the_row_is_being_checked(
    app: Flask, desks: Desks, notice: str
) -> None:
    handed = with_cast(app, objection, notice=notice)
    assert handed.number in desks["zhao_liu"].get("/desk/cases/").text
    page = desks["zhao_liu"].get(f"/desk/notices/{notice}").text
    assert "第 3 行核查中。" in page
    assert handed.number not in page
    assert "没有结束的 1 件" in desks["zhao_liu"].get("/desk/").text
