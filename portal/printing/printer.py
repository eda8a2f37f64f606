"""Prints a paper as PDF/UA: own templates, a closed fetcher, fonts and styles kept ready, the same bytes each time."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
import segno
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from portal.config import ROOT
from portal.domain.errors import RefusedError
from portal.domain.messages import N_
from portal.printing import justification
from portal.printing.lists import Listed, listed
from portal.printing.papers import (
    DocumentPaper,
    Heading,
    Listing,
    NoticePaper,
    Paper,
    Paragraph,
    VillagePaper,
    chinese_day,
)
from portal.printing.titles import title_lines
from portal.printing.typefaces import FontFile, faces_from, operator_fonts, without_glyph

TEMPLATES = ROOT / "templates" / "print"
SHORT_LIST = 60
"""A village list of more lines cannot stand on one page at 16 points, so it is set in 14."""

NO_GLYPH = N_("字体里没有这些字，不能打印：%(characters)s。请把含有它们的字体放进字体文件夹。")

justification.install()


class UnknownAssetError(FatalURLFetchingError):
    """A template or style sheet asked for something that is not among the named assets; printing stops."""


class AssetFetcher(URLFetcher):
    """Answers `asset:` addresses from memory and nothing else: no network, no files, no redirects."""

    def __init__(self, assets: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The named asset; raises UnknownAssetError for any other address."""
        del headers
        if url not in self._assets:
            raise UnknownAssetError("an address outside the named assets was asked for")
        media_type, body = self._assets[url]
        return URLFetcherResponse(url, body, {"Content-Type": media_type})


@dataclass(frozen=True, slots=True)
class Press:
    """What is made once for a folder of fonts and used for every paper."""

    fonts: tuple[FontFile, ...]
    font_configuration: FontConfiguration
    styles: Mapping[str, CSS]


def _is_a(cls: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, cls)


def _in_groups(text: str, size: int = 8) -> str:
    """A long checksum in groups that the eye can keep."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chinese_day"] = chinese_day
    environment.globals.update(title_lines=title_lines, in_groups=_in_groups)
    environment.tests.update({cls.__name__.lower(): _is_a(cls) for cls in (Heading, Paragraph, Listing)})
    return environment


def _set_up(fonts: tuple[FontFile, ...]) -> Press:
    configuration = FontConfiguration()
    fetcher = AssetFetcher({font.address: ("font/otf", font.path.read_bytes()) for font in fonts})
    names = ("official.css", "village.css", "typefaces.css")
    faces = faces_from(fonts)
    texts = {name: _templates().get_template(name).render(faces=faces, fonts=fonts) for name in names}
    styles = {
        name: CSS(string=text, font_config=configuration, url_fetcher=fetcher, base_url="asset:/")
        for name, text in texts.items()
    }
    return Press(fonts, configuration, styles)


_press = cache(_set_up)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def _check_glyphs(paper: Paper, fonts: tuple[FontFile, ...]) -> None:
    absent = without_glyph("".join(_texts(paper)), fonts)
    if absent:
        named = "、".join(f"{character}（U+{ord(character):04X}）" for character in absent)
        raise RefusedError(NO_GLYPH, characters=named)


def _table(paper: Paper) -> Listed | None:
    if isinstance(paper, DocumentPaper):
        return None
    return listed(paper.column_labels, paper.column_kinds, paper.groups)


def _style_names(paper: Paper) -> tuple[str, ...]:
    return ("typefaces.css", "village.css" if isinstance(paper, VillagePaper) else "official.css")


def _markup(paper: Paper) -> str:
    template = {NoticePaper: "notice.html", VillagePaper: "village.html", DocumentPaper: "document.html"}[type(paper)]
    table = _table(paper)
    return (
        _templates()
        .get_template(template)
        .render(paper=paper, table=table, is_short=table is not None and table.line_count <= SHORT_LIST)
    )


def _qr_code(paper: Paper) -> bytes:
    """The address of the page as an SVG; level Q survives folding, rain and a fax machine.

    The quiet zone is left to the style sheet, so that the size there is the size of the code itself.
    """
    code = segno.make_qr(paper.url, error="q" if isinstance(paper, VillagePaper) else "m", boost_error=False)
    drawing = BytesIO()
    code.save(drawing, kind="svg", border=0, scale=4)
    return drawing.getvalue()


@contextmanager
def _collecting_once() -> Iterator[None]:
    """Collect garbage once afterwards: during layout it finds nothing and costs two fifths of the time.

    A process that has switched collection off, because it prints one paper and ends, is left alone.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def print_paper(paper: Paper, *, fonts: Path | None) -> bytes:
    """The paper as PDF/UA-1. `fonts` is the operator's folder.

    Raises RefusedError that names every character for which no font has a glyph.
    """
    own_fonts = operator_fonts(fonts)
    _check_glyphs(paper, own_fonts)
    press = _press(own_fonts)
    fetcher = AssetFetcher({"asset:qr.svg": ("image/svg+xml", _qr_code(paper))} if paper.url else {})
    with _collecting_once():
        document = HTML(string=_markup(paper), base_url="asset:/", url_fetcher=fetcher)
        return bytes(
            document.write_pdf(
                stylesheets=[press.styles[name] for name in _style_names(paper)],
                font_config=press.font_configuration,
                pdf_variant="pdf/ua-1",
            )
        )
