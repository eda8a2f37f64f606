"""Amounts that hold from a day on until the next one, as steps in SVG: values in, markup out.

Each line is told apart by its stroke and named beside it; its numbers stand on the steps. The scale begins at nothing,
so that a step looks as large as it is. On a phone a chart is shown at 1:1, where its text has 15 px, in large print 20.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.lettering import USUAL, Lettering, width_of
from portal.charts.openings import opening

WIDTH, EDGE, HIGH = 336, 8, 150
AROUND = 9
"""Air above and below a line of words."""
ROOM, BESIDE = 54 / 15, 5
"""So much at least, in heights of a letter, is kept free at the right, where the number of the last step stands."""
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
    room: int
    letters: Lettering

    @property
    def line(self) -> int:
        """The height of a line of words with its air."""
        return self.letters.line + AROUND

    def x(self, day: int) -> int:
        return EDGE + round((WIDTH - 2 * EDGE - self.room) * (day - self.first) / max(self.last - self.first, 1))

    def y(self, value: int) -> int:
        return self.top + HIGH - round(HIGH * value / self.most)


def step_chart(
    name: str, title: str, description: str, lines: Sequence[StepLine], last: int, marks: Sequence[tuple[int, str]],
    letters: Lettering = USUAL,
) -> Markup:  # fmt: skip
    """Up to two lines until the day `last`; `marks` are the days named beneath; `name` makes ids unique on a page."""
    rises = [rise for line in lines for rise in line.rises]
    first, most = min(rise.since for rise in rises), max(1, *(rise.value for rise in rises))
    line = letters.line + AROUND
    room = round(max(ROOM, *(width_of(rise.text) for rise in rises)) * letters.text) + BESIDE - EDGE
    frame = _Frame(first, last, most, line * (len(lines) + 1), max(room, round(ROOM * letters.text)), letters)
    opened = opening(name, title, description, WIDTH, frame.top + HIGH + line)
    drawn = [_line(line, place, frame) for place, line in enumerate(lines[:MOST_LINES])]
    return opened + _axis(frame, marks) + Markup("").join(drawn) + Markup("</svg>")


def _axis(frame: _Frame, marks: Sequence[tuple[int, str]]) -> Markup:
    foot = frame.top + HIGH
    axis = Markup('<path class="chart-axis" d="M{a} {y}H{b}"/>').format(a=EDGE, b=WIDTH - EDGE, y=foot)
    return axis + Markup("").join(
        _text(frame, "chart-label", frame.x(day), foot + frame.letters.line + 2, text)
        for day, text in _apart(frame, marks)
    )


def _line(line: StepLine, place: int, frame: _Frame) -> Markup:
    number, below = place + 1, (frame.letters.line + 1, BESIDE)
    away, beside = below if place else (-7, 0)  # beneath, a number stands right of the rise
    legend = Markup('<path class="chart-step chart-step-{n}" d="M{a} {y}h34"/>').format(
        n=number, a=EDGE, y=frame.line * place + 12
    )
    named = _text(frame, "chart-label", EDGE + 42, frame.line * place + frame.letters.line, line.label)
    corners = "".join(f"H{frame.x(rise.since)}V{frame.y(rise.value)}" for rise in line.rises[1:])
    path = f"M{frame.x(line.rises[0].since)} {frame.y(line.rises[0].value)}{corners}H{frame.x(frame.last)}"
    drawn = Markup('<path class="chart-step chart-step-{n}" d="{path}"/>').format(n=number, path=path)
    heights = {rise.since: frame.y(rise.value) + away for rise in line.rises}
    told = _apart(frame, [(rise.since, rise.text) for rise in line.rises])
    return (
        legend
        + named
        + drawn
        + Markup("").join(_text(frame, "chart-value", frame.x(day) + beside, heights[day], text) for day, text in told)
    )


def _text(frame: _Frame, kind: str, x: int, y: int, text: str) -> Markup:
    return Markup('<text class="{kind}" x="{x}" y="{y}" font-size="{fs}">{text}</text>').format(
        kind=kind, x=x, y=y, fs=frame.letters.text, text=text
    )


def _apart(frame: _Frame, words: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The words that fit beside each other, each at its day; the last one always. The table tells the others."""
    told: list[tuple[int, str]] = []
    room, size = float(WIDTH), frame.letters.text
    for day, text in reversed(words):
        if frame.x(day) + size * width_of(text) <= room or not told:
            told.append((day, text))
            room = frame.x(day) - 0.6 * size
    return told[::-1]
