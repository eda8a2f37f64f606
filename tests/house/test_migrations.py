"""Migrations build the schema that the models declare, keep the rows they meet, and refuse references to nothing."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from portal.models import schema
from tests.databases import SERVER, empty_database

HEADS = ScriptDirectory(str(schema.MIGRATIONS)).get_heads()


@pytest.fixture
def engine(tmp_path: Path, worker_id: str):
    """A database that the migrations have just built."""
    with empty_database(tmp_path, worker_id) as url:
        schema.upgrade(url)
        made = create_engine(url, poolclass=NullPool)
        yield made
        made.dispose()


def test_there_is_one_line_of_migrations():
    assert len(HEADS) == 1


def test_migrations_build_what_the_models_declare(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.declared()) == []
        assert schema.is_current(connection)


def test_running_the_migrations_again_keeps_every_row(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO number_sequences (prefix, year, last) VALUES ('GS', 2026, 7)"))
    schema.upgrade(engine.url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT last FROM number_sequences")) == 7


@pytest.mark.skipif(bool(SERVER), reason="PostgreSQL never lets such a row in")
def test_a_row_that_refers_to_nothing_stops_a_migration(engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(
            text("INSERT INTO account_roles (account_id, role) VALUES (99, 'drafter')"),
        )
    with pytest.raises(RuntimeError, match="account_roles"):
        schema.upgrade(engine.url.render_as_string(hide_password=False))


def test_migrations_do_not_import_the_application():
    for path in (schema.MIGRATIONS / "versions").glob("*.py"):
        assert not re.search(r"^(import|from) portal", path.read_text(encoding="utf-8"), re.MULTILINE), path.name
