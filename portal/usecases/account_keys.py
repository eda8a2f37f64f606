"""The pair of a member of staff: its private half opens the desks he holds, and only his password opens it.

In a session it lies under a key that the session's token gives; the database keeps no more of the token than a hash, so
only the browser that holds the cookie can use it.
"""

import hashlib
import hmac
import os
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.models.base import db
from portal.models.desk_keys import AccountKey, DeskKeyHolder
from portal.models.staff import StaffSession
from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal
from portal.sealing.pairs import new_pair
from portal.sealing.passwords import key_from_password

_SALT_BYTES = 16


def make_pair(session: Session, account_id: int, password: str, *, at: datetime) -> bytes:
    """A new pair for an account whose password is at hand; gives the private half. A former pair is forgotten."""
    drop_pair(session, account_id)
    pair, salt = new_pair(), os.urandom(_SALT_BYTES)
    session.add(
        AccountKey(
            account_id=account_id,
            public_key=pair.public,
            salt=salt,
            wrapped_private=_wrapped(account_id, pair.private, password, salt),
            created_at=at,
        )
    )
    session.flush()
    return pair.private


def private_by_password(account_id: int, password: str) -> bytes | None:
    """The private half, or nothing when there is no pair or the password is not the one it was wrapped under."""
    row = db.session().get(AccountKey, account_id)
    if row is None:
        return None
    try:
        return unseal(key_from_password(password, row.salt), row.wrapped_private, bound_to=_place(account_id))
    except BrokenEnvelopeError:
        return None


def rewrap(session: Session, account_id: int, private: bytes, password: str) -> None:
    """Wrap the private half under a new password; whatever was sealed to the pair stays readable."""
    row = session.get_one(AccountKey, account_id)
    row.salt = os.urandom(_SALT_BYTES)
    row.wrapped_private = _wrapped(account_id, private, password, row.salt)


def drop_pair(session: Session, account_id: int) -> None:
    """Forget the pair and every desk wrapped for it: whoever gets the account next opens nothing of it."""
    session.execute(delete(DeskKeyHolder).where(DeskKeyHolder.account_id == account_id))
    session.execute(delete(AccountKey).where(AccountKey.account_id == account_id))


def keep_in_session(row: StaffSession, token: str, private: bytes | None) -> None:
    """Put the private half into the session's row, readable with the token alone."""
    row.unlocked = seal(_session_key(token), private, bound_to=_session_place(row.id)) if private else None


def private_in_session(session: Session, session_id: int, token: str) -> bytes | None:
    """The private half that a browser's session has unlocked; nothing when it has none."""
    sealed = session.scalar(select(StaffSession.unlocked).where(StaffSession.id == session_id))
    if sealed is None:
        return None
    return unseal(_session_key(token), sealed, bound_to=_session_place(session_id))


def _wrapped(account_id: int, private: bytes, password: str, salt: bytes) -> bytes:
    return seal(key_from_password(password, salt), private, bound_to=_place(account_id))


def _session_key(token: str) -> bytes:
    """From the token itself; the table's own hash of it is made under another key and another label."""
    return hmac.new(token.encode(), b"unlocked keys of a session", hashlib.sha256).digest()


def _place(account_id: int) -> str:
    return f"account:{account_id}:private"


def _session_place(session_id: int) -> str:
    return f"session:{session_id}:unlocked"
