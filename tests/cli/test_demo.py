import json
import shutil
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import settings_from
from portal.models.base import db


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An application on an instance folder in which nothing is yet."""
    app = create_app(settings_from({"PORTAL_INSTANCE": str(tmp_path / "bare")}))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_demo_fills_an_empty_instance_and_refuses_a_filled_one(bare: Flask):
    runner = bare.test_cli_runner()
    first = runner.invoke(args=["demo", "--months", "1", "--households-factor", "0.05", "--json"])
    assert first.exit_code == 0, first.output
    facts = json.loads(first.stdout)
    assert facts["publications"] > 40
    assert Path(facts["accounts_file"]).is_file()
    assert len(facts["offline_key"].split("-")) == 13
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1
    assert "只能装入空的实例" in again.stderr
    shutil.rmtree(bare.instance_path)
