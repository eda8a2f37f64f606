"""Whatever a submitter types, sends or provokes leaves no word, code or address in any file, log or temporary folder."""

import base64
import hashlib
import http.client
import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.servers import Server
from tests.walks.instances import Instance
from tests.walks.secrets_of_sheets import ENCODINGS, files_below
from tests.walks.test_provoked_errors import WITH_A_FAULT, _run

pytestmark = pytest.mark.slow

ADDRESS = "127.0.0.77"
TEXT = "鹳鹊楼西侧蓝漆铁柜里锁着廿三本存折\n钥匙挂在灶屋的葫芦上"
HAPPENED = "谷雨前后赶集那天"
ACCUSED = "绰号叫灰鹞子的保管"
NAME, PHONE, EMAIL = "闾丘棠棣", "13987650123", "tangdi.lvqiu@post.example"
SUPPLY = "又想起铁柜旁有只断腿木凳"
ATTACHED = "瓦罐底下压着一张红纸收据"
TYPED = {"text": TEXT, "happened": HAPPENED, "accused": ACCUSED, "name": NAME, "supply": SUPPLY, "attached": ATTACHED}
WINDOW = 4
"""How many characters in a row of what was typed must nowhere stand together."""


def traces(*more: str) -> dict[str, set[bytes]]:
    """What to look for: pieces of the words in any encoding, numbers whole, in groups and hashed without a key."""
    words = {name: _pieces(word) for name, word in TYPED.items()}
    for value in (PHONE, EMAIL, ADDRESS, *more):
        grouped = " ".join(value[start : start + 4] for start in range(0, len(value), 4))
        written = {value, grouped, grouped.replace(" ", "-"), urllib.parse.quote(value), grouped.replace(" ", "+")}
        hashed = {hashlib.new(kind, value.encode()).hexdigest() for kind in ("md5", "sha1", "sha256")}
        raw = {hashlib.sha256(value.encode()).digest(), base64.b64encode(value.encode()).rstrip(b"=")[:-1]}
        words[f"{len(value)} signs"] = {one.encode() for one in written | hashed} | raw
    return words


def _pieces(word: str) -> set[bytes]:
    plain = re.sub(r"\s", "", word)
    pieces = {plain[start : start + WINDOW] for start in range(len(plain) - WINDOW + 1)}
    escaped = {json.dumps(piece).strip('"') for piece in pieces} | {urllib.parse.quote(piece) for piece in pieces}
    return {piece.encode(encoding) for piece in pieces for encoding in ENCODINGS} | {one.encode() for one in escaped}


def told(looked_for: dict[str, set[bytes]], held: dict[str, bytes]) -> list[str]:
    """Where something was found, and what kind of thing; never the thing."""
    return [
        f"{where}: {name}"
        for where, content in held.items()
        for name, pieces in looked_for.items()
        if any(piece in content for piece in pieces)
    ]


