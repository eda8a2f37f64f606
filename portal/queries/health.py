"""Whether this process can answer: the question that load balancers and `make run` ask."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.models.base import db
from portal.models.publications import SiteState


@dataclass(frozen=True, slots=True)
class Health:
    """`ready` when the database answers and holds an initialised portal; `revision` is the public state's counter."""

    ready: bool
    revision: int


def health() -> Health:
    """Ask the database once; an unreachable or empty one is an answer, not an error."""
    try:
        revision = db.session.scalar(select(SiteState.revision))
    except SQLAlchemyError:
        db.session.rollback()
        return Health(ready=False, revision=0)
    return Health(ready=revision is not None, revision=revision or 0)
