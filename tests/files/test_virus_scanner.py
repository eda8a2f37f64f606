from pathlib import Path

import pytest

from portal.domain.attachments import INFECTED, RefusedFileError, ScanState
from portal.files.virus_scanner import scan
from tests.files.clamd import clamd, closed_port
from tests.samples.hostile_files import EICAR


def test_without_a_scanner_nothing_is_asked():
    assert scan("", EICAR) is ScanState.UNSCANNED


def test_a_clean_file_is_heard_whole_over_a_unix_socket(tmp_path: Path):
    content = bytes(range(256)) * 4_000
    with clamd(tmp_path / "clamd.ctl") as (address, server):
        assert scan(address, content) is ScanState.CLEAN
    assert server.heard == content


def test_a_virus_is_refused_over_tcp():
    with clamd() as (address, _), pytest.raises(RefusedFileError) as refused:
        scan(address, b"text before " + EICAR)
    assert refused.value.message.text == INFECTED


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"nonsense"])
def test_a_scanner_that_will_not_judge_leaves_the_file_waiting(tmp_path: Path, answer: bytes):
    with clamd(tmp_path / "clamd.ctl", answer) as (address, _):
        assert scan(address, b"a") is ScanState.WAITING


def test_a_scanner_that_cannot_be_reached_leaves_the_file_waiting(tmp_path: Path):
    assert scan(f"unix:{tmp_path}/nobody", b"a") is ScanState.WAITING
    assert scan(f"tcp://127.0.0.1:{closed_port()}", b"a") is ScanState.WAITING
