"""Bars as everybody must be able to read them: words beside them, large enough, and dark enough in every mode."""

import re

import pytest
from lxml import etree

from portal.charts.bars import Bar, bar_chart
from portal.config import ROOT

CSS = (ROOT / "static" / "css" / "site.css").read_text(encoding="utf-8")
BARS = [Bar("任城区", 40, "40 件"), Bar("一个名字长得写不下的单位名称", 10, "10 件"), Bar("<b>", 0, "0 件")]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**more):
    markup = str(bar_chart("c", "标题", "说明", BARS, **more))
    return etree.fromstring(markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def colours(mode: str) -> dict[str, str]:
    """The colours of a mode: those of the page, changed by the mode's own."""
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", CSS.split("html {")[0]))
    block = re.search(rf"html\.{mode} {{(.*?)}}", CSS, re.DOTALL) if mode else None
    return found | dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", block[1] if block else ""))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_a_chart_has_a_title_a_description_and_a_number_at_every_bar():
    svg = drawn()

    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "标题"
    assert svg.find(f"{SVG}desc").text == "说明"
    told = [text for text in svg.iter(f"{SVG}text") if text.get("class") == "chart-value"]
    assert [text.text for text in told] == ["40 件", "10 件", "0 件"]


def test_bars_are_as_long_as_their_values_and_stay_inside():
    widths = [int(rect.get("width")) for rect in drawn().iter(f"{SVG}rect")]
    of_hundred = [int(rect.get("width")) for rect in drawn(full=100).iter(f"{SVG}rect")]

    assert abs(widths[0] - 4 * widths[1]) <= 2
    assert widths[2] == 0
    assert max(widths) == 142
    assert of_hundred[0] == 57


def test_a_mark_stands_at_its_value_in_the_scale_of_the_bars_and_words_keep_clear_of_it():
    bars = [Bar("behind", 10, "10", 40), Bar("ahead", 40, "40", 20), Bar("unmarked", 20, "20")]
    markup = str(bar_chart("c", "标题", "说明", bars))
    starts = [int(x) for x in re.findall(r'class="chart-bar" x="(\d+)"', markup)]
    lengths = [int(width) for width in re.findall(r'class="chart-bar" x="\d+" y="\d+" width="(\d+)"', markup)]
    marks = [int(x) + 2 for x in re.findall(r'class="chart-mark" x="(\d+)"', markup)]
    words = [int(x) for x in re.findall(r'class="chart-value" x="(\d+)"', markup)]
    assert marks == [starts[0] + lengths[1], starts[1] + lengths[2]]
    assert words == [marks[0] + 8, starts[1] + lengths[1] + 8, starts[2] + lengths[2] + 8]


def test_text_is_large_enough_and_nothing_is_styled_inline():
    markup = str(bar_chart("c", "标题", "说明", BARS))

    assert min(map(int, re.findall(r'font-size="(\d+)"', markup))) >= 13
    assert "style=" not in markup
    assert "fill=" not in markup
    assert "&lt;b&gt;" in markup


@pytest.mark.parametrize("mode", ["", "contrast"])
def test_words_and_bars_stand_out_from_the_paper_in_every_mode(mode: str):
    found = colours(mode)

    assert contrast(found["ink"], found["paper"]) >= 4.5
    assert contrast(found["link"], found["paper"]) >= 4.5
