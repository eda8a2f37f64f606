import dataclasses
from pathlib import Path

import pytest

from portal.config import WrongSettingError, settings_from
from portal.domain.attachments import FileFinding, RefusedFileError, Removed
from portal.domain.errors import NotFoundError
from portal.files.attachment_store import new_file_id
from portal.sealing.envelopes import BrokenEnvelopeError
from portal.usecases import attachments
from portal.usecases.services import Services
from tests.files.clamd import clamd
from tests.samples.hostile_files import APART, EICAR
from tests.samples.picture_files import CAMERA, photo

KEY = bytes(range(32))


def _with_clamd(services: Services, address: str) -> Services:
    return dataclasses.replace(services, settings=dataclasses.replace(services.settings, clamd=address))


def test_an_attachment_is_cleaned_sealed_and_read_again(services: Services):
    examined = attachments.examine(services, "../IMG_1.jpg", photo())
    assert (examined.name, examined.extension, examined.quarantined) == ("IMG_1.jpg", "jpg", False)
    assert Removed.PLACE in examined.removed
    folder, name = services.settings.attachments, new_file_id()
    attachments.put(folder, name, KEY, examined.content, "case:1:item:2")
    sealed = (folder / name).read_bytes()
    assert b"JFIF" not in sealed
    assert CAMERA.encode() not in sealed
    assert b"".join(attachments.read(folder, name, KEY, "case:1:item:2")) == examined.content
    with pytest.raises(BrokenEnvelopeError):
        b"".join(attachments.read(folder, name, KEY, "case:1:item:3"))
    attachments.delete(folder, name)
    with pytest.raises(NotFoundError):
        attachments.read(folder, name, KEY, "case:1:item:2")


def test_the_scanner_gets_the_file_as_it_came_in(services: Services, tmp_path: Path):
    with clamd(tmp_path / "clamd.ctl") as (address, server):
        assert not attachments.examine(_with_clamd(services, address), "a.jpg", photo()).quarantined
        assert server.heard == photo()
        with pytest.raises(RefusedFileError):
            attachments.examine(_with_clamd(services, address), "a.txt", EICAR)


def test_a_file_waits_while_the_scanner_is_away(services: Services, tmp_path: Path):
    away = _with_clamd(services, f"unix:{tmp_path}/nobody")
    assert attachments.examine(away, "a.txt", b"a text").quarantined


def test_a_document_with_macros_lies_in_quarantine_whatever_the_scanner_says(services: Services, tmp_path: Path):
    name, content = APART["a document with macros"]
    with clamd(tmp_path / "clamd.ctl") as (address, _server):
        for one in (services, _with_clamd(services, address), _with_clamd(services, f"unix:{tmp_path}/nobody")):
            kept = attachments.examine(one, name, content)
            assert (kept.quarantined, kept.found, kept.content) == (True, FileFinding.MACROS, content)


@pytest.mark.parametrize(
    "value", ["/run/clamd.ctl", "unix:", "unix:run", "tcp://host", "tcp://host:x", "http://host:1"]
)
def test_a_scanner_s_address_that_cannot_be_used_stops_the_start(value: str):
    with pytest.raises(WrongSettingError, match="PORTAL_CLAMD"):
        settings_from({"PORTAL_CLAMD": value})


@pytest.mark.parametrize("value", ["", "unix:/run/clamav/clamd.ctl", "unix:///run/clamd", "tcp://127.0.0.1:3310"])
def test_a_scanner_s_address_is_a_socket_or_a_port(value: str):
    assert settings_from({"PORTAL_CLAMD": value}).clamd == value
