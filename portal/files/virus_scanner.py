"""A client for clamd: one command, INSTREAM, over a Unix socket or TCP."""

import socket
from urllib.parse import urlsplit

from portal.domain.attachments import INFECTED, RefusedFileError, ScanState

_PIECE = 256 * 1024
_SECONDS = 30.0
_LONGEST_ANSWER = 4_096


def scan(address: str, content: bytes) -> ScanState:
    """What the scanner at `unix:/path` or `tcp://host:port` says; without an address nothing was asked.

    One that cannot be reached, breaks off or will not judge leaves the file waiting; RefusedFileError for a virus.
    """
    if not address:
        return ScanState.UNSCANNED
    try:
        with _connected(address) as connection:
            answer = _ask(connection, content)
    except OSError:
        return ScanState.WAITING
    if answer.endswith(b" FOUND"):
        raise RefusedFileError(INFECTED)
    return ScanState.CLEAN if answer == b"stream: OK" else ScanState.WAITING


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_SECONDS)
    try:
        connection.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection


def _ask(connection: socket.socket, content: bytes) -> bytes:
    """Each piece goes behind its length; an empty one ends the stream. The answer ends with a zero byte."""
    connection.sendall(b"zINSTREAM\0")
    whole = memoryview(content)
    for start in range(0, len(whole), _PIECE):
        piece = whole[start : start + _PIECE]
        connection.sendall(len(piece).to_bytes(4, "big"))
        connection.sendall(piece)
    connection.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        received = connection.recv(_LONGEST_ANSWER)
        if not received:
            break
        answer += received
    return answer.strip(b"\0\n ")
