"""A form that is sent twice leads to where the first sending led."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.models.audit import IdempotencyKey
from portal.models.base import db


class SentTwiceError(ConflictError):
    """The form was sent before; `outcome_of` says where that led."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The form that asks: its idempotency key and the address where its result is found.

    `{number}` in the address stands for a number that the verb itself gives.
    """

    key: str
    outcome: str


def new_key() -> str:
    """A key for the hidden field `idempotency_key` of a fresh form."""
    return secrets.token_urlsafe(24)


def remember(session: Session, key: str, account_id: int | None, outcome: str, at: datetime) -> None:
    """Claim the key within the verb's transaction; SentTwiceError undoes the verb when it was claimed before."""
    session.add(IdempotencyKey(key=key, account_id=account_id, outcome=outcome, created_at=at))
    try:
        session.flush()
    except IntegrityError:
        raise SentTwiceError(N_("这份表单已经提交过")) from None


def claim(session: Session, sent: Sent | None, actor: Actor | None, *, at: datetime, number: str = "") -> None:
    """Let a form act once, within the verb's transaction; commands send no form and claim nothing."""
    if sent:
        outcome = sent.outcome.replace("{number}", number)
        remember(session, sent.key, actor.account_id if actor else None, outcome, at)


def outcome_of(key: str) -> str | None:
    """The address to which the first sending led, or nothing."""
    row = db.session().get(IdempotencyKey, key)
    return row.outcome if row else None


def forget(session: Session, *, before: datetime) -> None:
    """Delete keys of forms that nobody will send again."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
