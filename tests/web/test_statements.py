"""How many SQL statements a public page costs must not depend on how much it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from portal.models.base import db
from portal.usecases.jobs import refresh_index
from portal.usecases.services import Services
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.usecases.lists import people, published

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MOST = 12
"""No public page needs more; a page that does asks once too often for something."""

PAGES = (
    "/",
    "/notices/",
    "/notices/?division=370811&state=open",
    "/notices/GS-2026-000001",
    "/notices/GS-2026-000001/print",
    "/notices/GS-2026-000001/revisions/1",
    "/places/",
    "/places/370811",
    "/places/370811002",
    "/cases/",
    "/cases/statistics",
    "/documents/",
    "/duties/",
    "/duties/370811/",
    "/sitemap.xml",
    f"/search?q={quote('低保')}",
)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(" ".join(statement.split())[:160])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def costs(app: Flask, client: CheckedClient, mark: str) -> dict[str, list[str]]:
    found = {}
    for path in PAGES:
        address = f"{path}{'&' if '?' in path else '?'}mark={mark}"  # a page of its own, so that none is kept
        client.get(f"{address}-warm")
        with counted(app) as statements:
            assert client.get(address).status_code == 200, path
        found[path] = statements
    return found


def add_notices(services: Services, cast: Cast, first: int, count: int, rows: int) -> None:
    for number in range(first, first + count):
        published(services, cast, at=NOW + timedelta(minutes=number), rows=people(rows, first=rows * number))
    refresh_index(services, range(1, first + count + 1), at=NOW + timedelta(hours=1))
    db.session.remove()


@pytest.fixture
def few(services: Services, cast: Cast) -> None:
    add_notices(services, cast, 0, 2, 12)


def test_a_public_page_asks_as_often_for_twelve_notices_as_for_two(
    app: Flask, client: CheckedClient, services: Services, cast: Cast, few: None
):
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        before = costs(app, client, "few")
        add_notices(services, cast, 2, 10, 60)
        after = costs(app, client, "many")
    assert {path: len(one) for path, one in after.items()} == {path: len(one) for path, one in before.items()}
    assert {path: one for path, one in after.items() if len(one) > MOST} == {}
