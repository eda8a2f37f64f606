"""A test client that looks at every page it fetches."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.redaction import find_personal_data
from tests.pages import page_faults


class CheckedClient(FlaskClient):
    """Fails on a page that is invalid, untitled, open to inline code, or shows personal data."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.location and response.request.method != "HEAD":
            faults = page_faults(response.text, response.headers)
            faults += [f"personal data: {finding.kind}" for finding in find_personal_data(response.text)]
            assert not faults, f"{response.request.path}: " + "; ".join(faults)
        return response
