"""A real server and a real disk: one form from twelve browsers at once, and no room left in the middle of a form."""

import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import SERVER
from tests.servers import Server
from tests.walks.instances import Instance, found
from tests.walks.test_private_submits import ANSWERS, TEXT, Browser

pytestmark = pytest.mark.slow

AT_ONCE = 12
DISK_MB = 64
"""Enough for an instance with every division in its database, and soon full."""


def lead_to(browser: Browser, page: str) -> None:
    """Answer every page up to one."""
    browser.post("/cases/new/")
    for _ in range(14):
        if browser.path.endswith(f"/{page}"):
            return
        browser.post(browser.path, **ANSWERS.get(browser.path.rpartition("/")[2], {}))
    raise AssertionError((browser.path, browser.status))


def receipt_on(browser: Browser) -> tuple[str, str]:
    number = re.search(r'id="case-number">([^<]+)<', browser.page)
    code = re.search(r'id="query-code">([^<]+)<', browser.page)
    assert number, browser.status
    assert code
    return number[1], re.sub(r"\D", "", code[1])


def test_one_form_sent_by_twelve_connections_at_once_is_one_case_with_one_receipt(instance: Instance):
    with instance.served(worker=False) as server:
        first = Browser(server)
        lead_to(first, "check")

        def send(_: int) -> tuple[str, str]:
            other = Browser(server)
            for cookie in first.jar:
                other.jar.set_cookie(cookie)
            other.post("/cases/new/check")
            return receipt_on(other)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            receipts = list(pool.map(send, range(AT_ONCE)))
        ((number, code),) = set(receipts)
        first.post("/cases/progress", code=code)
        assert number in first.page


@pytest.mark.skipif(bool(SERVER), reason="the database lies on another disk")
def test_a_disk_that_is_really_full_is_503_and_gives_back_what_was_typed(tmp_path: Path):
    with small_disk(tmp_path / "home") as home:
        instance = found(home)
        with instance.served(worker=False) as server:
            browser = Browser(server)
            lead_to(browser, "what")
            with no_room(instance.folder):
                browser.post(browser.path, text=TEXT)
                assert (browser.status, TEXT.split()[0] in browser.page) == (503, True)
            browser.post("/cases/new/what", text=TEXT)
            assert browser.status == 200
            last_page(server, browser, instance.folder)


def last_page(server: Server, browser: Browser, folder: Path) -> None:
    """The last page of all: refused with the text in it, and taken once there is room again."""
    for _ in range(6):
        if browser.path.endswith("/check"):
            break
        browser.post(browser.path, **ANSWERS.get(browser.path.rpartition("/")[2], {}))
    with no_room(folder):
        browser.post("/cases/new/check")
        assert (browser.status, TEXT.split()[0] in browser.page) == (503, True)
    browser.post("/cases/new/check")
    number, code = receipt_on(browser)
    again = Browser(server)
    again.post("/cases/progress", code=code)
    assert number in again.page


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of its own, which only root may mount."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("nobody but root may mount a small disk")
    try:
        yield place / "portal"
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    """Fill the disk to the last byte, and make room again."""
    filling = folder.parent / "filling"
    with filling.open("wb", buffering=0) as file:
        for piece in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
    try:
        yield
    finally:
        filling.unlink()
