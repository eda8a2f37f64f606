"""The frame around every page: where one is, told once."""

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/cases/new/", "我要反映"),
        ("/cases/progress", "查办理结果"),
        ("/cases/", "看办理情况"),
        ("/cases/statistics", "看办理情况"),
        ("/places/", "我的村"),
        ("/funds/", "看钱"),
        ("/budgets/", "看钱"),
        ("/allocations/", "看钱"),
        ("/payments/", "看钱"),
        ("/registers/", "看钱"),
    ],
)
def test_the_navigation_tells_one_place_the_nearest(client: FlaskClient, path: str, entry: str) -> None:
    page = client.get(path).get_data(as_text=True)
    current = re.findall(r'aria-current="(?:page|true)">([^<]+)<', page.partition("</nav>")[0])
    assert current == [entry]
