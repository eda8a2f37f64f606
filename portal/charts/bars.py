"""Horizontal bars as SVG: values in, markup out. Colours are classes; nothing is told by colour alone.

A chart fits the screen of a phone at 1:1, where its text has 15 px; every number stands beside its bar, and every chart
has a title and a description.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 336
ROW = 34
LABEL = 122
VALUE = 72
TEXT = 15
BAR = 20
WIDEST_LABEL = 7
"""Characters of a label that fit; a longer one is cut, and told in full by the table beside."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is, and the words for its length."""

    label: str
    value: int
    text: str


def bar_chart(name: str, title: str, description: str, bars: Sequence[Bar], *, full: int | None = None) -> Markup:
    """A chart whose longest bar is `full` (the greatest value without it); `name` makes its ids unique on a page."""
    height = ROW * len(bars) + 4
    longest = max(full or 0, *(bar.value for bar in bars), 1)
    frame = (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
        f' aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
    )
    rows = "".join(_row(bar, place, longest) for place, bar in enumerate(bars))
    return Markup(f"{frame}{rows}</svg>")  # noqa: S704 - words are escaped


def _row(bar: Bar, place: int, longest: int) -> str:
    top = ROW * place
    room = WIDTH - LABEL - VALUE
    length = max(2, round(room * bar.value / longest)) if bar.value else 0
    label = bar.label if len(bar.label) <= WIDEST_LABEL else f"{bar.label[: WIDEST_LABEL - 1]}…"
    words = f'y="{top + 22}" font-size="{TEXT}"'
    return (
        f'<text class="chart-label" x="{LABEL - 10}" text-anchor="end" {words}>{escape(label)}</text>'
        f'<rect class="chart-bar" x="{LABEL}" y="{top + 7}" width="{length}" height="{BAR}"/>'
        f'<text class="chart-value" x="{LABEL + length + 8}" {words}>{escape(bar.text)}</text>'
    )
