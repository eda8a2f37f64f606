"""The engine on Whoosh: one folder on disk, shared by all workers.

The folder holds `current`, a file that names the directory in use, so that a rebuilt index takes the old one's place in
one step. One writer at a time (a file lock that is waited for); each thread has a searcher of its own, because sharing
one corrupts what it reads. Nothing is synced to disk: the index is disposable.
"""

import json
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock
from whoosh import columns
from whoosh.fields import COLUMN, ID, KEYWORD, STORED, Schema
from whoosh.index import EmptyIndexError, FileIndex, create_in, open_dir
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher
from whoosh.writing import IndexWriter

from portal.domain.archive import Facet
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.search.analysis import index_tokens, query_tokens
from portal.search.engine import Entry, Hit, Query, Results, milliseconds
from portal.search.shelf import Card, Shelf

BATCH = 500
"""Entries of one commit; larger ones keep the writer, and everybody who waits for it, too long."""

_ATTEMPTS = 20
_PAUSE = 0.02
_SCHEMA = Schema(
    publication=ID(unique=True),
    tokens=KEYWORD(),  # each word once a document, without positions and weights
    card=COLUMN(columns.VarBytesColumn()),
    hit=STORED,
)


class IndexBrokenError(RuntimeError):
    """The index cannot be opened; `archive rebuild` makes it anew."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Which state of which directory a searcher reads."""

    directory: str
    generation: int


class WhooshEngine:
    """A search engine over one folder; see `SearchEngine` for what its methods promise."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current"
        self._own = threading.local()
        self._shelves: dict[_Place, Shelf] = {}
        self._shelving = threading.Lock()

    def replace(self, entries: Sequence[Entry]) -> None:
        """Add entries, in place of what the index held for the same publications."""
        if entries:
            with self._writing():
                _write(self._opened_or_begun(), entries)

    def remove(self, publication_ids: Sequence[int]) -> None:
        """Forget publications; unknown ones are passed over."""
        if not publication_ids:
            return
        with self._writing(), _committing(self._opened_or_begun()) as writer:
            for publication_id in publication_ids:
                writer.delete_by_term("publication", str(publication_id))

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Make the whole index anew in a directory of its own, then point at it and clear the others away."""
        with self._writing():
            directory = self._new_directory()
            index = create_in(str(directory), _SCHEMA)
            _write(index, entries)
            self._point_at(directory)
            for other in self._directories():
                if other != directory:
                    shutil.rmtree(other, ignore_errors=True)

    def search(self, query: Query) -> Results:
        """Find what meets a query, newest first."""
        opened = self._searcher()
        if opened is None:
            return Results(0, (), {})
        searcher, shelf = opened
        found = _met(query, searcher, shelf) & shelf.without(query.excluded)
        narrowed = found & shelf.chosen(query.chosen)
        ahead = narrowed & shelf.behind(query.after)
        documents = shelf.documents(ahead, query.size)
        hits = tuple(_hit(searcher.stored_fields(document)["hit"]) for document in documents)
        return Results(narrowed.bit_count(), hits, _facets(query, shelf, found), ahead.bit_count() > len(hits))

    def _writing(self) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / "writer.lock")

    def _directories(self) -> list[Path]:
        return sorted(self._folder.glob("index-*"))

    def _new_directory(self) -> Path:
        """A directory that no rebuild has used before, not even one that was cut short."""
        last = max((int(path.name.removeprefix("index-")) for path in self._directories()), default=0)
        directory = self._folder / f"index-{last + 1:06d}"
        directory.mkdir()
        return directory

    def _point_at(self, directory: Path) -> None:
        written = self._folder / "current.new"
        written.write_text(directory.name, encoding="ascii")
        written.replace(self._pointer)

    def _current(self) -> Path | None:
        try:
            return self._folder / self._pointer.read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def _opened_or_begun(self) -> FileIndex:
        """The index for the one who holds the lock; begun empty when there is none yet."""
        directory = self._current()
        if directory is not None:
            return open_dir(str(directory))
        directory = self._new_directory()
        index = create_in(str(directory), _SCHEMA)
        self._point_at(directory)
        return index

    def _searcher(self) -> tuple[Searcher, Shelf] | None:
        """This thread's searcher on the newest state, with its shelf; nothing while there is no index."""
        for _ in range(_ATTEMPTS):
            try:
                return self._fresh_searcher()
            except (OSError, EmptyIndexError):  # a commit or a rebuild has just taken the files away
                time.sleep(_PAUSE)
        raise IndexBrokenError("the search index cannot be opened; `flask --app wsgi archive rebuild` makes it anew")

    def _fresh_searcher(self) -> tuple[Searcher, Shelf] | None:
        directory = self._current()
        if directory is None:
            return None
        own = self._own
        place = getattr(own, "place", None)
        if place is None or place != _Place(directory.name, own.index.latest_generation()):
            self._close_own()
            own.index = open_dir(str(directory))
            own.searcher = own.index.searcher()
            own.place = _Place(directory.name, _generation(own.index, own.searcher))
        return own.searcher, self._shelf(own.place, own.searcher)

    def _close_own(self) -> None:
        searcher = self._own.__dict__.pop("searcher", None)
        self._own.__dict__.clear()
        if searcher is not None:
            searcher.close()

    def _shelf(self, place: _Place, searcher: Searcher) -> Shelf:
        """The shelf of a state, made by the first thread that needs it; only the newest is kept."""
        shelf = self._shelves.get(place)
        if shelf is not None:
            return shelf
        with self._shelving:
            shelf = self._shelves.get(place) or Shelf(_cards(searcher))
            self._shelves = {place: shelf}
        return shelf


