"""Public pages of documents: the list with its filters, the document, its revisions, its papers."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.documents import DocumentCategory
from portal.domain.instants import shanghai_date
from portal.domain.programs import Program
from portal.domain.publications import Area, Face
from portal.queries.documents import DocumentFilters, document_page
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, public_view, revision_view, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.document_pages import shown_document
from portal.web.forms.base import FilterForm, TextField, at_most
from portal.web.labels import label
from portal.web.lists import chosen, chosen_filters, older_page
from portal.web.printed_papers import paper_answer
from portal.web.services import services
from portal.web.withdrawn_pages import withdrawn

blueprint = Blueprint("public_documents", __name__, url_prefix="/documents")


class DocumentFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    q = TextField(lazy_gettext("标题或文号"), [at_most(60)])
    category = SelectField(lazy_gettext("种类"), validate_choice=False)
    program = SelectField(lazy_gettext("救助项目"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every document that is public, newest first."""
    filters = _filters(request.args)
    page = document_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    form = _filter_form(filters)
    return render_template(
        "public/documents/index.html",
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
    )


@blueprint.get("/<string:number>")
@public
def document(number: str) -> Response:
    """One document; a stub when it is withdrawn."""
    return _answer("public/documents/document.html", _view(number))


@blueprint.get("/<string:number>/print")
@public
def print_page(number: str) -> Response:
    """The same as one page for printing, for phones and browsers that cannot open a PDF."""
    return _answer("public/documents/print_page.html", _view(number))


@blueprint.get("/<string:number>/revisions/<int:ordinal>")
@public
def revision(number: str, ordinal: int) -> Response:
    """An earlier revision; 410 when a correction has closed it."""
    view = revision_view(Area.DOCUMENTS, number, ordinal, at=clock.now()) or abort(404)
    return _answer("public/documents/revision.html", view)


@blueprint.get("/<string:number>.pdf")
@public
def paper(number: str) -> Response:
    """The paper of what the public sees now, printed while the reader waits when no worker has done it yet."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else paper_answer(view)


def _view(number: str) -> PublicView:
    return public_view(Area.DOCUMENTS, number, at=clock.now()) or abort(404)


def _answer(template: str, view: PublicView) -> Response:
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    repealed, today = services().rulebook.repealed, shanghai_date(clock.now())
    shown = shown_document(view, revisions_of(view), repealed, today)
    return make_response(render_template(template, shown=shown, view=view, head=view.head))


def _filters(args: Mapping[str, str]) -> DocumentFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return DocumentFilters(
        category=chosen(DocumentCategory, args.get("category", "")),
        program=chosen(Program, args.get("program", "")),
        text=args.get("q", "").strip()[:60],
    )


def _filter_form(filters: DocumentFilters) -> DocumentFilterForm:
    form = DocumentFilterForm(
        data={"q": filters.text, "category": filters.category or "", "program": filters.program or ""}
    )
    for field, enum in ((form.category, DocumentCategory), (form.program, Program)):
        field.choices = [("", lazy_gettext("全部")), *((str(member), label(member)) for member in enum)]
    return form
