"""Real boundaries of the city's units: only from a map that the operator may publish, named by its 审图号.

地图管理条例 15, 37: a map shown to the public is approved and says so. The portal therefore ships none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from portal.domain.divisions import DivisionCode

WIDTH = 336
"""As wide as the map of tiles, which fits on a phone."""
_APPROVAL = re.compile(r"[\u4e00-\u9fff]{1,3}S[（(〔\[]\d{4}[）)〕\]]\d{1,6}号")
_FEWEST, _MOST_POINTS = 3, 200_000
_EAST, _NORTH = 180, 90

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A unit on the map: its path in the map's own coordinates, and where its words stand."""

    code: DivisionCode
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Boundaries:
    """An approved map, ready to be drawn; `size` is its width and height in px at 1:1."""

    approval_number: str
    size: tuple[int, int]
    shapes: tuple[Shape, ...]


def boundaries_from_geojson(found: Mapping[str, Any]) -> Boundaries:
    """Read a FeatureCollection whose member `approval_number` holds the 审图号 and whose features have a `code`.

    ValueError says what is missing. Coordinates are degrees of longitude and latitude.
    """
    number = str(found.get("approval_number", "")).strip()
    if not _APPROVAL.fullmatch(number):
        raise ValueError("boundaries.geojson has no approval_number like 鲁S（2025）012号: no map without its 审图号")
    units = dict(map(_unit, found.get("features", ())))
    points = [point for rings in units.values() for ring in rings for point in ring]
    if not points or len(points) > _MOST_POINTS:
        raise ValueError(f"boundaries.geojson must have between 1 and {_MOST_POINTS} points, not {len(points)}")
    west, north = min(x for x, _ in points), max(y for _, y in points)
    east, south = max(x for x, _ in points), min(y for _, y in points)
    across = cos(radians((north + south) / 2))  # a degree of longitude is shorter than one of latitude
    scale = WIDTH / max((east - west) * across, 1e-9)

    def place(point: Point) -> tuple[int, int]:
        return round((point[0] - west) * across * scale), round((north - point[1]) * scale)

    shapes = tuple(_shape(code, [tuple(map(place, ring)) for ring in rings]) for code, rings in units.items())
    return Boundaries(number, (WIDTH, round((north - south) * scale)), shapes)


def _unit(feature: Mapping[str, Any]) -> tuple[DivisionCode, tuple[Ring, ...]]:
    code, geometry = feature.get("properties", {}).get("code"), feature.get("geometry") or {}
    if not code:
        raise ValueError("boundaries.geojson has a feature without properties.code, the division's code")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates", ())
    if kind not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"boundaries.geojson: {code} is a {kind}, not a Polygon or MultiPolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return DivisionCode(str(code)), tuple(_ring(str(code), ring) for polygon in polygons for ring in polygon)


def _ring(code: str, ring: Sequence[Sequence[float]]) -> Ring:
    points = tuple((float(point[0]), float(point[1])) for point in ring)
    if len(points) < _FEWEST or any(abs(x) > _EAST or abs(y) > _NORTH for x, y in points):
        raise ValueError(f"boundaries.geojson: {code} has a ring that is no line of degrees")
    return points


def _shape(code: DivisionCode, rings: Sequence[tuple[tuple[int, int], ...]]) -> Shape:
    """The path without points that fall together; its words stand in the middle of its greatest ring."""
    drawn = [tuple(_without_repeats(ring)) for ring in rings]
    greatest = max(drawn, key=lambda ring: abs(_area(ring)))
    xs, ys = [x for x, _ in greatest], [y for _, y in greatest]
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in drawn)
    return Shape(code, path, (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2)


def _without_repeats(ring: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    before = None
    for point in ring:
        if point != before:
            yield point
        before = point


def _area(ring: Sequence[tuple[int, int]]) -> int:
    """Twice the area (the shoelace formula), negative when it runs the other way."""
    following = (*ring[1:], *ring[:1])
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(ring, following, strict=True))
