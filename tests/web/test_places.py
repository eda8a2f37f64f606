"""The pages of places, on the way from the county to the village."""

import pytest

from tests.clients import CheckedClient


@pytest.mark.parametrize(
    ("code", "first", "then"), [("370811", "选镇（街道）", "现在的公示"), ("370811002", "现在的公示", "选村（社区）")]
)
def test_a_county_leads_on_at_once_and_a_township_shows_its_lists_first(
    client: CheckedClient, code: str, first: str, then: str
) -> None:
    page = client.get(f"/places/{code}").text
    assert page.index(first) < page.index(then) < page.index("有疑问，打电话问")


def test_a_shared_link_tells_the_kind_of_page_and_no_place(client: CheckedClient) -> None:
    head = client.get("/places/370811002001").text.split("</head>")[0]
    card = [line for line in head.splitlines() if "og:" in line]
    assert len(card) == 2
    assert not any("许庄" in line or "航运" in line for line in card)
