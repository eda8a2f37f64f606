"""The site's revision, which every page cache asks at every hit."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.models.publications import SiteState


def bump_revision(session: Session) -> None:
    """Make every cached page stale when the surrounding transaction commits."""
    moved = update(SiteState).values(revision=SiteState.revision + 1)
    session.execute(moved.execution_options(synchronize_session=False))
