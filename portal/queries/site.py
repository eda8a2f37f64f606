"""The state of the site as a whole."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.models.base import db
from portal.models.publications import SiteState


@dataclass(frozen=True, slots=True)
class Site:
    """`revision` moves with every write to what the public sees; `demo` says that all data are samples."""

    revision: int
    demo: bool


def site() -> Site:
    """The committed state; revision 0 before `init`."""
    row = db.session().execute(select(SiteState.revision, SiteState.demo)).one_or_none()
    return Site(row.revision, row.demo) if row else Site(0, demo=False)
