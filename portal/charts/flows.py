"""A flow of money as SVG: several parts run into one whole, or one whole runs out to its parts, in true proportion.

Words and numbers stand beside the marks in ink. On a phone a chart is shown at 1:1, where its text has 15 and 14 px.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup, escape

WIDTH = 336
HEIGHT = 300
"""How high the whole is drawn; parts that need room for their words make the chart higher."""
SLOT = 44
BAR = 10
PARTS = 150
"""The room for the parts' words and bars; the whole's words stand above its bar."""
TOP = 46
TEXT, NUMBER = 15, 14
WIDEST_LABEL = 8


@dataclass(frozen=True, slots=True)
class FlowPart:
    """One part: its name, its amount, the words for the amount, and where its name leads, if anywhere."""

    label: str
    value: int
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Parts and their whole; `runs_in` puts the parts first, as sources that run into it."""

    whole: FlowPart
    parts: Sequence[FlowPart]
    runs_in: bool = False

    def high(self, part: FlowPart) -> float:
        """A part's share of the height, never so small that nobody sees it."""
        return max(HEIGHT * part.value / max(self.whole.value, 1), 1.0)

    @property
    def slots(self) -> list[float]:
        """The room of each part: its share, or what its words need."""
        return [max(SLOT, self.high(part)) for part in self.parts]

    @property
    def whole_top(self) -> float:
        """The whole stands in the middle of its parts."""
        return TOP + (sum(self.slots) - sum(map(self.high, self.parts))) / 2

    @property
    def ends(self) -> tuple[int, int]:
        """Where bands begin and end."""
        return (PARTS, WIDTH - BAR) if self.runs_in else (BAR, WIDTH - PARTS)


def flow_chart(name: str, title: str, description: str, flow: Flow) -> Markup:
    """A chart of a flow; `name` makes its ids unique on a page."""
    edge, anchor = (WIDTH, "end") if flow.runs_in else (0, "start")
    whole = Markup(
        '<text class="chart-label" x="{x}" y="18" text-anchor="{anchor}" font-size="{ts}">{label}</text>'
        '<text class="chart-value" x="{x}" y="36" text-anchor="{anchor}" font-size="{ns}">{text}</text>'
        '<rect class="chart-bar" x="{bx}" y="{by}" width="{bar}" height="{bh}"/>'
    ).format(
        x=edge, anchor=anchor, ts=TEXT, ns=NUMBER, label=flow.whole.label, text=flow.whole.text, bar=BAR,
        bx=max(edge - BAR, 0), by=_px(flow.whole_top), bh=_px(sum(map(flow.high, flow.parts))),
    )  # fmt: skip
    tops = accumulate(flow.slots, initial=float(TOP))
    inners = accumulate(map(flow.high, flow.parts), initial=flow.whole_top)
    parts = (
        _part(flow, place, top, inner)
        for place, (top, inner) in enumerate(zip(tops, inners, strict=True))
        if place < len(flow.parts)
    )
    return _frame(name, title, description, flow) + whole + Markup("").join(parts) + Markup("</svg>")


def _frame(name: str, title: str, description: str, flow: Flow) -> Markup:
    """A group where there are links to reach, a picture where there are none."""
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="{role}"'
        ' aria-labelledby="{n}-t" aria-describedby="{n}-d"><title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>'
    ).format(
        w=WIDTH, h=round(TOP + sum(flow.slots) + 4), n=name, t=title, d=description,
        role="group" if any(part.url for part in flow.parts) else "img",
    )  # fmt: skip


def _part(flow: Flow, place: int, top: float, inner: float) -> Markup:
    """One part, whose slot begins at `top`: the band from `inner` in the whole, its bar, its words."""
    part, high = flow.parts[place], flow.high(flow.parts[place])
    middle = top + flow.slots[place] / 2
    tops = (middle - high / 2, inner) if flow.runs_in else (inner, middle - high / 2)
    x = PARTS - BAR if flow.runs_in else WIDTH - PARTS
    marks = (
        f'<path class="chart-flow" d="{_band(flow.ends, tops, high)}"/>'
        f'<rect class="chart-bar" x="{x}" y="{_px(middle - high / 2)}" width="{BAR}" height="{_px(high)}"/>'
    )
    words = _words(flow, part, middle)
    return Markup(marks + (_link(flow, part, middle, words) if part.url else words))  # noqa: S704 - words are escaped


def _link(flow: Flow, part: FlowPart, middle: float, words: str) -> str:
    """A link as large as a finger: the words alone would be a narrow target."""
    x, y = 0 if flow.runs_in else WIDTH - PARTS + BAR, _px(middle - SLOT / 2)
    target = f'<rect class="chart-target" x="{x}" y="{y}" width="{PARTS - BAR}" height="{SLOT}"/>'
    return f'<a href="{escape(part.url)}">{target}{words}</a>'


def _words(flow: Flow, part: FlowPart, middle: float) -> str:
    x, anchor = (PARTS - BAR - 8, "end") if flow.runs_in else (WIDTH - PARTS + BAR + 8, "start")
    place = f'x="{x}" text-anchor="{anchor}"'
    return (
        f'<text class="chart-label" {place} y="{_px(middle - 2)}" font-size="{TEXT}">{escape(_cut(part.label))}</text>'
        f'<text class="chart-value" {place} y="{_px(middle + 15)}" font-size="{NUMBER}">{escape(part.text)}</text>'
    )


def _band(ends: tuple[int, int], tops: tuple[float, float], high: float) -> str:
    """A band of one height from one bar to the other."""
    (left, right), (begin, end), middle = ends, tops, sum(ends) / 2
    return (
        f"M{left} {_px(begin)}C{_px(middle)} {_px(begin)} {_px(middle)} {_px(end)} {right} {_px(end)}"
        f"V{_px(end + high)}"
        f"C{_px(middle)} {_px(end + high)} {_px(middle)} {_px(begin + high)} {left} {_px(begin + high)}Z"
    )


def _cut(label: str) -> str:
    return label if len(label) <= WIDEST_LABEL else f"{label[: WIDEST_LABEL - 1]}…"


def _px(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
