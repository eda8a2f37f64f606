from flask import Flask

from portal.models.base import db
from tests.clients import CheckedClient


def test_a_ready_portal_says_so(client: CheckedClient):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_portal_without_its_tables_says_that_it_is_not_ready(app: Flask, client: CheckedClient):
    with app.app_context():
        db.drop_all()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["status"] == "unavailable"
