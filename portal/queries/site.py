"""The state of the site as a whole."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from portal.models.base import db
from portal.models.publications import SiteState

_STATE = select(*SiteState.__table__.c["revision", "demo", "founded_on"])
"""Made once: every page asks for it, and its making would cost more than its answer."""


@dataclass(frozen=True, slots=True)
class Site:
    """`revision` moves with every write to what the public sees; `demo` says that all data are samples.

    Duties of disclosure are counted from `founded_on`; it is empty before `init`.
    """

    revision: int
    demo: bool
    founded_on: date | None = None


def site() -> Site:
    """The committed state; revision 0 before `init`."""
    row = db.session().execute(_STATE).one_or_none()
    return Site(row.revision, row.demo, row.founded_on) if row else Site(0, demo=False)


def revision_reader(engine: Engine) -> Callable[[], int | None]:
    """Make a reader of the committed revision, cheap enough for every hit of the page cache.

    It runs outside any session and sees what other processes have committed. It answers None when the database
    cannot be read or has no such row yet; then nothing may be kept.
    """
    failures: tuple[type[Exception], ...] = (SQLAlchemyError, *_driver_errors(engine))

    def read() -> int | None:
        try:
            with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("SELECT revision FROM site_states")
                row = cursor.fetchone()
        except failures:
            return None
        return int(row[0]) if row else None

    return read


def _driver_errors(engine: Engine) -> tuple[type[Exception], ...]:
    dbapi = engine.dialect.dbapi
    return (dbapi.Error,) if dbapi else ()
