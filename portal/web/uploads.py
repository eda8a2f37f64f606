"""Uploads stay in memory: Werkzeug would write a file of more than 500 KB to the temporary folder in clear.

Of files that are too large together nothing is kept, but they are read to their end: so the page comes back filled in
with whatever was typed beside them, and the browser, which listens only after it has sent everything, shows it.
"""

from io import BytesIO
from typing import IO, Any, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as AnyRequest

from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message

MAX_REQUEST = 11 * 1024 * 1024
"""A spreadsheet of 10 MB and the form around it; the answer to more is 413 before the rest is read."""
MAX_ATTACHMENTS = 64 * 1024 * 1024
"""A video of 50 MB and something beside it, on the pages that take attachments and nowhere else."""
MAX_TEXT = 2 * 1024 * 1024
"""The longest text that a form gives back when it is too long."""
TOO_LARGE = N_("文件太大：照片、文档和录音最多10MB，视频最多50MB。请截短、压缩或分开后再上传")
"""Of files that were dropped while they came in."""
FAR_TOO_LARGE = N_(
    "文件太大，没有收下；您以前填的内容和已经加上的文件都还在。照片、文档和录音最多10MB，视频最多50MB：请截短、压缩或分开后再上传"
)
"""Of a request that is not even read; the page that took it comes back."""
SHEET_TOO_LARGE = N_("文件超过10 MB，不能导入：请删去图片和多余的工作表，或分成几份再上传")
ROSTER_TOO_LARGE = N_(
    "文件太大，没有收下：发放花名册最多40 MB。请删去图片和多余的工作表，或按县、按镇（街道）分成几份再上传"
)
"""Of a roster that was dropped while it came in; what is a little too large is told by whoever reads it."""
MOST_READ = 1024 * 1024 * 1024
"""Several minutes of film from a telephone; the answer to more is 413 before anything is read."""
_PIECE = 64 * 1024


class BoundedFile(BytesIO):
    """A file in memory; once all files of its request are too large together, no byte of it is kept."""

    def __init__(self, request: "MemoryRequest") -> None:
        super().__init__()
        self._request = request

    def write(self, piece: Any, /) -> int:
        """Keep a piece, or drop everything."""
        self._request.file_bytes += len(piece)
        if not self._request.is_too_large:
            return super().write(piece)
        self.seek(0)
        self.truncate()
        return len(piece)


class BoundedStream:
    """What comes in, as the form's parser reads it; 413 once what is no file is longer than any form."""

    def __init__(self, stream: IO[bytes], request: "MemoryRequest") -> None:
        self._stream, self._request, self._bytes = stream, request, 0

    def read(self, size: int = -1) -> bytes:
        """So many bytes; all of them, piece by piece, when no size is given."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        piece = self._stream.read(size)
        self._bytes += len(piece)
        if self._bytes - self._request.file_bytes > MAX_REQUEST:
            raise RequestEntityTooLarge
        return piece


class MemoryRequest(Request):
    """A request whose files never touch a disk, and never take more room than `most_file_bytes`."""

    most_file_bytes = MAX_REQUEST
    file_bytes = 0

    @property
    def is_too_large(self) -> bool:
        """Whether more came in files than is kept; known once the form was read."""
        return self.file_bytes > self.most_file_bytes

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's own signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BoundedFile(self)

    def _get_stream_for_parsing(self) -> IO[bytes]:
        return cast("IO[bytes]", BoundedStream(super()._get_stream_for_parsing(), self))


def allow(request: AnyRequest, *, is_file: bool) -> None:
    """Let this request be longer than others: a text, or with `is_file` attachments."""
    request.max_form_memory_size = MAX_TEXT
    request.max_content_length = MOST_READ if is_file else MAX_REQUEST
    if is_file:
        cast("MemoryRequest", request).most_file_bytes = MAX_ATTACHMENTS


def sent_files(request: AnyRequest, name: str = "file") -> list[tuple[str, bytes]]:
    """The files of a field, each with its name and its bytes; a field that was left empty sends none.

    InvalidError names the field when they were too large together.
    """
    chosen = request.files.getlist(name)
    if cast("MemoryRequest", request).is_too_large:
        raise InvalidError(TOO_LARGE, fields={name: Message(TOO_LARGE)})
    return [(file.filename or "", file.stream.read()) for file in chosen if file.filename]


def sheet(request: AnyRequest, name: str = "file", *, too_large: str = SHEET_TOO_LARGE) -> tuple[str, bytes]:
    """The one table of a form; InvalidError names its field when it was too large to be kept at all."""
    file = request.files[name]
    if cast("MemoryRequest", request).is_too_large:
        raise InvalidError(too_large, fields={name: Message(too_large)})
    return file.filename or "", file.stream.read()
