"""Uploads stay in memory: Werkzeug would write a file of more than 500 KB to the temporary folder in clear."""

from io import BytesIO
from typing import IO

from flask import Flask, Request

MAX_REQUEST = 11 * 1024 * 1024
"""A spreadsheet of 10 MB and the form around it; the answer to more is 413 before the rest is read."""


class MemoryRequest(Request):
    """A request whose files never touch a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's own signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def install(app: Flask) -> None:
    """Read every request by these rules."""
    app.request_class = MemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
