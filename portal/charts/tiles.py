"""A map of equal tiles as SVG: each place where it roughly lies, its number on it, one hue in five classes.

The number stands on every tile, so that colour says nothing alone; the legend states the bounds of each class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

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
    frame = Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="{role}"'
        ' aria-labelledby="{n}-t" aria-describedby="{n}-d"><title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>'
    ).format(
        w=width, h=top + LEGEND * len(legend), n=name, t=title, d=description,
        role="group" if any(tile.url for tile in tiles) else "img",
    )  # fmt: skip
    places = Markup("").join(map(_tile, tiles))
    bounds = Markup("").join(
        Markup(
            '<rect class="tile tile-{level}" x="0" y="{y}" width="28" height="18"/>'
            '<text class="chart-value" x="38" y="{ty}" font-size="{fs}">{words}</text>'
        ).format(level=level, y=top + LEGEND * place, ty=top + LEGEND * place + 14, fs=NUMBER, words=words)
        for place, (level, words) in enumerate(legend)
    )
    return frame + places + bounds + Markup("</svg>")


def _tile(tile: Tile) -> Markup:
    x, y = tile.column * (TILE + GAP), tile.row * (HIGH + GAP)
    drawn = Markup(
        '<rect class="tile tile-{level}" x="{x}" y="{y}" width="{w}" height="{h}"/>'
        '<text class="on-tile-{level}" x="{mx}" y="{ly}" text-anchor="middle" font-size="{ts}">{label}</text>'
        '<text class="on-tile-{level}" x="{mx}" y="{ny}" text-anchor="middle" font-size="{ns}">{text}</text>'
    ).format(
        level=tile.level, x=x, y=y, w=TILE, h=HIGH, mx=x + TILE // 2, ly=y + 25, ny=y + 45, ts=TEXT, ns=NUMBER,
        label=tile.label, text=tile.text,
    )  # fmt: skip
    return Markup('<a href="{url}">{drawn}</a>').format(url=tile.url, drawn=drawn) if tile.url else drawn
