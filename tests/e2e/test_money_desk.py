"""What a bureau's reviewer looks at beside the lists, and how a warning is taken over: judged by axe, on every width."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WIDTHS, Walk
from tests.servers import Server
from tests.usecases.payments import roster

REVIEWER = "jining-reviewer"
PAGES = (
    "/desk/",
    "/desk/standards/",
    "/desk/warnings/",
    "/desk/duties/",
    "/desk/registers/",
    "/desk/payments/",
    "/desk/budgets/",
)
ROWS = 20_000
"""More than a clerk waits for before his browser."""
OF_THE_TOWN = ("/desk/proxy-collectors/", "/desk/duties/", "/desk/warnings/")


@pytest.fixture(scope="module")
def passwords(portal: Server) -> dict[str, str]:
    """Of the sample's accounts."""
    accounts = Path(portal.environment["PORTAL_INSTANCE"]) / "demo-accounts.csv"
    with accounts.open(encoding="utf-8-sig") as file:
        return {row["username"]: row["password"] for row in csv.DictReader(file)}


def signed_in(walker: Walk, username: str, password: str) -> Walk:
    page = walker.visit("/desk/sign-in")
    page.get_by_label("账号", exact=True).fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    walker.press("登录")
    return walker


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_the_desk_of_money_is_good_on_phone_and_desk(
    walk: Callable[..., Walk], passwords: dict[str, str], width: int
) -> None:
    walker = signed_in(walk(width=width), REVIEWER, passwords[REVIEWER])
    for path in PAGES:
        walker.visit(path)
    page = walker.visit("/desk/warnings/")
    page.locator("main tbody a").first.click()
    walker.look()
    walker.tab_through()
    if page.get_by_role("button", name="由我负责").count():
        walker.press("由我负责")
    walker.follow("写明原因")


def test_who_collects_for_whom_is_good_on_a_phone(walk: Callable[..., Walk], passwords: dict[str, str]) -> None:
    walker = signed_in(walk(width=WIDTHS["phone"]), "rencheng-reviewer", passwords["rencheng-reviewer"])
    for path in OF_THE_TOWN:
        walker.visit(path)
    walker.visit("/desk/proxy-collectors/").locator("main tbody a").first.click()
    walker.look()


def test_a_scan_of_a_consent_is_asked_for_on_a_phone(walk: Callable[..., Walk], passwords: dict[str, str]) -> None:
    walker = signed_in(walk(width=WIDTHS["phone"]), "jining-drafter", passwords["jining-drafter"])
    walker.visit("/desk/proxy-collectors/").locator("main tbody a").first.click()
    walker.follow("上传委托书扫描件")
    walker.tab_through()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_complaints_that_pile_up_are_explained(
    walk: Callable[..., Walk], passwords: dict[str, str], width: int
) -> None:
    walker = signed_in(walk(width=width), "jining-supervisor", passwords["jining-supervisor"])
    page = walker.visit("/desk/warnings/")
    page.locator("main a[href*='/clusters/']").first.click()
    walker.look()
    if page.get_by_role("button", name="由我负责").count():
        walker.press("由我负责")
    walker.follow("写明原因")
    walker.tab_through()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_a_standard_is_handed_in(walk: Callable[..., Walk], passwords: dict[str, str], width: int) -> None:
    walker = signed_in(walk(width=width), "jining-drafter", passwords["jining-drafter"])
    page = walker.visit("/desk/standards/")
    page.locator("main tbody a").first.click()
    walker.look()
    walker.follow("退回")
    walker.visit("/desk/standards/upload")
    walker.visit("/desk/standards/new")
    walker.tab_through()


def test_a_large_roster_tells_how_far_it_is_and_ends_at_its_draft(
    walk: Callable[..., Walk], passwords: dict[str, str]
) -> None:
    """Without a script: the page asks for itself until the worker has read everything."""
    walker = signed_in(walk(width=WIDTHS["phone"]), "rencheng-drafter", passwords["rencheng-drafter"])
    page = walker.visit("/desk/payments/new")
    content = roster([("航运新村", 2, 872)] * ROWS, claim=f"发放户数：{ROWS}　单位：元")
    page.get_by_label("发放花名册文件").set_input_files(
        {"name": "花名册.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_label("所属月份").fill("2026年10月")
    page.get_by_label("区划代码").fill("370811002")
    walker.press("上传并核对")
    expect(page.get_by_role("status")).to_contain_text(re.compile("正在排队|第 [123] 步"))
    walker.follow("不要自动刷新")
    walker.tab_through()
    page.get_by_role("link", name="自动刷新", exact=True).click()
    expect(page).to_have_url(re.compile(r"/desk/payments/FF-\d{4}-\d{6}$"), timeout=300_000)
    walker.look()
