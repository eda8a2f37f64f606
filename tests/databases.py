"""Databases for tests: prepared once in a session as a template, copied for every test that asks for one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

SERVER = os.environ.get("PORTAL_DATABASE_URL", "")
"""The PostgreSQL server of `make test-postgres`; empty for SQLite."""


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        self.template_url = f"sqlite:///{self._template}"

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        shutil.copyfile(self._template, folder / "portal.sqlite3")
        yield f"sqlite:///{folder / 'portal.sqlite3'}"


class PostgresDatabases:
    def __init__(self, process: str) -> None:
        self._server = make_url(SERVER)
        self._template = f"template_{process}"
        self._copies = (f"copy_{process}_{number}" for number in count())
        self._engine: Engine = create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._run(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
        self._run(f"CREATE DATABASE {self._template}")
        self.template_url = self._address(self._template)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        name = next(self._copies)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        url: URL = self._server.set(database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def open_databases(folder: Path, process: str) -> SqliteDatabases | PostgresDatabases:
    """The databases of this test process."""
    return PostgresDatabases(process) if SERVER else SqliteDatabases(folder)


@contextmanager
def empty_database(folder: Path, process: str) -> Iterator[str]:
    """A database without tables, on the server under test."""
    if not SERVER:
        yield f"sqlite:///{folder / 'empty.sqlite3'}"
        return
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"empty_{process}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
