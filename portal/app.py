"""The one place that knows every part of the portal and puts them together."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from portal.cli import main as cli
from portal.config import ROOT, Settings, settings_from
from portal.models import transaction
from portal.models.base import db
from portal.queries.rulebook import read_rulebook
from portal.sealing.keys import open_keyring
from portal.usecases.services import Services


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for one instance folder."""
    settings = settings or settings_from()
    app = Flask(
        "portal",
        root_path=str(Path(__file__).parent),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    keyring = open_keyring(settings.keys, create=True)
    app.extensions["portal"] = Services(settings, read_rulebook(settings.rules), keyring)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "portal" / "migrations"))
    cli.install(app)
    with app.app_context():
        transaction.install(db.engine)
    return app