class Browser:
    """Forms without JavaScript, with cookies, from an address of its own."""

    def __init__(self, server: Server) -> None:
        class FromThere(urllib.request.HTTPHandler):
            def http_open(self, request: urllib.request.Request):
                return self.do_open(partial(http.client.HTTPConnection, source_address=(ADDRESS, 0)), request)

        self.base, self.status, self.page, self.path = server.base, 0, "", ""
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(FromThere, urllib.request.HTTPCookieProcessor(self.jar))

    def send(self, path: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> None:
        request = urllib.request.Request(self.base + path, data)  # noqa: S310 - our own server
        request.add_header("Content-Type", kind)
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.status, self.page = answer.status, answer.read().decode()
            self.path = urllib.parse.urlsplit(answer.url).path

    def post(self, path: str, **fields: str) -> None:
        self.send(path, urllib.parse.urlencode(fields).encode())

    def upload(self, path: str, field: str, name: str, content: bytes) -> None:
        head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        self.send(path, head + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge")


ANSWERS: dict[str, dict[str, str]] = {
    "kind": {"kind": "complaint"},
    "category": {"category": "card_kept"},
    "place": {"place": "许庄街道"},
    "who": {"role": "village_cadre", "office": "0", "accused_names": ACCUSED},
    "keep-away": {"not_to_township": "y"},
    "what": {"text": TEXT, "happened": HAPPENED},
    "contact": {"choice": "named"},
    "details": {"name": NAME, "phone": PHONE, "email": EMAIL},
}
FAULTY: dict[str, dict[str, str]] = {
    "kind": {"kind": TEXT},
    "category": {"category": TEXT},
    "place": {"place": ACCUSED},
    "who": {"role": NAME, "office": PHONE, "accused_names": ACCUSED * 400},
    "what": {"text": TEXT * 600, "happened": HAPPENED * 400},
    "contact": {"choice": EMAIL},
    "details": {"name": NAME * 90, "phone": TEXT, "email": NAME},
}


def hand_in(browser: Browser) -> str:
    """From the first page to the receipt, each page wrong before it is right; gives the code."""
    browser.post("/cases/new/")
    for _ in range(14):
        step = browser.path.rpartition("/")[2]
        if step == "receipt":
            break
        if step in FAULTY:
            browser.post(browser.path, **FAULTY[step])
            assert browser.path.endswith(step), (step, browser.status)
        if step == "files":
            browser.upload(browser.path, "file", f"{ATTACHED}.txt", ATTACHED.encode() * 40)
        browser.post(f"/cases/new/{step}", **ANSWERS.get(step, {}))
        assert browser.status == 200, (step, browser.status)
    found = re.search(r'id="query-code">([^<]+)<', browser.page)
    assert found, browser.path
    return re.sub(r"\D", "", found[1])


def visit(browser: Browser, code: str) -> None:
    """Wrong codes first, then the right one, a supplement, and away."""
    for wrong in (code[:-1] + str((int(code[-1]) + 1) % 10), code[::-1], TEXT, PHONE):
        browser.post("/cases/progress", code=wrong)
        assert browser.status == 422
    browser.post("/cases/progress", code=code)
    assert browser.status == 200
    browser.send("/cases/progress/supply")
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', browser.page)
    assert key
    browser.post("/cases/progress/supply", idempotency_key=key[1], text=SUPPLY)
    assert browser.status == 200


def test_the_search_itself_finds_what_it_looks_for():
    for word in (TEXT.encode("gb18030"), f"to={PHONE}".encode(), hashlib.sha256(ADDRESS.encode()).hexdigest().encode()):
        assert len(told(traces(), {"file": b"\0" + word + b"\0"})) == 1


def test_from_the_first_page_to_the_last_visit_nothing_typed_stands_anywhere(instance: Instance):
    with instance.served() as server:
        browser = Browser(server)
        code = hand_in(browser)
        visit(browser, code)
        half = Browser(server)
        half.post("/cases/new/")
        for step in ("kind", "category", "place", "who", "keep-away", "what"):
            half.post(f"/cases/new/{step}", **ANSWERS[step])
        held = files_below(instance.folder, instance.temporary)
    looked_for = traces(code, code[:-1] + str((int(code[-1]) + 1) % 10), code[::-1])
    assert told(looked_for, held | {"log": instance.log}) == []
    after = files_below(instance.folder, instance.temporary)
    assert told(looked_for, after) == []
    assert len(after) > 3


@pytest.mark.parametrize(
    "place",
    [
        "portal.cli.cases.submission_from_record",
        "portal.usecases.intake.derive",
        "portal.usecases.intake.place",
        "portal.usecases.intake.add_item",
        "portal.usecases.intake.seal_identity",
        "portal.usecases.intake.seal_notify",
        "portal.usecases.intake.append",
        "portal.usecases.case_sealing.seal",
        "portal.usecases.case_sealing.canonical_json",
    ],
)
def test_a_crash_in_the_middle_of_taking_in_says_where_and_not_what(instance: Instance, tmp_path: Path, place: str):
    file = tmp_path / "cases.json"
    contact = {"choice": "named", "name": NAME, "phone": PHONE, "email": EMAIL}
    about = {"kind": "complaint", "category": "card_kept", "division": "370811002", "accused_role": "village_cadre"}
    record = {**about, "accused_names": ACCUSED, "text": TEXT, "happened": HAPPENED, "contact": contact}
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    done = _run(instance, place, "--app", "wsgi", "cases", "import", file, "--json", code=WITH_A_FAULT)
    assert done.returncode == 1
    nothing_told(instance, done)


@pytest.mark.parametrize("field", ["kind", "text", "contact", "notice_row", "division"])
def test_a_record_that_cannot_be_read_is_refused_without_its_words(instance: Instance, tmp_path: Path, field: str):
    file = tmp_path / "cases.json"
    record = {"kind": "complaint", "category": "other", "division": "370811002", "text": TEXT, "accused_names": ACCUSED}
    record[field] = [NAME, PHONE] if field in {"text", "contact"} else NAME
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    done = _run(instance, "--app", "wsgi", "cases", "import", file, "--json")
    assert done.returncode == 1
    nothing_told(instance, done)


def nothing_told(instance: Instance, done: "subprocess.CompletedProcess[bytes]") -> None:
    held = files_below(instance.folder, instance.temporary)
    assert told(traces(), held | {"stdout": done.stdout, "stderr": done.stderr}) == []
