"""AES-256-GCM envelopes bound to the row they belong to, and keyed hashes."""

import hashlib
import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_KEYED_VERSION = b"\x02"
_NONCE_BYTES, _ID_BYTES = 12, 8


class BrokenEnvelopeError(RuntimeError):
    """A ciphertext was altered, belongs to another row, or was made under another key."""


def seal(key: bytes, plaintext: bytes, *, bound_to: str) -> bytes:
    """Encrypt; `bound_to` names the row, so that a ciphertext moved elsewhere does not open."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to.encode())


def unseal(key: bytes, envelope: bytes, *, bound_to: str) -> bytes:
    """Decrypt; BrokenEnvelopeError when key, row or bytes are not the right ones."""
    if envelope[:1] != _VERSION:
        raise BrokenEnvelopeError("an envelope of an unknown version")
    nonce, body = envelope[1 : 1 + _NONCE_BYTES], envelope[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to.encode())
    except InvalidTag as error:
        raise BrokenEnvelopeError("the envelope does not open with this key and row") from error


def key_id(key: bytes) -> bytes:
    """Eight bytes that name a standing key inside its envelopes and tell nothing of it."""
    return hashlib.sha256(b"key id\n" + key).digest()[:_ID_BYTES]


def seal_named(key: bytes, plaintext: bytes, *, bound_to: str) -> bytes:
    """Encrypt like `seal`, with the id of the key in front, so that the key may be replaced later."""
    return _KEYED_VERSION + key_id(key) + seal(key, plaintext, bound_to=bound_to)


def unseal_named(keys: Iterable[bytes], envelope: bytes, *, bound_to: str) -> bytes:
    """Decrypt with whichever of the keys the envelope names; BrokenEnvelopeError when none of them is named."""
    wanted = envelope[1 : 1 + _ID_BYTES]
    for key in keys if envelope[:1] == _KEYED_VERSION else ():
        if hmac.compare_digest(key_id(key), wanted):
            return unseal(key, envelope[1 + _ID_BYTES :], bound_to=bound_to)
    raise BrokenEnvelopeError("the envelope names a key that is not there")


def keyed_hash(key: bytes, value: str) -> str:
    """HMAC-SHA256 in hexadecimal: finds the same value again and tells nothing without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
