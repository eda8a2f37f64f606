"""A map of equal tiles as SVG: each place where it roughly lies, its number on it, one hue in five classes.

The number stands on every tile, so that colour says nothing alone; the legend states the bounds of each class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.charts.lettering import USUAL, Lettering
from portal.charts.openings import opening

TILE, GAP = 64, 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One place: column and row from 0, its name, the words for its number, its class (0: nothing told), its link."""

    column: int
    row: int
    label: str
    text: str
    level: int
    url: str = ""


def tile_map(
    name: str, title: str, description: str, tiles: Sequence[Tile], legend: Sequence[tuple[int, str]],
    letters: Lettering = USUAL,
) -> Markup:  # fmt: skip
    """A map; `legend` tells the bounds of each class that occurs; `name` makes its ids unique on a page."""
    columns, rows = (1 + max((getattr(tile, side) for tile in tiles), default=0) for side in ("column", "row"))
    width, top, line = columns * (TILE + GAP) - GAP, rows * (_high(letters) + GAP) + 4, letters.line + 7
    has_links = any(tile.url for tile in tiles)
    opened = opening(name, title, description, width, top + line * len(legend), has_links=has_links)
    places = "".join(_tile(tile, letters) for tile in tiles)
    bounds = "".join(bound(top + line * place, *one, letters) for place, one in enumerate(legend))
    return opened + Markup(f"{places}{bounds}</svg>")  # noqa: S704 - words are escaped


def _high(letters: Lettering) -> int:
    return 2 * letters.line + 24


def bound(y: int, level: int, words: str, letters: Lettering) -> str:
    """One line of a map's legend: the class and its bounds."""
    return (
        f'<rect class="tile tile-{level}" x="0" y="{y}" width="28" height="{letters.line + 1}"/>'
        f'<text class="chart-value" x="38" y="{y + letters.number}" font-size="{letters.number}">{escape(words)}</text>'
    )


def _tile(tile: Tile, letters: Lettering) -> str:
    high = _high(letters)
    x, y = tile.column * (TILE + GAP), tile.row * (high + GAP)
    words = f'class="on-tile-{tile.level}" x="{x + TILE // 2}" text-anchor="middle"'
    label, number = y + letters.line + 8, y + 2 * letters.line + 11
    drawn = (
        f'<rect class="tile tile-{tile.level}" x="{x}" y="{y}" width="{TILE}" height="{high}"/>'
        f'<text {words} y="{label}" font-size="{letters.text}">{escape(tile.label)}</text>'
        f'<text {words} y="{number}" font-size="{letters.number}">{escape(tile.text)}</text>'
    )
    return f'<a href="{escape(tile.url)}">{drawn}</a>' if tile.url else drawn
