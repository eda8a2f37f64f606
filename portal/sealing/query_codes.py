"""Query codes: twenty digits that a person copies onto paper, and the keys that one slow derivation makes of them."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw

from portal.sealing.pairs import Pair, pair_from_seed

RANDOM_DIGITS, CHECK_DIGITS, GROUP = 18, 2, 4
DIGITS = RANDOM_DIGITS + CHECK_DIGITS
_TIME, _MEMORY_KIB = 2, 19 * 1024
_HALF = 32


@dataclass(frozen=True, slots=True)
class QueryCode:
    """A code as it is shown once; its digits stand nowhere else."""

    digits: str = field(repr=False)

    @property
    def grouped(self) -> str:
        """Five groups of four, as it is printed and read out."""
        return " ".join(self.digits[start : start + GROUP] for start in range(0, DIGITS, GROUP))

    @property
    def last_group(self) -> str:
        """The four digits that are typed again to show that the code was written down."""
        return self.digits[-GROUP:]


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What a code opens: the id by which its case is found, and the submitter's own pair."""

    lookup_id: str
    pair: Pair = field(repr=False)


def new_code() -> QueryCode:
    """Eighteen random digits and their two check digits (ISO/IEC 7064, MOD 97-10)."""
    return QueryCode(with_check_digits("".join(secrets.choice("0123456789") for _ in range(RANDOM_DIGITS))))


def with_check_digits(random_digits: str) -> str:
    """Append the two digits that make the whole number leave 1 when divided by 97."""
    return f"{random_digits}{98 - int(random_digits) * 100 % 97:02d}"


def parse_code(typed: str) -> str | None:
    """The twenty digits of what was typed; nothing when they are no code.

    Full-width digits, spaces, dashes and the like are forgiven; a slip of the pen is found by the check digits, without
    asking the database.
    """
    digits = re.sub(r"[\s\-–—.,，、·/]", "", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) or int(digits) % 97 != 1:
        return None
    return digits


def derive(code: str, pepper: bytes) -> CodeKeys:
    """One argon2id run (19 MiB, two passes, about 30 ms); the pepper lies outside the database.

    The first half becomes the lookup id under the pepper, the second the seed of the pair: neither tells the other.
    """
    salt = hashlib.sha256(b"query codes\n" + pepper).digest()
    raw = hash_secret_raw(code.encode(), salt, _TIME, _MEMORY_KIB, 1, 2 * _HALF, Type.ID)
    return CodeKeys(hmac.new(pepper, raw[:_HALF], hashlib.sha256).hexdigest(), pair_from_seed(raw[_HALF:]))
