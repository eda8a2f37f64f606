"""The register of 委托代领 without a word about its persons: places, days, states. A use case opens the names."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import AccountId, Actor, Permission
from portal.domain.proxy_collectors import ProxyState
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.proxy_collectors import ConsentScan, ProxyCollector
from portal.queries.offices import within

MOST = 500


@dataclass(frozen=True, slots=True)
class ProxyLine:
    """One entry: where, since when, how far it has come, by which day a second person looks at it again.

    `has_consent` says that a scan of the consent is kept, `consent_waits` that it lies in quarantine.
    """

    number: str
    place: str
    office_name: str
    state: ProxyState
    valid_from: date
    reviewed_on: date | None
    review_due_on: date
    ended_on: date | None
    purge_on: date | None
    is_overdue: bool
    registered_by: AccountId
    has_consent: bool
    consent_waits: bool


def proxies_within(actor: Actor, today: date, *, only_due: bool = False) -> tuple[ProxyLine, ...]:
    """The entries of the actor's offices: those that run first, by the day of their review."""
    return _read(_lines().where(within(actor), *_wanted(today, only_due=only_due)), today)


def all_proxies(today: date, *, only_due: bool = False) -> tuple[ProxyLine, ...]:
    """The entries of every office, for the operator."""
    return _read(_lines().where(*_wanted(today, only_due=only_due)), today)


def proxy_of(actor: Actor, number: str, today: date) -> ProxyLine:
    """One entry; NotFoundError outside the actor's offices."""
    found = _read(_lines().where(within(actor), ProxyCollector.number == number), today)
    if not found:
        raise NotFoundError(N_("没有找到这条代领登记"))
    return found[0]


def overdue_count(actor: Actor, today: date) -> int:
    """How many entries of the actor's offices wait too long for a review; none for whoever may not see them."""
    if not actor.may(Permission.SEE_PROXY_COLLECTORS):
        return 0
    query = select(func.count()).select_from(ProxyCollector).join(Office, Office.id == ProxyCollector.office_id)
    return db.session.scalar(query.where(within(actor), _is_overdue(today))) or 0


def row_within(session: Session, actor: Actor, number: str, *, lock: bool = False) -> ProxyCollector:
    """The row of an entry within the actor's offices, locked for whoever changes it; NotFoundError otherwise."""
    query = select(ProxyCollector).join(Office, Office.id == ProxyCollector.office_id)
    wanted = query.where(ProxyCollector.number == number, within(actor))
    row = session.scalars(wanted.with_for_update(of=ProxyCollector) if lock else wanted).one_or_none()
    if row is None:
        raise NotFoundError(N_("没有找到这条代领登记"))
    return row


def rows_of_township(session: Session, row: ProxyCollector) -> tuple[ProxyCollector, ...]:
    """Every running entry of the township in which an entry lies, itself among them."""
    place = session.get_one(Division, row.division_code)
    path = place.path if place.level is not Level.VILLAGE else place.path.removesuffix(f"{place.code}/")
    query = select(ProxyCollector).join(Division, Division.code == ProxyCollector.division_code)
    inside = Division.path.startswith(path, autoescape=True)
    return tuple(session.scalars(query.where(inside, ProxyCollector.state != ProxyState.ENDED)))


def _wanted(today: date, *, only_due: bool) -> tuple[ColumnElement[bool], ...]:
    return (_is_overdue(today),) if only_due else ()


def _is_overdue(today: date) -> ColumnElement[bool]:
    return and_(ProxyCollector.state != ProxyState.ENDED, ProxyCollector.review_due_on < today)


def _lines() -> Select[ProxyCollector, str, str, bool | None]:
    return (
        select(ProxyCollector, Division.display_name, Office.name, ConsentScan.quarantined)
        .join(Office, Office.id == ProxyCollector.office_id)
        .join(Division, Division.code == ProxyCollector.division_code)
        .outerjoin(ConsentScan, ConsentScan.proxy_id == ProxyCollector.id)
        .order_by(
            case((ProxyCollector.state == ProxyState.ENDED, 1), else_=0),
            ProxyCollector.review_due_on,
            ProxyCollector.id,
        )
    )


def _read(query: Select[ProxyCollector, str, str, bool | None], today: date) -> tuple[ProxyLine, ...]:
    return tuple(_line(row, today) for row in db.session.execute(query.limit(MOST)))


def _line(row: Any, today: date) -> ProxyLine:
    entry, place, office, waits = row
    return ProxyLine(
        number=entry.number, place=place, office_name=office, state=entry.state, valid_from=entry.valid_from,
        reviewed_on=entry.reviewed_on, review_due_on=entry.review_due_on, ended_on=entry.ended_on,
        purge_on=entry.purge_on, is_overdue=entry.state is not ProxyState.ENDED and entry.review_due_on < today,
        registered_by=AccountId(entry.registered_by), has_consent=waits is not None, consent_waits=bool(waits),
    )  # fmt: skip
