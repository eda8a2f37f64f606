"""The search index as a whole; single publications are brought up to date by usecases/jobs."""

from collections.abc import Iterator
from datetime import datetime

from portal.models.base import db
from portal.queries.archive_entries import all_public_ids, entries_of
from portal.queries.publications import CHUNK
from portal.search.engine import Entry
from portal.usecases.services import Services


def rebuild(services: Services, *, at: datetime) -> int:
    """Make the index anew from what the public may see; the old one answers meanwhile. Gives the number of entries.

    No audit entry: the index holds nothing that the snapshots do not hold.
    """
    count = 0

    def entries() -> Iterator[Entry]:
        nonlocal count
        for entry in _public_entries(at):
            count += 1
            yield entry

    services.search.rebuild(entries())
    return count


def _public_entries(at: datetime) -> Iterator[Entry]:
    """Every entry, read in portions, so that neither the memory nor a long read transaction grows with the archive."""
    ids = all_public_ids()
    for start in range(0, len(ids), CHUNK):
        portion = entries_of(ids[start : start + CHUNK], at=at)
        db.session.rollback()
        yield from portion
