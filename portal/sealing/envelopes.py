"""AES-256-GCM envelopes bound to the row they belong to, and keyed hashes."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12


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


def keyed_hash(key: bytes, value: str) -> str:
    """HMAC-SHA256 in hexadecimal: finds the same value again and tells nothing without the key."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
