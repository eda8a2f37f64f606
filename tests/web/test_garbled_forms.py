"""Hidden fields and addresses that no page has made: refused in words, never a crash."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.lists import drafted, published

GARBAGE = ["", "x", "-1", "²", "9" * 30, "9" * 5000]


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


def _post(client: FlaskClient, path: str, action: str = "", **typed: object) -> int:
    page = client.get(path)
    assert page.status_code == 200, path
    action = action or path
    fields = hidden_fields(page.text, action if f'action="{action}"' in page.text else "")
    return client.post(action, data={**fields, **typed}).status_code


@pytest.mark.parametrize("version", GARBAGE)
def test_a_version_that_no_page_has_shown_is_a_conflict(app: Flask, desks: Desks, version: str):
    number = with_cast(app, drafted)
    document = {"title": "通知", "category": "policy", "body": "正文", "validity": "in_force"}
    path = "/desk/documents/new"
    written = send(desks["li_si"], path, action=path, **document).location
    office = with_cast(app, lambda _services, cast, at: cast.li_si.office_id)
    account = with_cast(app, lambda _services, cast, at: cast.li_si.account_id)
    phones = {"hotline": "0537-5660000", "duty_phone": "0537-5660000", "address": "", "steps": "3"}
    roles = f"/desk/accounts/{account}/roles"
    assert _post(desks["zhang_san"], f"/desk/notices/{number}/lead", lead="现予公示", version=version) == 409
    assert _post(desks["zhang_san"], f"/desk/notices/{number}/steps/submit", version=version) == 409
    assert _post(desks["li_si"], f"{written}/edit", f"{written}/edit", **document, version=version) == 409
    assert _post(desks["li_si"], f"{written}/steps/submit", f"{written}/steps/submit", version=version) == 409
    assert _post(desks["sun_ba"], f"/desk/offices/{office}", **phones, version=version) == 409
    assert _post(desks["sun_ba"], f"/desk/accounts/{account}", roles, roles="drafter", version=version) == 409


@pytest.mark.parametrize("typed", GARBAGE[1:])
def test_addresses_that_nobody_links_to_do_not_crash(app: Flask, desks: Desks, typed: str):
    number = with_cast(app, published)
    for username, path in (
        ("zhang_san", f"/desk/notices/?after={typed}"),
        ("zhang_san", f"/desk/notices/{number}?page={typed}"),
        ("zhang_san", f"/desk/notices/?state={typed}"),
        ("zhou_jiu", f"/desk/audit-log?after={typed}"),
        ("sun_ba", f"/desk/offices/{typed}"),
        ("sun_ba", f"/desk/accounts/{typed}"),
        ("zhao_liu", f"/desk/delegations/{typed}/end"),
        ("zhao_liu", f"/desk/cases/filters/new?kind={typed}&division={typed}&office={typed}&due={typed}"),
        ("zhang_san", f"/notices/{number}?page={typed}"),
        ("zhang_san", f"/notices/{number}/revisions/{typed}"),
        ("zhang_san", f"/notices/?year={typed}&after={typed}&division={typed}&program={typed}"),
        ("zhang_san", f"/notices/?after=t0n{typed}"),
        ("zhang_san", f"/notices/?after=t{typed}n1"),
        ("zhang_san", f"/documents/?after=t0n{typed}"),
        ("zhang_san", f"/search?q=低保&page={typed}&after={typed}"),
        ("zhang_san", f"/places/{typed}"),
    ):
        assert desks[username].get(path).status_code < 500, path


@pytest.mark.parametrize("row", GARBAGE)
def test_a_review_of_a_row_that_is_none_is_refused(app: Flask, desks: Desks, row: str):
    number = with_cast(app, published)
    fields = hidden_fields(desks["wang_wu"].get("/desk/account/").text, "/desk/sign-out")
    answer = desks["wang_wu"].post(f"/desk/notices/{number}/hidden-rows/review", data={**fields, "row": row})
    assert answer.status_code < 500
