"""Two cases from a citizen's phone to the end, as their people walk them: without JavaScript, each page judged by axe.

The instance began with `init`; accounts are made by commands, everything else is done on pages.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.e2e.conftest import WIDTHS, Walk
from tests.e2e.test_tip_off_journey import photo
from tests.servers import Server

PASSWORD = "a-quiet-river-under-old-bridges"
BUREAU, CITY = "任城区民政局", "济宁市民政局"
DISCIPLINE = "任城区纪委监委派驻纪检监察组"
PEOPLE = {
    "case_zhao": ("赵六", BUREAU, "case_dispatcher"),
    "case_li": ("李四", BUREAU, "case_officer"),
    "case_wang": ("王五", BUREAU, "case_approver"),
    "case_sun": ("孙九", BUREAU, "publisher"),
    "case_chen": ("陈二", DISCIPLINE, "discipline_officer"),
    "case_chu": ("褚三", DISCIPLINE, "discipline_officer"),
    "case_wei": ("卫四", CITY, "identity_custodian"),
}
TOLD = "我家符合条件，申请低保三个月没有人受理。我叫郑十一。"
REPLY = (
    "您反映低保申请没有受理的诉求收悉。经入户核查，您家庭符合条件，已经从本月起纳入最低生活保障，经办人已被批评教育。"
)
SUMMARY = "反映申请低保没有人受理。经核查属实，已经纳入保障，经办人已被批评教育。"
TIP = "村会计拿着我叔叔的存折，每月只给一半。"
QUESTION = "您好，您反映的存折从什么时候起由别人拿着？写大概的月份就可以，不用写姓名。"
ANSWER = "从今年三月起。"
FINDING = "您反映的存折被代持的问题收悉。经面上排查和核对账目，情况属实，存折已经退还本人，责任人已被立案审查。"

Start = Callable[..., Walk]
Enter = Callable[..., Walk]


@pytest.fixture(scope="module")
def issued(empty_portal: Server) -> dict[str, str]:
    """The one-time passwords of the people, hired by commands."""
    found = {}
    for username, (name, office, role) in PEOPLE.items():
        words = ("staff", "add", username, "--name", name, "--office", office, "--role", role, "--json")
        found[username] = json.loads(empty_portal.command(*words))["password"]
    return found


@pytest.fixture
def enter(empty_portal: Server, walk_on: Start, issued: dict[str, str]) -> Enter:
    """Sign somebody in for the first time, with a password of his own afterwards."""

    def start(username: str, width: int = WIDTHS["desk"]) -> Walk:
        walk = walk_on(empty_portal, width=width)
        page = walk.visit("/desk/sign-in")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(issued[username])
        walk.press("登录")
        page.locator("input[type=password]").fill(PASSWORD)
        walk.press("保存并继续")
        return walk

    return start


def act(walk: Walk, number: str, action: str, **fields: str) -> None:
    """Open a case at the desk, choose a step by its link, fill its form in and take it."""
    page = walk.visit(f"/desk/cases/{number}")
    walk.follow(action)
    fill(walk, **fields)
    walk.press(action)
    assert "/steps/" not in page.url, page.locator("main").inner_text()


def fill(walk: Walk, **fields: str) -> None:
    """Fill in the fields of the page's form by their names; an option is found by a part of what it says."""
    for name, value in fields.items():
        field = walk.page.locator(f"main [name={name}]").first
        kind = field.evaluate("e => e.type || e.tagName")
        if kind in ("radio", "checkbox"):
            walk.page.locator(f"main [name={name}][value={value}]").check()
        elif kind == "select-one":
            option = field.locator("option", has_text=value).first
            field.select_option(option.get_attribute("value"))
        else:
            field.fill(value)


def open_progress(walk: Walk, code: str, number: str) -> None:
    """Come back with the code from the receipt."""
    page = walk.visit("/cases/progress")
    page.get_by_label("查询码").fill(code)
    walk.press("查询")
    assert page.locator("#case-number").inner_text() == number


