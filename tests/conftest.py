"""Fixtures that every floor shares. The people are invented and always the same.

张三 drafts, 李四 handles, 王五 reviews, 赵六 publishes; 钱七 works in another county and must see nothing.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings, settings_from
from portal.models.base import db
from portal.queries.rulebook import read_rulebook
from portal.usecases.services import Services
from tests.cast import Cast, hire
from tests.clients import CheckedClient
from tests.compiled import CompiledStatements, CompiledTemplates, SharedRule
from tests.costs import make_cheap
from tests.databases import PostgresDatabases, SqliteDatabases, open_databases
from tests.geography import lay_out

AppFactory = Callable[..., Flask]

# How long one example takes says something about the machine, nothing about the law under test.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")

Flask.url_rule_class = SharedRule
make_cheap()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what is imported and stays: it looked at that again and again, a fifteenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SqliteDatabases | PostgresDatabases:
    """Databases with the declared tables, every division and the offices and people of the cast."""
    folder = tmp_path_factory.mktemp("template")
    made = open_databases(folder, worker_id)
    app = _app(folder, made.template_url)
    with app.app_context():
        db.create_all()
        lay_out()
        hire()
        db.session.remove()
        db.engine.dispose()
    return made


@pytest.fixture
def settings(tmp_path: Path, databases: SqliteDatabases | PostgresDatabases) -> Iterator[Settings]:
    """A scratch instance with a database of its own."""
    instance = tmp_path / "instance"
    instance.mkdir()
    with databases.copy(instance) as url:
        yield settings_from({"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": url, **_ENVIRONMENT})


@pytest.fixture
def make_app(settings: Settings) -> Iterator[AppFactory]:
    """Make applications on the scratch instance, under other settings if need be (`PUBLIC_URL=…`)."""
    made: list[Flask] = []

    def make(**environment: str) -> Flask:
        app = _app(settings.instance, settings.database_url, **environment)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: AppFactory) -> Flask:
    """The whole application on a scratch instance."""
    return make_app()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The session of an application context that stays open during the test."""
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def services(app: Flask, session: Session) -> Services:
    """What use cases need; an application context is open."""
    made: Services = app.extensions["portal"]
    return made


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A browser without JavaScript that looks at every page it fetches."""
    made = app.test_client()
    assert isinstance(made, CheckedClient)
    return made


@pytest.fixture
def at() -> datetime:
    """A working Friday in Shanghai, ten in the morning."""
    return datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def cast(session: Session) -> Cast:
    """The fixed cast as actors, by their names in pinyin."""
    return Cast.of(session)


_ENVIRONMENT = {"PORTAL_REQUIRE_TOTP": "0"}
_TEMPLATES, _STATEMENTS = CompiledTemplates(), CompiledStatements()
_SHIPPED = read_rulebook(Path("no-such-folder"))


def _app(instance: Path, url: str, **environment: str) -> Flask:
    scratch = {"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": url, **_ENVIRONMENT, **environment}
    settings = settings_from(scratch)
    own_rules = settings.rules.is_dir()
    app = create_app(settings, None if own_rules else replace(_SHIPPED, own=settings.rules))
    app.jinja_env.bytecode_cache = _TEMPLATES
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=_STATEMENTS)
    app.testing = True
    app.test_client_class = CheckedClient
    return app
