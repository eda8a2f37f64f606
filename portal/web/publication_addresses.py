"""The addresses that every publication of an area has: page, page for printing, revisions, paper, CSV and workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template
from flask_babel import LazyString
from jinja2 import Template

from portal.domain.publications import Area, Face
from portal.queries.publications import PublicView, public_view, revision_view
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.headers import no_trace
from portal.web.printed_papers import paper_answer
from portal.web.withdrawn_pages import withdrawn
from portal.web.workbook_answers import SheetContent, workbook_answer

CsvTable = tuple[Sequence[object], Sequence[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Publications:
    """How an area shows what the gate lets out; `page` names the endpoint of its page, `column` is its list's name.

    The templates are those of `public/publications/`, which include the area's `_head` and `_content`; an area that has
    more to say has a template of its own beside them. `table` and `sheets` make its CSV and its workbook; an area
    without one has no such address. Lists of people leave no trace (`is_traceless`).
    """

    area: Area
    page: str
    column: LazyString
    shown: Callable[[PublicView], Any]
    table: Callable[[PublicView], CsvTable] | None = None
    sheets: Callable[[PublicView], Sequence[SheetContent]] | None = None
    paper: Callable[[PublicView], Response] = paper_answer
    is_traceless: bool = False

    def view(self, number: str) -> PublicView:
        """What the public sees of a number now; 404 when it is none of this area."""
        return public_view(self.area, number, at=clock.now()) or abort(404)

    def page_answer(self, view: PublicView, own: str, common: str) -> Response:
        """A page of it; the stub when it is withdrawn, 410 when a correction has closed the revision."""
        templates: list[str | Template] = [f"public/{self.area}/{own}.html", common]

        def page(view: PublicView) -> Response:
            shown = self.shown(view)
            return make_response(render_template(templates, told=self, shown=shown, view=view, head=view.head))

        return self.answer(view, page)

    def answer(self, view: PublicView, made: Callable[[PublicView], Response]) -> Response:
        """What is made of what the public sees now; of what is withdrawn the stub."""
        response = withdrawn(view) if view.face is Face.WITHDRAWN else made(view)
        return no_trace(response) if self.is_traceless else response


def add_addresses(blueprint: Blueprint, told: Publications) -> None:
    """Lay the addresses of one area's publications."""
    _add_pages(blueprint, told)
    _add(blueprint, "/<string:number>.pdf", "paper", told, told.paper)
    if (table := told.table) is not None:
        _add(blueprint, "/<string:number>.csv", "sheet", told, lambda view: csv_answer(view.number, *table(view)))
    if (sheets := told.sheets) is not None:
        _add(
            blueprint, "/<string:number>.xlsx", "workbook", told,
            lambda view: workbook_answer(view.number, sheets(view)),
        )  # fmt: skip


def _add_pages(blueprint: Blueprint, told: Publications) -> None:
    @public
    def page(number: str) -> Response:
        return told.page_answer(told.view(number), told.page, "public/publications/publication.html")

    @public
    def print_page(number: str) -> Response:
        """For phones and browsers that cannot open a PDF."""
        return told.page_answer(told.view(number), "print_page", "public/publications/print_page.html")

    @public
    def revision(number: str, ordinal: int) -> Response:
        view = revision_view(told.area, number, ordinal, at=clock.now()) or abort(404)
        return told.page_answer(view, "revision", "public/publications/revision.html")

    blueprint.add_url_rule("/<string:number>", told.page, page)
    blueprint.add_url_rule("/<string:number>/print", "print_page", print_page)
    blueprint.add_url_rule("/<string:number>/revisions/<int:ordinal>", "revision", revision)


def _add(
    blueprint: Blueprint, rule: str, endpoint: str, told: Publications, answer: Callable[[PublicView], Response]
) -> None:
    @public
    def file(number: str) -> Response:
        return told.answer(told.view(number), answer)

    blueprint.add_url_rule(rule, endpoint, file)
