"""What a place's own page says: whom to call, and what was and is made public for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select

from portal.domain.divisions import Division, Level
from portal.domain.offices import OfficeKind
from portal.models.base import db
from portal.models.divisions import Division as DivisionRow
from portal.models.offices import Office
from portal.queries.divisions import children_of, division
from portal.queries.notices import NoticeFilters, NoticeLine, notice_page, notices_naming

LATEST = 10


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """Whom to call about a place."""

    name: str
    hotline: str
    duty_phone: str
    address: str


@dataclass(frozen=True, slots=True)
class PlacePage:
    """One division's page: the divisions above and below it, its open notices, and its offices, nearest first."""

    place: Division
    above: tuple[Division, ...]
    below: tuple[Division, ...]
    notices: Sequence[NoticeLine]
    offices: tuple[OfficeCard, ...]


def place_page(code: str, *, at: datetime) -> PlacePage:
    """The page of a division; NotFoundError when there is none. A village shows what must hang at its own board."""
    place = division(code)
    codes = place.path.strip("/").split("/")
    above = tuple(division(one) for one in codes[:-1])
    if place.level is Level.VILLAGE:
        notices: Sequence[NoticeLine] = notices_naming(code, at=at)
    else:
        notices = notice_page(NoticeFilters(division=code), at=at, size=LATEST).lines
    return PlacePage(place, above, children_of(code), notices, offices_of(place))


def offices_of(place: Division) -> tuple[OfficeCard, ...]:
    """The civil-affairs offices in charge of a place, the nearest first."""
    query = (
        select(Office)
        .join(DivisionRow, DivisionRow.code == Office.division_code)
        .where(
            literal(place.path).startswith(DivisionRow.path),
            Office.kind.in_([OfficeKind.CIVIL_AFFAIRS, OfficeKind.TOWNSHIP]),
        )
        .order_by(func.length(DivisionRow.path).desc(), Office.id)
    )
    return tuple(
        OfficeCard(row.name, row.hotline, row.duty_phone, row.address) for row in db.session.execute(query).scalars()
    )
