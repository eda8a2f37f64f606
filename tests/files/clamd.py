"""A clamd that knows one virus, listening on a Unix socket or on a port of this host."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.samples.hostile_files import EICAR


class _Answering(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self.rfile.read(10)
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
        self.server.heard = content
        known = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
        self.wfile.write((self.server.answer or known) + b"\0" if command == b"zINSTREAM\0" else b"UNKNOWN COMMAND\0")


@contextmanager
def clamd(path: Path | None = None, answer: bytes = b"") -> Iterator[tuple[str, socketserver.BaseServer]]:
    """Its address and itself; `answer` replaces what it would say."""
    if path:
        server = socketserver.UnixStreamServer(str(path), _Answering)
        address = f"unix:{path}"
    else:
        server = socketserver.TCPServer(("127.0.0.1", 0), _Answering)
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield address, server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
