"""Proof of work: a browser with JavaScript computes for a moment, so that a flood becomes dear; nobody must look.

Whoever has no JavaScript, or an old telephone, is not turned away: the proof only lifts out of the slow lane.
"""

import hashlib

BITS = 15
"""About 33 000 hashes: well under a second on a telephone."""
_LONGEST = 20


def is_proven(salt: str, nonce: str) -> bool:
    """Whether SHA-256 of the salt, a colon and the nonce begins with enough zero bits."""
    if not (nonce.isascii() and nonce.isdecimal() and len(nonce) <= _LONGEST):
        return False
    digest = hashlib.sha256(f"{salt}:{nonce}".encode()).digest()
    return int.from_bytes(digest) >> (len(digest) * 8 - BITS) == 0
