"""X25519 pairs and what is sealed to them (HPKE, RFC 9180): whoever has only the public half cannot read it again."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from portal.sealing.envelopes import BrokenEnvelopeError

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both halves, 32 bytes each."""

    private: bytes = field(repr=False)
    public: bytes


def new_pair() -> Pair:
    """A fresh random pair."""
    return _pair(X25519PrivateKey.generate())


def pair_from_seed(seed: bytes) -> Pair:
    """The pair whose private half is the 32 bytes of a seed."""
    return _pair(X25519PrivateKey.from_private_bytes(seed))


def seal_to(public: bytes, plaintext: bytes, *, bound_to: str) -> bytes:
    """Encrypt for the holder of the private half; `bound_to` names the row."""
    return bytes(_SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info=bound_to.encode()))


def open_with(private: bytes, sealed: bytes, *, bound_to: str) -> bytes:
    """Decrypt; BrokenEnvelopeError when key, row or bytes are not the right ones."""
    try:
        return bytes(_SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=bound_to.encode()))
    except (InvalidTag, ValueError) as error:
        raise BrokenEnvelopeError("the seal does not open with this key and row") from error


def _pair(private: X25519PrivateKey) -> Pair:
    return Pair(private.private_bytes_raw(), private.public_key().public_bytes_raw())
