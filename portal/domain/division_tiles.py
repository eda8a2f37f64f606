"""Where a map of equal tiles draws each unit of the city: no real boundaries, which need an approved map (审图号)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.divisions import DivisionCode


@dataclass(frozen=True, slots=True)
class DivisionTile:
    """A unit's place on the map, column and row from 0, and its short name."""

    code: DivisionCode
    column: int
    row: int
    name: str


def tiles_from_table(table: Mapping[str, Any]) -> tuple[DivisionTile, ...]:
    """Read the table."""
    return tuple(
        DivisionTile(DivisionCode(one["code"]), one["column"], one["row"], one["name"]) for one in table["tiles"]
    )
