"""The money pages on a phone and on a desk: judged by axe, as wide as the window, and walked by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.e2e.conftest import WIDTHS, Walk

YEAR = datetime.now(UTC).year
PAGES = (
    "/funds/",
    f"/funds/{YEAR}/",
    f"/funds/{YEAR}/370811/",
    "/funds/places/370811/",
    f"/funds/{YEAR}/compare?a=370811&b=370826",
)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("path", PAGES)
def test_a_money_page_is_good_on_phone_and_desk(walk: Callable[..., Walk], path: str, width: int):
    page = walk(width=width).visit(path)
    assert page.locator("svg.chart").count() > 0


@pytest.mark.parametrize("mode", ["elder", "contrast"])
def test_a_money_page_is_good_in_every_mode(walk: Callable[..., Walk], mode: str):
    walker = walk(width=WIDTHS["phone"])
    walker.visit(f"/modes/{mode}/on?next=/")
    for path in PAGES:
        walker.visit(path)


def test_the_names_of_the_rows_stay_in_sight_while_a_wide_table_scrolls(walk: Callable[..., Walk]):
    page = walk(width=WIDTHS["phone"]).visit(f"/funds/{YEAR}/")
    frame = page.get_by_role("region", name="到了哪些地方")
    moved = frame.evaluate("frame => { frame.scrollLeft = 400; return frame.scrollLeft; }")
    name = frame.locator("tbody th").first.bounding_box()
    assert moved > 100
    assert name["x"] >= 0


def test_every_place_of_a_picture_is_reached_by_keyboard_and_leads_to_its_page(walk: Callable[..., Walk]):
    walker = walk()
    page = walker.visit(f"/funds/{YEAR}/")
    links = page.locator("svg.chart a").count()
    stops = walker.tab_through()
    assert links >= 12
    assert sum("任城" in stop for stop in stops) >= 2
    page.locator("svg.chart a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/funds/{YEAR}/3708*/")
    walker.look()


def test_two_places_are_compared_by_a_plain_form(walk: Callable[..., Walk]):
    walker = walk(width=WIDTHS["phone"])
    page = walker.visit(f"/funds/{YEAR}/compare")
    page.get_by_label("一个地方", exact=True).select_option("370811")
    page.get_by_label("另一个地方").select_option("370826")
    walker.press("比一比")
    assert "a=370811&b=370826" in page.url
    assert page.get_by_role("heading", name="有多少钱，走到了哪一步").count() == 1
