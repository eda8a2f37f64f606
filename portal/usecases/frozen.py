"""What an area hands over when one of its revisions becomes public, and what every such content begins with."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.cell_changes import Cells, changed_cells
from portal.models.offices import Office
from portal.models.publications import Publication, Revision


@dataclass(frozen=True, slots=True)
class Frozen:
    """The public content of a revision: its head, what remains when sealed, its pages of rows, and until when."""

    title: str
    head: Mapping[str, Any]
    sealed: Mapping[str, Any]
    pages: Sequence[Sequence[Any]]
    visible_until: datetime | None = None
    period_last_on: date | None = None


def head_of(session: Session, publication: Publication, revision: Revision) -> dict[str, Any]:
    """What every head begins with: whose it is, which revision, and what a correction says of itself."""
    office = session.get_one(Office, publication.office_id)
    return {
        "format": 1,
        "area": str(publication.area),
        "number": publication.number,
        "revision": revision.ordinal,
        "office": {"name": office.name, "hotline": office.hotline, "duty_phone": office.duty_phone},
        "change_note": revision.change_note,
        "change_kind": str(revision.change_kind) if revision.change_kind else None,
    }


_SAID_OF_ITSELF = ("format", "area", "number", "revision", "office", "change_note", "change_kind", "title")


def frozen_figures(head: Mapping[str, Any], kept: Sequence[str]) -> Frozen:
    """A table of money as it is frozen; taken back, it keeps of its own what `kept` names, and no figure."""
    sealed = {name: head[name] for name in (*_SAID_OF_ITSELF, *kept)}
    return Frozen(head["title"], head, sealed | {"summary": ""}, [])


def former_of(session: Session, publication: Publication) -> Revision | None:
    """The revision that is public until now, unless its content has been taken back."""
    live = session.get(Revision, publication.live_revision_id) if publication.live_revision_id else None
    return live if live is not None and live.head else None


def changes_since(
    former: Revision | None, revision: Revision, read: Callable[[Mapping[str, Any]], Cells], after: Cells
) -> list[dict[str, Any]]:
    """By cell what is told otherwise than before; a correction that closes the former never tells an old value."""
    if former is None:
        return []
    return changed_cells(read(json.loads(former.head or "{}")), after, revision.change_kind)
