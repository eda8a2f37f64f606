"""The Markdown of documents: read without HTML, given out as HTML for pages, parts for papers, words for search."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token


class PartKind(Enum):
    """What a part of a text is."""

    HEADING = auto()
    PARAGRAPH = auto()
    BULLETS = auto()
    NUMBERED = auto()
    TABLE = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text. `lines` are a heading's or paragraph's one line, the items of a list, or nothing.

    A table has its heads in `lines` and its cells in `rows`; `number_places` are its right-aligned columns, from 0.
    """

    kind: PartKind
    lines: tuple[str, ...]
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    number_places: tuple[int, ...] = ()


class _Reader(MarkdownIt):
    """CommonMark with tables: HTML is text, pictures are not read, a link leads to a web page or inside the site."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's own name for the question
        """Whether an address may become a link."""
        return is_safe_link(url)


def is_safe_link(url: str) -> bool:
    """Whether an address leads to a web page (http, https) or inside the site, and nowhere by a trick of spelling."""
    if not url.isprintable() or "\\" in url or url.startswith("//"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} if parts.scheme or parts.netloc else ":" not in parts.path


def _reader() -> _Reader:
    options = {"html": False, "linkify": False, "typographer": False}
    reader = _Reader("commonmark", options)
    reader.enable("table").disable(["html_block", "html_inline", "image"])
    return reader


_READER = _reader()
_TABLE = (
    '<div class="scroll" role="region" tabindex="0" aria-label="{caption}">'
    '<table><caption class="visually-hidden">{caption}</caption>\n'
)
"""A table scrolls by itself on phones and goes by its number in the text."""

_WORDY = re.compile(r"[0-9A-Za-z,.;:!?)]")


def html_of(markdown: str) -> str:
    """The text as HTML; headings begin at h2, since h1 is the title of the page."""
    tokens = _READER.parse(markdown)
    _fit(tokens)
    return str(_READER.renderer.render(tokens, _READER.options, {}))


def parts_of(markdown: str) -> tuple[Part, ...]:
    """The text as parts without markup, in their order; what stands inside a list or a quotation is flattened."""
    tokens = _READER.parse(markdown)
    _fit_headings(tokens)
    return tuple(_parts(tokens))


def words_of(markdown: str) -> str:
    """The bare words of the text, for search and for summaries."""
    words = []
    for part in parts_of(markdown):
        words += [*part.lines, *(cell for row in part.rows for cell in row)]
    return " ".join(words)


def _fit(tokens: Sequence[Token]) -> None:
    _fit_headings(tokens)
    tables = 0
    for token in tokens:
        if token.type == "table_open":
            tables += 1
            _write(token, _TABLE.format(caption=f"表{tables}"))
        elif token.type == "table_close":
            _write(token, "</table></div>\n")
        elif token.type in {"th_open", "td_open"}:
            _fit_cell(token)
        elif token.type == "inline":
            _fit_inline(token.children or [])


def _fit_headings(tokens: Sequence[Token]) -> None:
    """Begin at h2 whatever level the text begins with, and skip none: readers by ear walk from heading to heading."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    base = min((int(token.tag[1]) for token in headings), default=1)
    above = 1
    for token in headings:
        if token.type == "heading_open":
            above = min(int(token.tag[1]) - base + 2, above + 1, 6)
        token.tag = f"h{above}"


def _write(token: Token, html: str) -> None:
    """Put our own HTML in a token's place; what was typed never becomes one of these."""
    token.type, token.content, token.nesting = "html_block", html, 0


def _fit_cell(token: Token) -> None:
    if "right" in str(token.attrs.pop("style", "")):
        token.attrs["class"] = "number"
    if token.type == "th_open":
        token.attrs["scope"] = "col"


def _fit_inline(tokens: list[Token]) -> None:
    for place, token in enumerate(tokens):
        if token.type == "softbreak":
            token.type, token.content = "text", _joint(tokens, place)
        elif token.type == "link_open" and urlsplit(str(token.attrs["href"])).scheme:
            token.attrs["rel"] = "external"


def _joint(tokens: Sequence[Token], place: int) -> str:
    """What stands for a line's end: a blank between Latin words, nothing between Chinese ones."""
    before = tokens[place - 1].content[-1:] if place else ""
    after = tokens[place + 1].content[:1] if place + 1 < len(tokens) else ""
    return " " if _WORDY.match(before) and _WORDY.match(after) else ""


def _plain(token: Token) -> str:
    children = token.children or []
    _fit_inline(children)
    pieces = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            pieces.append(child.content)
        elif child.type == "hardbreak":
            pieces.append("　")
    return "".join(pieces).strip()


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    place = 0
    while place < len(tokens):
        token = tokens[place]
        end = _end_of(tokens, place)
        inside = tokens[place : end + 1]
        if token.type == "heading_open":
            yield Part(PartKind.HEADING, (_plain(inside[1]),), level=int(token.tag[1]) - 1)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            kind = PartKind.BULLETS if token.type == "bullet_list_open" else PartKind.NUMBERED
            yield Part(kind, tuple(_items(inside)))
        elif token.type == "table_open":
            yield _table(inside)
        else:
            yield from _paragraphs(inside)
        place = end + 1


def _end_of(tokens: Sequence[Token], place: int) -> int:
    depth = 0
    for end in range(place, len(tokens)):
        depth += tokens[end].nesting
        if depth == 0:
            return end
    return len(tokens) - 1


def _paragraphs(tokens: Sequence[Token]) -> Iterator[Part]:
    for token in tokens:
        text = token.content.strip() if token.type in {"code_block", "fence"} else _plain(token)
        if text:
            yield Part(PartKind.PARAGRAPH, (text,))


def _items(tokens: Sequence[Token]) -> Iterator[str]:
    """Each item of the list as one line; what is nested in it follows in the same line."""
    pieces: list[str] = []
    for token in tokens:
        if token.type == "inline":
            pieces.append(_plain(token))
        elif token.type == "list_item_close" and token.level == tokens[0].level + 1:
            yield "　".join(filter(None, pieces))
            pieces = []


def _table(tokens: Sequence[Token]) -> Part:
    heads: list[str] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    for token, inline in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            if "right" in str(token.attrs.get("style", "")):
                numbers.append(len(heads))
            heads.append(_plain(inline))
        elif token.type == "td_open":
            rows[-1].append(_plain(inline))
    return Part(PartKind.TABLE, tuple(heads), rows=tuple(map(tuple, filter(None, rows))), number_places=tuple(numbers))
