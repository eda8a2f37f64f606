"""What is public that may fulfil a duty, through the gate; and which places owe anything at all."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select, true

from portal.domain.divisions import Level
from portal.domain.documents import Validity
from portal.domain.duties import Evidence, Fulfilment, Place, Promise, prefixes
from portal.domain.instants import shanghai_date
from portal.domain.publications import OPEN_STATES, Area
from portal.models.allocations import Allocation
from portal.models.base import db
from portal.models.budgets import Budget
from portal.models.divisions import Division
from portal.models.documents import DocumentRevision
from portal.models.notices import Notice
from portal.models.offices import Office
from portal.models.payments import Payment
from portal.models.publications import Publication, Revision
from portal.queries.places import IN_CHARGE
from portal.queries.publications import not_withdrawn, visible

_OWING = (Level.CITY, Level.COUNTY, Level.TOWNSHIP)


def places_within(path: str) -> tuple[Place, ...]:
    """The places at or within a division that have an office; `path` is empty for all."""
    reachable = func.max(and_(Office.hotline != "", Office.address != "").cast(db.Integer))
    query = (
        select(Division.path, Division.level, reachable)
        .join(Office, Office.division_code == Division.code)
        .where(Office.kind.in_(IN_CHARGE), Division.level.in_(_OWING), Division.path.startswith(path, autoescape=True))
        .group_by(Division.path, Division.level)
        .order_by(Division.path)
    )
    return tuple(Place(path, level, bool(is_reachable)) for path, level, is_reachable in db.session.execute(query))


def evidence_of(area: Area, path: str, since: date, *, at: datetime) -> tuple[Evidence, ...]:
    """What is public of an area in a division, within it and above it; nothing for an area that fulfils no duty.

    Of what has no period the newest of each kind, programme and place; of the rest every period since `since`.
    """
    if area not in _QUERIES:
        return ()
    near, by = _near(path), Fulfilment(area)
    return tuple(
        Evidence(where, level, by, str(kind or ""), program, shanghai_date(on), _period(period), publication_id)
        for where, level, kind, program, on, period, publication_id in db.session.execute(
            _QUERIES[area](near, since, at)
        )
    )


def _near(path: str) -> ColumnElement[bool]:
    """Whether a publication is of a division, of one within it or of one above it; found by the codes' own index."""
    if not path:
        return true()
    wanted = or_(Division.path.startswith(path, autoescape=True), Division.path.in_(prefixes(path)))
    query = select(Division.code).where(wanted, Division.level.in_(_OWING))
    return Publication.division_code.in_(db.session.execute(query).scalars().all())


def promises_within(path: str) -> tuple[Promise, ...]:
    """The budgets that are approved, in the portal and not public yet, with their last days."""
    query = (
        select(Division.path, Budget.phase, func.min(Budget.due_on))
        .join(Publication, Publication.id == Budget.publication_id)
        .join(Division, Division.code == Publication.division_code)
        .join(Revision, Revision.publication_id == Publication.id)
        .where(
            Publication.live_revision_id.is_(None),
            Revision.state.in_(OPEN_STATES),
            Budget.due_on.is_not(None),
            Division.path.startswith(path, autoescape=True),
        )
        .group_by(Division.path, Budget.phase)
    )
    found = db.session.execute(query)
    return tuple(Promise(where, str(phase), due_on) for where, phase, due_on in found if due_on is not None)


def _period(value: date | int | None) -> date | None:
    return date(value, 1, 1) if isinstance(value, int) else value


def _documents(near: ColumnElement[bool], _since: date, at: datetime) -> Select[Any]:
    """A correction brings a document up to date, so its own day counts; a void document fulfils nothing."""
    facts = (DocumentRevision.category, DocumentRevision.program)
    told = _told(Area.DOCUMENTS, near, at, *facts, Revision.published_at, null()).join(
        DocumentRevision, DocumentRevision.revision_id == Revision.id
    )
    return _newest(told.where(DocumentRevision.validity == Validity.IN_FORCE), *facts, Revision.published_at)


def _notices(near: ColumnElement[bool], _since: date, at: datetime) -> Select[Any]:
    facts = (Notice.kind, Notice.program)
    told = _told(Area.NOTICES, near, at, *facts, Publication.first_published_at, null())
    return _newest(told.where(Notice.publication_id.is_not(None)), *facts, Publication.first_published_at)


def _payments(near: ColumnElement[bool], since: date, at: datetime) -> Select[Any]:
    told = _told(
        Area.PAYMENTS, near, at, Payment.kind, Payment.program, Publication.first_published_at, Payment.month
    ).join(Payment, Payment.publication_id == Publication.id)
    return told.where(Payment.month >= since.replace(day=1))


def _budgets(near: ColumnElement[bool], _since: date, at: datetime) -> Select[Any]:
    told = _told(Area.BUDGETS, near, at, Budget.phase, Budget.program, Publication.first_published_at, Budget.year)
    return told.join(Budget, Budget.publication_id == Publication.id)


def _allocations(near: ColumnElement[bool], _since: date, at: datetime) -> Select[Any]:
    told = _told(
        Area.ALLOCATIONS, near, at, literal(""), Allocation.program, Publication.first_published_at, Allocation.year
    )
    return told.join(Allocation, Allocation.publication_id == Publication.id)


def _told(area: Area, near: ColumnElement[bool], at: datetime, *columns: Any) -> Select[Any]:
    """The gate of an area, with the place before the columns and the publication behind them."""
    gate = visible(at).where(Publication.area == area, not_withdrawn(), near)
    return gate.with_only_columns(Division.path, Division.level, *columns, Publication.id)


def _newest(told: Select[Any], kind: Any, program: Any, on: Any) -> Select[Any]:
    """Of each kind, programme and place the one that came last."""
    newest_first = (on.desc(), Publication.id.desc())
    places = func.row_number().over(partition_by=(Division.path, kind, program), order_by=newest_first)
    ranked = told.add_columns(places.label("place")).subquery()
    *columns, place = ranked.columns
    return select(*columns).where(place == 1)


_QUERIES = {
    Area.DOCUMENTS: _documents,
    Area.NOTICES: _notices,
    Area.PAYMENTS: _payments,
    Area.BUDGETS: _budgets,
    Area.ALLOCATIONS: _allocations,
}
