"""The one door for attachments: what comes in as bytes of unknown kind goes out clean, or not at all."""

import threading

from portal.domain.attachments import (
    EMPTY,
    TOO_LARGE,
    AttachmentLimits,
    Cleaned,
    RefusedFileError,
    extension_of,
)
from portal.files.media import clean_media
from portal.files.mpeg_audio import clean_mp3
from portal.files.office_files import clean_office_file
from portal.files.pdfs import clean_pdf
from portal.files.pictures import clean_picture
from portal.files.plain_texts import clean_text
from portal.files.sniffing import refuse_unlike

_MEGABYTE = 1024 * 1024
_ONE_AT_A_TIME = threading.Lock()
"""Taking the worst file apart needs a few hundred megabytes; several at once must not need several times that."""


def inspect(name: str, content: bytes, limits: AttachmentLimits) -> Cleaned:
    """The cleaned file; RefusedFileError says in a sentence why it is not taken. The name gives the extension only."""
    extension = extension_of(name)
    if not content:
        raise RefusedFileError(EMPTY)
    if len(content) > limits.bytes_for(extension):
        raise RefusedFileError(TOO_LARGE, megabytes=limits.bytes_for(extension) // _MEGABYTE)
    refuse_unlike(content, extension)
    with _ONE_AT_A_TIME:
        return _cleaned(content, extension, limits)


def _cleaned(content: bytes, extension: str, limits: AttachmentLimits) -> Cleaned:
    match extension:
        case "pdf":
            return clean_pdf(content)
        case "docx" | "xlsx":
            return clean_office_file(content, extension, limits)
        case "mp3":
            return clean_mp3(content)
        case "m4a" | "mp4":
            return clean_media(content, extension)
        case "txt":
            return clean_text(content)
        case _:
            return clean_picture(content, extension, limits)
