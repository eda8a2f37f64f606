"""The first administrator at the desk of an empty portal: an office, its people, and their first list."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.conftest import WIDTHS, Walk
from tests.samples import make_samples as samples
from tests.servers import Server

OFFICE = "任城区民政局"
PASSWORD = "a-quiet-river-under-old-bridges"
PEOPLE = (("zhang_san", "张三", "drafter"), ("wang_wu", "王五", "reviewer"), ("zhao_liu", "赵六", "publisher"))

Start = Callable[..., Walk]


def _enter(walk: Walk, username: str, password: str) -> None:
    walk.visit("/desk/sign-in")
    walk.page.get_by_label("账号").fill(username)
    walk.page.get_by_label("密码").fill(password)
    walk.press("登录")


def _enter_first(walk: Walk, username: str, issued: str) -> None:
    """With a one-time password, which must be changed at once."""
    _enter(walk, username, issued)
    walk.page.locator("input[type=password]").fill(PASSWORD)
    walk.press("保存并继续")
    assert "/desk/" in walk.page.url
    assert walk.page.get_by_text("没有等您办理的公示").count() or walk.page.get_by_text("我的身份").count()


def _hire(admin: Walk, username: str, name: str, role: str) -> str:
    admin.visit("/desk/accounts/new")
    admin.page.get_by_label("账号").fill(username)
    admin.page.get_by_label("姓名").fill(name)
    admin.page.locator("select[name=office_id]").select_option(label=OFFICE)
    admin.page.locator(f"input[name=roles][value={role}]").check()
    admin.press("新建账号")
    told = admin.page.locator("dl").inner_text().split()
    return told[told.index("一次性密码") + 1]


def _hand_in(clerk: Walk, path: Path, division: str = "370811002") -> None:
    clerk.visit("/desk/notices/new")
    clerk.page.locator("input[type=file]").set_input_files(path)
    clerk.page.locator("input[name=kind][value=first_review]").check()
    clerk.page.locator("input[name=program][value=subsistence_allowance]").check()
    clerk.page.locator("select[name=division]").select_option(division)
    clerk.press("上传并核对")


@pytest.fixture(scope="module")
def staffed(empty_portal: Server) -> Server:
    """The empty portal with its first administrator; everything else is done at the desk."""
    words = (
        "staff",
        "add",
        "sun_ba",
        "--name",
        "孙八",
        "--office",
        "济宁市民政局",
        "--role",
        "administrator",
        "--json",
    )
    issued = json.loads(empty_portal.command(*words))["password"]
    empty_portal.environment["FIRST_PASSWORD"] = issued
    return empty_portal


def test_the_first_administrator_equips_an_office_that_brings_a_list_to_the_public(staffed: Server, walk_on: Start):
    admin = walk_on(staffed)
    _enter_first(admin, "sun_ba", staffed.environment["FIRST_PASSWORD"])
    admin.visit("/desk/offices")
    admin.follow(OFFICE)
    admin.page.get_by_label("监督举报电话").fill("0537-2967000")
    admin.page.get_by_label("值班电话").fill("0537-2967001")
    admin.page.get_by_label("地址").fill("济宁市任城区示例路1号")
    admin.press("保存")
    passwords = {username: _hire(admin, username, name, role) for username, name, role in PEOPLE}

    clerk, reviewer, publisher = (walk_on(staffed, width=width) for width in (1280, 360, 1280))
    for walker, username in ((clerk, "zhang_san"), (reviewer, "wang_wu"), (publisher, "zhao_liu")):
        _enter_first(walker, username, passwords[username])

    _hand_in(clerk, samples.FAULTY)
    assert clerk.page.get_by_role("heading", name="名单有错误，没有保存").count() == 1
    _hand_in(clerk, samples.CLEAN)
    if clerk.page.get_by_role("heading", name="已存为草稿").count():  # there was something to mind
        clerk.follow("核对草稿")
    number = clerk.page.url.rsplit("/", 1)[1]
    assert number.startswith("GS-"), clerk.page.url
    assert "＊" in clerk.page.content()
    clerk.press("送审")
    reviewer.visit(f"/desk/notices/{number}")
    reviewer.press("审核通过")
    publisher.visit("/desk/")
    publisher.visit(f"/desk/notices/{number}")
    publisher.press("签发并公开")
    assert publisher.page.get_by_text("已公开").count(), publisher.page.locator("main").inner_text()[:600]
    staffed.command("jobs", "run")
    for path in (f"/desk/notices/{number}", f"/desk/notices/{number}/postings", "/desk/notices/", "/desk/account"):
        clerk.visit(path)
    citizen = walk_on(staffed, width=WIDTHS["phone"])
    citizen.visit(f"/notices/{number}")
    assert "0537-2967000" in citizen.page.locator("main").inner_text()


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(staffed: Server, walk_on: Start):
    citizen = walk_on(staffed, width=WIDTHS["phone"])
    for path in ("/", "/notices/", f"/search?q={quote('低保')}", "/places/370811002"):
        citizen.visit(path)
        stops = citizen.tab_through()
        assert "正文" in stops[0] or "内容" in stops[0], stops[:2]
        reachable = citizen.page.locator("main a[href], main button, main select, main input:not([type=hidden])")
        assert len(stops) >= sum(one.is_visible() for one in reachable.all())

    stranger = walk_on(staffed)
    stranger.visit("/desk/sign-in")
    stops = stranger.tab_through()
    places = [stops.index(mark) for mark in ("username", "password", "登录")]
    assert places == sorted(places)
