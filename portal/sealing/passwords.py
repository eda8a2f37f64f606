"""Password hashes by argon2id, and the same work for people who do not exist."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import Type, hash_secret_raw

_TIME, _MEMORY_KIB = 2, 19 * 1024
_HASHER = PasswordHasher(time_cost=_TIME, memory_cost=_MEMORY_KIB, parallelism=1)
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


def key_from_password(password: str, salt: bytes) -> bytes:
    """A key of 32 bytes by argon2id at the cost of a password hash; with another salt it has nothing to do with it."""
    return hash_secret_raw(_normal(password).encode(), salt, _TIME, _MEMORY_KIB, 1, 32, Type.ID)


def one_time_password() -> str:
    """Four groups of four letters and digits that are not mistaken for one another on paper: 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex())


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
