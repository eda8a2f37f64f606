"""Keys as people copy them: groups of four letters and digits that are not mistaken for one another."""

import base64
import hashlib
import re
import unicodedata

_KEY_BYTES, _GROUP, _CHECK_BYTES = 32, 4, 3


def printed(key: bytes) -> str:
    """A secret key as it is printed once."""
    return _grouped(key)


def parse(words: str) -> bytes | None:
    """The 32 bytes of a secret key as somebody has typed it; nothing when it cannot be one."""
    key = _bytes(words)
    return key if key is not None and len(key) == _KEY_BYTES else None


def printed_public(key: bytes) -> str:
    """A public key with three bytes of check: a slip of the pen would seal for nobody at all."""
    return _grouped(key + _check(key))


def parse_public(words: str) -> bytes | None:
    """The 32 bytes of a public key as somebody has typed it; nothing when a letter of it is wrong."""
    raw = _bytes(words) or b""
    key, check = raw[:_KEY_BYTES], raw[_KEY_BYTES:]
    return key if len(raw) == _KEY_BYTES + _CHECK_BYTES and check == _check(key) else None


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"public key\n" + key).digest()[:_CHECK_BYTES]


def _grouped(key: bytes) -> str:
    letters = base64.b32encode(key).decode().rstrip("=")
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _bytes(words: str) -> bytes | None:
    letters = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", words)).upper()
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return None
