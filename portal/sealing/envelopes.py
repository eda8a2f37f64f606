"""AES-256-GCM envelopes bound to the row they belong to, and keyed hashes."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.sealing.keys import KEY_ID_BYTES, Keyring, key_id

_VERSION = b"\x01"
_KEYED_VERSION = b"\x02"
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


def seal_under(keyring: Keyring, purpose: str, plaintext: bytes, *, bound_to: str) -> bytes:
    """Encrypt under a standing key like `seal`, with the key's id in front, so that the key may be replaced later."""
    key = keyring.key(purpose)
    return _KEYED_VERSION + key_id(key) + seal(key, plaintext, bound_to=bound_to)


def unseal_under(keyring: Keyring, purpose: str, envelope: bytes, *, bound_to: str) -> bytes:
    """Decrypt with whichever key of the purpose the envelope names; BrokenEnvelopeError when none is named."""
    keys, inner = keyring.reading_keys(purpose), envelope
    if envelope[:1] == _KEYED_VERSION:
        wanted, inner = envelope[1 : 1 + KEY_ID_BYTES], envelope[1 + KEY_ID_BYTES :]
        keys = tuple(key for key in keys if hmac.compare_digest(key_id(key), wanted))
    for key in keys:
        try:
            return unseal(key, inner, bound_to=bound_to)
        except BrokenEnvelopeError:
            continue  # an envelope from before keys had ids names none: each may be the one
    raise BrokenEnvelopeError("the envelope opens with no key that is here")


def keyed_hash(key: bytes, value: str) -> str:
    """HMAC-SHA256 in hexadecimal: finds the same value again and tells nothing without the key."""
    return hmac.digest(key, value.encode(), "sha256").hex()
