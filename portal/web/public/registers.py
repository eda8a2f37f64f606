"""Public pages of registers: the list, one register, its revisions, paper, CSV and workbook."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.publications import Area, Face
from portal.domain.registers import RegisterKind
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, public_view, revision_view, revisions_of
from portal.queries.registers import RegisterFilters, register_page, register_years
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.forms.base import FilterForm
from portal.web.labels import label
from portal.web.lists import chosen, chosen_filters, older_page
from portal.web.printed_papers import paper_answer
from portal.web.register_pages import csv_table, shown_register, workbook_sheets
from portal.web.short_numbers import number_in
from portal.web.withdrawn_pages import withdrawn
from portal.web.workbook_answers import workbook_answer

blueprint = Blueprint("public_registers", __name__, url_prefix="/registers")


class RegisterFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    year = SelectField(lazy_gettext("年份"), validate_choice=False)
    kind = SelectField(lazy_gettext("登记种类"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every register that is public, newest first."""
    filters = _filters(request.args)
    page = register_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    form = _filter_form(filters)
    return render_template(
        "public/registers/index.html",
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
    )


@blueprint.get("/<string:number>")
@public
def register(number: str) -> Response:
    """One register; a stub when it is withdrawn."""
    return _answer("public/registers/register.html", _view(number))


@blueprint.get("/<string:number>/print")
@public
def print_page(number: str) -> Response:
    """The same as one page for printing, for phones and browsers that cannot open a PDF."""
    return _answer("public/registers/print_page.html", _view(number))


@blueprint.get("/<string:number>/revisions/<int:ordinal>")
@public
def revision(number: str, ordinal: int) -> Response:
    """An earlier revision; 410 when a correction has closed it."""
    view = revision_view(Area.REGISTERS, number, ordinal, at=clock.now()) or abort(404)
    return _answer("public/registers/revision.html", view)


@blueprint.get("/<string:number>.pdf")
@public
def paper(number: str) -> Response:
    """The paper of what the public sees now, printed while the reader waits when no worker has done it yet."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else paper_answer(view)


@blueprint.get("/<string:number>.csv")
@public
def sheet(number: str) -> Response:
    """Every row that is told, in yuan and in fen."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else csv_answer(view.number, *csv_table(view))


@blueprint.get("/<string:number>.xlsx")
@public
def workbook(number: str) -> Response:
    """A workbook whose sums compute."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else workbook_answer(view.number, workbook_sheets(view))


def _view(number: str) -> PublicView:
    return public_view(Area.REGISTERS, number, at=clock.now()) or abort(404)


def _answer(template: str, view: PublicView) -> Response:
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    shown = shown_register(view, revisions_of(view))
    return make_response(render_template(template, shown=shown, view=view, head=view.head))


def _filters(args: Mapping[str, str]) -> RegisterFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return RegisterFilters(
        year=number_in(args.get("year", "")) or None, kind=chosen(RegisterKind, args.get("kind", ""))
    )


def _filter_form(filters: RegisterFilters) -> RegisterFilterForm:
    form = RegisterFilterForm(data={"year": str(filters.year or ""), "kind": filters.kind or ""})
    every = ("", lazy_gettext("全部"))
    form.year.choices = [every, *((str(year), str(year)) for year in register_years(clock.now()))]
    form.kind.choices = [every, *((str(member), label(member)) for member in RegisterKind)]
    return form
