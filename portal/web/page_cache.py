"""Public pages, kept rendered in front of Flask, and asked for the committed revision at every hit.

A page may depend on its address, on the site's revision, on the day in Shanghai and on the modes cookie, and on
nothing else: no session, no other cookie, no header of the browser. An answer that depends on more says
`Cache-Control: private`, sets a cookie, or has another status than 200; none of these is kept. The language is part of
the address, and a new build is a new process. Periods end at midnight in Shanghai, so the day in the key closes them
without any job (docs/adr/0005).
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header, parse_cookie, parse_etags
from werkzeug.wrappers import Response

from portal.web.headers import KEEP_INSIDE
from portal.web.modes import modes_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRY_BYTES = 2 * 1024 * 1024
NEVER_KEPT = ("/desk", "/static/", "/modes/", "/healthz", "/metrics", "/cases/progress", "/cases/new")
KEPT_TYPES = {"text/html", "text/plain", "text/csv", "application/xml", "application/atom+xml", "application/json"}


@dataclass(frozen=True, slots=True)
class Key:
    """Everything that a public page may depend on."""

    path: str
    query: str
    revision: int
    day: date
    modes: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A rendered page, plain and compressed, with the headers it leaves with."""

    headers: tuple[tuple[str, str], ...]
    etag: str
    plain: bytes
    compressed: bytes

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, near enough."""
        return len(self.plain) + len(self.compressed)


class Shelf:
    """Entries of one revision, least recently used first, bounded in bytes; safe for several threads.

    A new revision empties it, so that what was withdrawn leaves the memory too.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._bytes = 0
        self._revision = 0
        self._lock = Lock()

    def get(self, key: Key) -> Entry | None:
        """The entry under a key, which becomes the most recently used."""
        with self._lock:
            self._turn_to(key.revision)
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keep an entry, unless the site has moved on meanwhile; drop old ones until all fit."""
        with self._lock:
            if key.revision != self._revision or key in self._entries:
                return
            self._entries[key] = entry
            self._bytes += entry.size
            while self._bytes > self._max_bytes:
                _, dropped = self._entries.popitem(last=False)
                self._bytes -= dropped.size

    def _turn_to(self, revision: int) -> None:
        if revision > self._revision:
            self._entries.clear()
            self._bytes = 0
            self._revision = revision


class PageCache:
    """WSGI middleware; `revision` reads the committed revision (None: keep nothing), `today` the day in Shanghai."""

    def __init__(
        self,
        app: "WSGIApplication",
        revision: Callable[[], int | None],
        today: Callable[[], date],
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.app = app
        self._revision = revision
        self._today = today
        self._shelf = Shelf(max_bytes)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the shelf, or ask the application and keep what may be kept."""
        key = self._key(environ)
        entry = self._shelf.get(key) if key else None
        if entry is None:
            response = Response.from_app(self.app, environ)
            if key is None or environ["REQUEST_METHOD"] == "HEAD" or not _may_be_kept(response):
                response.headers.pop(KEEP_INSIDE, None)
                return response(environ, start_response)
            entry = _entry_of(response)
            self._shelf.put(key, entry)
        return _answer(entry, environ)(environ, start_response)

    def _key(self, environ: "WSGIEnvironment") -> Key | None:
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("PATH_INFO", "").startswith(NEVER_KEPT):
            return None
        # Read before the page is made: a page newer than its key does no harm, an older one would.
        revision, day = self._revision(), self._today()
        if revision is None:
            return None
        modes = modes_of(parse_cookie(environ.get("HTTP_COOKIE")))
        return Key(path, environ.get("QUERY_STRING", ""), revision, day, modes.cookie)


def _may_be_kept(response: Response) -> bool:
    if response.status_code != 200 or "Set-Cookie" in response.headers or "Vary" in response.headers:  # noqa: PLR2004
        return False
    directives = response.cache_control
    if directives.private or (directives.no_store and KEEP_INSIDE not in response.headers):
        return False
    if response.mimetype not in KEPT_TYPES or (response.is_streamed and response.content_length is None):
        return False
    return (response.content_length or 0) <= MAX_ENTRY_BYTES


def _entry_of(response: Response) -> Entry:
    headers = Headers(response.headers)
    plain = response.get_data()
    response.close()
    headers.pop(KEEP_INSIDE, None)
    headers.pop("Content-Length", None)
    headers["Vary"] = "Accept-Encoding, Cookie"
    etag = ""
    if not response.cache_control.no_store:
        etag = sha256(plain).hexdigest()[:32]
        headers["Cache-Control"] = "no-cache"
        # Weak, because the compressed and the plain page share it.
        headers["ETag"] = f'W/"{etag}"'
    return Entry(tuple(headers.to_wsgi_list()), etag, plain, gzip.compress(plain, 6, mtime=0))


def _answer(entry: Entry, environ: "WSGIEnvironment") -> Response:
    headers = Headers(list(entry.headers))
    if entry.etag and parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(entry.etag):
        headers.pop("Content-Type", None)
        return Response(status=304, headers=headers)
    if parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING")).quality("gzip") > 0:
        headers["Content-Encoding"] = "gzip"
        return Response(entry.compressed, headers=headers)
    return Response(entry.plain, headers=headers)
