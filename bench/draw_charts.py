"""Median CPU milliseconds of drawing each kind of chart at its largest: `python -m bench.draw_charts [ROUNDS]`.

Flows and bars of twenty-four towns, months with a mark, the map of all units as tiles and as outlines of 2 000 points,
standards of ten years in two lines.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping

from portal.charts.bars import Bar, bar_chart
from portal.charts.boundaries import Outline, boundary_map
from portal.charts.flows import Flow, FlowPart, flow_chart
from portal.charts.steps import Rise, StepLine, step_chart
from portal.charts.tiles import Tile, tile_map

TOWNS, MONTHS, UNITS, YEARS, POINTS = 24, 12, 14, 10, 2_000
WORDS = ("chart", "各地预算（万元）", "数字与下面的表相同。")
LEGEND = [(level, f"{level},000 – {level},999 万元") for level in range(1, 6)]


def flow() -> str:
    """What one division has, down to its towns."""
    parts = [FlowPart(f"第{n}街道", 1_000 + n, f"{n} 万元", f"/funds/2026/{n}/") for n in range(TOWNS)]
    return flow_chart(*WORDS, Flow(FlowPart("全区预算", sum(one.value for one in parts), "合计"), parts))


def bars() -> str:
    """Months held against the course of the year."""
    return bar_chart(*WORDS, [Bar(f"{n}月", n * 95, f"{n * 95}", n * 100) for n in range(1, MONTHS + 1)])


def tiles() -> str:
    """The map of tiles."""
    found = [Tile(n % 5, n // 5, "太白湖", "12,345", n % 6, f"/funds/2026/{n}/") for n in range(UNITS)]
    return tile_map(*WORDS, found, LEGEND)


def outlines() -> str:
    """An operator's map of real boundaries."""
    path = "M0 0" + "".join(f"L{n % 300} {n % 200}" for n in range(POINTS)) + "Z"
    found = [Outline(path, 20 * n, 10 * n, "太白湖", "12,345", n % 6, f"/funds/2026/{n}/") for n in range(UNITS)]
    return boundary_map(*WORDS, (336, 300), found, LEGEND, "审图号：某号")


def steps() -> str:
    """Standards of ten years, urban and rural."""
    marks = [(365 * year, str(2017 + year)) for year in range(YEARS)]
    lines = [
        StepLine(name, [Rise(365 * year, base + 30 * year, str(base + 30 * year)) for year in range(YEARS)])
        for name, base in (("城市", 700), ("农村", 500))
    ]
    return step_chart(*WORDS, lines, 365 * YEARS, marks)


CHARTS: Mapping[str, Callable[[], str]] = {
    "flow": flow,
    "bars": bars,
    "tiles": tiles,
    "boundaries": outlines,
    "steps": steps,
}


def cpu_ms(draw: Callable[[], str], rounds: int) -> float:
    """Median milliseconds of CPU of one drawing."""
    taken = []
    for _ in range(rounds):
        before = time.process_time()
        draw()
        taken.append(time.process_time() - before)
    return statistics.median(taken) * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name, draw in CHARTS.items():
        print(f"{name}: {cpu_ms(draw, rounds):.2f} ms, {len(draw().encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
