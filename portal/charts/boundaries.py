"""A map of real boundaries as SVG, drawn from the operator's own file, with the number of its approval on it.

The same classes, numbers and legend as the map of tiles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.charts.lettering import USUAL, Lettering
from portal.charts.openings import opening
from portal.charts.tiles import bound


@dataclass(frozen=True, slots=True)
class Outline:
    """One place: its path, where its words stand, its name, the words for its number, its class, its link."""

    path: str
    x: int
    y: int
    label: str
    text: str
    level: int
    url: str = ""


def boundary_map(
    name: str, title: str, description: str, size: tuple[int, int], outlines: Sequence[Outline],
    legend: Sequence[tuple[int, str]], approval: str, letters: Lettering = USUAL,
) -> Markup:  # fmt: skip
    """A map of a width and height; `approval` is the line under it that the law asks for."""
    (width, high), line = size, letters.line + 7
    height = high + line * (len(legend) + 1) + 4
    opened = opening(name, title, description, width, height, has_links=any(one.url for one in outlines))
    drawn = "".join(_outline(one) for one in outlines) + "".join(_words(one, letters) for one in outlines)
    bounds = "".join(bound(high + 4 + line * place, *one, letters) for place, one in enumerate(legend))
    under = (
        f'<text class="chart-value" x="0" y="{height - 6}" font-size="{letters.number}">{escape(approval)}</text></svg>'
    )
    return opened + Markup(drawn + bounds + under)  # noqa: S704 - words are escaped


def _outline(one: Outline) -> str:
    drawn = f'<path class="tile tile-{one.level}" d="{escape(one.path)}"><title>{escape(one.label)}</title></path>'
    return f'<a href="{escape(one.url)}">{drawn}</a>' if one.url else drawn


def _words(one: Outline, letters: Lettering) -> str:
    """Over all outlines and on a ground of their own: a long unit's words may lie on its neighbour's colour."""
    width = max(len(one.label) * letters.text, len(one.text) * letters.number * 0.6) + 6
    words = f'class="on-map" x="{one.x}" text-anchor="middle"'
    return (
        f'<rect class="map-ground" x="{one.x - width / 2:.0f}" y="{one.y - letters.text}" width="{width:.0f}"'
        f' height="{2 * letters.line}"/>'
        f'<text {words} y="{one.y - 1}" font-size="{letters.text}">{escape(one.label)}</text>'
        f'<text {words} y="{one.y + letters.line - 2}" font-size="{letters.number}">{escape(one.text)}</text>'
    )
