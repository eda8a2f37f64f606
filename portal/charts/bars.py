"""Horizontal bars as SVG: values in, markup out. Colours are classes; nothing is told by colour alone.

A chart fits the screen of a phone at 1:1, where its text has 15 px, in large print 20; every number stands beside its
bar, and every chart has a title and a description.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.charts.lettering import USUAL, Lettering
from portal.charts.openings import opening

WIDTH = 336
WIDEST_LABEL = 7
"""Characters of a label that fit; a longer one is cut, and told in full by the table beside."""
WIDEST_VALUE = 72 / 15
"""The room for the number behind the longest bar, in heights of a letter."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is, the words for its length, and a mark that it is held against."""

    label: str
    value: int
    text: str
    mark: int | None = None


def bar_chart(
    name: str, title: str, description: str, bars: Sequence[Bar], *, full: int | None = None,
    letters: Lettering = USUAL,
) -> Markup:  # fmt: skip
    """A chart whose longest bar is `full` (the greatest value without it); `name` makes its ids unique on a page."""
    row = 2 * letters.line
    height = row * len(bars) + 4
    longest = max(full or 0, *(bar.value for bar in bars), *(bar.mark or 0 for bar in bars), 1)
    opened = opening(name, title, description, WIDTH, height)
    rows = "".join(_row(bar, row * place, longest, letters) for place, bar in enumerate(bars))
    return opened + Markup(f"{rows}</svg>")  # noqa: S704 - words are escaped


def _row(bar: Bar, top: int, longest: int, letters: Lettering) -> str:
    size, start = letters.text, WIDEST_LABEL * letters.text + 17
    room = WIDTH - start - round(WIDEST_VALUE * size)
    length = max(2, round(room * bar.value / longest)) if bar.value else 0
    mark = None if bar.mark is None else round(room * bar.mark / longest)
    label = bar.label if len(bar.label) <= WIDEST_LABEL else f"{bar.label[: WIDEST_LABEL - 1]}…"
    words = f'y="{top + letters.line + size // 3}" font-size="{size}"'
    return (
        f'<text class="chart-label" x="{start - 10}" text-anchor="end" {words}>{escape(label)}</text>'
        f'<rect class="chart-bar" x="{start}" y="{top + 7}" width="{length}" height="{2 * letters.line - 14}"/>'
        f'<text class="chart-value" x="{start + max(length, mark or 0) + 8}" {words}>{escape(bar.text)}</text>'
        f"{'' if mark is None else _mark(start + mark, top, letters)}"
    )


def _mark(x: int, top: int, letters: Lettering) -> str:
    """A line a little longer than the bar is thick, so that it is seen on the bar and beside it."""
    return f'<rect class="chart-mark" x="{x - 2}" y="{top + 2}" width="4" height="{2 * letters.line - 4}"/>'
