"""Search over everything published. What a name-shaped query gets is decided in domain/archive.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from portal.domain.archive import Facet, read_query
from portal.domain.cases import CaseKind
from portal.domain.divisions import Division
from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.domain.registers import RegisterKind
from portal.queries.archive import ArchivePage, ArchiveQuery, archive_page
from portal.queries.divisions import division_tree, places_named
from portal.queries.publications import live_revisions
from portal.search.engine import Cursor
from portal.usecases import clock
from portal.usecases.services import Services
from portal.web.access import public
from portal.web.labels import label

blueprint = Blueprint("public_archive", __name__)

MOST_PLACES = 12
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet as a link: choosing it, or, when it is chosen, taking it back."""

    text: str
    count: int
    url: str
    is_chosen: bool


@blueprint.get("/search")
@public
def search() -> Response:
    """Everything published that meets the words and choices in the address, newest first."""
    services: Services = current_app.extensions["portal"]
    literally = request.args.get("literally") == "1"
    words = read_query(request.args.get("q", ""), services.rulebook.search_words, literally=literally)
    query = ArchiveQuery(words, _chosen(request.args), Cursor.parse(request.args.get("after", "")))
    page = archive_page(services.search, query, at=clock.now(), live=live_revisions)
    template = "public/archive/name.html" if words.is_name else "public/archive/search.html"
    places = _places(words.text.strip()) if not query.after and not query.chosen else []
    return _private(
        render_template(template, page=page, places=places, facets=_facets(page), older=_older(page), url=_url)
    )


def _places(text: str) -> list[tuple[Division, str]]:
    """Places of that name, each with the place above it: whoever types a village wants its page, list or no list."""
    found = places_named(text, most=MOST_PLACES) if len(text) >= SHORTEST_NAME else ()
    tree = division_tree()
    return [(one, tree.by_code[one.parent].display_name if one.parent else "") for one in found]


def _private(body: str) -> Response:
    """An answer that no page cache keeps: the index follows a publication by seconds, outside the site's revision."""
    answer = make_response(body)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _chosen(arguments: MultiDict[str, str]) -> dict[Facet, str]:
    """The choices in an address; values that mean nothing are passed over."""
    return {facet: arguments[facet] for facet in Facet if _text(facet, arguments.get(facet, "")) is not None}


def _facets(page: ArchivePage) -> dict[str, list[Choice]]:
    """The facets that leave something to choose, by their headings."""
    headings = {
        Facet.AREA: gettext("内容"),
        Facet.PROGRAM: gettext("救助项目"),
        Facet.KIND: gettext("类别"),
        Facet.COUNTY: gettext("县（市、区）"),
        Facet.YEAR: gettext("年份"),
    }
    shown = {heading: _choices(page, facet) for facet, heading in headings.items()}
    return {heading: choices for heading, choices in shown.items() if choices}


def _choices(page: ArchivePage, facet: Facet) -> list[Choice]:
    counts = dict(page.facets.get(facet, ()))
    chosen = page.query.chosen.get(facet, "")
    if chosen:
        counts.setdefault(chosen, 0)
    elif len(counts) <= 1:
        return []
    return [
        _choice(facet, value, count, is_chosen=value == chosen)
        for value, count in counts.items()
        if _text(facet, value)
    ]


def _choice(facet: Facet, value: str, count: int, *, is_chosen: bool) -> Choice:
    return Choice(_text(facet, value) or "", count, _url(**{facet: "" if is_chosen else value}), is_chosen)


def _text(facet: Facet, value: str) -> str | None:
    """What people read for a value of a facet; nothing for a value that there is not."""
    if not value:
        return None
    if facet is Facet.YEAR:
        return gettext("%(year)s年", year=value) if value.isdecimal() else None
    if facet is Facet.COUNTY:
        county = division_tree().by_code.get(value)
        return county.display_name if county else None
    return _labels(facet).get(value)


def _labels(facet: Facet) -> Mapping[str, str]:
    enums = {Facet.AREA: (Area,), Facet.PROGRAM: (Program,), Facet.KIND: (NoticeKind, CaseKind, RegisterKind)}
    return {member.value: str(label(member)) for enum in enums[facet] for member in enum}


def _older(page: ArchivePage) -> str:
    return _url(after=str(page.older)) if page.older else ""


def _url(**changes: str) -> str:
    """This search with some parameters changed; an empty one is left out, and every change but paging begins anew."""
    kept = {name: request.args.get(name, "") for name in ("q", "literally", *Facet)}
    given: dict[str, Any] = {name: value for name, value in (kept | changes).items() if value}
    return url_for("public_archive.search", **given)
