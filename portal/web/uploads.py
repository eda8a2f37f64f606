"""Uploads stay in memory: Werkzeug would write a file of more than 500 KB to the temporary folder in clear."""

from io import BytesIO
from typing import IO

from flask import Flask, Request
from werkzeug.wrappers import Request as AnyRequest

from portal.domain.messages import N_

MAX_REQUEST = 11 * 1024 * 1024
"""A spreadsheet of 10 MB and the form around it; the answer to more is 413 before the rest is read."""
MAX_ATTACHMENTS = 64 * 1024 * 1024
"""A video of 50 MB and something beside it, on the pages that take attachments and nowhere else."""
MAX_TEXT = 2 * 1024 * 1024
"""The longest text that a form gives back when it is too long."""
TOO_LARGE = N_("文件太大：照片、文档和录音最多10MB，视频最多50MB。请截短、压缩或分开后再上传")
"""Of a request that is not even read."""
_MOST_DRAINED = 4 * MAX_ATTACHMENTS
_PIECE = 256 * 1024


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


def allow(request: AnyRequest, *, is_file: bool) -> None:
    """Let this request be longer than others: a text, or with `is_file` attachments."""
    request.max_form_memory_size = MAX_TEXT
    request.max_content_length = MAX_ATTACHMENTS if is_file else MAX_REQUEST


def sent_files(request: AnyRequest, name: str = "file") -> list[tuple[str, bytes]]:
    """The files of a field, each with its name and its bytes; a field that was left empty sends none."""
    return [(file.filename or "", file.stream.read()) for file in request.files.getlist(name) if file.filename]


def drain(request: AnyRequest) -> None:
    """Read what was refused and drop it: a browser that is still sending would not see the answer."""
    source, left = request.environ["wsgi.input"], _MOST_DRAINED
    while left > 0 and (piece := source.read(_PIECE)):
        left -= len(piece)
