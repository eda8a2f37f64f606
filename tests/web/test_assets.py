"""Style sheets, script and icons."""

import gzip
import re
from pathlib import Path

import pytest

from tests.clients import CheckedClient


@pytest.fixture
def style_sheet(client: CheckedClient) -> str:
    found = re.search(r'href="(/static/css/site\.css\?v=[0-9a-f]+)"', client.get("/help/").text)
    assert found
    return found[1]


def test_a_phone_gets_the_style_sheet_small_and_may_keep_it(client: CheckedClient, style_sheet: str) -> None:
    plain = client.get(style_sheet, buffered=True)
    small = client.get(style_sheet, buffered=True, headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small.data) == plain.data == Path("static/css/site.css").read_bytes()
    assert len(small.data) < len(plain.data) / 3
    for answer in (plain, small):
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert small.headers["ETag"] != plain.headers["ETag"]


def test_an_address_without_the_right_hash_is_asked_for_again(client: CheckedClient) -> None:
    answer = client.get("/static/css/site.css?v=old", buffered=True, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in answer.headers
