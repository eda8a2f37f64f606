import csv
import os
import re
import tempfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from werkzeug import formparser
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.usecases import notice_imports
from tests.desk import Desks, hidden_fields, with_cast
from tests.usecases.lists import XUZHUANG, identity, people, published, sheet
from tests.web.handed_in import multipart

NEW = "/desk/notices/new"
WHAT = {"kind": "first_review", "program": "subsistence_allowance", "division": XUZHUANG}
AID = {"kind": "result", "program": "temporary_assistance", "division": XUZHUANG}


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    return Desks(app)["zhang_san"]


def _upload(client: FlaskClient, content: bytes, name: str = "名单.xlsx", **typed: object) -> TestResponse:
    form = hidden_fields(client.get(NEW).text, NEW)
    return client.post(NEW, **multipart(form | WHAT | typed, content, name))


def _table(*rows: tuple[object, ...]) -> bytes:
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    for row in rows:
        page.append(row)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _faulty() -> bytes:
    rows = people(12)
    village, name, ident, size, covered, _ = rows[3]
    rows[3] = (village, name, ident[:-1] + ("0" if ident[-1] != "0" else "1"), size, covered, -41_000)
    return sheet(rows)


def _aid(*kinds: tuple[str, str]) -> bytes:
    heads = ("村（社区）", "姓名", "身份证号", "救助类型", "救助事由", "救助金额")
    rows = [
        ("航运新村", name, ident, kind, cause, 1200)
        for (kind, cause), (_, name, ident, *_) in zip(kinds, people(len(kinds)), strict=True)
    ]
    return _table(("许庄街道2026年10月临时救助名单",), heads, *rows)


def _spooled(settings: Settings) -> list[Path]:
    return [path for path in settings.spool.glob("*") if path.is_file()]


def test_a_clean_list_becomes_a_draft(clerk: FlaskClient, settings: Settings):
    answer = _upload(clerk, sheet(people(40)))
    assert answer.status_code == 303
    page = clerk.get(answer.location).text
    assert "拟纳入最低生活保障40户" in page
    assert "共 40 行" in page
    assert not _spooled(settings)


