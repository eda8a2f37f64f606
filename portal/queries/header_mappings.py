"""Column headings that clerks of an office have explained once."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.domain.roster_headings import Meaning, RosterColumn
from portal.models.base import db
from portal.models.notices import NOT_NEEDED, HeaderMapping


def remembered_headings(office_id: int) -> Mapping[str, Meaning]:
    """Heading → what it means in this office's sheets; None for one that is not needed."""
    query = select(HeaderMapping.heading, HeaderMapping.column).where(HeaderMapping.office_id == office_id)
    return {
        heading: None if column == NOT_NEEDED else RosterColumn(column) for heading, column in db.session.execute(query)
    }
