"""Photos inside a PDF lie there as whole JPEG files, with everything their camera wrote into them."""

import base64
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pikepdf import Array, Name

from portal.files.jpeg_segments import without_metadata
from portal.files.media_boxes import blank, boxes

_MOST_BYTES = 64 * 1024 * 1024
_CODESTREAM = b"\xff\x4f"
_PIECE = 1024 * 1024
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


def unpacked_size(stream: Any, most: int) -> int:
    """To how many bytes a stream unpacks; counting ends soon behind `most`, without keeping any of them."""
    raw = stream.read_raw_bytes()
    filters = filters_of(stream)
    if filters.count("/FlateDecode") > 1:
        raise ValueError("a stream packed twice")
    if filters[:1] != ["/FlateDecode"]:
        return len(raw)
    unpacker, size = zlib.decompressobj(), 0
    with suppress(zlib.error):  # readers show a stream up to where it is damaged
        while raw and size <= most and not unpacker.eof:
            size += len(unpacker.decompress(raw, _PIECE))
            raw = unpacker.unconsumed_tail
    return size


def bare_jpeg2000(stream: Any) -> bool:
    """Blank the boxes of a JPEG 2000 picture that tell of its making; gives whether there were any."""
    data = bytearray(stream.read_raw_bytes())
    if data.startswith(_CODESTREAM):
        return False
    talking = [box for box in boxes(data, 0, len(data)) if box.name in {b"uuid", b"xml ", b"uinf"}]
    held = [blank(data, box) for box in talking]
    stream.write(bytes(data), filter=Name.JPXDecode)
    return any(held)


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
