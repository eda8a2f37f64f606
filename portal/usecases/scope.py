"""Publications within an actor's offices; what lies outside does not exist for him."""

from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.publications import normal_number
from portal.models.offices import Office
from portal.models.publications import Publication
from portal.queries.case_publications import case_open_to
from portal.queries.offices import within


def publication_within(session: Session, actor: Actor, number: str) -> Publication:
    """The publication of a number; NotFoundError also for those that exist outside the actor's offices.

    The answer of a case that is about the actor, or that he is otherwise kept out of, does not exist for him either.

    Its row is locked until the transaction ends: where a database lets several writers in, those of one publication
    come one after the other, and each sees what the one before has left.
    """
    found = session.execute(_locked(actor), {"number": normal_number(number)}).scalar_one_or_none()
    if found is None:
        raise NotFoundError(N_("没有编号为%(number)s的公示，或它不在您单位的范围内"), number=number)
    return found


@lru_cache(maxsize=256)
def _locked(actor: Actor) -> Select[Publication]:
    """Made once for an actor and what he may see now: putting it together takes longer than asking it."""
    return (
        select(Publication)
        .join(Office, Office.id == Publication.office_id)
        .where(Publication.number == bindparam("number"), within(actor), case_open_to(actor))
        .with_for_update(of=Publication)
    )
