"""Password hashes by argon2id, and the same work for people who do not exist."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def hash_password(password: str) -> str:
    """The argon2id hash (19 MiB, two passes: about 30 ms) with its salt and parameters."""
    return _HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is right; without a stored hash the same work is done and the answer is no."""
    try:
        return _HASHER.verify(stored or _nobody(), _normal(password)) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Four groups of four letters and digits that are not mistaken for one another on paper: 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
