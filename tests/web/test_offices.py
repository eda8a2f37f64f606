import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.notices import NoticeKind, WebDetail
from portal.models.base import db
from portal.queries.offices import office_named, web_details_of
from tests.cast import COUNTY, TOWNSHIP
from tests.desk import hidden_fields, send, sign_in

TYPED = {"hotline": "0537-7654321", "duty_phone": "0537-7654322", "address": "某路2号", "steps": "2"}


@pytest.fixture
def administrator(client: FlaskClient) -> FlaskClient:
    sign_in(client, "sun_ba")
    return client


def _path(app: Flask, name: str = COUNTY) -> str:
    with app.app_context():
        found = office_named(name)
        db.session.remove()
    return f"/desk/offices/{found.id}"


def test_offices_are_listed_as_a_tree(administrator: FlaskClient):
    page = administrator.get("/desk/offices/").text
    assert page.index(COUNTY) < page.index(TOWNSHIP)


def test_an_office_is_edited(app: Flask, administrator: FlaskClient):
    path = _path(app)
    assert send(administrator, path, action=path, **TYPED).location == path
    page = administrator.get(path).text
    assert "0537-7654321" in page
    assert "已保存" in page


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(app: Flask, administrator: FlaskClient):
    path = _path(app)
    answer = send(administrator, path, action=path, **(TYPED | {"hotline": "请打电话"}))
    assert answer.status_code == 422
    assert 'value="请打电话"' in answer.text
    assert "hotline-error" in answer.text
    assert "某路2号" in answer.text


def test_the_second_editor_sees_both_texts_and_may_then_save(app: Flask, administrator: FlaskClient):
    path = _path(app)
    first, second = (hidden_fields(administrator.get(path).text, path) for _ in range(2))
    assert administrator.post(path, data=first | TYPED).status_code == 303
    answer = administrator.post(path, data=second | TYPED | {"hotline": "0537-1111111"})
    assert answer.status_code == 409
    assert "0537-1111111" in answer.text
    assert "0537-7654321" in answer.text
    again = hidden_fields(answer.text, path)
    assert administrator.post(path, data=again | TYPED | {"hotline": "0537-1111111"}).status_code == 303
    assert "0537-1111111" in administrator.get(path).text


def test_a_form_sent_twice_leads_to_the_same_place(app: Flask, administrator: FlaskClient):
    path = _path(app)
    form = hidden_fields(administrator.get(path).text, path)
    first, second = (administrator.post(path, data=form | TYPED) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, path)


def test_the_display_of_a_kind_is_switched(app: Flask, administrator: FlaskClient):
    path = _path(app)
    kind = NoticeKind.FIRST_REVIEW
    page = administrator.get(path).text
    assert len(re.findall("改为：", page)) == len(NoticeKind)
    form = hidden_fields(page, f"{path}/display") | {"kind": kind, "web": "counts_only"}
    assert administrator.post(f"{path}/display", data=form).location == path
    with app.app_context():
        assert web_details_of(office_named(COUNTY).id)[kind] is WebDetail.COUNTS_ONLY
        db.session.remove()


def test_a_display_that_does_not_exist_changes_nothing(app: Flask, administrator: FlaskClient):
    path = _path(app)
    form = hidden_fields(administrator.get(path).text, f"{path}/display") | {
        "kind": "first_review",
        "web": "full_names",
    }
    administrator.post(f"{path}/display", data=form)
    with app.app_context():
        assert set(web_details_of(office_named(COUNTY).id).values()) == {WebDetail.MASKED_NAMES}
        db.session.remove()


def test_an_unknown_office_is_not_found(administrator: FlaskClient):
    assert administrator.get("/desk/offices/999").status_code == 404
