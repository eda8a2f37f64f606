"""Offices, and the scope of an actor as a predicate of SQL."""

from sqlalchemy import ColumnElement, Select, select

from portal.domain.divisions import DivisionCode
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import Office, OfficeDetails, OfficeKind
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.offices import Office as Row
from portal.models.offices import OfficeDisplay


def within(actor: Actor) -> ColumnElement[bool]:
    """True for the actor's own office and every office below it; for any select that joins `offices`."""
    return Row.path.startswith(actor.office_path, autoescape=True)


def office(office_id: int) -> Office:
    """One office; NotFoundError when there is none."""
    return _one(select(Row).where(Row.id == office_id))


def office_within(actor: Actor, office_id: int) -> Office:
    """One office in the actor's scope; NotFoundError also for those that exist outside it."""
    return _one(select(Row).where(Row.id == office_id, within(actor)))


def office_named(name: str) -> Office:
    """The office of a name in full; NotFoundError when there is none."""
    return _one(select(Row).where(Row.name == name))


def offices_within(actor: Actor) -> tuple[Office, ...]:
    """Every office in the actor's scope, each after the one above it."""
    return _all(select(Row).where(within(actor)))


def all_offices() -> tuple[Office, ...]:
    """Every office, each after the one above it."""
    return _all(select(Row))


def offices_for(division_code: str) -> tuple[Office, ...]:
    """The offices in charge of a division: its own first, then those of each division above it.

    Discipline inspection is posted to them and in charge of nothing here; its own pages name it.
    """
    return tuple(one for one in offices_along(division_code) if one.kind is not OfficeKind.DISCIPLINE)


def offices_along(division_code: str) -> tuple[Office, ...]:
    """Every office of a division and of those above it, the nearest first."""
    path = db.session().scalar(select(Division.path).where(Division.code == division_code)) or ""
    codes = path.split("/")[:-1]
    found = _all(select(Row).where(Row.division_code.in_(codes)))
    return tuple(sorted(found, key=lambda one: (-codes.index(one.division_code), one.id)))


def web_details_of(office_id: int) -> dict[NoticeKind, WebDetail]:
    """What the website shows of each kind of notice of an office; masked names unless the office says otherwise."""
    rows = db.session().scalars(select(OfficeDisplay).where(OfficeDisplay.office_id == office_id))
    return dict.fromkeys(NoticeKind, WebDetail.MASKED_NAMES) | {row.kind: row.web for row in rows}


def _one(statement: Select[Row]) -> Office:
    row = db.session().scalar(statement)
    if row is None:
        raise NotFoundError(N_("没有这个单位"))
    return office_of(row)


def _all(statement: Select[Row]) -> tuple[Office, ...]:
    offices = (office_of(row) for row in db.session().scalars(statement))
    return tuple(sorted(offices, key=lambda one: [int(part) for part in one.path.split("/")[:-1]]))


def office_of(row: Row) -> Office:
    """The plain office that a row holds."""
    return Office(
        id=row.id,
        name=row.name,
        kind=row.kind,
        division_code=DivisionCode(row.division_code),
        parent_id=row.parent_id,
        path=row.path,
        details=OfficeDetails(row.hotline, row.duty_phone, row.address, row.steps),
        version=row.version,
    )
