"""An anonymous tip-off with a photo, on a small telephone without JavaScript, up to the receipt and the code's page."""

import json
from collections.abc import Callable
from hashlib import pbkdf2_hmac
from pathlib import Path

from altcha import Payload
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import WIDTHS, Walk
from tests.servers import Server

WORDS = "我叔叔的存折一直在村会计手里，问了几次都不给。"


def photo(folder: Path) -> Path:
    """A picture that tells which telephone took it."""
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    path = folder / "IMG_0001.jpg"
    Image.new("RGB", (800, 600), "green").save(path, exif=exif)
    return path


def test_an_anonymous_tip_off_with_a_photo_comes_to_its_receipt(walk: Callable[..., Walk], tmp_path: Path) -> None:
    way = walk(width=WIDTHS["phone"])
    page = way.visit("/cases/new/")
    way.press("开始填写")
    page.get_by_label("举报", exact=True).check()
    way.press("继续")
    page.get_by_label("代持卡折", exact=True).check()
    way.press("继续")
    assert "挂失" in page.content()
    page.get_by_label("村（社区）、镇（街道）或者县（市、区）的名字").fill("许庄街道")
    way.press("继续")
    page.get_by_label("村（社区）干部").check()
    way.press("继续")
    page.get_by_label("不要转给镇（街道）").check()
    way.press("继续")
    page.get_by_label("经过").fill(WORDS)
    way.press("继续")
    page.get_by_label("选择照片或文件").set_input_files(photo(tmp_path))
    way.press("继续")
    assert "设备型号和所用软件" in page.content()
    way.press("继续")
    page.get_by_label("匿名", exact=True).check()
    way.press("继续")
    assert WORDS in page.content()
    way.tab_through()
    way.press("提交")
    code = page.locator("#query-code").inner_text()
    number = page.locator("#case-number").inner_text()
    page.get_by_label("请照着您抄的，写最后四位").fill(code[-4:])
    way.press("核对，并清除这一页")
    way.follow("查办理结果")
    page.get_by_label("查询码", exact=True).fill(code)
    way.press("查询")
    assert number in page.content()


def test_leaving_quickly_leads_to_a_page_that_anybody_may_read(walk: Callable[..., Walk]) -> None:
    way = walk(width=WIDTHS["desk"])
    page = way.visit("/cases/new/")
    way.press("开始填写")
    way.press("快速离开")
    assert page.url.endswith("/documents/")
    page.goto(f"{way.base}/cases/new/kind")
    assert page.url.endswith("/cases/new/")


def test_a_browser_with_javascript_solves_the_challenge_while_the_answers_are_checked(
    portal: Server, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=True, viewport={"width": WIDTHS["phone"], "height": 740})
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{portal.base}/cases/new/")
    page.get_by_role("button", name="开始填写").click()
    page.get_by_label("咨询", exact=True).check()
    page.get_by_role("button", name="继续").click()
    page.get_by_label("村（社区）、镇（街道）或者县（市、区）的名字").fill("许庄街道")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("不清楚，请帮我转").check()
    page.get_by_role("button", name="继续").click()
    page.get_by_label("经过").fill("低保怎么申请？")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_label("匿名", exact=True).check()
    page.get_by_role("button", name="继续").click()
    field = page.locator("input[name=altcha]")
    expect(field).not_to_have_value("", timeout=30_000)
    sent = Payload.from_base64(field.input_value())
    asked = sent.challenge.parameters
    counted = bytes.fromhex(asked.nonce) + sent.solution.counter.to_bytes(4, "big")
    key = pbkdf2_hmac("sha256", counted, bytes.fromhex(asked.salt), asked.cost).hex()

    assert json.dumps(sent.challenge.to_dict()) == page.locator("form[data-challenge]").get_attribute("data-challenge")
    assert sent.solution.derived_key == key
    assert key.startswith(asked.key_prefix)
    page.get_by_role("button", name="提交").click()
    assert page.locator("#case-number").inner_text()
    assert not complaints
    context.close()
