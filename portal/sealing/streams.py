"""Files under AES-256-GCM in pieces, so that a video is never held in memory twice.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each file gets a key of its own, each piece a
nonce made of its number and whether it is the last. Pieces that are missing, doubled, swapped or moved from another
file do not open.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.sealing.envelopes import BrokenEnvelopeError

PIECE = 256 * 1024
_VERSION = b"\x02"
_SALT_BYTES, _KEY_BYTES, _TAG_BYTES = 32, 32, 16
_COUNTER_BYTES = 11
HEAD = len(_VERSION) + _SALT_BYTES


def seal_stream(key: bytes, content: bytes, *, bound_to: str) -> Iterator[bytes]:
    """The sealed file, piece by piece; `bound_to` names the row that it belongs to."""
    salt = os.urandom(_SALT_BYTES)
    cipher, whole = _cipher(key, salt, bound_to), memoryview(content)
    yield _VERSION + salt
    pieces = max(1, -(-len(whole) // PIECE))
    for number in range(pieces):
        piece = whole[number * PIECE : (number + 1) * PIECE]
        yield cipher.encrypt(_nonce(number, last=number == pieces - 1), piece, None)


def unseal_stream(key: bytes, sealed: Iterable[bytes], *, bound_to: str) -> Iterator[bytes]:
    """The content, piece by piece as each proves true; BrokenEnvelopeError in place of the first that does not."""
    frames = _frames(sealed)
    head = next(frames, b"")
    if len(head) != HEAD or head[:1] != _VERSION:
        raise BrokenEnvelopeError("a sealed file of an unknown version")
    cipher = _cipher(key, head[1:], bound_to)
    piece, number = next(frames, b""), 0
    for following in frames:
        yield _opened(cipher, _nonce(number, last=False), piece)
        piece, number = following, number + 1
    yield _opened(cipher, _nonce(number, last=True), piece)


def _frames(sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The head and then the sealed pieces, however the bytes come in."""
    waiting, wanted = b"", HEAD
    for part in sealed:
        waiting += part
        while len(waiting) >= wanted:
            yield waiting[:wanted]
            waiting, wanted = waiting[wanted:], PIECE + _TAG_BYTES
    if waiting:
        yield waiting


def _cipher(key: bytes, salt: bytes, bound_to: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, b"portal file\0" + bound_to.encode()).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([last])


def _opened(cipher: AESGCM, nonce: bytes, piece: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, piece, None)
    except InvalidTag as error:
        raise BrokenEnvelopeError("the sealed file does not open with this key and row") from error
