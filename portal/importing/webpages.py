"""Reads tables of web pages: many systems of offices export those under a name that ends in .xls.

The standard library's parser is fed with text alone: it opens nothing and fetches nothing. Older releases of it need
quadratic time for declarations and tags that never end, so that a page full of those is refused before.
"""

import re
from html.parser import HTMLParser

from portal.domain.errors import RefusedError
from portal.domain.sheets import Cell, Row, Sheet, Workbook
from portal.importing.containers import BOMB, WEB_PAGE
from portal.importing.delimited import decoded, text_cell
from portal.importing.values import MOST_CELLS, MOST_ROWS, TOO_MANY, Merge, filled_down

_UNSEEN = frozenset({"head", "script", "style", "title", "xml"})
_LINES = frozenset({"br", "p", "div", "li", "caption", "h1", "h2", "h3", "h4", "h5", "h6"})
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_DECLARATIONS = 100
_MOST_UNCLOSED = 1_000
_WIDEST = 1_000
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def read_webpage(content: bytes, name: str) -> Workbook:
    """One sheet with all tables below each other, as a spreadsheet program shows such a file.

    Raises RefusedError for a page without a table and for one that would cost too much to read.
    """
    text = _without_comments(decoded(content))
    if text.count("<!") + text.count("<?") > _MOST_DECLARATIONS or text.count("<") - text.count(">") > _MOST_UNCLOSED:
        raise RefusedError(BOMB)
    page = _Page()
    page.feed(text)
    page.close()
    page.end_row()
    if not page.tables:
        raise RefusedError(WEB_PAGE)
    return Workbook((Sheet(name, _rows(page), hidden_rows=frozenset(page.hidden_rows)),))


def _rows(page: "_Page") -> tuple[Row, ...]:
    return filled_down({number: cells for number, cells in page.rows.items() if cells}, page.merges, page.row)


def _without_comments(text: str) -> str:
    """Programs keep their print settings in comments; the parts are found one after the other, never twice."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[at:]])


class _Page(HTMLParser):
    """Follows rows and cells; a line of text outside of every cell is a row of its own, as programs show it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.row = self.tables = self._column = self._cells = 0
        self._unseen = ""
        self._in_row = False
        self._span = (1, 1)
        self._text: list[str] | None = None
        self._loose: list[str] = []
        self._covered: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin whatever the tag begins; an unclosed cell or row ends where the next begins."""
        if tag in _UNSEEN or self._unseen:
            self._unseen = "" if tag in {"body", "table"} else self._unseen or tag
        if tag in {"table", "tr"}:
            self.end_row()
            self.tables += tag == "table"
        if tag == "tr":
            self._begin_row(dict(attrs))
        elif tag in {"td", "th"}:
            self._begin_cell(dict(attrs))
        elif tag in _LINES:
            self._break_line()

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a row; a table ends its last row."""
        if tag == self._unseen:
            self._unseen = ""
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self.end_row()
        elif tag in _LINES and self._text is None:
            self._break_line()

    def handle_data(self, data: str) -> None:
        """Text of a cell, or of a line outside of every table."""
        if self._unseen:
            return
        if self._text is not None:
            self._text.append(data)
        elif not self._in_row:
            self._loose.append(data)

    def end_row(self) -> None:
        """Close what is open, a line of loose text too."""
        self._end_cell()
        self._break_line()
        self._in_row = False

    def _begin_row(self, attributes: dict[str, str | None]) -> None:
        self._next_row()
        self._in_row = True
        self._covered = {column: rows - 1 for column, rows in self._covered.items() if rows > 1}
        self._count(len(self._covered))
        if _HIDDEN.search(attributes.get("style") or "") or "hidden" in attributes:
            self.hidden_rows.add(self.row)

    def _next_row(self) -> None:
        self.row += 1
        self._column = 0
        if self.row > MOST_ROWS:
            raise RefusedError(TOO_MANY)

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        if not self._in_row:
            self._begin_row({})
        while self._covered.get(self._column, 0):
            self._column += 1
        self._span = (_span(attributes.get("colspan"), _WIDEST), _span(attributes.get("rowspan"), MOST_ROWS))
        self._text = []

    def _end_cell(self) -> None:
        if self._text is None:
            return
        cell = text_cell(self._column, _SPACES.sub(" ", "".join(self._text)))
        if cell:
            self.rows.setdefault(self.row, {})[self._column] = cell
        wide, high = self._span
        if high > 1:
            self.merges.append((self.row, self.row + high - 1, self._column))
            self._covered |= dict.fromkeys(range(self._column, self._column + wide), high)
        self._column += wide
        self._text = None
        self._count(wide)

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise RefusedError(TOO_MANY)

    def _break_line(self) -> None:
        if self._text is not None:
            self._text.append(" ")
            return
        cell = text_cell(0, _SPACES.sub(" ", "".join(self._loose)))
        self._loose.clear()
        if cell and not self._in_row:
            self._next_row()
            self.rows[self.row] = {0: cell}


def _span(text: str | None, most: int) -> int:
    digits = (text or "").strip()
    return max(1, min(int(digits), most)) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1  # noqa: PLR2004
