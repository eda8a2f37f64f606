"""A map of equal tiles as SVG: each place where it roughly lies, its number on it, one hue in five classes.

The number stands on every tile, so that colour says nothing alone; the legend states the bounds of each class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

TILE, HIGH, GAP = 64, 58, 4
TEXT, NUMBER = 15, 14
LEGEND = 24


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
    name: str, title: str, description: str, tiles: Sequence[Tile], legend: Sequence[tuple[int, str]]
) -> Markup:
    """A map; `legend` tells the bounds of each class that occurs; `name` makes its ids unique on a page."""
    columns, rows = (1 + max((getattr(tile, side) for tile in tiles), default=0) for side in ("column", "row"))
    width, top = columns * (TILE + GAP) - GAP, rows * (HIGH + GAP) + 4
    height, role = top + LEGEND * len(legend), "group" if any(tile.url for tile in tiles) else "img"
    frame = (
        f'<svg class="chart" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}"'
        f' aria-labelledby="{name}-t" aria-describedby="{name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
    )
    places = "".join(map(_tile, tiles))
    bounds = "".join(_bound(top + LEGEND * place, *one) for place, one in enumerate(legend))
    return Markup(f"{frame}{places}{bounds}</svg>")  # noqa: S704 - words are escaped


def _bound(y: int, level: int, words: str) -> str:
    return (
        f'<rect class="tile tile-{level}" x="0" y="{y}" width="28" height="18"/>'
        f'<text class="chart-value" x="38" y="{y + 14}" font-size="{NUMBER}">{escape(words)}</text>'
    )


def _tile(tile: Tile) -> str:
    x, y = tile.column * (TILE + GAP), tile.row * (HIGH + GAP)
    words = f'class="on-tile-{tile.level}" x="{x + TILE // 2}" text-anchor="middle"'
    drawn = (
        f'<rect class="tile tile-{tile.level}" x="{x}" y="{y}" width="{TILE}" height="{HIGH}"/>'
        f'<text {words} y="{y + 25}" font-size="{TEXT}">{escape(tile.label)}</text>'
        f'<text {words} y="{y + 45}" font-size="{NUMBER}">{escape(tile.text)}</text>'
    )
    return f'<a href="{escape(tile.url)}">{drawn}</a>' if tile.url else drawn
