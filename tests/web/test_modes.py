import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from portal.web.modes import Mode, Modes, modes_of
from portal.web.public.modes import safe_return


def test_a_mode_is_remembered_and_leads_back_to_the_page(client: FlaskClient):
    answer = client.get("/modes/elder/on?back=/notices/%3Fyear%3D2026")
    assert answer.status_code == 303
    assert answer.location == "/notices/?year=2026"
    assert _cookie(answer.headers).startswith("modes=elder;")


def test_a_second_mode_joins_the_first_and_either_can_be_left(client: FlaskClient):
    client.get("/modes/elder/on")
    client.get("/modes/contrast/on")
    assert client.get_cookie("modes").value == "elder.contrast"
    client.get("/modes/elder/off")
    assert client.get_cookie("modes").value == "contrast"
    client.get("/modes/contrast/off")
    assert client.get_cookie("modes") is None


def test_a_page_wears_the_modes_and_offers_to_leave_them(client: FlaskClient):
    client.get("/modes/elder/on")
    page = client.get("/no-such-page").text
    assert '<html lang="zh-Hans-CN" class="elder">' in page
    assert "退出大字版" in page
    assert "/modes/elder/off?back=/no-such-page" in page


def test_a_page_without_modes_sets_no_cookie(client: FlaskClient):
    assert "Set-Cookie" not in client.get("/no-such-page").headers


def test_unknown_modes_are_not_found(client: FlaskClient):
    assert client.get("/modes/dark/on").status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil",
        "/\t/evil.example",
        "evil",
        "",
        "javascript:1",
    ],
)
def test_a_switch_never_leads_to_another_site(client: FlaskClient, target: str):
    assert client.get("/modes/elder/on", query_string={"back": target}).location == "/"


@given(st.text())
@example("/\n/evil.example")
def test_an_address_to_go_back_to_is_always_inside(target: str):
    safe = safe_return(target)
    assert safe.startswith("/")
    assert not safe.startswith(("//", "/\\"))
    assert safe.isprintable()


def test_under_a_prefix_the_switch_stays_in_the_column(make_app):
    client = make_app(PUBLIC_URL="https://example.gov.cn/column").test_client()
    answer = client.get("/column/modes/contrast/on?back=/notices/")
    assert answer.location == "/column/notices/"
    cookie = _cookie(answer.headers)
    assert "Path=/column/" in cookie
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize("path", ["/column/no-such-page", "/no-such-page"])
def test_every_address_of_a_page_carries_the_prefix_once(make_app, path: str):
    page = make_app(PUBLIC_URL="https://example.gov.cn/column").test_client().get(path).text
    assert 'href="/column/static/css/site.css' in page
    assert 'href="/column/modes/elder/on?back=/no-such-page"' in page
    assert "/column/column" not in page


@given(st.sets(st.sampled_from(Mode)), st.sampled_from(Mode))
def test_switching_on_and_off_again_is_switching_off(on: set[Mode], mode: Mode):
    modes = Modes(frozenset(on))
    assert modes.switched(mode, on=True).switched(mode, on=False) == modes.switched(mode, on=False)
    assert modes_of({"modes": modes.cookie}) == modes


def _cookie(headers: Headers) -> str:
    return next(value for value in headers.getlist("Set-Cookie") if value.startswith("modes="))
