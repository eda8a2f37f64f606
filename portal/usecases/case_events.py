"""What happens to a case, appended and chained: each event carries the hash of the one before it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.cases import CaseState
from portal.domain.publications import canonical_json
from portal.models.cases import Case, CaseEvent

FIRST = "0" * 64
"""What the first event of a case is bound to."""


def append(
    session: Session,
    case: Case,
    action: Action,
    from_state: CaseState | None,
    *,
    at: datetime,
    account_id: int | None = None,
    **detail: str | int | None,
) -> None:
    """Append an event that leaves the case in its present state; `detail` holds codes and numbers, never words."""
    last = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc()).limit(1)
    ).first()
    event = CaseEvent(
        case_id=case.id,
        seq=last.seq + 1 if last else 1,
        at=at,
        action=action,
        account_id=account_id,
        from_state=from_state,
        to_state=case.state,
        detail=detail,
        previous_hash=last.hash if last else FIRST,
    )
    event.hash = _hash(event)
    session.add(event)
    session.flush()


def broken_at(events: Sequence[CaseEvent]) -> int | None:
    """The first event, by its number, that was altered, left out or put elsewhere; nothing when the chain holds."""
    previous = FIRST
    for position, event in enumerate(events, start=1):
        if event.seq != position or event.previous_hash != previous or event.hash != _hash(event):
            return position
        previous = event.hash
    return None


def _hash(event: CaseEvent) -> str:
    facts: dict[str, Any] = {
        "case": event.case_id,
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),  # as the column gives it back
        "action": event.action,
        "account": event.account_id,
        "from": event.from_state,
        "to": event.to_state,
        "detail": event.detail,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(canonical_json(facts).encode()).hexdigest()
