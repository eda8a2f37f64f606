"""Flows and tile maps: true proportions, words beside or legibly on the marks, links that a keyboard reaches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portal.charts.bars import Bar, bar_chart
from portal.charts.flows import HEIGHT, Flow, FlowPart, flow_chart
from portal.charts.lettering import LARGE
from portal.charts.tiles import Tile, tile_map
from portal.config import ROOT
from tests.charts.test_bars import SVG, colours, contrast

PARTS = (FlowPart("任城区", 600, "600 元", "/funds/2026/370811/"), FlowPart("一个名字长得写不下的单位", 400, "400 元"))


def parsed(markup):
    return etree.fromstring(str(markup).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def rects(svg, name: str = "chart-bar"):
    return [rect for rect in svg.iter(f"{SVG}rect") if rect.get("class") == name]


def drawn(parts=PARTS, *, runs_in: bool = False):
    whole = FlowPart("济宁市", sum(part.value for part in parts), "1000 元")
    return parsed(flow_chart("f", "标题", "<说明>", Flow(whole, parts, runs_in)))


def test_a_flow_names_every_part_with_its_number_and_its_link():
    svg = drawn()
    assert (svg.get("role"), svg.find(f"{SVG}title").text, svg.find(f"{SVG}desc").text) == ("group", "标题", "<说明>")
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert texts == ["济宁市", "1000 元", "任城区", "600 元", "一个名字长得", "写不下的单位", "400 元"]
    assert [link.get("href") for link in svg.iter(f"{SVG}a")] == ["/funds/2026/370811/"]
    assert drawn(PARTS[1:]).get("role") == "img"
    (target,) = rects(svg, "chart-target")
    assert (int(target.get("width")), int(target.get("height"))) == (140, 44)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=14), st.booleans())
def test_bars_are_in_proportion_and_nothing_leaves_the_picture(values, runs_in):
    svg = drawn(tuple(FlowPart(f"地{place}", value, "") for place, value in enumerate(values)), runs_in=runs_in)
    whole, *bars = [float(rect.get("height")) for rect in rects(svg)]
    for value, bar in zip(values, bars, strict=True):
        assert bar == pytest.approx(max(HEIGHT * value / sum(values), 1), abs=0.06)
    assert whole == pytest.approx(sum(bars), abs=0.06 * len(bars) + 0.06)
    bottom = float(svg.get("height"))
    assert all(0 <= float(rect.get("y")) <= bottom - float(rect.get("height")) + 0.2 for rect in rects(svg))
    assert all(0 <= float(text.get("y")) <= bottom for text in svg.iter(f"{SVG}text"))


def printed() -> dict[str, str]:
    """The colours of the page on paper, whichever mode is on."""
    css = (ROOT / "static" / "css" / "print.css").read_text(encoding="utf-8")
    block = css.split("{", 2)[2].split("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", block))


@pytest.mark.parametrize("mode", ["", "contrast"])
def test_bands_are_weaker_than_bars_and_stand_out_from_the_paper(mode: str):
    found = colours(mode)
    assert contrast(found["link"], found["paper"]) > contrast(found["flow"], found["paper"]) >= 1.5


TILES = [Tile(0, 0, "梁山", "1.50", 5, "/funds/2026/370832/"), Tile(4, 2, "太白湖", "—", 0)]


def test_a_map_tells_number_link_and_bounds():
    svg = parsed(tile_map("m", "标题", "说明", TILES, [(5, "1.50 亿元"), (0, "没有公布")]))
    assert [link.get("href") for link in svg.iter(f"{SVG}a")] == ["/funds/2026/370832/"]
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert texts == ["梁山", "1.50", "太白湖", "—", "1.50 亿元", "没有公布"]
    assert int(svg.get("width")) <= 340


@pytest.mark.parametrize("level", range(6))
@pytest.mark.parametrize("mode", ["", "contrast", "print"])
def test_words_on_every_class_can_be_read_in_every_mode_and_on_paper(mode: str, level: int):
    found = printed() if mode == "print" else colours(mode)
    assert contrast(found[f"on-tile-{level}"], found[f"tile-{level}"]) >= 4.5


def test_nothing_is_styled_inline_and_text_is_large_enough():
    whole = FlowPart("济宁市", 1000, "1000 元")
    for markup in (flow_chart("f", "a", "b", Flow(whole, PARTS)), tile_map("m", "a", "b", TILES, [])):
        assert "style=" not in markup
        assert "fill=" not in markup
        assert min(map(int, re.findall(r'font-size="(\d+)"', str(markup)))) >= 13


def wide(text, size: float) -> float:
    """How wide a text is drawn at most: a Han character its size, a digit or a mark little more than half."""
    return sum(size if ord(letter) > 0x2E7F else 0.62 * size for letter in text.text or "")


@pytest.mark.parametrize("runs_in", [False, True])
def test_in_large_print_every_word_has_eighteen_px_and_room(runs_in: bool):
    flow = Flow(FlowPart("济宁市", 1000, "1000 元"), PARTS, runs_in, LARGE)
    bars = [Bar("任城区任城区任", 1000, "1,234.5"), Bar("任城", 0, "0.00")]
    tiles = [Tile(0, 0, "太白湖", "1,234", 5), Tile(4, 3, "高新", "—", 0)]
    for markup in (
        flow_chart("f", "a", "b", flow),
        bar_chart("b", "a", "b", bars, letters=LARGE),
        tile_map("m", "a", "b", tiles, [(5, "1.50 亿元")], LARGE),
    ):
        svg = parsed(markup)
        assert int(svg.get("width")) <= 340
        for text in svg.iter(f"{SVG}text"):
            size, x = float(text.get("font-size")), float(text.get("x"))
            assert size >= 18
            left = {"end": x - wide(text, size), "middle": x - wide(text, size) / 2}.get(text.get("text-anchor"), x)
            assert -1 <= left <= left + wide(text, size) <= int(svg.get("width")) + 1, text.text
            assert 0 < float(text.get("y")) < int(svg.get("height"))
