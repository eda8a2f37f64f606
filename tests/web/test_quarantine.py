"""Quarantine as the desk shows it: a file that waits, a button to look again, what was found."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.domain.intake import KeptFile
from portal.usecases.services import Services
from tests.conftest import AppFactory
from tests.desk import Desks, hidden_fields, with_cast
from tests.files.clamd import clamd
from tests.samples.hostile_files import EICAR
from tests.usecases.cases import COMPLAINT, hand_in


def _handed(services: Services, _cast: Any, *, at: Any, content: bytes) -> str:
    file = KeptFile("a.txt", "txt", "text/plain", content, quarantined=True)
    return hand_in(services, dataclasses.replace(COMPLAINT, files=(file,)), at=at).number


def _pressed(app: Flask, content: bytes) -> tuple[Desks, str, str]:
    """Press the button beside the file; gives the address of the case and the page that follows."""
    desks, number = Desks(app), with_cast(app, _handed, content=content)
    path = f"/desk/cases/{number}"
    page = desks["li_si"].get(path).text
    assert "隔离中" in page
    assert f"{path}/files/" in page
    assert "下载附件" not in page
    action = page.split('/rescan"')[0].rpartition('action="')[2] + "/rescan"
    answer = desks["li_si"].post(action, data=hidden_fields(page, action))
    assert answer.location == path
    return desks, path, desks["li_si"].get(path).text


@pytest.mark.parametrize(
    ("content", "said", "downloadable"),
    [(b"one line", "没有查出问题，附件可以下载了。", True), (EICAR, "这个附件查出病毒，留在隔离中", False)],
)
def test_the_desk_looks_again_and_tells_what_was_found(
    make_app: AppFactory, tmp_path: Path, content: bytes, said: str, downloadable: bool
) -> None:
    with clamd(tmp_path / "clamd.ctl") as (address, _server):
        _desks, _path, page = _pressed(make_app(PORTAL_CLAMD=address), content)
    assert said in page
    assert ("下载附件" in page) is downloadable


def test_without_a_scanner_the_file_goes_on_waiting_and_the_desk_says_so(app: Flask) -> None:
    _desks, _path, page = _pressed(app, b"one line")
    assert "查毒程序现在连不上" in page
    assert "隔离中" in page
