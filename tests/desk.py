"""Walking about the desk with a test client: forms are filled in and sent as a browser would."""

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD

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
