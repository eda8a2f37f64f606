"""Column headings that clerks of an office have explained once."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.domain.roster_headings import RosterColumn
from portal.models.base import db
from portal.models.notices import HeaderMapping


def remembered_headings(office_id: int) -> Mapping[str, RosterColumn]:
    """Heading → what it means in this office's sheets."""
    query = select(HeaderMapping.heading, HeaderMapping.column).where(HeaderMapping.office_id == office_id)
    return {heading: RosterColumn(column) for heading, column in db.session.execute(query)}
