"""The hand of a member of staff on one case, as domain/case_permits.py asks for it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_permits import Hand
from portal.domain.delegations import hand_on
from portal.domain.permissions import Actor
from portal.models.cases import Case
from portal.models.offices import Office
from portal.queries.case_receivers import exclusion_of


def hand_of(session: Session, actor: Actor, case: Case) -> Hand:
    """What the actor, with everybody for whom he stands in, may do on a case by his permissions."""
    path = session.scalars(select(Office.path).where(Office.id == case.office_id)).one()
    return hand_on(actor, path, case.officer_id, exclusion_of(session, case.id))
