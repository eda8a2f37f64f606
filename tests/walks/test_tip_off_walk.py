"""An anonymous tip-off by plain forms over real HTTP: few pages, a code, and nothing of it in clear anywhere."""

import re

import pytest

from tests.walks.instances import Instance
from tests.walks.secrets_of_sheets import files_below
from tests.walks.test_crowded_submits import receipt_on
from tests.walks.test_private_submits import ANSWERS, FAULTY, Browser, told, traces

pytestmark = pytest.mark.slow

MOST_PAGES = 12
TIP_OFF = {**ANSWERS, "kind": {"kind": "tip_off"}, "contact": {"choice": "anonymous"}}


def test_a_tip_off_takes_few_pages_none_of_which_needs_a_script_or_leaves_a_word(instance: Instance):
    with instance.served() as server:
        browser = Browser(server)
        browser.post("/cases/new/")
        pages = 1
        while not browser.path.endswith("/receipt"):
            step = browser.path.rpartition("/")[2]
            assert "<script" not in browser.page.partition("<main")[2].partition("</main>")[0], step
            if step in FAULTY:
                browser.post(browser.path, **FAULTY[step])
                assert (browser.path.rpartition("/")[2], browser.status) == (step, 422)
            browser.post(browser.path, **TIP_OFF.get(step, {}))
            assert browser.status == 200, step
            pages += 1
            assert pages <= MOST_PAGES
        number, code = receipt_on(browser)
        assert re.fullmatch(r"\d{20}", code)
        assert int(code) % 97 == 1  # ISO 7064 MOD 97-10
        assert_only_the_code_opens(Browser(server), number, code)
        held = files_below(instance.folder, instance.temporary)
    after = files_below(instance.folder, instance.temporary)
    assert told(traces(code), held | {"log": instance.log}) == []
    assert told(traces(code), after) == []


def assert_only_the_code_opens(browser: Browser, number: str, code: str) -> None:
    """Codes that are wrong by their check digits, of the right form but unknown, and none at all: one and the same page."""
    unknown = f"{(int(code) // 100 + 1) % 10**18:018d}"
    wrong = (unknown + f"{(98 - int(unknown) * 100 % 97) % 97:02d}", code[::-1], "12345678901234567890", "不是查询码")
    shown = set()
    for one in wrong:
        browser.post("/cases/progress", code=one)
        assert browser.status == 422
        assert number not in browser.page
        shown.add(browser.page.replace(one, ""))
    assert len(shown) == 1
    grouped = " ".join(code[start : start + 4] for start in range(0, 20, 4))
    browser.post("/cases/progress", code=grouped)
    assert (browser.status, number in browser.page) == (200, True)
