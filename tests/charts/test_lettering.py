"""Whatever a chart is given, no word leaves it and none lies upon another."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.charts.bars import Bar, bar_chart
from portal.charts.flows import Flow, FlowPart, flow_chart
from portal.charts.lettering import LARGE, USUAL, in_lines, width_of
from portal.charts.steps import Rise, StepLine, step_chart
from tests.charts.test_bars import SVG
from tests.charts.test_flows import parsed

NAMES = st.one_of(
    st.sampled_from(["1月", "任城区", "特困人员救助供养", "Extreme poverty support", "济宁高新技术产业开发区", ""]),
    st.text("救助项目名称很长abcdefgh -（）", max_size=40),
)
NUMBERS = st.sampled_from(["0", "—", "<0.01", "9,999", "1,234,567.89"])
"""Of bars, whose unit stands in the title."""
AMOUNTS = st.one_of(NUMBERS, st.sampled_from(["6,811.56 万元", "68.12 million yuan", "123.45 billion yuan"]))
VALUES = st.integers(-(10**6), 10**15)
LETTERS = st.sampled_from([USUAL, LARGE])


def boxes(svg):
    """Left, right, top and bottom of every text, by the widths that the charts themselves count with."""
    for text in svg.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        wide = width_of(text.text or "") * size
        left = x - {"end": wide, "middle": wide / 2}.get(text.get("text-anchor"), 0)
        yield left, left + wide, y - 0.8 * size, y


def assert_apart(svg) -> None:
    found = [box for box in boxes(svg) if box[0] < box[1]]
    for left, right, top, bottom in found:
        assert left >= -1
        assert right <= float(svg.get("width")) + 1
        assert top >= 0
        assert bottom <= float(svg.get("height"))
    for one, other in combinations(found, 2):
        beside = one[1] <= other[0] + 1 or other[1] <= one[0] + 1
        assert beside or one[3] <= other[2] + 1 or other[3] <= one[2] + 1, (one, other)


@given(st.lists(st.builds(Bar, NAMES, VALUES, NUMBERS, st.none() | st.integers(0, 10**15)), max_size=20), LETTERS)
def test_no_word_of_bars_leaves_the_chart_or_lies_upon_another(bars, letters):
    assert_apart(parsed(bar_chart("c", "标题", "说明", bars, letters=letters)))


@given(st.lists(st.builds(FlowPart, NAMES, VALUES, AMOUNTS), max_size=14), st.booleans(), LETTERS)
def test_no_word_of_a_flow_leaves_the_chart_or_lies_upon_another(parts, runs_in, letters):
    whole = FlowPart("济宁市已分配", sum(part.value for part in parts), "8.66 亿元")
    assert_apart(parsed(flow_chart("f", "标题", "说明", Flow(whole, parts, runs_in, letters))))


@given(
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 200_000)), min_size=1, max_size=12, unique_by=lambda one: one[0]
    ),
    LETTERS,
)
def test_no_word_of_steps_leaves_the_chart_or_lies_upon_another(told, letters):
    rises = [Rise(day, fen, f"{fen / 100:,.2f}") for day, fen in sorted(told)]
    marks = [(rise.since, str(2010 + rise.since // 365)) for rise in rises]
    chart = step_chart("s", "标题", "说明", [StepLine("城市", rises)], rises[-1].since + 30, marks, letters)
    assert_apart(parsed(chart))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("任城区", ("任城区",)),
        ("特困人员救助供养", ("特困人员救助供养",)),
        ("济宁高新技术产业开发区", ("济宁高新技术", "产业开发区")),
        ("Subsistence allowance", ("Subsistence", "allowance")),
        ("Extreme poverty support", ("Extreme", "poverty", "support")),
        (
            "一个名字长得无论如何也写不进三行里去、怎么分也分不开的单位",
            ("一个名字长得无论", "如何也写不进三行", "里去、怎么分也…"),
        ),
        ("", ("",)),
    ],
)
def test_a_name_stands_in_as_few_lines_as_it_needs(words: str, lines: tuple[str, ...]):
    assert in_lines(words, 8) == lines
