"""The schema of the database: brought to the newest migration, or asked whether it is there."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from portal.config import ROOT
from portal.models import (
    allocations,
    audit,
    budgets,
    case_clusters,
    case_filters,
    case_publications,
    case_statistics,
    cases,
    clarifications,
    delegations,
    desk_keys,
    divisions,
    documents,
    duties,
    fund_totals,
    notices,
    offices,
    outbox,
    payment_uploads,
    payments,
    proxy_collectors,
    publications,
    registers,
    staff,
    standards,
    warnings,
)
from portal.models.base import db

MIGRATIONS = ROOT / "portal" / "migrations"


MODULES = (
    allocations,
    audit,
    budgets,
    case_clusters,
    case_filters,
    case_publications,
    case_statistics,
    cases,
    clarifications,
    delegations,
    desk_keys,
    divisions,
    documents,
    duties,
    fund_totals,
    notices,
    offices,
    outbox,
    payment_uploads,
    payments,
    proxy_collectors,
    publications,
    registers,
    staff,
    standards,
    warnings,
)
"""Every module with tables; a house test fails when one is missing here."""


def declared() -> MetaData:
    """The metadata with the tables of every module."""
    return db.metadata


def upgrade(database_url: str) -> None:
    """Run every migration that the database has not had yet; safe to repeat."""
    command.upgrade(_config(database_url), "head")


def is_current(connection: Connection) -> bool:
    """Whether the database has had every migration."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database_url"] = database_url
    return config
