"""A flow of money as SVG: several parts run into one whole, or one whole runs out to its parts, in true proportion.

Words and numbers stand beside the marks in ink, a long name in two lines. On a phone a chart is shown at 1:1, where its
text has 15 and 14 px, in large print 20 and 18.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat

from markupsafe import Markup, escape

from portal.charts.lettering import USUAL, Lettering, in_lines, width_of
from portal.charts.openings import opening

WIDTH = 336
HEIGHT = 300
"""How high the whole is drawn; parts that need room for their words make the chart higher."""
SLOT = 44
"""The least height of a part: a finger's, and two lines."""
BAR = 10
WIDEST_LABEL = 8
"""Room for a name, in heights of a letter; a longer one is broken."""
AROUND = 30
"""Beside the words of a part: its bar, and air."""


@dataclass(frozen=True, slots=True)
class FlowPart:
    """One part: its name, its amount, the words for the amount, and where its name leads, if anywhere."""

    label: str
    value: int
    text: str
    url: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Its name in the lines that it needs."""
        return in_lines(self.label, WIDEST_LABEL)


@dataclass(frozen=True, slots=True)
class Flow:
    """Parts and their whole; `runs_in` puts the parts first, as sources that run into it."""

    whole: FlowPart
    parts: Sequence[FlowPart]
    runs_in: bool = False
    letters: Lettering = USUAL

    @property
    def parts_wide(self) -> int:
        """The room for the parts' words and bars; the whole's words stand above its bar."""
        numbers = (round(width_of(part.text) * self.letters.number) for part in self.parts)
        return max(WIDEST_LABEL * self.letters.text, *numbers, 0) + AROUND

    @property
    def top(self) -> int:
        """Where the parts begin, below the two lines of the whole."""
        return 2 * self.letters.line + 12

    @property
    def highs(self) -> list[float]:
        """Each part's share of the height, never so small that nobody sees it."""
        return [max(HEIGHT * part.value / max(self.whole.value, 1), 1.0) for part in self.parts]

    @property
    def slots(self) -> list[float]:
        """The height of each part: a finger's at least, and room for its words."""
        lines = self.letters.line
        return [
            max(SLOT, (len(part.lines) + 1) * lines + 10, high)
            for part, high in zip(self.parts, self.highs, strict=True)
        ]

    @property
    def ends(self) -> tuple[int, int]:
        """Where bands begin and end."""
        return (self.parts_wide, WIDTH - BAR) if self.runs_in else (BAR, WIDTH - self.parts_wide)


def flow_chart(name: str, title: str, description: str, flow: Flow) -> Markup:
    """A chart of a flow; `name` makes its ids unique on a page. The whole stands in the middle of its parts."""
    highs, slots = flow.highs, flow.slots
    whole_top = flow.top + (sum(slots) - sum(highs)) / 2
    middles = (top + slot / 2 for top, slot in zip(accumulate(slots, initial=float(flow.top)), slots, strict=False))
    inners = accumulate(highs, initial=whole_top)
    parts = "".join(map(_part, repeat(flow), flow.parts, highs, middles, inners))
    height, has_links = round(flow.top + sum(slots) + 4), any(part.url for part in flow.parts)
    opened = opening(name, title, description, WIDTH, height, has_links=has_links)
    return opened + Markup(f"{_whole(flow, whole_top, sum(highs))}{parts}</svg>")  # noqa: S704 - words are escaped


def _whole(flow: Flow, top: float, high: float) -> str:
    edge, anchor = (WIDTH, "end") if flow.runs_in else (0, "start")
    letters = flow.letters
    place, below = f'x="{edge}" text-anchor="{anchor}"', 2 * letters.line + 2
    label, text = escape(flow.whole.label), escape(flow.whole.text)
    return (
        f'<text class="chart-label" {place} y="{letters.line + 1}" font-size="{letters.text}">{label}</text>'
        f'<text class="chart-value" {place} y="{below}" font-size="{letters.number}">{text}</text>'
        f'<rect class="chart-bar" x="{max(edge - BAR, 0)}" y="{_px(top)}" width="{BAR}" height="{_px(high)}"/>'
    )


def _part(flow: Flow, part: FlowPart, high: float, middle: float, inner: float) -> str:
    """One part around the `middle` of its slot: the band from `inner` in the whole, its bar, its words."""
    tops = (middle - high / 2, inner) if flow.runs_in else (inner, middle - high / 2)
    x = flow.parts_wide - BAR if flow.runs_in else WIDTH - flow.parts_wide
    marks = (
        f'<path class="chart-flow" d="{_band(flow.ends, tops, high)}"/>'
        f'<rect class="chart-bar" x="{x}" y="{_px(middle - high / 2)}" width="{BAR}" height="{_px(high)}"/>'
    )
    words = _words(flow, part, middle)
    return marks + (_link(flow, part, middle, words) if part.url else words)


def _link(flow: Flow, part: FlowPart, middle: float, words: str) -> str:
    """A link as large as a finger: the words alone would be a narrow target."""
    high = max(SLOT, (len(part.lines) + 1) * flow.letters.line + 10)
    x, y = 0 if flow.runs_in else WIDTH - flow.parts_wide + BAR, _px(middle - high / 2)
    target = f'<rect class="chart-target" x="{x}" y="{y}" width="{flow.parts_wide - BAR}" height="{high}"/>'
    return f'<a href="{escape(part.url)}">{target}{words}</a>'


def _words(flow: Flow, part: FlowPart, middle: float) -> str:
    letters, wide = flow.letters, flow.parts_wide
    x, anchor = (wide - BAR - 8, "end") if flow.runs_in else (WIDTH - wide + BAR + 8, "start")
    place, first = f'x="{x}" text-anchor="{anchor}"', middle - 2 - (len(part.lines) - 1) * letters.line / 2
    named = "".join(
        f'<text class="chart-label" {place} y="{_px(first + letters.line * at)}" font-size="{letters.text}">'
        f"{escape(line)}</text>"
        for at, line in enumerate(part.lines)
    )
    below = _px(first + letters.line * len(part.lines))
    return (
        f'{named}<text class="chart-value" {place} y="{below}" font-size="{letters.number}">{escape(part.text)}</text>'
    )


def _band(ends: tuple[int, int], tops: tuple[float, float], high: float) -> str:
    """A band of one height from one bar to the other."""
    (left, right), (begin, end), middle = ends, tops, sum(ends) / 2
    return (
        f"M{left} {_px(begin)}C{_px(middle)} {_px(begin)} {_px(middle)} {_px(end)} {right} {_px(end)}"
        f"V{_px(end + high)}"
        f"C{_px(middle)} {_px(end + high)} {_px(middle)} {_px(begin + high)} {left} {_px(begin + high)}Z"
    )


def _px(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
