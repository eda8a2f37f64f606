"""A form that is sent after its session has ended, over real HTTP and through both steps of signing in."""

import html
import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pyotp
import pytest

from tests.desk import hidden_fields
from tests.walks.instances import CITY_CLERK, CLERK, Instance

pytestmark = pytest.mark.slow

NEW = "/desk/documents/new"
OWN = "凫山南路的杨树今年又绿了"
TYPED = {
    "title": "关于做好冬季救助的通知",
    "category": "policy",
    "validity": "in_force",
    "body": "写了半天的正文",
} | dict.fromkeys(
    ("program", "issuer", "document_number", "index_number", "dated_on", "validity_note", "summary", "review_on"), ""
)


class Browser:
    """Keeps cookies by their paths and follows redirects, as browsers do."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.at = ""

    def open(self, path: str, typed: dict[str, str] | None = None) -> str:
        """The page at the end of the way; `at` is where it led."""
        data = urllib.parse.urlencode(typed).encode() if typed is not None else None
        request = urllib.request.Request(self._base + path, data)  # noqa: S310 - our own address
        with self._opener.open(request, timeout=60) as answer:
            self.at = answer.url.removeprefix(self._base)
            return str(answer.read().decode())

    def send(self, path: str, action: str = "", **typed: str) -> str:
        """Open a page, fill in its form and send it."""
        page = self.open(path)
        return self.open(action or path, {**hidden_fields(page, action), **typed})


class Authenticator:
    """Codes one after the other: each is good once, and those beside the present one count as well."""

    def __init__(self, secret: str) -> None:
        self._totp, self._used = pyotp.TOTP(secret), 0

    def code(self) -> str:
        """The oldest code that is still taken and was not used."""
        self._used = max(self._used + 1, int(time.time()) // 30 - 1)
        return self._totp.at(self._used * 30)


def _enrolled(base: str, instance: Instance, username: str) -> tuple[Browser, Authenticator]:
    """Somebody's first sign-in: own password, own device."""
    first = instance.command("staff", "reset-password", username)["password"]
    browser = Browser(base)
    browser.send("/desk/sign-in", username=username, password=first)
    page = browser.send("/desk/sign-in/password", password=OWN)
    device = Authenticator(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", ""))
    browser.send("/desk/sign-in/device", code=device.code())
    assert browser.at == "/desk/"
    return browser, device


def _signed_in(browser: Browser, username: str, device: Authenticator, at: str = "/desk/sign-in") -> str:
    browser.send(at, username=username, password=OWN)
    assert browser.at.startswith("/desk/sign-in/code")
    return browser.send(browser.at, code=device.code())


def _end_elsewhere(other: Browser) -> None:
    """End the session of the first browser from a second one."""
    page = other.open("/desk/account/")
    (action,) = set(re.findall(r'action="(/desk/account/sessions/\d+/end)"', page))
    other.open(action, hidden_fields(page, action))


def test_what_was_typed_comes_back_after_password_and_code_and_to_nobody_else(instance: Instance):
    with instance.served(worker=False) as server:
        mine, device = _enrolled(server.base, instance, CITY_CLERK)
        other = Browser(server.base)
        _signed_in(other, CITY_CLERK, device)
        fields = hidden_fields(mine.open(NEW), NEW)
        _end_elsewhere(other)
        away = mine.open(NEW, {**fields, **TYPED})
        assert mine.at == f"/desk/sign-in?next={NEW}"
        assert "您填写的内容已经保留" in away

        second, second_device = _enrolled(server.base, instance, CLERK)
        assert TYPED["body"] not in second.open(NEW)
        stranger = Browser(server.base)
        for cookie in mine.jar:
            if cookie.name.startswith("desk_kept_"):
                stranger.jar.set_cookie(cookie)
        _signed_in(stranger, CLERK, second_device, f"/desk/sign-in?next={NEW}")
        assert stranger.at == NEW
        assert TYPED["body"] not in stranger.open(NEW)

        page = _signed_in(mine, CITY_CLERK, device, f"/desk/sign-in?next={NEW}")
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
