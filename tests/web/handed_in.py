"""Tables that a test hands in at the desk, or makes beside a signed-in browser."""

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
    form = {**hidden_fields(client.get(path).text, path), **fields}
    return client.post(path, **multipart(form, content, "分配.xlsx"))


def multipart(fields: dict[str, object], content: bytes, name: str = "名单.xlsx") -> dict[str, object]:
    """The body as a browser sends it; the test client's own would go through a temporary file when it is large."""
    edge = "----a-browsers-boundary"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={edge}"}
