"""What a place's own page says: whom to call, and what was and is made public for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.divisions import Division, Level
from portal.domain.offices import Office, OfficeKind
from portal.queries.divisions import children_of, division
from portal.queries.notices import NoticeFilters, NoticeLine, notice_page, notices_naming
from portal.queries.offices import offices_for

LATEST = 10
IN_CHARGE = frozenset({OfficeKind.CIVIL_AFFAIRS, OfficeKind.TOWNSHIP})


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One division's page: the divisions above and below it, its open notices, and its offices, nearest first."""

    place: Division
    above: tuple[Division, ...]
    below: tuple[Division, ...]
    notices: Sequence[NoticeLine]
    offices: tuple[Office, ...]


def place_page(code: str, *, at: datetime) -> PlacePage:
    """The page of a division; NotFoundError when there is none. A village shows what must hang at its own board."""
    place = division(code)
    codes = place.path.strip("/").split("/")
    above = tuple(division(one) for one in codes[:-1])
    if place.level is Level.VILLAGE:
        notices: Sequence[NoticeLine] = notices_naming(code, at=at)
    else:
        notices = notice_page(NoticeFilters(division=code), at=at, size=LATEST).lines
    return PlacePage(place, above, children_of(code), notices, _in_charge(code))


def _in_charge(code: str) -> tuple[Office, ...]:
    """The civil-affairs offices in charge of a place, the nearest first."""
    return tuple(office for office in offices_for(code) if office.kind in IN_CHARGE)