def rate(walk: Walk) -> None:
    walk.follow("评价办理结果")
    walk.page.get_by_label("很满意", exact=True).check()
    walk.press("提交评价")
    assert walk.page.get_by_text("您刚才的操作已经生效").count() == 1
    assert walk.page.get_by_role("link", name="评价办理结果").count() == 0


def working_days_go_by(portal: Server) -> None:
    """The days in which the submitter may object are over; nothing else in the portal can be hurried."""
    with closing(sqlite3.connect(Path(portal.environment["PORTAL_INSTANCE"]) / "portal.sqlite3")) as database:
        database.execute("UPDATE case_publications SET embargo_ends_at = '2026-01-01 00:00:00'")
        database.commit()


def object_and_allow(citizen: Walk, code: str, number: str) -> None:
    """Read what shall be published, object to it, see that it stays unpublished, and change one's mind."""
    open_progress(citizen, code, number)
    page = citizen.page
    assert SUMMARY in page.locator("main").inner_text()
    citizen.follow("不同意公开答复")
    fill(citizen, text="怕邻居认出来。")
    citizen.press("不同意公开")
    assert page.get_by_text("您不同意公开，所以它没有公开").count() == 1
    citizen.follow("撤回异议，同意公开答复")
    citizen.press("同意公开")
    assert page.get_by_text("您可以不同意").count() == 1
    citizen.press("退出并清除")


def publish(
    officer: Walk, approver: Walk, publisher: Walk, portal: Server, number: str, decide: Callable[[], None]
) -> str:
    """Word the public answer, let the submitter decide, have it reviewed, and publish it when his days are over."""
    page = officer.visit(f"/desk/cases/{number}/publication")
    fill(officer, summary=SUMMARY, read="y")
    officer.press("保存")
    answer = page.url.rsplit("/", 1)[1]
    path = f"/desk/case-publications/{answer}"
    officer.follow("提交审核")
    officer.page.locator("main form button").first.click()
    officer.look()
    decide()
    for walk, step in ((approver, "审核通过"), (publisher, "签发公开")):
        if walk is publisher:
            working_days_go_by(portal)
        walk.visit(path)
        walk.follow(step)
        walk.page.locator("main form button").first.click()
        walk.look()
    return answer


def test_a_complaint_goes_from_the_dispatcher_to_a_letter_and_a_published_answer(
    empty_portal: Server, walk_on: Start, enter: Enter, tmp_path: Path
) -> None:
    record = {"kind": "complaint", "category": "left_out", "division": "370811002001", "text": TOLD}
    file = tmp_path / "诉求.json"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    receipt = json.loads(empty_portal.command("cases", "import", str(file), "--json"))["cases"][0]
    number = receipt["number"]

    dispatcher, officer, approver = enter("case_zhao"), enter("case_li", WIDTHS["phone"]), enter("case_wang")
    dispatcher.visit("/desk/cases/")
    dispatcher.follow(number)
    act(dispatcher, number, "登记")
    act(dispatcher, number, "受理")
    act(dispatcher, number, "交办", officer="李四")
    officer.visit("/desk/cases/?mine=1")
    officer.follow(number)
    act(officer, number, "提交答复草稿", text=REPLY, outcome="substantiated", legal_basis="社会救助暂行办法第十一条")
    act(approver, number, "批准答复")
    act(officer, number, "发出答复", served_on="2026年11月27日", served_manner="on_the_platform")
    act(officer, number, "办结")
    citizen = walk_on(empty_portal, width=WIDTHS["phone"])
    decide = partial(object_and_allow, citizen, receipt["code"], number)
    answer = publish(officer, approver, enter("case_sun"), empty_portal, number, decide)

    page = citizen.visit(f"/cases/{answer}")
    told = page.locator("main").inner_text()
    assert SUMMARY in told
    assert "郑十一" not in told
    open_progress(citizen, receipt["code"], number)
    assert REPLY in page.locator("main").inner_text()
    assert TOLD not in page.content()
    with page.expect_download() as coming:
        page.get_by_role("link", name="答复意见书").click()
    letter = "".join(sheet.extract_text() for sheet in PdfReader(coming.value.path()).pages)
    assert number in letter
    assert "经入户核查" in letter.replace("\n", "")
    rate(citizen)
    citizen.press("退出并清除")


