from lxml import etree

from portal.charts.boundaries import Outline, boundary_map
from portal.charts.lettering import LARGE

OUTLINES = (
    Outline("M0 0L50 0L50 40Z", 20, 15, "任城", "1,200", 3, "/funds/2026/370811/"),
    Outline("M50 0L90 0L90 40Z", 70, 15, "<兖州>", "—", 0),
)


def drawn(**more: object) -> etree._Element:
    legend = [(3, "1,200 万元")]
    return etree.fromstring(
        boundary_map("map", "各地预算", "同表", (336, 200), OUTLINES, legend, "审图号：某号", **more)
    )


def test_each_unit_is_an_outline_with_name_and_number_and_those_with_a_page_lead_there():
    svg = drawn()
    texts = ["".join(one.itertext()) for one in svg.iter("text")]
    assert {"任城", "1,200", "<兖州>", "—", "1,200 万元", "审图号：某号"} == set(texts)
    assert [one.get("href") for one in svg.iter("a")] == ["/funds/2026/370811/"]
    assert [one.get("class") for one in svg.iter("path")] == ["tile tile-3", "tile tile-0"]
    assert svg.get("role") == "group"


def test_nothing_is_styled_in_place_and_all_fits_below_each_other():
    for svg in (drawn(), drawn(letters=LARGE)):
        assert not [one for one in svg.iter() if one.get("style") or one.get("fill")]
        lowest = max(float(one.get("y")) for one in svg.iter("text"))
        assert 200 < lowest < float(svg.get("height"))


def test_words_stand_on_a_ground_that_holds_them_whatever_lies_below():
    svg = drawn()
    grounds = [one for one in svg.iter("rect") if one.get("class") == "map-ground"]
    words = [one for one in svg.iter("text") if one.get("class") == "on-map"]
    assert len(grounds) * 2 == len(words) == 4
    for place, ground in enumerate(grounds):
        top, high = float(ground.get("y")), float(ground.get("height"))
        for word in words[2 * place : 2 * place + 2]:
            assert top < float(word.get("y")) < top + high
            assert float(ground.get("width")) >= 6 * len(word.text)
