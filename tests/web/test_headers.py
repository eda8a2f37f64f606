import pytest
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from portal.web.assets import LONG
from portal.web.headers import CONTENT_SECURITY_POLICY, no_trace


def test_the_policy_is_exactly_the_strict_one():
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


@pytest.mark.parametrize("path", ["/no-such-page", "/static/css/site.css", "/modes/elder/on"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str):
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_https_is_insisted_on_where_the_site_has_it(make_app, client: FlaskClient):
    secure = make_app(PUBLIC_URL="https://example.gov.cn").test_client()
    assert "max-age=" in secure.get("/no-such-page").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/no-such-page").headers


def test_a_list_of_people_leaves_no_trace_outside():
    headers = no_trace(Response("名单")).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, noarchive"


def test_a_style_sheet_is_kept_for_long_only_under_its_own_hash(client: FlaskClient):
    page = client.get("/no-such-page").text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert client.get(address, buffered=True).headers["Cache-Control"] == LONG
    assert client.get("/static/css/site.css?v=000000000000", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/css/site.css", buffered=True).headers["Cache-Control"] == "no-cache"
