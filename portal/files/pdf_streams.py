"""Photos inside a PDF lie there as whole JPEG files, with everything their camera wrote into them."""

import base64
import zlib
from collections.abc import Callable
from typing import Any

from pikepdf import Array, Name

from portal.files.jpeg_segments import without_metadata

_MOST_BYTES = 64 * 1024 * 1024
_TALKING = (b"Exif\0", b"http://ns.adobe.com/", b"ICC_PROFILE\0", b"Photoshop 3.0\0")


def filters_of(stream: Any) -> list[str]:
    """The names of a stream's filters, in the order in which they are undone."""
    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]


def bare_photo(stream: Any) -> bool:
    """Take the metadata out of a photo's stream; gives whether there was any. ValueError when it cannot be unpacked."""
    raw, filters = stream.read_raw_bytes(), filters_of(stream)
    for name in filters[:-1]:
        raw = _undone(name, raw)
    bare = _bare(raw)
    if bare == raw:
        return False
    stream.write(bare, filter=Name.DCTDecode)
    return True


def _undone(name: str, raw: bytes) -> bytes:
    if name not in _UNDO:
        raise ValueError("a photo behind a filter that nobody uses")
    return _UNDO[name](raw)


def _inflated(raw: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(raw, _MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("a photo that is too large unpacked")
    return unpacked


def _bare(photo: bytes) -> bytes:
    """A photo that bends the rules of JPEG stays as it is, as long as nothing of a camera's speech is in it."""
    try:
        return without_metadata(photo)
    except ValueError:
        if any(word in photo for word in _TALKING):
            raise
        return photo


_UNDO: dict[str, Callable[[bytes], bytes]] = {
    "/FlateDecode": _inflated,
    "/ASCII85Decode": lambda raw: base64.a85decode(raw.strip().removesuffix(b"~>")),
    "/ASCIIHexDecode": lambda raw: bytes.fromhex(raw.strip().removesuffix(b">").decode("ascii")),
}
