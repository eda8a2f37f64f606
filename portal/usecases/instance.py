"""Founding an instance: what stands before the first account."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.instants import shanghai_date
from portal.domain.offices import OfficeKind
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.publications import SiteState
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.desk_keys import make_offline_key
from portal.usecases.divisions import load_divisions
from portal.usecases.offices import found_offices
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Foundation:
    """What an instance holds after `init`; `offline_key` is told once, when it was made, and kept nowhere."""

    divisions: int
    new_offices: int
    offline_key: str | None = field(default=None, repr=False)


def found_instance(*, at: datetime, services: Services) -> Foundation:
    """Load divisions, offices and the site's state into the database; repeated, it adds only what is missing."""
    with transaction() as session:
        if session.get(SiteState, 1) is None:
            session.add(SiteState(id=1, revision=1, demo=False, founded_on=shanghai_date(at)))
        new_offices = found_offices(session, load_divisions(session, services))
        paper = make_offline_key(session, _top_discipline_office(session), at=at)
        audit.record(session, None, "instance.founded", "instance", at=at, new_offices=new_offices)
        divisions = session.scalar(select(func.count()).select_from(Division)) or 0
        return Foundation(divisions, new_offices, paper.words if paper else None)


def _top_discipline_office(session: Session) -> int:
    top = select(Office.id).where(Office.kind == OfficeKind.DISCIPLINE, Office.parent_id.is_(None))
    return session.scalars(top.order_by(Office.id).limit(1)).one()
