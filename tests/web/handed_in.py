"""Tables that a test hands in at the desk, or makes beside a signed-in browser."""

import io
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from portal.models.base import db
from tests.cast import Cast
from tests.clients import CheckedClient
from tests.desk import hidden_fields


def made(app: Flask, make: Callable[..., str], at: datetime, *content: bytes) -> str:
    """An allocation made in a context of its own: a signed-in browser's request needs a fresh one."""
    with app.app_context():
        number = make(app.extensions["portal"], Cast.of(db.session()), *content, at=at)
        db.session.remove()
        return number


def upload(client: CheckedClient, path: str, content: bytes, **fields: str):
    """Send a table with the hidden fields of the page's form."""
    form = {**hidden_fields(client.get(path).text, path), **fields, "file": (io.BytesIO(content), "分配.xlsx")}
    return client.post(path, data=form, content_type="multipart/form-data")
