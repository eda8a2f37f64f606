"""What a search engine must do for the portal: entries go in, hits that carry all they show come out.

An engine is disposable: it holds nothing that the published snapshots do not hold, and `rebuild` makes it anew.
It does not decide what is visible; whoever shows a hit asks the gate for its revision (queries/archive.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from portal.domain.archive import Facet
from portal.domain.list_places import read_place, write_place
from portal.domain.programs import Program
from portal.domain.publications import Area

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One publication as the list of hits shows it; `url_path` begins with / and knows no prefix of the site."""

    publication_id: int
    revision_id: int
    number: str
    area: Area
    kind: str | None
    program: Program | None
    division_path: str
    county_code: str | None
    year: int
    published_at: datetime
    title: str
    url_path: str
    summary: str
    period_last_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One publication on its way into the index, as the public may see it.

    `body` is for finding only and never shown: the text of a document, the head of a notice, the names of the
    divisions above — never a row of a list. `places` are display names of villages that the page itself shows.
    """

    publication_id: int
    revision_id: int
    number: str
    area: Area
    kind: str | None
    program: Program | None
    division_path: str
    county_code: str | None
    year: int
    published_at: datetime
    title: str
    url_path: str
    summary: str
    period_last_on: date | None = None
    body: str = ""
    places: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything by which it is found."""
        return (self.number, self.title, self.summary, self.body, *self.places)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind this hit. In addresses it is written by `write_place`: milliseconds, publication."""

    published_ms: int
    publication_id: int

    def __str__(self) -> str:
        return write_place(self.published_ms, self.publication_id)

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read a cursor from an address; anything else is the first page."""
        place = read_place(text)
        return cls(*place) if place else None

    @classmethod
    def behind(cls, hit: Hit) -> "Cursor":
        """The cursor of the page that follows a hit."""
        return cls(milliseconds(hit.published_at), hit.publication_id)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: each clause must be met by any of its phrases; without clauses everything is found."""

    clauses: tuple[tuple[str, ...], ...] = ()
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    after: Cursor | None = None
    excluded: frozenset[int] = frozenset()
    """Publications that the gate holds back; they are neither shown nor counted."""
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, newest first; `total` counts all pages.

    `facets` counts for every value what choosing it (instead of the value chosen now) would find.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[Facet, Mapping[str, int]]
    has_more: bool = False


class SearchEngine(Protocol):
    """Everything the portal asks of an engine. All methods may be called from any thread and process."""

    def replace(self, entries: Sequence[Entry]) -> None:
        """Add entries, in place of what the index held for the same publications."""

    def remove(self, publication_ids: Sequence[int]) -> None:
        """Forget publications; unknown ones are passed over."""

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Make the whole index anew; until it is complete the old one answers."""

    def search(self, query: Query) -> Results:
        """Find what meets a query, newest first."""


def milliseconds(at: datetime) -> int:
    """An instant as a whole number that sorts."""
    return int(at.timestamp() * 1000)
