"""Proof of work by the ALTCHA protocol, version 2: a browser with JavaScript computes for a moment, nobody must look.

A flood becomes dear by it. Whoever has no JavaScript, or an old telephone, is not turned away: the proof only lifts
out of the slow lane. The page's own script finds the counter; no widget and no other server takes part.
"""

import json
import secrets

from altcha import create_challenge, verify_solution

ALGORITHM, ITERATIONS, PREFIX = "PBKDF2/SHA-256", 2000, "00"
"""About 256 keys of 2000 rounds: a second or two on a telephone, while its owner checks his answers."""
_SECRET_BYTES = 32
_LONGEST = 4000


def new_secret() -> str:
    """A key for the challenges of one form; what was solved under another one counts for nothing here."""
    return secrets.token_hex(_SECRET_BYTES)


def challenge_under(secret: str) -> str:
    """A fresh challenge, signed under the form's own key, as the JSON that the page carries."""
    challenge = create_challenge(ALGORITHM, ITERATIONS, key_prefix=PREFIX, hmac_secret=secret)
    return json.dumps(challenge.to_dict())


def is_solved(payload: str, secret: str) -> bool:
    """Whether the payload of a form (base64 of JSON) solves a challenge that was signed under this key.

    It may come from anybody and be anything; what is not signed is never computed.
    """
    return bool(payload) and len(payload) <= _LONGEST and verify_solution(payload, secret).verified
