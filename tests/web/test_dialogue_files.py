"""A dialogue with files both ways: cleaned, sealed, told of what was taken out, and only ever given out as downloads."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder, TestResponse

from portal.domain.case_actions import Action
from portal.domain.desk_keys import DeskKind
from portal.models.base import db
from portal.models.cases import CaseFile
from portal.models.transaction import transaction
from portal.web import uploads
from tests.clients import CheckedClient
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.samples.hostile_files import APART
from tests.samples.office_files import docx
from tests.samples.picture_files import CAMERA, photo
from tests.usecases.cases import COMPLAINT, TIP_OFF, Handed, hand_in, open_desk, take
from tests.web.test_desk_cases import in_hand

MESSAGE = "请看附件里的办理清单，按里面的地址带上原件。"
NAME = "张三家的存折.jpg"


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks(app)


@pytest.fixture
def handed(app: Flask) -> Handed:
    made = with_cast(app, lambda services, _cast, at: hand_in(services, COMPLAINT, at=at))
    in_hand(app, made.number)
    return made


def told(
    desks: Desks, number: str, *files: tuple[bytes, str], text: str = MESSAGE, step: str = "message"
) -> TestResponse:
    path = f"/desk/cases/{number}/steps/{step}"
    return send(
        desks["li_si"], path, action=path, text=text, file=[(io.BytesIO(content), name) for content, name in files]
    )


def enter(client: CheckedClient, handed: Handed) -> TestResponse:
    return client.post("/cases/progress", data={"code": handed.code.grouped}, follow_redirects=True)


def sent(client: CheckedClient, *files: tuple[bytes, str]) -> TestResponse:
    page = client.get("/cases/progress/files")
    key = page.text.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    data = {"idempotency_key": key, "file": [(io.BytesIO(content), name) for content, name in files]}
    return client.post("/cases/progress/files", data=data, follow_redirects=True)


def downloads(page: str) -> list[str]:
    return re.findall(r'href="(/[^"]*/files/[0-9a-f]{32})"', page)


@pytest.mark.parametrize("step", ["message", "ask-for-more"])
def test_an_officer_sends_a_file_with_his_message_and_the_submitter_downloads_it_cleaned(
    desks: Desks, handed: Handed, client: CheckedClient, step: str
) -> None:
    assert told(desks, handed.number, (photo(), "清单.jpg"), step=step).status_code == 303
    page = enter(client, handed).text
    assert MESSAGE in page
    (path,) = downloads(page)
    file = client.get(path)

    assert file.status_code == 200
    assert CAMERA.encode() not in file.data
    assert file.headers["Content-Disposition"] == 'attachment; filename="attachment-1.jpg"'
    assert file.headers["Cache-Control"] == "no-store"
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_what_is_not_taken_stands_beside_the_filled_form_and_nothing_is_sent(
    desks: Desks, handed: Handed, client: CheckedClient
) -> None:
    answer = told(desks, handed.number, (photo(), "清单.jpg"), (b"MZ not allowed", "清单.exe"))
    assert answer.status_code == 422
    assert MESSAGE in answer.text
    assert "这种文件不能上传" in answer.text
    assert MESSAGE not in enter(client, handed).text


def test_a_message_takes_five_files_at_most(desks: Desks, handed: Handed) -> None:
    answer = told(desks, handed.number, *[(b"a line", f"{place}.txt") for place in range(6)])
    assert answer.status_code == 422
    assert "最多上传5个文件" in answer.text


def test_the_submitter_sends_files_and_reads_what_was_taken_out_but_never_their_names(
    desks: Desks, handed: Handed, client: CheckedClient
) -> None:
    enter(client, handed)
    assert "/cases/progress/files" in client.get("/cases/progress").text
    page = sent(client, (photo(), NAME), (docx(), "证明.docx")).text

    assert page.count("发来一个附件") == 2
    assert "已经去掉：" in page
    assert "拍摄或录制地点" in page
    assert "存折" not in page
    assert downloads(page) == []
    shown = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert NAME in shown
    for path in downloads(shown):
        assert desks["li_si"].get(path).status_code == 200
    assert len(downloads(shown)) == 2


def test_the_submitters_own_file_is_not_given_out_again(desks: Desks, handed: Handed, client: CheckedClient) -> None:
    enter(client, handed)
    sent(client, (photo(), NAME))
    (path,) = downloads(desks["li_si"].get(f"/desk/cases/{handed.number}").text)

    assert client.get(f"/cases/progress/files/{path.rpartition('/')[2]}").status_code == 404


def test_a_page_sent_without_a_file_or_with_one_that_is_not_taken_says_so(
    handed: Handed, client: CheckedClient
) -> None:
    enter(client, handed)
    empty = sent(client)
    assert empty.status_code == 422
    assert "请选择照片或文件" in empty.text
    refused = sent(client, (b"#!/bin/sh", "a.sh"))
    assert refused.status_code == 422
    assert "这种文件不能上传" in refused.text


def test_a_file_that_is_too_large_to_be_read_gets_its_own_sentence(
    handed: Handed, client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, handed)
    monkeypatch.setattr(uploads, "MAX_ATTACHMENTS", 1000)
    answer = client.post("/cases/progress/files", data={"file": (io.BytesIO(bytes(2000)), "a.jpg")})
    assert answer.status_code == 422
    assert "视频最多50MB" in answer.text


def test_what_is_not_even_read_gives_the_page_back(
    handed: Handed, client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, handed)
    monkeypatch.setattr(uploads, "MOST_READ", 1000)
    answer = client.post("/cases/progress/files", data={"file": (io.BytesIO(bytes(2000)), "a.jpg")})
    assert answer.status_code == 413
    assert "文件太大，没有收下" in answer.text
    assert 'type="file"' in answer.text


def test_a_message_comes_back_whole_when_the_files_beside_it_are_too_large(
    desks: Desks, handed: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_ATTACHMENTS", 1000)
    path = f"/desk/cases/{handed.number}/steps/message"
    files = [(io.BytesIO(bytes(600)), "甲.jpg"), (io.BytesIO(bytes(600)), "乙.jpg")]
    answer = send(desks["li_si"], path, action=path, text=MESSAGE, file=files)
    assert answer.status_code == 422
    assert MESSAGE in answer.text
    assert "视频最多50MB" in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_page_that_takes_files_holds_no_more_text_than_any_other(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(uploads, "MAX_REQUEST", 200_000)
    builder = EnvironBuilder(method="POST", content_type=kind, data={f"a{place}": "长" * 3000 for place in range(99)})
    request = uploads.MemoryRequest(builder.get_environ())
    uploads.allow(request, is_file=True)
    with request.environ["wsgi.input"], pytest.raises(RequestEntityTooLarge):
        assert request.form


def test_of_files_that_are_too_large_nothing_stays_in_memory() -> None:
    request = uploads.MemoryRequest({})
    request.most_file_bytes = 1000
    kept, dropped = (uploads.BoundedFile(request) for _ in range(2))
    kept.write(bytes(900))
    for _ in range(10):
        dropped.write(bytes(200))
    assert request.is_too_large
    assert (len(kept.getvalue()), len(dropped.getvalue())) == (900, 0)


def test_files_sent_twice_by_one_form_arrive_once(desks: Desks, handed: Handed, client: CheckedClient) -> None:
    enter(client, handed)
    key = client.get("/cases/progress/files").text.split('name="idempotency_key"')[1].split('value="')[1].split('"')[0]
    for _ in range(2):
        data = {"idempotency_key": key, "file": (io.BytesIO(photo()), NAME)}
        assert client.post("/cases/progress/files", data=data).status_code == 303

    assert len(downloads(desks["li_si"].get(f"/desk/cases/{handed.number}").text)) == 1


def test_an_office_sends_and_gets_files_in_a_tip_off_with_its_own_key(
    app: Flask, desks: Desks, client: CheckedClient
) -> None:
    path = "/desk/case-desks/discipline"
    send(desks["chen_er"], path, action=path)

    def prepared(services: Any, cast: Any, *, at: Any) -> Handed:
        open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
        made = hand_in(services, TIP_OFF, at=at)
        take(services, cast.chen_er, made.number, Action.REGISTER, at=at)
        return made

    tip_off = with_cast(app, prepared)
    path = f"/desk/cases/{tip_off.number}/steps/message"
    data = {"text": MESSAGE, "file": (io.BytesIO(photo()), "样张.jpg")}
    assert send(desks["chen_er"], path, action=path, **data).status_code == 303
    enter(client, tip_off)
    (own,) = downloads(client.get("/cases/progress").text)
    assert client.get(own).status_code == 200
    sent(client, (photo(), NAME))
    theirs = downloads(desks["chen_er"].get(f"/desk/cases/{tip_off.number}").text)
    assert [desks["chen_er"].get(one).status_code for one in theirs] == [200, 200]
    assert all(desks["chu_san"].get(one).status_code == 403 for one in theirs)


def test_a_file_in_quarantine_is_given_to_neither_side(
    app: Flask, desks: Desks, handed: Handed, client: CheckedClient
) -> None:
    told(desks, handed.number, (photo(), "清单.jpg"))

    def quarantine(*_: object, at: Any) -> None:
        with transaction() as session:
            session.execute(update(CaseFile).values(quarantined=True))
        assert db.session.scalars(select(CaseFile.quarantined)).all() == [True]

    (path,) = downloads(desks["li_si"].get(f"/desk/cases/{handed.number}").text)
    with_cast(app, quarantine)
    shown = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert downloads(shown) == []
    assert "隔离中" in shown
    assert desks["li_si"].get(path).status_code == 422
    enter(client, handed)
    assert client.get(f"/cases/progress/files/{path.rpartition('/')[2]}").status_code == 422


def test_a_document_with_macros_is_kept_apart_and_both_sides_read_what_would_help(
    desks: Desks, handed: Handed, client: CheckedClient
) -> None:
    enter(client, handed)
    page = sent(client, (APART["a document with macros"][1], "证明.docx")).text
    assert "这个文件里带有宏" in page
    assert "另存为PDF" in page
    assert "证明" not in page
    shown = desks["li_si"].get(f"/desk/cases/{handed.number}").text
    assert re.search(r"证明\.docx.*隔离中.*带有宏，不能下载", shown, re.DOTALL)
    assert (downloads(shown), "再查一次" in shown) == ([], False)


def test_staff_send_nobody_a_document_with_macros(desks: Desks, handed: Handed) -> None:
    answer = told(desks, handed.number, (APART["a document with macros"][1], "清单.docx"))
    assert answer.status_code == 422
    assert "文件里带有宏" in answer.text
    assert MESSAGE in answer.text


def test_the_text_comes_back_when_the_form_is_old(desks: Desks, handed: Handed) -> None:
    path = f"/desk/cases/{handed.number}/steps/message"
    fields = {**hidden_fields(desks["li_si"].get(path).text, path), "csrf_token": "old"}
    answer = desks["li_si"].post(path, data={**fields, "text": MESSAGE, "file": (io.BytesIO(photo()), "清单.jpg")})
    assert answer.status_code == 422
    assert MESSAGE in answer.text
