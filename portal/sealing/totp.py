"""Time-based one-time codes (RFC 6238): six digits that change every thirty seconds."""

import hmac
import unicodedata
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_TOLERANCE = 1


def new_secret() -> str:
    """A fresh secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32()


def address_of(secret: str, *, username: str, issuer: str) -> str:
    """The otpauth: address that the QR code of the enrolment carries."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def step_of(secret: str, typed: str, *, at: datetime, after: int) -> int | None:
    """The time step whose code was typed, at most one off; nothing when it is wrong or not later than `after`.

    Keeping the step and passing it as `after` next time is what refuses a code that was used before (RFC 6238, 5.2).
    """
    code = "".join(unicodedata.normalize("NFKC", typed).split())
    totp = pyotp.TOTP(secret)
    present = int(at.timestamp()) // STEP_SECONDS
    for step in range(present - _TOLERANCE, present + _TOLERANCE + 1):
        if step > after and hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), code.encode()):
            return step
    return None
