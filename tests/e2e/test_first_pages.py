import json
from collections.abc import Callable

import pytest

from tests.e2e.conftest import WIDTHS, Walk
from tests.servers import Server

FIRST_PAGES = (
    "/",
    "/notices/",
    "/places/",
    "/search?q=低保",
    "/duties/",
    "/about/",
    "/help/",
    "/privacy/",
    "/accessibility/",
    "/desk/sign-in",
)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("path", FIRST_PAGES)
def test_a_first_page_is_good_on_phone_and_desk(walk: Callable[..., Walk], path: str, width: int):
    page = walk(width=width).visit(path)
    assert page.title()


@pytest.mark.parametrize("mode", ["elder", "contrast"])
def test_a_mode_is_switched_on_and_stays(walk: Callable[..., Walk], mode: str):
    walker = walk(width=WIDTHS["phone"])
    walker.visit(f"/modes/{mode}/on?next=/")
    page = walker.visit("/places/")
    assert mode in (page.locator("html").get_attribute("class") or "")


def test_the_whole_site_works_without_any_cookie_being_asked_for(walk: Callable[..., Walk]):
    walker = walk()
    for path in FIRST_PAGES[:-1]:
        walker.visit(path)
    assert walker.page.context.cookies() == []


def test_the_portal_runs_its_jobs_beside_the_server(portal: Server):
    done = json.loads(portal.command("jobs", "run", "--json"))
    assert done["failed"] == 0
