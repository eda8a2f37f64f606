"""Amounts that hold from a day on until the next one, as steps in SVG: values in, markup out.

Each line is told apart by its stroke and named beside it; its numbers stand on the steps. The scale begins at nothing,
so that a step looks as large as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.openings import opening

WIDTH, EDGE, ROOM = 336, 8, 54
"""`ROOM` is kept free at the right, so that the number of the last step fits there."""
HIGH, OVER = 150, 26
LEGEND, FOOT = 26, 26
TEXT, DIGIT = 15, 9
MOST_LINES = 2
"""The numbers of the first line stand over it, those of the second beneath: there is no third side."""


@dataclass(frozen=True, slots=True)
class Rise:
    """From which day on (a count of days) what holds, and the words for it."""

    since: int
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line with its name; its rises ascend."""

    label: str
    rises: Sequence[Rise]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and values lie."""

    first: int
    last: int
    most: int
    top: int

    def x(self, day: int) -> int:
        return EDGE + round((WIDTH - 2 * EDGE - ROOM) * (day - self.first) / max(self.last - self.first, 1))

    def y(self, value: int) -> int:
        return self.top + HIGH - round(HIGH * value / self.most)


def step_chart(
    name: str, title: str, description: str, lines: Sequence[StepLine], last: int, marks: Sequence[tuple[int, str]]
) -> Markup:
    """Up to two lines until the day `last`; `marks` are the days named beneath; `name` makes ids unique on a page."""
    rises = [rise for line in lines for rise in line.rises]
    first, most = min(rise.since for rise in rises), max(1, *(rise.value for rise in rises))
    frame = _Frame(first, last, most, LEGEND * len(lines) + OVER)
    opened = opening(name, title, description, WIDTH, frame.top + HIGH + FOOT)
    drawn = [_line(line, place, frame) for place, line in enumerate(lines[:MOST_LINES])]
    return opened + _axis(frame, marks) + Markup("").join(drawn) + Markup("</svg>")


def _axis(frame: _Frame, marks: Sequence[tuple[int, str]]) -> Markup:
    foot = frame.top + HIGH
    axis = Markup('<path class="chart-axis" d="M{a} {y}H{b}"/>').format(a=EDGE, b=WIDTH - EDGE, y=foot)
    return axis + Markup("").join(
        _text("chart-label", frame.x(day), foot + 19, text) for day, text in _apart(frame, marks)
    )


def _line(line: StepLine, place: int, frame: _Frame) -> Markup:
    number, away, beside = place + 1, *((18, 5) if place else (-7, 0))  # beneath, a number stands right of the rise
    legend = Markup('<path class="chart-step chart-step-{n}" d="M{a} {y}h34"/>').format(
        n=number, a=EDGE, y=LEGEND * place + 12
    )
    named = _text("chart-label", EDGE + 42, LEGEND * place + 17, line.label)
    corners = "".join(f"H{frame.x(rise.since)}V{frame.y(rise.value)}" for rise in line.rises[1:])
    path = f"M{frame.x(line.rises[0].since)} {frame.y(line.rises[0].value)}{corners}H{frame.x(frame.last)}"
    drawn = Markup('<path class="chart-step chart-step-{n}" d="{path}"/>').format(n=number, path=path)
    heights = {rise.since: frame.y(rise.value) + away for rise in line.rises}
    told = _apart(frame, [(rise.since, rise.text) for rise in line.rises])
    return (
        legend
        + named
        + drawn
        + Markup("").join(_text("chart-value", frame.x(day) + beside, heights[day], text) for day, text in told)
    )


def _text(kind: str, x: int, y: int, text: str) -> Markup:
    return Markup('<text class="{kind}" x="{x}" y="{y}" font-size="{fs}">{text}</text>').format(
        kind=kind, x=x, y=y, fs=TEXT, text=text
    )


def _apart(frame: _Frame, words: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The words that fit beside each other, each at its day; the last one always. The table tells the others."""
    told: list[tuple[int, str]] = []
    room = WIDTH
    for day, text in reversed(words):
        if frame.x(day) + DIGIT * len(text) <= room or not told:
            told.append((day, text))
            room = frame.x(day) - DIGIT
    return told[::-1]
