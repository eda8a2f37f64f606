"""The site's revision, which every page cache asks at every hit."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models.publications import SiteState


def bump_revision(session: Session) -> None:
    """Make every cached page stale when the surrounding transaction commits."""
    moved = update(SiteState).values(revision=SiteState.revision + 1)
    session.execute(moved.execution_options(synchronize_session=False))


def hold_site(session: Session) -> None:
    """Wait for every other writer that holds the site, where a database lets several in, and keep it until the end.

    Rows that are derived from what all of them publish are counted by one writer after the other.
    """
    session.execute(select(SiteState.id).with_for_update())
