"""Processes that take cases in are killed in the middle: what was acknowledged is there whole, what was not is not there."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.app import create_app
from portal.config import ROOT, settings_from
from portal.domain.case_holders import KeyPurpose
from portal.domain.cases import ItemKind
from portal.models.base import db
from portal.models.cases import Case, CaseClock, CaseContact, CaseEvent, CaseFile, CaseKey
from portal.sealing.query_codes import derive
from portal.usecases.case_events import broken_at
from portal.usecases.case_files import read_file, sweep_files
from portal.usecases.case_sealing import OpenItem, SubmitterOpener, open_key, read_items
from portal.usecases.services import Services
from tests.databases import SERVER
from tests.walks.instances import Instance

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(SERVER), reason="it is the journal of SQLite that is tried"),
]

CLIENTS, ROUNDS, EACH = 3, 2, 4
SMALLEST_CASE = 4
"""Keys of a complaint: content and identity, each for the service and for the submitter."""

SUBMITTING = """
import json, sys
from dataclasses import replace
from portal.app import create_app
from portal.config import settings_from
from portal.domain.intake import KeptFile
from portal.sealing.query_codes import new_code
from portal.usecases import clock
from portal.usecases.intake import submit
from tests.usecases.cases import COMPLAINT

app = create_app(settings_from({"PORTAL_INSTANCE": sys.argv[1], "PORTAL_LOG_LEVEL": "error"}))
photo = KeptFile("存折.txt", "txt", "text/plain", b"photo " * 20_000)
with app.app_context():
    while True:
        code = new_code()
        number = submit(app.extensions["portal"], replace(COMPLAINT, files=(photo,)), code, at=clock.now())
        print(json.dumps([number, code.digits]), flush=True)
"""


def _acknowledged(folder: Path) -> dict[str, str]:
    """Let several processes submit, kill them all after some answers; number and code of every whole answer."""
    command = [sys.executable, "-c", SUBMITTING, str(folder)]
    clients = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
    said = []
    for client in clients:
        assert client.stdout
        said += [client.stdout.readline() for _ in range(EACH)]
    for client in clients:
        client.kill()
    said += [line for client in clients for line in client.communicate()[0].splitlines()]
    return dict(json.loads(line) for line in said if line.rstrip().endswith("]"))


@contextmanager
def _opened(folder: Path) -> Iterator[Services]:
    app = create_app(settings_from({"PORTAL_INSTANCE": str(folder)}))
    with app.app_context():
        yield app.extensions["portal"]
        db.session.remove()
        db.engine.dispose()


def _items(services: Services, case: Case, digits: str) -> tuple[OpenItem, ...]:
    opener = SubmitterOpener(derive(digits, services.keyring.key("codes")).pair.private)
    return read_items(db.session(), case, open_key(db.session(), case, KeyPurpose.CONTENT, [opener]))


def test_no_acknowledged_case_is_lost_and_none_is_there_by_half(instance: Instance):
    codes: dict[str, str] = {}
    for _ in range(ROUNDS):
        codes |= _acknowledged(instance.folder)
    assert len(codes) >= CLIENTS * ROUNDS * EACH

    with _opened(instance.folder) as services:
        cases = {case.number: case for case in db.session.scalars(select(Case))}
        assert codes.keys() <= cases.keys()
        for number, digits in codes.items():
            items = {item.kind: item.content for item in _items(services, cases[number], digits)}
            kept = items[ItemKind.FILE]
            assert len(b"".join(read_file(services, kept["file"], kept["key"]))) == 120_000
            assert items[ItemKind.CONTENT]["text"]
        for case in cases.values():
            _is_whole(case)
        kept_ids = set(db.session.scalars(select(CaseFile.id)))
        sweep_files(services, at=datetime.now(UTC) + timedelta(hours=2))
        assert {path.name for path in services.settings.attachments.iterdir()} == kept_ids


def _is_whole(case: Case) -> None:
    """Everything that one transaction writes is there, also of a case whose acknowledgement was cut off."""
    events = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
    assert (len(events), broken_at(events)) == (1, None)
    assert db.session.get(CaseContact, case.id)
    for model, least in ((CaseKey, SMALLEST_CASE), (CaseClock, 1), (CaseFile, 1)):
        assert db.session.scalar(select(func.count()).where(model.case_id == case.id)) == least
