"""Founding an instance: what stands before the first account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.models.divisions import Division
from portal.models.publications import SiteState
from portal.models.transaction import transaction
from portal.usecases import audit
from portal.usecases.divisions import load_divisions
from portal.usecases.offices import found_offices
from portal.usecases.services import Services


@dataclass(frozen=True, slots=True)
class Foundation:
    """What an instance holds after `init`."""

    divisions: int
    new_offices: int


def found_instance(*, at: datetime, services: Services) -> Foundation:
    """Load divisions, offices and the site's state into the database; repeated, it adds only what is missing."""
    with transaction() as session:
        if session.get(SiteState, 1) is None:
            session.add(SiteState(id=1, revision=1, demo=False))
        new_offices = found_offices(session, load_divisions(session, services))
        audit.record(session, None, "instance.founded", "instance", at=at, new_offices=new_offices)
        return Foundation(session.scalar(select(func.count()).select_from(Division)) or 0, new_offices)
