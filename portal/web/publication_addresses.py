"""The addresses that every publication of an area has: page, page for printing, revisions, paper, CSV and workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template

from portal.domain.publications import Area, Face
from portal.queries.publications import PublicView, public_view, revision_view
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.printed_papers import paper_answer
from portal.web.withdrawn_pages import withdrawn
from portal.web.workbook_answers import SheetContent, workbook_answer

CsvTable = tuple[Sequence[object], Sequence[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Publications:
    """How an area shows what the gate lets out; `page` names the endpoint and the template of its page.

    `table` and `sheets` make its CSV and its workbook; an area without one has no such address.
    """

    area: Area
    page: str
    shown: Callable[[PublicView], Any]
    table: Callable[[PublicView], CsvTable] | None = None
    sheets: Callable[[PublicView], Sequence[SheetContent]] | None = None

    def view(self, number: str) -> PublicView:
        """What the public sees of a number now; 404 when it is none of this area."""
        return public_view(self.area, number, at=clock.now()) or abort(404)

    def answer(self, template: str, view: PublicView) -> Response:
        """A page of it; the stub when it is withdrawn, 410 when a correction has closed the revision."""
        if view.face is Face.WITHDRAWN:
            return withdrawn(view)
        body = render_template(f"public/{self.area}/{template}.html", shown=self.shown(view), view=view, head=view.head)
        return make_response(body)


def add_addresses(blueprint: Blueprint, told: Publications) -> None:
    """Lay the addresses of one area's publications."""
    _add_pages(blueprint, told)
    _add(blueprint, "/<string:number>.pdf", "paper", told, paper_answer)
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
        return told.answer(told.page, told.view(number))

    @public
    def print_page(number: str) -> Response:
        """For phones and browsers that cannot open a PDF."""
        return told.answer("print_page", told.view(number))

    @public
    def revision(number: str, ordinal: int) -> Response:
        view = revision_view(told.area, number, ordinal, at=clock.now()) or abort(404)
        return told.answer("revision", view)

    blueprint.add_url_rule("/<string:number>", told.page, page)
    blueprint.add_url_rule("/<string:number>/print", "print_page", print_page)
    blueprint.add_url_rule("/<string:number>/revisions/<int:ordinal>", "revision", revision)


def _add(
    blueprint: Blueprint, rule: str, endpoint: str, told: Publications, answer: Callable[[PublicView], Response]
) -> None:
    """A file of what the public sees now; of what is withdrawn the stub."""

    @public
    def file(number: str) -> Response:
        view = told.view(number)
        return withdrawn(view) if view.face is Face.WITHDRAWN else answer(view)

    blueprint.add_url_rule(rule, endpoint, file)
