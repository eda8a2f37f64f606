"""Keyset paging of what was published, newest first: a page begins behind an instant and an id, never at an offset."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from portal.domain.list_places import read_place, write_place
from portal.models.publications import Publication

PAGE_SIZE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEWEST_FIRST = (Publication.first_published_at.desc(), Publication.id.desc())


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the list begins: behind this instant and id."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return write_place((self.at - EPOCH) // MICROSECOND, self.id)


def read_cursor(text: str) -> Cursor | None:
    """A cursor from an address; nothing when it is not one."""
    place = read_place(text)
    try:
        return Cursor(EPOCH + place[0] * MICROSECOND, place[1]) if place else None
    except OverflowError:
        return None


def behind(after: Cursor) -> ColumnElement[bool]:
    """True for what stands behind the cursor in the order NEWEST_FIRST."""
    return or_(
        Publication.first_published_at < after.at,
        and_(Publication.first_published_at == after.at, Publication.id < after.id),
    )
