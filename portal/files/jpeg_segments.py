"""The segments of a JPEG that stands inside another file, where its pixels must stay as they are."""

import re
from collections.abc import Iterator

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN, _ADOBE, _COMMENT = 0xDA, 0xEE, 0xFE
_NAMED = range(0xE1, 0xF0)
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Within the pixels FF is followed by 00 or a restart marker; anything else ends them."""


def without_metadata(jpeg: bytes) -> bytes:
    """Without Exif, XMP, ICC, comments and what follows the end; ValueError when it is no whole JPEG."""
    if not jpeg.startswith(_START):
        raise ValueError("not a JPEG")
    return _START + b"".join(_kept(jpeg)) + _END


def _kept(jpeg: bytes) -> Iterator[bytes]:
    """The segments that paint. Adobe's stays: it tells how the colours are meant."""
    at = len(_START)
    while jpeg[at : at + 2] != _END:
        if jpeg[at : at + 1] != b"\xff" or at + 4 > len(jpeg):
            raise ValueError("not a segment of a JPEG")
        marker, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == _SCAN:
            end = _end_of_scan(jpeg, end)
        if marker == _ADOBE or (marker not in _NAMED and marker != _COMMENT):
            yield jpeg[at:end]
        at = end


def _end_of_scan(jpeg: bytes, at: int) -> int:
    found = _NEXT_MARKER.search(jpeg, at)
    if found is None:
        raise ValueError("a JPEG without an end")
    return found.start()
