"""A search as the public gets it: every hit is asked for at the gate, because the index may lag behind a withdrawal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.domain.archive import Facet, ParsedQuery, Piece, excerpt, pieces
from portal.domain.instants import shanghai_date
from portal.search.engine import Cursor, Hit, Query, Results, SearchEngine

SUMMARY_LENGTH = 120

LiveRevisions = Callable[..., Mapping[int, int]]
"""The gate, `queries.publications.live_revisions`: publication → the revision that the public may see now."""

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class ArchiveQuery:
    """What a visitor asks for: the words as understood, the choices among facets, where the page begins."""

    words: ParsedQuery
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class ArchiveHit:
    """A hit with what was looked for marked; `days_left` counts to the last day of its period, where it has one."""

    hit: Hit
    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    days_left: int | None


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """One page of a search, newest first. `facets` lists values with their counts, the most frequent first."""

    query: ArchiveQuery
    total: int
    hits: tuple[ArchiveHit, ...]
    facets: Mapping[Facet, tuple[tuple[str, int], ...]]
    older: Cursor | None


def archive_page(engine: SearchEngine, query: ArchiveQuery, *, at: datetime, live: LiveRevisions) -> ArchivePage:
    """Search for what the public may see at an instant; a query that is answered with help finds nothing."""
    words = query.words
    if words.is_name or words.is_too_short:
        return ArchivePage(query, 0, (), {}, None)
    clauses = tuple(clause.phrases for clause in words.clauses)
    results = _through_the_gate(engine, Query(clauses, query.chosen, query.after), live, at)
    today = shanghai_date(at)
    return ArchivePage(
        query,
        results.total,
        tuple(_shown(hit, words.phrases, today) for hit in results.hits),
        {facet: _ordered(facet, counts) for facet, counts in results.facets.items()},
        Cursor.behind(results.hits[-1]) if results.has_more and results.hits else None,
    )


def _through_the_gate(engine: SearchEngine, query: Query, live: LiveRevisions, at: datetime) -> Results:
    """Ask again without what the gate holds back, so that neither the count nor the facets tell of it."""
    for _ in range(_ROUNDS):
        results = engine.search(query)
        allowed = live([hit.publication_id for hit in results.hits], at=at)
        held = {hit.publication_id for hit in results.hits if allowed.get(hit.publication_id) != hit.revision_id}
        if not held:
            return results
        query = replace(query, excluded=query.excluded | held)
    # Only after hundreds were withdrawn at once: show those of this page that may be seen.
    return replace(results, hits=tuple(hit for hit in results.hits if hit.publication_id not in held))


def _shown(hit: Hit, phrases: tuple[str, ...], today: date) -> ArchiveHit:
    summary = excerpt(hit.summary, phrases, SUMMARY_LENGTH)
    days_left = (hit.period_last_on - today).days if hit.period_last_on else None
    return ArchiveHit(hit, pieces(hit.title, phrases), pieces(summary, phrases), days_left)


def _ordered(facet: Facet, counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The most frequent value first; years from the latest back."""
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(sorted(by_count, reverse=True)) if facet is Facet.YEAR else tuple(by_count)
