"""Walking about the desk with a test client: forms are filled in and sent as a browser would."""

import html
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.models.base import db
from portal.usecases import clock
from tests.cast import PASSWORD, Cast

_HIDDEN = re.compile(
    r'<input[^>]*name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"|'
    r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"'
)


def hidden_fields(page: str, action: str = "") -> dict[str, str]:
    """The hidden fields of the form with an action (of the page's own form without one), by name."""
    forms = re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", page, re.DOTALL)
    wanted = [
        form for form in forms if (f'action="{action}"' in form if action else "action=" not in form.split(">")[0])
    ]
    return {a or c: html.unescape(b or d) for a, b, c, d in _HIDDEN.findall(wanted[0])}


def send(client: FlaskClient, path: str, *, action: str = "", **typed: object) -> TestResponse:
    """Open a page, fill in its form (or the one with the action) and send it."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
    return client.post(action or path, data={**hidden_fields(page.text, action), **typed})


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> TestResponse:
    """Sign somebody in who needs no second factor."""
    answer = send(client, "/desk/sign-in", username=username, password=password)
    assert answer.status_code == 303, answer.text
    return answer


class Desks(dict[str, FlaskClient]):
    """A browser for each member of staff, signed in when it is first asked for."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app

    def __missing__(self, username: str) -> FlaskClient:
        client = self[username] = self._app.test_client()
        sign_in(client, username)
        return client


def with_cast(app: Flask, act: Callable[..., Any], **more: Any) -> Any:
    """Act on the portal beside the pages: in a context of its own, which requests must not share, and now."""
    with app.app_context():
        try:
            return act(app.extensions["portal"], Cast.of(db.session()), at=clock.now(), **more)
        finally:
            db.session.remove()
