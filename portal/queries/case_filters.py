"""The filters that somebody keeps for himself: asked for by his account, and shown to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portal.domain.case_filters import kept_choice
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.case_filters import CaseFilter


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter with its name; `choice` as it stands in an address, without what means nothing any more."""

    id: int
    name: str
    choice: Mapping[str, str]


def saved_filters(actor: Actor) -> tuple[SavedFilter, ...]:
    """All of one's own, the oldest first, so that none changes its place."""
    query = (
        select(CaseFilter.id, CaseFilter.name, CaseFilter.choice)
        .where(CaseFilter.account_id == actor.account_id)
        .order_by(CaseFilter.id)
    )
    return tuple(SavedFilter(row.id, row.name, kept_choice(row.choice)) for row in db.session.execute(query))
