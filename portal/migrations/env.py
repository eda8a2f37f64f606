"""Alembic's entry, for `flask db …` and for models/schema.py alike.

Migrations have an engine of their own: SQLite's batch operations replace tables, and with foreign keys switched on
that deletes the rows of every table that refers to them, silently. So foreign keys are off before the transaction
begins, everything happens in one transaction, and a reference that leads nowhere stops it before the commit.
Migrations outlive the models; they therefore name plain column types and never import the application.
"""

from sqlite3 import Connection as SqliteConnection
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import (
    AddConstraintOp,
    CreateTableOp,
    DropConstraintOp,
    MigrationScript,
    ModifyTableOps,
)
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy import Connection, Engine, ForeignKeyConstraint, TypeDecorator, create_engine, event
from sqlalchemy.pool import NullPool

from portal.models.schema import declared


class DanglingReferenceError(RuntimeError):
    """A migration would leave rows that refer to nothing; it was rolled back."""


def _on_connect(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _engine(database_url: str) -> Engine:
    engine = create_engine(database_url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain types beneath them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _finish(_context: MigrationContext, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Write no file when nothing has changed, and references that close a circle after all tables are there."""
    script = scripts[0]
    if script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        scripts.clear()
    elif script.upgrade_ops is not None and script.downgrade_ops is not None:
        for table in [operation for operation in script.upgrade_ops.ops if isinstance(operation, CreateTableOp)]:
            late = [item for item in table.columns if isinstance(item, ForeignKeyConstraint) and item.use_alter]
            _add_afterwards(script, table, late)


def _add_afterwards(script: MigrationScript, table: CreateTableOp, late: list[ForeignKeyConstraint]) -> None:
    """Take references out of a table's creation: PostgreSQL leaves them out there, without a word."""
    if not late or script.upgrade_ops is None or script.downgrade_ops is None:
        return
    apart = {id(constraint) for constraint in late}  # columns overload ==
    table.columns = [item for item in table.columns if id(item) not in apart]
    additions = [AddConstraintOp.from_constraint(constraint) for constraint in late]
    removals = [DropConstraintOp.from_constraint(constraint) for constraint in late]
    script.upgrade_ops.ops.append(ModifyTableOps(table.table_name, additions))
    script.downgrade_ops.ops.insert(0, ModifyTableOps(table.table_name, removals))


def _refuse_dangling_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    tables = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    if tables:
        raise DanglingReferenceError(f"rows without what they refer to in: {', '.join(tables)}")


def run() -> None:
    """Bring the database up (or down) to the revision that was asked for."""
    url = context.config.attributes.get("database_url") or current_app.config["SQLALCHEMY_DATABASE_URI"]
    engine = _engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=declared(),
            compare_type=True,
            render_as_batch=True,
            transactional_ddl=True,
            render_item=_plain_type,
            process_revision_directives=_finish,
        )
        with context.begin_transaction():
            context.run_migrations()
            _refuse_dangling_references(connection)
    engine.dispose()


run()
