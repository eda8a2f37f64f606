"""The one way to write: a transaction that says at its start that it will write.

SQLite loses acknowledged updates under its driver's own transactions, and fails most writes that begin as reads
(docs/adr/0003). So the driver's transactions are off, every connection begins explicitly, and a writer takes the
write lock at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.domain.errors import ConflictError, PortalError, StorageFullError
from portal.domain.messages import N_
from portal.models.base import db

MOST_WAIT_FOR_READERS_MS = 500

_CHANGED = N_("您打开页面以后，有人修改了这份内容")
_FULL = {"SQLITE_FULL", "53100"}
_DEADLOCK = {"40P01"}

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a write transaction on the context's session; commit at the end, roll back on any error.

    A read transaction that is still open is closed first, so that the writer sees the newest state. Unsaved objects
    in it are a mistake of the caller and raise RuntimeError; nested calls raise too: one verb is one transaction.
    ConflictError when a row with a version was changed by somebody else meanwhile, or two writers waited for each
    other; StorageFullError when the database finds no room on its disk. Nothing is written then.
    """
    session = db.session()
    if _writing.get():
        raise RuntimeError("a use case called another use case: one verb is one transaction")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("there are unsaved objects outside a transaction")
    session.rollback()
    token = _writing.set(True)
    try:
        with session.begin():
            yield session
    except StaleDataError:  # two writers at once, where the database does not let them in one by one
        raise ConflictError(_CHANGED) from None
    except DBAPIError as error:
        raise (_known(error.orig) or error) from None
    finally:
        _writing.reset(token)


def _known(cause: BaseException | None) -> PortalError | None:
    """What a driver's error means to people, if it means anything but a fault of ours."""
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    if code in _FULL:
        return StorageFullError()
    return ConflictError(_CHANGED) if code in _DEADLOCK else None


def empty_journal() -> None:
    """Write SQLite's journal into the database and empty its file: what was deleted still stands in old pages of it.

    While a reader needs those pages they stay; whoever calls this does so again and again. The wait for readers is
    short, because nobody can write meanwhile. Other databases have their own ways.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={MOST_WAIT_FOR_READERS_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout={waits}")
        cursor.close()


@contextmanager
def bulk_load() -> Iterator[None]:
    """Let the commits of this process not wait for the disk while an empty instance is filled; afterwards all is safe.

    Only for content that is made anew from scratch when the power fails in between (the sample data): thousands of
    commits would each wait for SQLite's fsync. On other databases nothing changes.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return
    db.session.rollback()
    event.listen(engine.pool, "checkout", _do_not_wait)
    try:
        yield
    finally:
        db.session.rollback()
        event.remove(engine.pool, "checkout", _do_not_wait)
        engine.dispose()  # new connections wait for the disk again; the checkpoint makes the whole file safe
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _do_not_wait(connection: SqliteConnection, _record: Any, _proxy: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def install(engine: Engine) -> None:
    """Give an engine the settings that make several workers safe."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


def _on_sqlite_connect(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # names that are deleted leave the pages of the file as well
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
