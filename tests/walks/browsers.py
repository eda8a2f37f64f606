"""A browser of the standard library alone, and the device of somebody who signs in with it."""

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pyotp

from tests.desk import hidden_fields
from tests.walks.instances import Instance

OWN = "凫山南路的杨树今年又绿了"
"""The password that everybody chooses."""
_BOUNDARY = b"-----a-boundary-that-no-file-holds"


class Browser:
    """Keeps cookies by their paths and follows redirects, as browsers do."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.at = ""

    def open(self, path: str, typed: dict[str, str] | None = None) -> str:
        """The page at the end of the way; `at` is where it led."""
        data = urllib.parse.urlencode(typed).encode() if typed is not None else None
        return self._ask(urllib.request.Request(self.base + path, data))  # noqa: S310 - our own address

    def upload(self, path: str, content: bytes, **typed: str) -> str:
        """Open a page, fill in its form, and send it with a spreadsheet."""
        fields = {**hidden_fields(self.open(path), path), **typed}
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        parts.append(b'name="file"; filename="a.xlsx"\r\nContent-Type: application/octet-stream\r\n\r\n' + content)
        bodies = (b"--%b\r\nContent-Disposition: form-data; %b\r\n" % (_BOUNDARY, part) for part in parts)
        headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY.decode()}"}
        data = b"".join(bodies) + b"--%b--\r\n" % _BOUNDARY
        return self._ask(urllib.request.Request(self.base + path, data, headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=60) as answer:
            self.at = answer.url.removeprefix(self.base)
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


def enrolled(base: str, instance: Instance, username: str) -> tuple[Browser, Authenticator]:
    """Somebody's first sign-in: own password, own device."""
    first = instance.command("staff", "reset-password", username)["password"]
    browser = Browser(base)
    browser.send("/desk/sign-in", username=username, password=first)
    page = browser.send("/desk/sign-in/password", password=OWN)
    device = Authenticator(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", ""))
    browser.send("/desk/sign-in/device", code=device.code())
    assert browser.at == "/desk/"
    return browser, device


def signed_in(browser: Browser, username: str, device: Authenticator, at: str = "/desk/sign-in") -> str:
    """Sign in once more, with both steps."""
    browser.send(at, username=username, password=OWN)
    assert browser.at.startswith("/desk/sign-in/code")
    return browser.send(browser.at, code=device.code())
