"""A form that is sent after its session has ended, over real HTTP and through both steps of signing in."""

import html
import re

import pytest

from tests.desk import hidden_fields
from tests.walks.browsers import OWN, Browser, enrolled, signed_in
from tests.walks.instances import CITY_CLERK, CLERK, Instance

pytestmark = pytest.mark.slow

NEW = "/desk/documents/new"
TYPED = {
    "title": "关于做好冬季救助的通知",
    "category": "policy",
    "validity": "in_force",
    "body": "写了半天的正文",
} | dict.fromkeys(
    ("program", "issuer", "document_number", "index_number", "dated_on", "validity_note", "summary", "review_on"), ""
)


def _end_elsewhere(other: Browser) -> None:
    """End the session of the first browser from a second one."""
    page = other.open("/desk/account/")
    (action,) = set(re.findall(r'action="(/desk/account/sessions/\d+/end)"', page))
    other.open(action, hidden_fields(page, action))


def test_what_was_typed_comes_back_after_password_and_code_and_to_nobody_else(instance: Instance):
    with instance.served(worker=False) as server:
        mine, device = enrolled(server.base, instance, CITY_CLERK)
        other = Browser(server.base)
        signed_in(other, CITY_CLERK, device)
        fields = hidden_fields(mine.open(NEW), NEW)
        _end_elsewhere(other)
        away = mine.open(NEW, {**fields, **TYPED})
        assert mine.at == f"/desk/sign-in?next={NEW}"
        assert "您填写的内容已经保留" in away

        second, second_device = enrolled(server.base, instance, CLERK)
        assert TYPED["body"] not in second.open(NEW)
        stranger = Browser(server.base)
        for cookie in mine.jar:
            if cookie.name.startswith("desk_kept_"):
                stranger.jar.set_cookie(cookie)
        signed_in(stranger, CLERK, second_device, f"/desk/sign-in?next={NEW}")
        assert stranger.at == NEW
        assert TYPED["body"] not in stranger.open(NEW)

        page = signed_in(mine, CITY_CLERK, device, f"/desk/sign-in?next={NEW}")
        assert mine.at == NEW
        assert "已经保留在这里" in page
        for text in (TYPED["title"], TYPED["body"]):
            assert text in html.unescape(page)
        fresh = hidden_fields(page, NEW)
        assert fresh["csrf_token"] != fields["csrf_token"]
        assert fresh["idempotency_key"] != fields["idempotency_key"]
        mine.open(NEW, {**fresh, **TYPED})
        assert re.fullmatch(r"/desk/documents/WJ-\d{4}-\d{6}", mine.at)
    assert OWN.encode() not in instance.log
    assert TYPED["body"].encode() not in instance.log