def _generation(index: FileIndex, searcher: Searcher) -> int:
    """The generation that a searcher reads; an index without documents does not say."""
    generation = searcher.reader().generation()
    return index.latest_generation() if generation is None else int(generation)


@contextmanager
def _committing(index: FileIndex) -> Iterator[IndexWriter]:
    """A writer whose work counts whole or not at all."""
    writer = index.writer()
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _write(index: FileIndex, entries: Iterable[Entry]) -> None:
    """Commit entries in batches; a reader sees each batch whole or not at all."""
    rest = iter(entries)
    while batch := list(islice(rest, BATCH)):
        with _committing(index) as writer:
            for entry in batch:
                writer.update_document(
                    publication=str(entry.publication_id),
                    tokens=" ".join(sorted(index_tokens(entry.texts))),
                    card=_card_bytes(entry),
                    hit=_hit_text(entry),
                )


def _met(query: Query, searcher: Searcher, shelf: Shelf) -> int:
    """The documents that meet every clause."""
    found = shelf.everything
    for phrases in query.clauses:
        found &= _any_of(phrases, searcher, shelf)
    return found


def _any_of(phrases: Iterable[str], searcher: Searcher, shelf: Shelf) -> int:
    """The documents that hold at least one of some phrases; a phrase without words is passed over."""
    found = 0
    for tokens in filter(None, map(query_tokens, phrases)):
        holders = shelf.everything
        for token in tokens:
            holders &= _holding(token, searcher, shelf)
        found |= holders
    return found


def _holding(token: str, searcher: Searcher, shelf: Shelf) -> int:
    known = shelf.remembered(token)
    if known is not None:
        return known
    try:
        documents = searcher.reader().postings("tokens", token).all_ids()
        return shelf.holding(token, documents)
    except TermNotFound:
        return shelf.holding(token, ())


def _facets(query: Query, shelf: Shelf, found: int) -> dict[Facet, dict[str, int]]:
    """Each facet is counted under the choices made in the others."""
    counts = {}
    for facet in Facet:
        others = {other: value for other, value in query.chosen.items() if other is not facet}
        counts[facet] = shelf.counts(facet, found & shelf.chosen(others))
    return counts


def _card_bytes(entry: Entry) -> bytes:
    values = (entry.area, entry.kind or "", entry.program or "", entry.county_code or "", str(entry.year))
    return "\t".join((str(entry.publication_id), str(milliseconds(entry.published_at)), *values)).encode()


def _cards(searcher: Searcher) -> Iterator[Card]:
    reader = searcher.reader()
    if not reader.doc_count():
        return
    column = reader.column_reader("card")
    for document in reader.all_doc_ids():
        publication, published, *values = bytes(column[document]).decode().split("\t")
        yield Card(document, int(publication), int(published), tuple(values))


_HIT_FIELDS = tuple(field.name for field in fields(Hit))


def _hit_text(entry: Entry) -> str:
    shown: dict[str, Any] = {name: getattr(entry, name) for name in _HIT_FIELDS}
    shown["published_at"] = entry.published_at.isoformat()
    shown["period_last_on"] = entry.period_last_on and entry.period_last_on.isoformat()
    return json.dumps(shown, ensure_ascii=False)


def _hit(text: str) -> Hit:
    shown = json.loads(text)
    return Hit(
        **shown
        | {
            "area": Area(shown["area"]),
            "program": shown["program"] and Program(shown["program"]),
            "published_at": datetime.fromisoformat(shown["published_at"]),
            "period_last_on": shown["period_last_on"] and date.fromisoformat(shown["period_last_on"]),
        }
    )
