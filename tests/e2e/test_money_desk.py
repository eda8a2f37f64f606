"""What a bureau's reviewer looks at beside the lists, and how a warning is taken over: judged by axe, on every width."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import WIDTHS, Walk
from tests.servers import Server

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
