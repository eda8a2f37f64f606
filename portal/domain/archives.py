"""Whether an archive may be unpacked, judged by what its directory declares before a byte of it is."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

_MOST_ENTRIES = 2_000
_MOST_BYTES = 160 * 1024 * 1024
_SUSPECT_BYTES = 24 * 1024 * 1024
_SUSPECT_RATIO = 150
"""Real sheets shrink ten- to thirtyfold; only repeated nothing shrinks by so much to so little."""
_ENCRYPTED_FLAG = 1


class Entry(Protocol):
    """A line of an archive's directory, as zipfile gives it."""

    filename: str
    file_size: int
    compress_size: int
    flag_bits: int


def is_bomb(entries: Sequence[Entry]) -> bool:
    """Judge by the sizes that the archive declares: more than those are never unpacked from it."""
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > _MOST_ENTRIES or size > _MOST_BYTES:
        return True
    return size > _SUSPECT_BYTES and size / packed > _SUSPECT_RATIO


def is_locked(entries: Iterable[Entry]) -> bool:
    """Whether an entry is encrypted."""
    return any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries)


def plays_tricks(entries: Sequence[Entry], length: int) -> bool:
    """Whether names lead out of the archive or repeat each other, or entries lie upon each other in `length` bytes."""
    names = [entry.filename.lower() for entry in entries]
    overlapping = sum(entry.compress_size for entry in entries) > length
    return overlapping or len(set(names)) < len(names) or any(_leads_out(name) for name in names)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name.isprintable()


def has_macros(names: Iterable[str], content_types: bytes) -> bool:
    """Whether a document of Office or LibreOffice holds macros, by the names of its parts and their declared types."""
    return b"macroenabled" in content_types.lower() or any(map(holds_macros, names))


def holds_macros(name: str) -> bool:
    """Whether a part of a document is where its macros lie, by its name."""
    part = PurePosixPath(name.lower())
    return (
        part.name.startswith("vbaproject")
        or part.parts[:2] == ("xl", "macrosheets")
        or (part.parts[:1] in {("basic",), ("scripts",)} and len(part.parts) > 1)
    )