def tip_off(walk: Walk, picture: Path) -> tuple[str, str]:
    """Report with a photo, page by page; the number and the code of the receipt."""
    page = walk.visit("/cases/new/")
    walk.press("开始填写")
    for answers in (
        {"kind": "tip_off"}, {"category": "card_kept"}, {"place": "许庄街道"},
        {"role": "village_cadre", "accused_names": "村会计"}, {"not_to_township": "y"},
        {"text": TIP, "happened": "今年三月起"},
    ):  # fmt: skip
        fill(walk, **answers)
        walk.press("继续")
    page.set_input_files("main input[type=file]", picture)
    walk.press("继续")
    assert picture.name in page.locator("main").inner_text()
    walk.press("继续")
    fill(walk, choice="anonymous")
    walk.press("继续")
    assert TIP in page.locator("main").inner_text()
    walk.press("提交")
    number, code = page.locator("#case-number").inner_text(), page.locator("#query-code").inner_text()
    page.locator("main input[name=last_four]").fill(code[-4:])
    walk.press("核对，并清除这一页")
    return number, code


def open_desk(walk: Walk, kind: str) -> None:
    """Make the desk's pair of keys; the recovery key is shown this once."""
    walk.visit(f"/desk/case-desks/{kind}")
    walk.press("启用受理台")
    assert walk.page.get_by_text("恢复密钥只显示这一次").count() == 1
    walk.follow("已抄好，继续")


def test_an_anonymous_tip_off_with_a_photo_is_answered_by_who_sent_it_and_only_the_desk_reads_it(
    empty_portal: Server, walk_on: Start, enter: Enter, tmp_path: Path
) -> None:
    discipline, colleague, custodian = enter("case_chen"), enter("case_chu", WIDTHS["phone"]), enter("case_wei")
    open_desk(custodian, "custody")
    open_desk(discipline, "discipline")
    discipline.follow("让另一位同事持有密钥")
    fill(discipline, account_id="褚三")
    discipline.page.locator("main form button").first.click()
    discipline.look()

    citizen = walk_on(empty_portal, width=WIDTHS["phone"])
    number, code = tip_off(citizen, photo(tmp_path))
    page = discipline.visit("/desk/cases/")
    discipline.follow(number)
    assert TIP in page.locator("main").inner_text()
    act(discipline, number, "登记")
    act(discipline, number, "请反映人补充", text=QUESTION)

    open_progress(citizen, code, number)
    told = citizen.page.locator("main").inner_text()
    assert QUESTION in told
    assert "等您补充说明" in told
    assert TIP not in citizen.page.content()
    citizen.follow("补充说明，或回答提问")
    fill(citizen, text=ANSWER)
    citizen.press("发送")
    assert ANSWER not in citizen.page.content()
    citizen.press("退出并清除")

    page = discipline.visit(f"/desk/cases/{number}")
    assert ANSWER in page.locator("main").inner_text()
    act(discipline, number, "受理")
    act(discipline, number, "交办", officer="陈二")
    act(discipline, number, "提交答复草稿", text=FINDING, outcome="substantiated", legal_basis="社会救助法第六十八条")
    act(colleague, number, "批准答复")
    act(discipline, number, "发出答复", served_on="2026年11月27日", served_manner="on_the_platform")

    open_progress(citizen, code, number)
    assert FINDING in citizen.page.locator("main").inner_text()
    rate(citizen)
    citizen.press("退出并清除")
    assert empty_portal.command("cases", "show", number, "--by", "case_chen").count(TIP) == 0
