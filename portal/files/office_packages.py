"""The package around a docx or xlsx: which parts it may have, which are left out, which refuse it, where macros lie."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePosixPath

from portal.domain.archives import has_macros, holds_macros, is_bomb, is_locked, plays_tricks
from portal.domain.attachments import (
    BOMB,
    EMBEDDED,
    ENCRYPTED,
    EXTERNAL,
    TRICKS,
    UNLIKE,
    RefusedFileError,
    Removed,
)

_MOST_XML = 32 * 1024 * 1024
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = {
    "docx": (
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    ),
    "xlsx": (
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ),
}
_ROOTS = {"docx": "word", "xlsx": "xl"}
PICTURES = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "bmp": "bmp", "tif": "tiff", "tiff": "tiff"}
_LEFT_OUT: Mapping[str, Removed] = {
    "docprops": Removed.PROPERTIES,
    "docmetadata": Removed.PROPERTIES,
    "customxml": Removed.PROPERTIES,
    "word/people.xml": Removed.AUTHOR,
    "xl/persons": Removed.AUTHOR,
    "xl/revisions": Removed.AUTHOR,
    "xl/threadedcomments": Removed.AUTHOR,
    "xl/printersettings": Removed.DEVICE,
    "word/printersettings": Removed.DEVICE,
    "word/fonts": Removed.EMBEDDED_FILES,
    "xl/calcchain.xml": Removed.OTHER,
    "word/commentsids.xml": Removed.TIME,
    "word/commentsextensible.xml": Removed.TIME,
    "word/commentsextended.xml": Removed.OTHER,
}
"""Parts and folders that hold no text of the document; the core says of calcChain that readers build it anew."""
_REFUSED: Mapping[str, str] = {
    "embeddings": EMBEDDED,
    "activex": EMBEDDED,
    "ctrlprops": EMBEDDED,
    "externallinks": EXTERNAL,
    "querytables": EXTERNAL,
    "connections.xml": EXTERNAL,
    "afchunk": EMBEDDED,
    "webextensions": EMBEDDED,
    "model": EMBEDDED,
}
_CALLING_MACROS = frozenset({"customui", "dialogsheets"})
"""Buttons and windows whose only use is to start a macro."""


def read_parts(content: bytes, extension: str) -> dict[str, bytes]:
    """Every part by its name, in the order of the archive. RefusedFileError for bombs, tricks, wrong types."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if is_bomb(entries) or any(entry.file_size > _MOST_XML for entry in entries):
            raise RefusedFileError(BOMB)
        if is_locked(entries):
            raise RefusedFileError(ENCRYPTED)
        if plays_tricks(entries, len(content)):
            raise RefusedFileError(TRICKS)
        parts = {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    _refuse_other_kinds(parts, extension)
    return parts


def _refuse_other_kinds(parts: Mapping[str, bytes], extension: str) -> None:
    types = parts.get(_CONTENT_TYPES, b"")
    is_kind = any(main in types for main in _MAIN[extension])
    if not is_kind or not any(name.startswith(f"{_ROOTS[extension]}/") for name in parts):
        raise RefusedFileError(UNLIKE, extension=extension)


def without_macros(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], bool]:
    """The parts that are no macros and start none, and whether there are others or the package says that there are."""
    rest = {name: part for name, part in parts.items() if not (holds_macros(name) or _calls_macros(name))}
    return rest, len(rest) < len(parts) or has_macros(rest, parts.get(_CONTENT_TYPES, b""))


def _calls_macros(name: str) -> bool:
    return not _CALLING_MACROS.isdisjoint(PurePosixPath(name.lower()).parts)


def left_out(name: str) -> Removed | None:
    """What is told when a part is left out; nothing when the part stays."""
    small = name.lower()
    return next((told for start, told in _LEFT_OUT.items() if small == start or small.startswith(f"{start}/")), None)


def refuse_part(name: str) -> None:
    """RefusedFileError for a part that is neither XML nor a picture, or that brings a program or another file along."""
    for step in PurePosixPath(name.lower()).parts:
        if step in _REFUSED:
            raise RefusedFileError(_REFUSED[step])
    if suffix_of(name) not in {"xml", "rels", "vml", *PICTURES}:
        raise RefusedFileError(EMBEDDED)


def suffix_of(name: str) -> str:
    """What stands behind the last dot; of the package's own `.rels` all of it."""
    return name.lower().rpartition(".")[2]


def written(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive that tells nothing of when and with what it was made."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
