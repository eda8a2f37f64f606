"""Horizontal bars as SVG: values in, markup out. Colours are classes; nothing is told by colour alone.

A chart fits the screen of a phone at 1:1, where its text has 15 px, in large print 20; every number stands beside its
bar, and every chart has a title and a description. A long name stands in two lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup, escape

from portal.charts.lettering import USUAL, Lettering, in_lines, width_of
from portal.charts.openings import opening

WIDTH = 336
WIDEST_LABEL, NARROW_LABEL = 8, 5
"""Room for a name, in heights of a letter; a longer one is broken, and told in full by the table beside."""
LEAST_ROOM = 80
"""Where the longest bar would be shorter, names are broken sooner."""
WIDEST_VALUE = 64 / 15
"""The least room for the number behind the longest bar, so that charts of one scale have bars of one scale."""
AROUND = 17
"""Before a name, and between it and its bar."""
GAP = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is, the words for its length, and a mark that it is held against."""

    label: str
    value: int
    text: str
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where bars begin, how long the longest is, and of which value."""

    start: int
    room: int
    longest: int
    letters: Lettering

    def length(self, value: int) -> int:
        """A bar's length; something is never so short that nobody sees it, and less than nothing is not drawn."""
        return max(2, round(self.room * value / self.longest)) if value > 0 else 0


def bar_chart(
    name: str, title: str, description: str, bars: Sequence[Bar], *, full: int | None = None,
    letters: Lettering = USUAL,
) -> Markup:  # fmt: skip
    """A chart whose longest bar is `full` (the greatest value without it); `name` makes its ids unique on a page."""
    told = round(max(WIDEST_VALUE, *(width_of(bar.text) for bar in bars), 0) * letters.text) + GAP
    labels, start = _named(bars, WIDEST_LABEL, letters)
    if WIDTH - start - told < LEAST_ROOM:
        labels, start = _named(bars, NARROW_LABEL, letters)
    frame = _Frame(start, WIDTH - start - told, _longest(bars, full), letters)
    tops = [*accumulate((_high(lines, letters) for lines in labels), initial=0)]
    opened = opening(name, title, description, WIDTH, tops[-1] + 4)
    rows = "".join(_row(*one, frame) for one in zip(bars, labels, tops, strict=False))
    return opened + Markup(f"{rows}</svg>")  # noqa: S704 - words are escaped


def _named(bars: Sequence[Bar], room: int, letters: Lettering) -> tuple[list[tuple[str, ...]], int]:
    """The names in their lines, and where the bars begin behind them."""
    labels = [in_lines(bar.label, room) for bar in bars]
    widest = max((width_of(line) for lines in labels for line in lines), default=0)
    return labels, round(widest * letters.text) + AROUND


def _longest(bars: Sequence[Bar], full: int | None) -> int:
    return max(full or 0, *(bar.value for bar in bars), *(bar.mark or 0 for bar in bars), 1)


def _high(lines: tuple[str, ...], letters: Lettering) -> int:
    return (len(lines) + 1) * letters.line


def _row(bar: Bar, lines: tuple[str, ...], top: int, frame: _Frame) -> str:
    letters, length = frame.letters, frame.length(bar.value)
    mark = None if bar.mark is None else round(frame.room * bar.mark / frame.longest)
    middle, size = top + _high(lines, letters) // 2, letters.text
    first = middle + size // 3 - (len(lines) - 1) * letters.line // 2
    named = "".join(
        f'<text class="chart-label" x="{frame.start - 10}" text-anchor="end" y="{first + letters.line * place}"'
        f' font-size="{size}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'{named}<rect class="chart-bar" x="{frame.start}" y="{middle + 7 - letters.line}" width="{length}"'
        f' height="{2 * letters.line - 14}"/>'
        f'<text class="chart-value" x="{frame.start + max(length, mark or 0) + GAP}" y="{middle + size // 3}"'
        f' font-size="{size}">{escape(bar.text)}</text>'
        f"{'' if mark is None else _mark(frame.start + mark, middle, letters)}"
    )


def _mark(x: int, middle: int, letters: Lettering) -> str:
    """A line a little longer than the bar is thick, so that it is seen on the bar and beside it."""
    high = 2 * letters.line - 4
    return f'<rect class="chart-mark" x="{x - 2}" y="{middle - high // 2}" width="4" height="{high}"/>'
