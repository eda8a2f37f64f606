"""What a file really is, told by its bytes: its magic must fit the extension, and no second file may hide in it."""

import zipfile
from io import BytesIO

import magic

from portal.domain.attachments import DISGUISED, ENCRYPTED, MACROS, UNLIKE, WRONG_TYPE, RefusedFileError
from portal.files.faults import BROKEN_FILE

_HEAD = 256 * 1024
_ZIPS = frozenset({"docx", "xlsx"})
_TEXTUAL = (
    "text/",
    "application/json",
    "application/csv",
    "application/x-ndjson",
    "message/",
    "application/octet-stream",
)
"""libmagic takes a text with stray control characters for mere bytes; how many there may be its reader knows."""
_NOT_PLAIN = (
    "html",
    "xml",
    "svg",
    "php",
    "shellscript",
    "x-perl",
    "x-python",
    "javascript",
    "postscript",
    "rtf",
    "x-msdos",
)
_OPENXML = "application/vnd.openxmlformats-officedocument."
_TYPES: dict[str, tuple[str, ...]] = {
    "jpg": ("image/jpeg",),
    "png": ("image/png", "image/apng", "image/vnd.mozilla.apng"),
    "webp": ("image/webp",),
    "heic": ("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"),
    "pdf": ("application/pdf",),
    "docx": (f"{_OPENXML}wordprocessingml.document", "application/zip", "application/octet-stream"),
    "xlsx": (f"{_OPENXML}spreadsheetml.sheet", "application/zip", "application/octet-stream"),
    "mp3": ("audio/mpeg", "audio/mpegapplication/octet-stream", "application/octet-stream"),
    "m4a": ("audio/x-m4a", "audio/mp4", "video/mp4", "video/3gpp"),
    "mp4": ("video/mp4", "audio/mp4", "audio/x-m4a", "video/x-m4v", "video/3gpp"),
    "txt": (),
}
EXTENSIONS = frozenset(_TYPES)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS_OF_OTHERS = {"pdf": b"%PDF-", "html": b"<html", "script": b"<script", "php": b"<?php", "exe": b"MZ\x90\x00"}
_NEAR_THE_START = 1024


def refuse_unlike(content: bytes, extension: str) -> None:
    """RefusedFileError unless the bytes are what the extension says and nothing else besides."""
    if extension not in EXTENSIONS:
        raise RefusedFileError(WRONG_TYPE)
    if content.startswith(_COMPOUND) and extension in _ZIPS:
        raise RefusedFileError(_cause_of_compound(content))
    sniffed = magic.from_buffer(content[:_HEAD], mime=True)
    fits = _is_plain(sniffed) if extension == "txt" else sniffed in _TYPES[extension]
    if not fits:
        raise RefusedFileError(UNLIKE, extension=extension)
    if _hides_another(content, extension):
        raise RefusedFileError(DISGUISED)


def _is_plain(sniffed: str) -> bool:
    return sniffed.startswith(_TEXTUAL) and not any(word in sniffed for word in _NOT_PLAIN)


def _cause_of_compound(content: bytes) -> str:
    """Office encrypts a docx into a compound file; with a macro inside it is the old format, renamed."""
    if "EncryptedPackage".encode("utf-16le") in content:
        return ENCRYPTED
    return MACROS if "_VBA_PROJECT".encode("utf-16le") in content else WRONG_TYPE


def _hides_another(content: bytes, extension: str) -> bool:
    start = content[:_NEAR_THE_START].lower()
    other = any(mark.lower() in start for kind, mark in _MARKS_OF_OTHERS.items() if kind != extension)
    return (extension != "txt" and other) or (extension not in _ZIPS and _opens_as_zip(content))


def _opens_as_zip(content: bytes) -> bool:
    """Whether an archive hangs at the end: a reader of archives looks for its directory there and ignores the rest."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return bool(archive.namelist())
    except BROKEN_FILE:
        return False
