"""Public pages of documents: the list with its filters, the document, its revisions, its papers."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.documents import DocumentCategory
from portal.domain.instants import shanghai_date
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.queries.documents import DocumentFilters, document_page
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.document_pages import ShownDocument, shown_document
from portal.web.forms.base import FilterForm, TextField, at_most
from portal.web.lists import chosen, list_answer, members
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.services import services

blueprint = Blueprint("public_documents", __name__, url_prefix="/documents")


def _shown(view: PublicView) -> ShownDocument:
    repealed, today = services().rulebook.repealed, shanghai_date(clock.now())
    return shown_document(view, revisions_of(view), repealed, today)


PUBLICATIONS = Publications(
    Area.DOCUMENTS,
    "document",
    lazy_gettext("查政策"),
    _shown,
)
add_addresses(blueprint, PUBLICATIONS)


class DocumentFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    category = SelectField(lazy_gettext("种类"), validate_choice=False)
    program = SelectField(lazy_gettext("救助项目"), validate_choice=False)
    q = TextField(lazy_gettext("标题或文号"), [at_most(60)])


@blueprint.get("/")
@public
def index() -> str:
    """Every document that is public, newest first."""
    filters = _filters(request.args)
    page = document_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters))


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
        field.choices = members(enum)
    return form
