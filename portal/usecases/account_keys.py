"""The pair of a member of staff: its private half opens the desks he holds, and only his password opens it.

In a session it lies under a key that the session's token gives; the database keeps no more of the token than a hash, so
only the browser that holds the cookie can use it.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.models.base import db
from portal.models.desk_keys import AccountKey, DeskKeyHolder
from portal.models.staff import StaffSession
from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal
from portal.sealing.pairs import new_pair, pair_from_seed
from portal.sealing.passwords import key_from_password

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class PasswordLock:
    """The key that a password and a fresh salt give; it takes as long as a password hash, so it is made beforehand."""

    salt: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountPair:
    """A pair as it is kept for an account."""

    account_id: int
    private: bytes = field(repr=False)
    public: bytes
    salt: bytes
    wrapped: bytes = field(repr=False)


def new_lock(password: str) -> PasswordLock:
    """A lock that this password alone opens (about 30 ms)."""
    salt = os.urandom(_SALT_BYTES)
    return PasswordLock(salt, key_from_password(password, salt))


def new_account_pair(account_id: int, lock: PasswordLock) -> AccountPair:
    """A fresh pair under the lock of a password that the person has chosen: nobody who issued one opens it."""
    return wrapped_under(account_id, new_pair().private, lock)


def wrapped_under(account_id: int, private: bytes, lock: PasswordLock) -> AccountPair:
    """The pair of a private half, wrapped under a password's lock; whatever was sealed to the pair stays readable."""
    wrapped = seal(lock.key, private, bound_to=_place(account_id))
    return AccountPair(account_id, private, pair_from_seed(private).public, lock.salt, wrapped)


def keep_pair(session: Session, pair: AccountPair, *, at: datetime) -> bytes:
    """Keep a pair in place of whatever the account had; gives the private half.

    When it is another pair, the desks that were wrapped for the former one are no longer held.
    """
    row = session.get(AccountKey, pair.account_id)
    if row is None or row.public_key != pair.public:
        drop_pair(session, pair.account_id)
        row = AccountKey(account_id=pair.account_id, public_key=pair.public, created_at=at)
        session.add(row)
    row.salt, row.wrapped_private = pair.salt, pair.wrapped
    session.flush()
    return pair.private


def keep_first_pair(session: Session, pair: AccountPair, *, at: datetime) -> bytes | None:
    """Keep a pair unless the account has one: of two browsers that sign in at once the second gets nothing."""
    if session.get(AccountKey, pair.account_id) is not None:
        return None
    return keep_pair(session, pair, at=at)


def private_by_password(account_id: int, password: str) -> bytes | None:
    """The private half, or nothing when there is no pair or the password is not the one it was wrapped under."""
    row = db.session().get(AccountKey, account_id)
    return private_under(row, key_from_password(password, row.salt)) if row else None


def private_under(row: AccountKey, key: bytes) -> bytes | None:
    """The private half under the key of a lock, or nothing when it was wrapped under another one."""
    try:
        return unseal(key, row.wrapped_private, bound_to=_place(row.account_id))
    except BrokenEnvelopeError:
        return None


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


def _session_key(token: str) -> bytes:
    """From the token itself; the table's own hash of it is made under another key and another label."""
    return hmac.new(token.encode(), b"unlocked keys of a session", hashlib.sha256).digest()


def _place(account_id: int) -> str:
    return f"account:{account_id}:private"


def _session_place(session_id: int) -> str:
    return f"session:{session_id}:unlocked"
