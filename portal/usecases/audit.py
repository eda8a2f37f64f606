"""One verb, one audit entry: written in the same transaction as the act itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain.permissions import Actor
from portal.models.audit import AuditEntry


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject: str,
    *,
    at: datetime,
    **detail: str | int | None,
) -> None:
    """Note who did what; `detail` holds numbers, states and reasons, never content of a list or a case."""
    account_id = actor.account_id if actor else None
    session.add(AuditEntry(at=at, account_id=account_id, action=action, subject=subject, detail=detail))
