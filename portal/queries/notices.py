"""Public lists of notices, through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.instants import SHANGHAI, start_of_day
from portal.domain.notices import NoticeKind, OpenState
from portal.domain.programs import Program
from portal.domain.publications import Area, Face
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.notices import Notice, NoticeRow, PostingPlace
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.queries.paging import NEWEST_FIRST, PAGE_SIZE, Cursor, Page, page_of
from portal.queries.publications import face_of, not_withdrawn, visible


@dataclass(frozen=True, slots=True)
class NoticeFilters:
    """What a reader asked the list for; everything may be empty."""

    division: str = ""
    program: Program | None = None
    kind: NoticeKind | None = None
    state: OpenState | None = None
    year: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice in a list. `period_last_on` is nothing where no objection is possible."""

    number: str
    title: str
    kind: NoticeKind
    program: Program
    division_name: str
    office_name: str
    face: Face
    published_at: datetime
    period_last_on: date | None
    is_open: bool
    cursor: Cursor


def notice_page(
    filters: NoticeFilters, *, at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> Page[NoticeLine]:
    """The notices that match, newest first, `size` a page (keyset paging)."""
    query = _lines(at).where(*_conditions(filters, at))
    return page_of(query, lambda row: _line(row, at), after=after, size=size)


def notices_naming(village_code: str, *, at: datetime, size: int = 30) -> Sequence[NoticeLine]:
    """The open notices that hang, or must hang, in a village, newest first; tiny villages are never told."""
    query = _lines(at).where(_tells(village_code, at))
    query = query.order_by(*NEWEST_FIRST).limit(size)
    return tuple(_line(row, at) for row in db.session.execute(query))


def published_years(at: datetime) -> tuple[int, ...]:
    """The Shanghai years in which a listed notice was published, newest first; for the filter."""
    bounds = (
        visible(at)
        .where(Publication.area == Area.NOTICES, not_withdrawn())
        .with_only_columns(func.min(Publication.first_published_at), func.max(Publication.first_published_at))
    )
    first, last = db.session.execute(bounds).one()
    if first is None or last is None:
        return ()
    return tuple(range(last.astimezone(SHANGHAI).year, first.astimezone(SHANGHAI).year - 1, -1))


def _lines(at: datetime) -> Any:
    return (
        visible(at)
        .where(Publication.area == Area.NOTICES, not_withdrawn())
        .with_only_columns(
            Publication.number, Revision.title, Notice.kind, Notice.program, Division.display_name, Office.name,
            face_of(at), Publication.first_published_at, Revision.period_last_on, Publication.id,
        )
    )  # fmt: skip


def _line(row: Any, at: datetime) -> NoticeLine:
    number, title, kind, program, division, office, face, published_at, last_on, ident = row
    is_open = last_on is not None and Face(face) is not Face.SEALED and at < start_of_day(last_on) + timedelta(days=1)
    return NoticeLine(
        number, title, kind, program, division, office, Face(face), published_at, last_on, is_open,
        Cursor(published_at, ident),
    )  # fmt: skip


def _conditions(filters: NoticeFilters, at: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.division:
        asked = aliased(Division)
        inside = Division.path.like(select(asked.path).where(asked.code == filters.division).scalar_subquery() + "%")
        conditions.append(or_(inside, _tells(filters.division, at)))
    if filters.program:
        conditions.append(Notice.program == filters.program)
    if filters.kind:
        conditions.append(Notice.kind == filters.kind)
    if filters.year:
        start, end = start_of_day(date(filters.year, 1, 1)), start_of_day(date(filters.year + 1, 1, 1))
        conditions.append(and_(Publication.first_published_at >= start, Publication.first_published_at < end))
    conditions += [_contains(word) for word in filters.text.split()[:5]]
    if filters.state:
        conditions.append(_state(filters.state, at))
    return conditions


def _tells(village_code: str, at: datetime) -> ColumnElement[bool]:
    """Whether an open list hangs in a village and names it, in its live revision.

    A board stays on record when a correction leaves the village too few households to be told; nobody outside may see
    that. After the end no place within the list is told at all.
    """
    boards = select(PostingPlace.publication_id).where(PostingPlace.village_code == village_code)
    named = exists().where(
        NoticeRow.revision_id == Publication.live_revision_id,
        NoticeRow.village_code == village_code,
        NoticeRow.place != Division.display_name,
    )
    return and_(Publication.id.in_(boards), face_of(at) != str(Face.SEALED), named)


def _contains(word: str) -> ColumnElement[bool]:
    return or_(Revision.title.contains(word, autoescape=True), Publication.number == word.upper())


def _state(state: OpenState, at: datetime) -> ColumnElement[bool]:
    sealed = face_of(at) == str(Face.SEALED)
    if state is OpenState.ENDED:
        return sealed
    if state is OpenState.OPEN:
        return and_(~sealed, Revision.period_last_on.is_not(None))
    return and_(~sealed, Revision.period_last_on.is_(None))
