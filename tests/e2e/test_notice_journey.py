"""From an empty instance to a printed notice, as its people would: without JavaScript, each page judged by axe."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from portal.config import ROOT
from tests.e2e.conftest import HEIGHT, WIDTHS, Walk
from tests.servers import Server, running
from tests.usecases.lists import people, sheet

PASSWORD = "correct-horse-battery-staple"
COUNTY = "任城区民政局"
STAFF = (("clerk", "drafter"), ("reviewer", "reviewer"), ("publisher", "publisher"))
ROWS = people(60)
Start = Callable[[int], Walk]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A production instance: the first office with its hotline, three people, nothing else."""
    home = tmp_path_factory.mktemp("office")
    with running(home / "instance", demo=False, PORTAL_REQUIRE_TOTP="0") as server:
        server.command("offices", "set", COUNTY, "--hotline", "0537-5660000", "--address", "任城区示例路 1 号")
        for username, role in STAFF:
            hire(server, username, role)
        yield server


def hire(server: Server, username: str, role: str) -> None:
    """Give somebody an account with a first password, as the operator does."""
    flask = str(Path(sys.executable).parent / "flask")
    words = ["staff", "add", username, "--name", username, "--office", COUNTY, "--role", role, "--password-stdin"]
    subprocess.run(
        [flask, "--app", "wsgi", *words], cwd=ROOT, env=server.environment, input=PASSWORD + "first", text=True,
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def start(office: Server, browser: Browser) -> Iterator[Start]:
    contexts = []

    def begin(width: int) -> Walk:
        plain = browser.new_context(
            java_script_enabled=False, viewport={"width": width, "height": HEIGHT}, locale="zh-CN"
        )
        scripted = browser.new_context(locale="zh-CN")
        contexts.extend((plain, scripted))
        made = Walk(office.base, plain.new_page(), scripted.new_page())
        made.page.on("console", made.on_console)
        return made

    yield begin
    for context in contexts:
        context.close()


def sign_in(walk: Walk, username: str) -> None:
    """Sign in for the first time and choose a password of one's own."""
    page = walk.visit("/desk/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD + "first")
    walk.press("登录")
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button").first.click()
    walk.look()


def take_step(walk: Walk, number: str, link: str) -> None:
    """Open a notice at the desk, choose a step and confirm it."""
    page = walk.visit(f"/desk/notices/{number}")
    page.locator("main").get_by_role("link", name=link, exact=True).or_(
        page.locator("main").get_by_role("button", name=link, exact=True)
    ).first.click()
    walk.look()
    if "/steps/" in page.url:
        page.locator("main form button").first.click()
        walk.look()


@pytest.fixture(scope="module")
def number(start: Start, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The notice that a clerk, a reviewer and a publisher brought to the public at the desk."""
    file = tmp_path_factory.mktemp("sheet") / "低保初审.xlsx"
    file.write_bytes(sheet(ROWS))
    clerk = start(WIDTHS["phone"])
    sign_in(clerk, "clerk")
    page = clerk.visit("/desk/notices/new")
    page.set_input_files("input[type=file]", file)
    page.check("input[value=first_review]")
    page.check("input[value=subsistence_allowance]")
    page.select_option("select[name=division]", "370811002")
    clerk.press("上传并核对")
    made = page.url.rsplit("/", 1)[1].split("?")[0]
    assert made.startswith("GS-"), page.locator("main").inner_text()
    take_step(clerk, made, "送审")
    for username, step in (("reviewer", "审核通过"), ("publisher", "签发并公开")):
        person = start(WIDTHS["desk"])
        sign_in(person, username)
        take_step(person, made, step)
    return made


def test_a_citizen_finds_the_notice_from_the_home_page_on_a_phone(start: Start, number: str) -> None:
    citizen = start(WIDTHS["phone"])
    page = citizen.visit("/")
    for place in ("任城区", "许庄街道", "甄庄村"):
        page.get_by_role("link", name=place, exact=True).click()
        citizen.look()
    citizen.follow("许庄街道2026年11月拟纳入最低生活保障60户的公示")
    assert page.url.endswith(f"/notices/{number}")
    text = page.locator("main").inner_text()
    assert "＊" in text
    assert "0537-5660000" in text


def test_a_citizen_finds_the_notice_by_searching_for_the_village(start: Start, office: Server, number: str) -> None:
    office.command("jobs", "run")
    citizen = start(WIDTHS["desk"])
    page = citizen.visit("/search?q=甄庄村")
    citizen.follow("许庄街道2026年11月拟纳入最低生活保障60户的公示")
    assert page.url.endswith(f"/notices/{number}")


def test_a_citizen_prints_the_notice_as_a_page_and_as_a_paper(start: Start, office: Server, number: str) -> None:
    citizen = start(WIDTHS["desk"])
    page = citizen.visit(f"/notices/{number}/print")
    page.emulate_media(media="print")
    assert page.locator("header.band .tools").is_hidden()
    answer = page.request.get(f"{office.base}/notices/{number}.pdf", timeout=60_000)
    paper = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(answer.body())).pages)
    assert "许庄街道2026年11月" in paper
    assert "＊" in paper
    assert not [name for _, name, *_ in ROWS if len(name) > 2 and name in paper]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_every_page_around_a_notice_is_good(start: Start, number: str, width: int) -> None:
    citizen = start(width)
    for path in ("/", "/notices/", "/notices/?state=open&q=许庄", f"/notices/{number}", f"/notices/{number}/revisions/1",
                 f"/notices/{number}/print", "/places/370811", "/places/370811002201", "/documents/", "/about/",
                 "/help/", "/privacy/", "/accessibility/", "/sitemap/", "/search?q=李＊明"):  # fmt: skip
        citizen.visit(path)


def test_the_keyboard_reaches_the_skip_link_first_and_then_everything_in_order(start: Start, number: str) -> None:
    citizen = start(WIDTHS["desk"])
    page = citizen.visit(f"/notices/{number}")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("class") == "skip"
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            reached.append(focused.first.evaluate("e => e.getAttribute('href') || e.tagName"))
    assert f"/notices/{number}.pdf" in reached
    assert reached.index(f"/notices/{number}.pdf") > reached.index("/notices/")
