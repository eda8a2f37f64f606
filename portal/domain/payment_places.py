"""Which place a row of a monthly table of sums speaks of."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.domain.division_names import DivisionNames
from portal.domain.divisions import Division, Level
from portal.domain.roster_villages import VillageIndex


class PaidPlaces:
    """A place and everything within it, under the names that offices write; `around` may hold those above it too."""

    def __init__(self, place: Division, around: Sequence[Division], aliases: Mapping[str, Any]) -> None:
        self.place = place
        self.by_code = {one.code: one for one in around}
        within = [one for one in around if place.holds(one)]
        owners = [place, *(one for one in within if one.level is Level.COUNTY and one != place)]
        self._names = [
            DivisionNames(owner, [one for one in within if one.parent == owner.code], aliases) for owner in owners
        ]
        self._villages = VillageIndex(around) if place.level is Level.TOWNSHIP else None

    def find(self, text: str) -> Division | None:
        """The division that a cell names; None when it is none of the place's, or of two counties."""
        found = {one for names in self._names if (one := names.find(text)) is not None}
        if not found and self._villages:
            village = self._villages.find(text)
            return village if isinstance(village, Division) else None
        return found.pop() if len(found) == 1 else None

    def batch_place(self, leaf: Division) -> Division:
        """To whose batch a row belongs: a village's to its township's, a township's to its county's."""
        if leaf == self.place or leaf.level is Level.COUNTY or leaf.parent is None:
            return leaf
        return self.by_code[leaf.parent]
