"""Keyset paging of what was published, newest first: a page begins behind an instant and an id, never at an offset."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_

from portal.domain.list_places import read_place, write_place
from portal.models.base import db
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


class Line(Protocol):
    """One publication in a list, which knows where the list goes on behind it."""

    @property
    def cursor(self) -> Cursor:
        """Its own place in the order NEWEST_FIRST."""


L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True)
class Page(Generic[L]):
    """One page of a list, newest first, and where the next one begins."""

    lines: tuple[L, ...]
    total: int
    next_cursor: Cursor | None


def page_of(query: Any, line: Callable[[Any], L], *, after: Cursor | None, size: int) -> Page[L]:
    """The page of a query behind a cursor, `size` lines long, each made of a row by `line`."""
    total = db.session.execute(query.with_only_columns(func.count())).scalar_one()
    if after:
        query = query.where(behind(after))
    rows = db.session.execute(query.order_by(*NEWEST_FIRST).limit(size + 1))
    lines = tuple(line(row) for row in rows)
    return Page(lines[:size], total, lines[size - 1].cursor if len(lines) > size else None)
