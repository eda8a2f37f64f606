"""A large roster over real HTTP: sealed while it waits, read by the worker, and its people found nowhere at any time."""

import re
import time

import pytest

from tests.desk import hidden_fields
from tests.usecases.payments import roster
from tests.walks.browsers import Browser, enrolled
from tests.walks.forks import run_forked
from tests.walks.instances import CITY_CLERK, Instance
from tests.walks.secrets_of_sheets import Secrets, files_below, leaks
from tests.walks.test_provoked_errors import WITH_A_FAULT

pytestmark = pytest.mark.slow

NEW, LIST, QUEUE = "/desk/payments/new", "/desk/payments/", "/desk/payments/uploads/"
ROWS = 4000
SETTINGS = {"PORTAL_QUEUE_ABOVE_KB": "16"}
WHO = Secrets(frozenset(), frozenset({"王桂兰"}))
_NUMBER = re.compile(rb"370899\d{11}[\dXx]|6223\d{15}")
"""Every ID number and every account of the invented roster; in the wide encodings too, once their zeros are out."""


def big(yuan: float | str = 872) -> bytes:
    return roster([("航运新村", 2, 872)] * (ROWS - 1) + [("甄庄村", 2, yuan)], claim=f"发放户数：{ROWS}　单位：元")


def nothing_told(instance: Instance, **said: bytes) -> None:
    held = files_below(instance.folder, instance.temporary) | {"log": instance.log} | said
    numbers = [where for where, content in held.items() if _NUMBER.search(content.replace(b"\0", b""))]
    assert (leaks(WHO, held), numbers) == ([], [])


def sealed(instance: Instance) -> int:
    """How many contents and keys of uploads lie in the instance."""
    folders = (instance.folder / "spool", instance.folder / "keys" / "uploads")
    return sum(1 for folder in folders for _ in folder.glob("*"))


def await_end(browser: Browser, page: str) -> str:
    """Look again and again, as the page asks for, until it tells the end."""
    for _ in range(600):
        text = browser.open(page)
        if browser.at != page or "刷新" not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the roster came to no end")


def test_a_large_roster_waits_sealed_over_a_restart_and_becomes_a_draft(instance: Instance):
    with instance.served(worker=False, **SETTINGS) as server:
        clerk, _ = enrolled(server.base, instance, CITY_CLERK)
        told = clerk.upload(NEW, big(), month="2026年10月", division="370811002")
        page = clerk.at
        assert page.startswith(QUEUE)
        assert "正在排队" in told
        assert sealed(instance) == 2
        nothing_told(instance, page=told.encode())
    with instance.served(**SETTINGS) as server:
        clerk.base = server.base
        told = await_end(clerk, page)
        assert re.fullmatch(r"/desk/payments/FF-\d{4}-\d{6}", clerk.at), clerk.at
        assert "3,488,000.00" in told
        assert sealed(instance) == 0
        nothing_told(instance, page=told.encode())


def test_errors_of_a_large_roster_are_told_by_cell_and_by_nothing_else(instance: Instance):
    with instance.served(**SETTINGS) as server:
        clerk, _ = enrolled(server.base, instance, CITY_CLERK)
        clerk.upload(NEW, big("八百"), month="2026年10月", division="370811002")
        told = await_end(clerk, clerk.at)
        assert f"G{ROWS + 3}" in told
        table = clerk.open(f"{clerk.at}/problems.csv")
        assert f"G{ROWS + 3}" in table
        nothing_told(instance, page=told.encode(), table=table.encode())


@pytest.mark.parametrize(
    "place", ["portal.usecases.payments.read_payments", "portal.usecases.payment_drafts.note_people"]
)
def test_a_crash_on_a_large_roster_tells_its_kind_alone_and_the_clerk_can_give_it_up(instance: Instance, place: str):
    with instance.served(worker=False, **SETTINGS) as server:
        clerk, _ = enrolled(server.base, instance, CITY_CLERK)
        clerk.upload(NEW, big(), month="2026年10月", division="370811002")
        page = clerk.at
        words = ["flask", place, "--app", "wsgi", "jobs", "run", "--json"]
        done = run_forked(words, instance.environment, WITH_A_FAULT)
        assert (done.returncode, b'"failed": 1' in done.stdout) == (1, True)
        nothing_told(instance, stdout=done.stdout, stderr=done.stderr)
        told = clerk.open(page)
        assert "正在排队" in told
        action = f"{page}/give-up"
        clerk.open(action, hidden_fields(told, action))
        assert clerk.at == LIST
        assert sealed(instance) == 0
        assert "还没有发放批次" in clerk.open(LIST)
        nothing_told(instance)