def test_an_upload_sent_twice_becomes_one_draft(clerk: FlaskClient):
    form = hidden_fields(clerk.get(NEW).text, NEW)
    answers = [clerk.post(NEW, **multipart(form | WHAT, sheet(people(12)))) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert "GS-2026-000002" not in clerk.get("/desk/notices/").text


def test_what_is_missing_stands_beside_its_field_and_choices_stay(clerk: FlaskClient):
    form = hidden_fields(clerk.get(NEW).text, NEW)
    answer = clerk.post(NEW, data={**form, "kind": "result", "division": XUZHUANG, "month": "下个月"})
    assert answer.status_code == 422
    for words in ("请选择名单文件", "请选择救助项目", "看不懂这个月份"):
        assert words in answer.text
    assert 'value="下个月"' in answer.text


def test_a_place_outside_the_office_is_no_choice(clerk: FlaskClient):
    assert _upload(clerk, sheet(people(12)), division="370832").status_code == 422


def test_a_list_that_no_rule_allows_says_why(clerk: FlaskClient):
    answer = _upload(clerk, sheet(people(12)), program="temporary_assistance")
    assert answer.status_code == 422
    assert "临时救助没有初审公示" in answer.text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_a_file_that_cannot_be_read_gets_one_sentence(clerk: FlaskClient, settings: Settings, content: bytes):
    answer = _upload(clerk, content)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert not _spooled(settings)


def test_more_than_ten_megabytes_are_refused_in_words(clerk: FlaskClient):
    form = hidden_fields(clerk.get(NEW).text, NEW)
    for megabytes in (11, 65):
        answer = clerk.post(NEW, **multipart(form | WHAT, bytes(megabytes * 1024 * 1024)))
        assert answer.status_code == 422
        assert "文件超过10 MB" in answer.text
        assert re.search(rf"selected[^>]*value=\"{XUZHUANG}\"|value=\"{XUZHUANG}\"[^>]*selected", answer.text)


def test_a_faulty_list_is_reported_cell_by_cell_and_nothing_is_stored(clerk: FlaskClient):
    answer = _upload(clerk, _faulty())
    assert answer.status_code == 303
    page = clerk.get(answer.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert "一行也没有存入" in page.text
    assert "D7" in page.text
    assert people(12)[3][1] not in page.text
    assert "没有这样的公示" in clerk.get("/desk/notices/").text


def test_the_downloaded_report_can_hold_no_formula(clerk: FlaskClient):
    place = _upload(clerk, _faulty()).location
    answer = clerk.get(f"{place}/problems.csv")
    lines = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert len(lines) > 2
    assert not [cell for line in lines for cell in line if cell[:1] in {"=", "+", "-", "@"}]
    assert any(cell == "'-410" for line in lines for cell in line)
    assert people(12)[3][2][:17] not in answer.text


def test_the_waiting_file_opens_with_the_cookie_of_its_own_address_only(app: Flask, clerk: FlaskClient):
    answer = _upload(clerk, _faulty())
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert f"Path={answer.location}" in cookie
    assert "Max-Age=1800" in cookie
    assert Desks(app)["zhang_san"].get(answer.location).status_code == 404
    assert clerk.get("/desk/notices/uploads/..%2f..%2fkeys").status_code == 404


def test_another_person_cannot_open_the_file_even_with_the_key(app: Flask, clerk: FlaskClient):
    answer = _upload(clerk, _faulty())
    key = answer.headers["Set-Cookie"].split(";")[0].split("=")[1]
    other = Desks(app)["li_si"]
    other.set_cookie("desk_upload", key, path=answer.location)
    assert other.get(answer.location).status_code == 404


def test_the_file_can_be_deleted_at_once(clerk: FlaskClient, settings: Settings):
    place = _upload(clerk, _faulty()).location
    assert _spooled(settings)
    form = hidden_fields(clerk.get(place).text, f"{place}/forget")
    assert clerk.post(f"{place}/forget", data=form).location == NEW
    assert not _spooled(settings)


def test_a_heading_is_explained_once_without_uploading_again(clerk: FlaskClient, settings: Settings):
    def listed(first: int) -> bytes:
        rows = [(v, n, i, s, c, f / 100) for v, n, i, s, c, f in people(12, first=first)]
        return _table(("村（社区）", "姓名", "证件编码字段", "家庭人口", "保障人口", "月保障金额"), *rows)

    place = _upload(clerk, listed(0)).location
    page = clerk.get(place).text
    assert "“证件编码字段”" in page
    answer = clerk.post(place, data={**hidden_fields(page, place), "heading_0": "id_number"})
    assert answer.location.startswith("/desk/notices/GS-")
    assert not _spooled(settings)
    assert _upload(clerk, listed(40)).location.startswith("/desk/notices/GS-")


def test_a_heading_that_is_not_needed_is_remembered_and_one_left_open_is_asked_again(clerk: FlaskClient):
    def listed(first: int, ident: str) -> bytes:
        rows = [(v, n, i, s, c, f / 100, "好", "无") for v, n, i, s, c, f in people(12, first=first)]
        return _table(
            ("村（社区）", "姓名", ident, "家庭人口", "保障人口", "月保障金额", "入户情况", "走访情况"), *rows
        )

    place = _upload(clerk, listed(0, "证件编码字段")).location
    answers = {"heading_0": "id_number", "heading_1": "not_needed", "heading_2": ""}
    form = hidden_fields(clerk.get(place).text, place)
    assert clerk.post(place, data=form | answers).location.startswith("/desk/notices/GS-")
    page = clerk.get(_upload(clerk, listed(40, "另一种字段")).location).text
    assert "“另一种字段”" in page
    assert "“走访情况”" in page
    assert "“入户情况”" not in page


def test_an_unknown_cause_is_chosen_from_the_closed_list(clerk: FlaskClient):
    place = _upload(clerk, _aid(*[("支出型", "家里一言难尽")] * 12), **AID).location
    page = clerk.get(place).text
    assert page.count("家里一言难尽") == 1
    answer = clerk.post(place, data={**hidden_fields(page, place), "cause_0": "other"})
    draft = clerk.get(answer.location).text
    assert "其他12户" in draft
    assert "一言难尽" not in draft


def test_only_the_expenditure_rows_are_kept_at_the_press_of_a_button(clerk: FlaskClient):
    kinds = [("支出型", "大病")] * 11 + [("急难型", "火灾")] * 2 + [("小额快救", "大病")]
    place = _upload(clerk, _aid(*kinds), **AID).location
    page = clerk.get(place).text
    assert "只保留支出型 11 行，急难型 2 件只计数" in page
    answer = clerk.post(place, data={**hidden_fields(page, place), "keep_expenditure": "1"})
    draft = clerk.get(answer.location).text
    assert "共11" in draft
    assert "急难型救助2件" in draft


def test_answers_that_do_not_help_lead_back_to_the_report(clerk: FlaskClient):
    place = _upload(clerk, _faulty()).location
    answer = clerk.post(place, data=hidden_fields(clerk.get(place).text, f"{place}/forget"))
    assert answer.location == place
    assert clerk.get(place).status_code == 200


def test_a_correction_with_a_new_list_shows_its_difference(app: Flask, clerk: FlaskClient):
    number = with_cast(app, published)
    path = f"/desk/notices/{number}/correct"
    form = hidden_fields(clerk.get(path).text)
    typed = {"kind": "correction", "note": "更正一户的保障金额"}
    answer = clerk.post(path, **multipart(form | typed, sheet(people(39))))
    page = clerk.get(answer.location).text
    assert "更正一户的保障金额" in page
    assert "移出 1 行" in page


def test_no_value_of_a_faulty_sheet_stays_in_logs_temporary_files_or_the_spool(
    app: Flask, clerk: FlaskClient, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
):  # fmt: skip
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    opened: list[str] = []
    rows = people(600)
    rows[3] = (*rows[3][:2], identity(3)[:-1] + "Z", *rows[3][3:])
    large = sheet(rows, title="许庄街道名单" + "，" * 20) + os.urandom(600_000)
    monkeypatch.setattr(formparser, "SpooledTemporaryFile", lambda *_, **__: opened.append("spooled"))
    _upload(clerk, sheet(rows))
    _upload(clerk, large)
    _upload(clerk, b"PK\x03\x04" + rows[0][1].encode() * 9)
    told = caplog.text + "".join(capfd.readouterr())
    kept = b"".join(path.read_bytes() for path in [*scratch.rglob("*"), *settings.spool.rglob("*")] if path.is_file())
    assert not opened
    assert _spooled(settings)
    for value in (rows[0][1], rows[3][1], rows[3][2], rows[3][2][:17], rows[5][2], "139000000"):
        assert value not in told
        assert value.encode() not in kept


def test_an_exception_in_the_middle_tells_nothing_of_the_sheet(
    app: Flask, clerk: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
):  # fmt: skip
    def explode(people: object, *_: object, **__: object) -> None:
        raise ValueError(f"cannot mask {[person.name for person in people]}")  # type: ignore[attr-defined]

    monkeypatch.setattr(notice_imports, "mask_list", explode)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    answer = _upload(clerk, sheet(people(12)))
    assert answer.status_code == 500
    told = caplog.text + "".join(capfd.readouterr()) + answer.text
    assert people(1)[0][1] not in told
    assert "request_failed" in told
    assert not _spooled(settings)
