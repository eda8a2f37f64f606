"""The audit log as auditors read it: who did what to which thing, newest first, within their offices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import aliased

from portal.domain.case_permits import ON_BEHALF_OF
from portal.domain.permissions import Actor
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.cases import Case
from portal.models.offices import Office
from portal.models.publications import Publication
from portal.models.staff import Account
from portal.queries.case_scope import not_kept_out
from portal.queries.offices import within

PAGE_SIZE = 50
_COLLEAGUES = (ON_BEHALF_OF, "deputy")
"""Details that hold an account's id: a delegation's substitute, and for whom a step was taken."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act; `person` is empty for what the portal did by itself. `detail` holds numbers, states and reasons."""

    id: int
    at: datetime
    person: str
    office: str
    action: str
    subject: str
    detail: Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the log; `after` is where the next one begins."""

    lines: tuple[AuditLine, ...]
    after: int | None


def audit_page(actor: Actor, *, subject: str = "", after: int | None = None, size: int = PAGE_SIZE) -> AuditPage:
    """The acts of the actor's offices and those on their publications; keyset paging by the entry's id."""
    owner = aliased(Office)
    query = (
        _entries()
        .outerjoin(Publication, Publication.number == AuditEntry.subject)
        .outerjoin(owner, owner.id == Publication.office_id)
        .outerjoin(Case, Case.number == AuditEntry.subject)
        .where(_seen_by(actor, owner), _not_about_him(actor))
    )
    if subject:
        query = query.where(AuditEntry.subject.in_({subject, subject.upper()}))
    if after is not None:
        query = query.where(AuditEntry.id < after)
    rows = db.session.execute(query.order_by(AuditEntry.id.desc()).limit(size + 1)).all()
    names = _names_in(rows)
    lines = tuple(_line(row, names) for row in rows)
    return AuditPage(lines[:size], lines[size - 1].id if len(lines) > size else None)


def last_act(subject: str) -> AuditLine | None:
    """What was done last to a thing: for the person who came a moment too late."""
    query = _entries().where(AuditEntry.subject == subject).order_by(AuditEntry.id.desc()).limit(1)
    row = db.session.execute(query).one_or_none()
    return _line(row, _names_in([row])) if row else None


def _entries() -> Any:
    return (
        select(AuditEntry, Account.display_name, Office.name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Office, Office.id == Account.office_id)
    )


def _seen_by(actor: Actor, owner: Any) -> ColumnElement[bool]:
    """The top office sees everything, also what the portal did by itself."""
    if actor.office_path == f"{actor.office_id}/":
        return true()
    return or_(within(actor), owner.path.startswith(actor.office_path, autoescape=True))


def _not_about_him(actor: Actor) -> ColumnElement[bool]:
    """What was done to a case that an auditor is kept out of is not told to him: not even that there is one."""
    return or_(Case.id.is_(None), and_(*not_kept_out(actor)))


def _names_in(rows: Sequence[Any]) -> Mapping[int, str]:
    """The names of the colleagues whom entries speak of by their ids."""
    wanted = {row[0].detail.get(key) for row in rows for key in _COLLEAGUES}
    if wanted <= {None}:
        return {}
    named = select(Account.id, Account.display_name).where(Account.id.in_(wanted - {None}))
    return {row.id: row.display_name for row in db.session.execute(named)}


def _line(row: Any, names: Mapping[int, str]) -> AuditLine:
    entry, person, office = row
    detail = {key: names.get(value, value) if key in _COLLEAGUES else value for key, value in entry.detail.items()}
    return AuditLine(entry.id, entry.at, person or "", office or "", entry.action, entry.subject, detail)
