"""Steps as everybody must be able to read them: numbers on them, a stroke of its own for each line."""

import re

from lxml import etree

from portal.charts.steps import WIDTH, Rise, StepLine, step_chart

URBAN = StepLine("城市", [Rise(0, 900, "900"), Rise(365, 930, "930")])
RURAL = StepLine("农村", [Rise(0, 690, "690"), Rise(365, 720, "<b>")])


def markup(*lines: StepLine, last: int = 500) -> str:
    return str(step_chart("s", "标题", "说明", lines or (URBAN, RURAL), last, [(0, "2025"), (365, "2026")]))


def drawn(*lines: StepLine, last: int = 500):
    return etree.fromstring(markup(*lines, last=last).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def texts(*lines: StepLine, last: int = 500) -> list[str]:
    return [one.text for one in drawn(*lines, last=last).iter("{http://www.w3.org/2000/svg}text")]


def test_every_line_is_named_and_every_step_that_has_room_tells_its_number():
    assert texts() == ["2025", "2026", "城市", "900", "930", "农村", "690", "<b>"]
    assert drawn().get("role") == "img"


def test_steps_are_drawn_from_nothing_upward_and_hold_until_the_end():
    paths = re.findall(r'class="chart-step chart-step-\d" d="(M[^"]*V[^"]*)"', markup())
    heights = [[int(one) for one in re.findall(r"(?:M\d+ |V)(\d+)", path)] for path in paths]
    foot = int(re.search(r'chart-axis" d="M\d+ (\d+)', markup())[1])
    urban, rural = ([foot - y for y in line] for line in heights)
    assert [round(urban[1] * yuan / 930) for yuan in (900, 930)] == urban
    assert [round(urban[1] * yuan / 930) for yuan in (690, 720)] == rural
    assert all(path.endswith(f"H{WIDTH - 62}") for path in paths)


def test_numbers_that_would_lie_upon_each_other_are_left_to_the_table_but_never_the_last():
    crowded = StepLine("城市", [Rise(day, 900 + day, str(900 + day)) for day in range(10)])
    told = texts(crowded, last=3000)
    assert "909" in told
    assert "908" not in told
    assert texts(StepLine("城市", [Rise(5, 900, "1,210.50")]), last=5)[-1] == "1,210.50"


def test_text_is_large_enough_and_nothing_is_styled_inline():
    assert min(map(int, re.findall(r'font-size="(\d+)"', markup()))) >= 13
    assert "style=" not in markup()
    assert "fill=" not in markup()
    assert "&lt;b&gt;" in markup()
