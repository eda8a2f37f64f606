import html
import re
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from portal.usecases.duties import keep_duties
from tests.clients import CheckedClient
from tests.desk import send, sign_in, with_cast

LIST = "/desk/duties/370811002/extreme-poverty-review"


@pytest.fixture(autouse=True)
def counted(app: Flask, at: datetime):
    with time_machine.travel(at, tick=False):
        with_cast(app, lambda services, _cast, *, at: keep_duties(services, at=at))
        yield


def test_a_drafter_finds_what_is_late_and_where_to_begin(client: CheckedClient):
    sign_in(client, "zhang_san")
    assert "超期或从未公开" in client.get("/desk/").text
    page = client.get("/desk/duties/").text
    assert "从未公开" in page
    for address in ("/desk/documents/new?", "/desk/notices/new?"):
        assert f'href="{address}' in page
    assert "not-applicable" not in page
    assert client.get(f"{LIST}/not-applicable").status_code == 403


def test_the_form_that_is_begun_from_the_list_is_filled_in_with_what_the_list_knows(client: CheckedClient):
    sign_in(client, "zhang_san")
    page = client.get("/desk/duties/").text
    guide = re.search(r'href="(/desk/documents/new\?category=guide[^"]*program=subsistence_allowance)"', page)
    listed = re.search(r'href="(/desk/notices/new\?[^"]*kind=result[^"]*)"', page)
    assert guide
    assert listed
    form = client.get(html.unescape(guide[1])).text
    assert re.search(r'<input[^>]*checked[^>]*value="guide"|value="guide"[^>]*checked', form)
    assert re.search(r'<option[^>]*selected[^>]*value="subsistence_allowance"', form)
    form = client.get(html.unescape(listed[1])).text
    assert re.search(r'<option[^>]*selected[^>]*value="370811002"', form)
    assert client.get("/desk/documents/new?category=poem&program=poetry").status_code == 200


def test_a_county_looks_at_its_own_duties_or_at_those_of_its_townships_too(client: CheckedClient):
    sign_in(client, "zhao_liu")
    assert "许庄街道" in client.get("/desk/duties/").text
    own = client.get("/desk/duties/?own=1").text
    assert "许庄街道" not in own
    assert "任城区" in own


def test_a_publisher_states_that_a_duty_does_not_apply_and_takes_it_back(client: CheckedClient):
    sign_in(client, "zhao_liu")
    empty = send(client, f"{LIST}/not-applicable", reason="")
    assert empty.status_code == 422
    assert "请写明原因" in empty.text
    answer = send(client, f"{LIST}/not-applicable", reason="本街道没有特困供养对象")
    assert answer.status_code == 303
    assert "本街道没有特困供养对象" in client.get("/desk/duties/").text
    public = client.get("/duties/370811002/").text
    assert "不适用" in public
    assert "本街道没有特困供养对象" in public
    assert send(client, f"{LIST}/applicable").status_code == 303
    assert "本街道没有特困供养对象" not in client.get("/duties/370811002/").text


def test_another_county_has_no_such_duty_and_no_such_list(client: CheckedClient):
    sign_in(client, "qian_qi")
    assert client.get(f"{LIST}/not-applicable").status_code == 404
    assert "许庄街道" not in client.get("/desk/duties/").text
