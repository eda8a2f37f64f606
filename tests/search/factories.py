"""Entries with defaults, for every test that fills an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.archive import read_query
from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.queries.rulebook import read_search_words
from portal.search.engine import Entry, Query, Results, SearchEngine

START = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
WORDS = read_search_words(None)


def entry(
    publication_id: int, title: str = "许庄街道2026年11月拟纳入最低生活保障 12 户的公示", **changes: Any
) -> Entry:
    values: dict[str, Any] = {
        "publication_id": publication_id,
        "revision_id": publication_id * 10,
        "number": f"GS-2026-{publication_id:06d}",
        "area": Area.NOTICES,
        "kind": NoticeKind.FIRST_REVIEW,
        "program": Program.SUBSISTENCE_ALLOWANCE,
        "division_path": "370800/370811/370811002/",
        "county_code": "370811",
        "year": 2026,
        "published_at": START + timedelta(hours=publication_id),
        "title": title,
        "url_path": f"/notices/GS-2026-{publication_id:06d}",
        "summary": "许庄街道办事处　共 12 户",
    }
    return Entry(**values | changes)


def found(engine: SearchEngine, text: str, **changes: Any) -> list[int]:
    """The publications that a typed query finds, in the order shown."""
    return [hit.publication_id for hit in results(engine, text, **changes).hits]


def results(engine: SearchEngine, text: str, **changes: Any) -> Results:
    clauses = tuple(clause.phrases for clause in read_query(text, WORDS).clauses)
    return engine.search(Query(clauses, **changes))
