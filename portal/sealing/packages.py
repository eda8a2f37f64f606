"""A package that leaves the portal: sealed for a public key, or under a passphrase; opened with nothing but that.

The first line says how the key of the package is wrapped, the rest is a sealed stream under that key:

    {"package": 1, "salt": "…", "wrapped": "…"}        wrapped under argon2id of a passphrase, with its salt
    {"package": 1, "to": "…", "wrapped": "…"}          wrapped by HPKE for the X25519 key that `to` names

The first line stands also in what the stream is bound to, so that no part of it can be exchanged.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping

from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal
from portal.sealing.keys import KEY_BYTES
from portal.sealing.pairs import open_with, pair_from_seed, seal_to
from portal.sealing.passwords import key_from_password
from portal.sealing.streams import seal_stream, unseal_stream

_VERSION, _SALT_BYTES, _LONGEST_HEAD = 1, 16, 1000
_PLACE = "portal package"


def seal_package_to(public: bytes, content: bytes) -> bytes:
    """Seal for whoever has the private half."""
    key = os.urandom(KEY_BYTES)
    wrapped = seal_to(public, key, bound_to=_PLACE)
    return _sealed({"to": _name_of(public), "wrapped": wrapped.hex()}, key, content)


def seal_package_under(passphrase: str, content: bytes) -> bytes:
    """Seal for whoever is told the passphrase on another way."""
    key, salt = os.urandom(KEY_BYTES), os.urandom(_SALT_BYTES)
    wrapped = seal(key_from_password(passphrase, salt), key, bound_to=_PLACE)
    return _sealed({"salt": salt.hex(), "wrapped": wrapped.hex()}, key, content)


def needs_passphrase(package: bytes) -> bool:
    """Whether a package asks for a passphrase and not for a key; BrokenEnvelopeError when it is no package."""
    return "salt" in _head(package)[0]


def open_package_with(private: bytes, package: bytes) -> bytes:
    """Open with the private half; BrokenEnvelopeError when it is another one, or the package was altered."""

    def unwrap(head: Mapping[str, str], wrapped: bytes) -> bytes:
        if head.get("to") != _name_of(pair_from_seed(private).public):
            raise BrokenEnvelopeError("the package was sealed for another key")
        return open_with(private, wrapped, bound_to=_PLACE)

    return _opened(package, unwrap)


def open_package_under(passphrase: str, package: bytes) -> bytes:
    """Open with the passphrase; BrokenEnvelopeError when it is another one, or the package was altered."""

    def unwrap(head: Mapping[str, str], wrapped: bytes) -> bytes:
        salt = bytes.fromhex(head.get("salt", ""))
        return unseal(key_from_password(passphrase, salt), wrapped, bound_to=_PLACE)

    return _opened(package, unwrap)


def _sealed(head: Mapping[str, str], key: bytes, content: bytes) -> bytes:
    line = json.dumps({"package": _VERSION, **head}).encode()
    return b"\n".join((line, b"".join(seal_stream(key, content, bound_to=_bound(line)))))


def _opened(package: bytes, unwrap: Callable[[Mapping[str, str], bytes], bytes]) -> bytes:
    head, line, body = _head(package)
    try:
        key = unwrap(head, bytes.fromhex(head["wrapped"]))
    except (KeyError, ValueError) as error:
        raise BrokenEnvelopeError("the first line of the package is damaged") from error
    return b"".join(unseal_stream(key, (body,), bound_to=_bound(line)))


def _head(package: bytes) -> tuple[dict[str, str], bytes, bytes]:
    line, _newline, body = package.partition(b"\n")
    try:
        head = json.loads(line[:_LONGEST_HEAD])
    except ValueError as error:
        raise BrokenEnvelopeError("this is no package of the portal") from error
    if not isinstance(head, dict) or head.get("package") != _VERSION:
        raise BrokenEnvelopeError("this is no package of the portal, or one of another version")
    return head, line, body


def _bound(line: bytes) -> str:
    return f"{_PLACE}:{hashlib.sha256(line).hexdigest()}"


def _name_of(public: bytes) -> str:
    return hashlib.sha256(b"package key\n" + public).hexdigest()[:16]
