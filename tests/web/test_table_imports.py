import pytest
from flask import Flask

from tests.desk import sign_in
from tests.web.handed_in import upload

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("area", "typed"),
    [
        ("allocations", {"year": "2026"}),
        ("budgets", {"year": "2026"}),
        ("registers", {"kind": "cash", "period": "2026-10"}),
    ],
)
def test_a_table_that_is_too_large_is_refused_in_the_form_as_it_was_filled_in(
    app: Flask, area: str, typed: dict[str, str]
):
    client = app.test_client()
    sign_in(client, "li_si")
    for megabytes in (11, 65):
        answer = upload(client, f"/desk/{area}/new", bytes(megabytes * MEGABYTE), **typed)
        assert answer.status_code == 422
        assert "文件超过10 MB" in answer.text
        assert all(f'value="{words}"' in answer.text for words in typed.values())
