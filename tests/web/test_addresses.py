"""No address of a visitor stands anywhere, in clear or as a hash that could be tried; what counts him dies in days."""

import hashlib
import ipaddress
import logging
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, literal_column, select, table
from sqlalchemy.orm import Session

from portal.domain.desk_keys import DeskKind
from portal.models.base import db
from portal.models.staff import Attempt, LimitKey
from portal.models.transaction import empty_journal
from portal.sealing import query_codes
from portal.sealing.envelopes import keyed_hash
from portal.sealing.keys import PURPOSES
from portal.usecases.services import Services
from portal.usecases.staff import forget_traces
from tests.cast import Cast
from tests.databases import SERVER
from tests.desk import send
from tests.usecases.cases import open_desk
from tests.web.test_intake import TIP_OFF, multipart, picture

ADDRESSES = ("198.51.100.23", "2001:db8:7:9::abcd")
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")


@pytest.fixture(autouse=True)
def _clock(at: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(query_codes, "_MEMORY_KIB", 8)  # the cost of a code is not what is tried here
    with time_machine.travel(at, tick=False):
        yield


def visit(app: Flask, address: str) -> set[int]:
    """Somebody hands in a tip-off with a photo, then tries codes and passwords until he is stopped."""
    browser = FlaskClient(app, app.response_class, use_cookies=True)
    browser.environ_base["REMOTE_ADDR"] = address
    page = browser.post("/cases/new/", follow_redirects=True)
    for _ in range(12):
        step = page.request.path.rpartition("/")[2]
        if step == "files":
            browser.post("/cases/new/files", **multipart("a.jpg", picture()))
        if step != "receipt":
            page = browser.post(page.request.path, data=TIP_OFF.get(step, {}), follow_redirects=True)
    assert page.request.path == "/cases/new/receipt"
    codes = [browser.post("/cases/progress", data={"code": "1234 5678 9012 3456 7809"}) for _ in range(41)]
    passwords = [send(browser, "/desk/sign-in", username="li_si", password="wrong") for _ in range(11)]
    return {answer.status_code for answer in (*codes, *passwords)}


def stored(services: Services) -> Iterator[bytes]:
    """Every value of every table, and every file of the instance and of its spool."""
    db.session.rollback()
    with db.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            for row in connection.execute(select(literal_column("*")).select_from(table(name))):
                yield "\n".join(value.hex() if isinstance(value, bytes) else str(value) for value in row).encode()
                yield b"\n".join(bytes(value) for value in row if isinstance(value, (bytes, memoryview)))
    for folder in {services.settings.instance, services.settings.spool}:
        yield from (file.read_bytes() for file in folder.rglob("*") if file.is_file())


def traces(services: Services) -> dict[str, bytes]:
    """The addresses and their networks in every form in which somebody who has a list of all addresses could try."""
    networks = [str(ipaddress.ip_network(f"{ADDRESSES[1]}/64", strict=False)), f"{ADDRESSES[0]}/32"]
    found: dict[str, bytes] = {}
    for value in (*ADDRESSES, *networks):
        found[value] = value.encode()
        for name in HASHES:
            digest = hashlib.new(name, value.encode()).digest()
            forms = (digest, digest.hex().encode(), b64encode(digest), urlsafe_b64encode(digest).rstrip(b"="))
            found |= {f"{value} {name} {place}": form for place, form in enumerate(forms)}
        for purpose in PURPOSES:
            found[f"{value} under {purpose}"] = keyed_hash(services.keyring.key(purpose), value).encode()
    return found | {"packed": ipaddress.ip_address(ADDRESSES[1]).packed}


def test_no_address_of_a_visitor_and_no_hash_that_could_be_tried_is_kept_whether_he_is_stopped_or_not(
    app: Flask,
    services: Services,
    session: Session,
    cast: Cast,
    at: datetime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    open_desk(cast.wei_si.office_id, DeskKind.CUSTODY, cast.wei_si, at=at)
    open_desk(cast.chen_er.office_id, DeskKind.DISCIPLINE, cast.chen_er, at=at)
    caplog.set_level(logging.DEBUG)
    for address in ADDRESSES:
        assert 429 in visit(app, address)
    session.rollback()
    assert session.scalars(select(Attempt.id)).all()

    told = (caplog.text + "".join(capfd.readouterr())).encode()
    kept = [*stored(services), told]
    forbidden = traces(services)
    assert not [name for name, form in forbidden.items() if any(form in one for one in kept)]


def test_the_key_under_which_visitors_are_counted_is_in_no_file_once_its_day_and_the_next_are_over(
    app: Flask, services: Services, session: Session, at: datetime
) -> None:
    app.test_client().post("/cases/new/")
    session.rollback()
    key = session.scalars(select(LimitKey.key).order_by(LimitKey.day.desc())).first()
    assert key
    if not SERVER:
        assert any(key in one for one in stored(services))
    forget_traces(services, at=at + timedelta(days=2))
    empty_journal()  # as the worker does after every round
    assert not any(key in one or key.hex().encode() in one for one in stored(services))
