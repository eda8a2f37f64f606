"""What budgets and allocations say in words; payments and registers hold figures alone."""

from typing import Any

from sqlalchemy import select

from portal.domain.divisions import DivisionCode
from portal.domain.instants import shanghai_date
from portal.domain.stale_bases import PublishedWords
from portal.models.allocations import Allocation
from portal.models.base import db
from portal.models.budgets import Budget
from portal.models.publications import Publication, Revision


def published_words() -> list[PublishedWords]:
    """Of every live revision of the two areas, with the day on which this revision became public."""
    return [*_of(Budget), *_of(Allocation)]


def _of(area: type[Budget] | type[Allocation]) -> list[PublishedWords]:
    query: Any = (
        select(Publication.number, Publication.division_code, area.year, Revision.head, Revision.published_at)
        .join(area, area.publication_id == Publication.id)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .where(Publication.withdrawn_at.is_(None), Revision.published_at.is_not(None))
    )
    return [
        PublishedWords(number, DivisionCode(code), year, head or "", shanghai_date(at))
        for number, code, year, head, at in db.session.execute(query)
    ]
