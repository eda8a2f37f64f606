"""A control character that is typed or stands in an address comes back nowhere, whatever room it was typed in."""

from datetime import datetime

import pytest
import time_machine
from flask import Flask

from tests.clients import CheckedClient
from tests.desk import Desks, send, with_cast
from tests.usecases.cases import Handed, hand_in
from tests.web.test_desk_cases import in_hand

TYPED, SHOWN = "甲\x00\x07乙\u202e丙\ufeff丁", "甲乙丙丁"
"""Every page of these tests is read by a parser that refuses control characters (tests/clients.py)."""


@pytest.fixture(autouse=True)
def _clock(at: datetime):
    with time_machine.travel(at, tick=False):
        yield


def test_an_officer_reads_his_own_words_without_it(app: Flask) -> None:
    handed: Handed = with_cast(app, lambda services, _cast, at: hand_in(services, at=at))
    in_hand(app, handed.number)
    path = f"/desk/cases/{handed.number}/steps/draft-reply"
    answer = send(Desks(app)["li_si"], path, action=path, text=TYPED, legal_basis=TYPED)
    assert answer.status_code == 422
    assert answer.text.count(SHOWN) == 2


def test_a_filter_keeps_none_of_it(app: Flask) -> None:
    page = Desks(app)["li_si"].get("/desk/cases/", query_string={"number": TYPED})
    assert SHOWN in page.text


def test_whoever_tells_something_reads_his_own_words_without_it(client: CheckedClient) -> None:
    answer = client.post("/cases/new/what", data={"text": TYPED})
    assert answer.status_code == 422
    assert SHOWN in answer.text
