"""Column headings that a clerk explains once are remembered for his office."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.permissions import Actor
from portal.domain.roster_headings import Meaning
from portal.models.notices import NOT_NEEDED, HeaderMapping


def remember_headings(session: Session, actor: Actor, headings: Mapping[str, Meaning]) -> None:
    """Keep what each heading means; a newer explanation replaces the older one."""
    for heading, column in headings.items():
        known = session.execute(
            select(HeaderMapping).where(HeaderMapping.office_id == actor.office_id, HeaderMapping.heading == heading)
        ).scalar_one_or_none()
        named = column or NOT_NEEDED
        if known:
            known.column = named
        else:
            session.add(HeaderMapping(office_id=actor.office_id, heading=heading, column=named))
