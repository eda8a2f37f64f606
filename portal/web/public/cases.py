"""The public archive of cases: how to complain, what came of it, each published answer, its revisions and papers."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.case_publications import PUBLISHED_KINDS, Piece, read_pieces
from portal.domain.cases import CaseKind, Category, Outcome
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area, Face
from portal.queries.case_publications import AnswerFilters, answer_page
from portal.queries.case_statistics import counted
from portal.queries.divisions import division_tree
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, public_view, revision_view, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.case_statistics_pages import county_chart
from portal.web.forms.base import FilterForm
from portal.web.labels import label
from portal.web.lists import chosen, chosen_filters, older_page
from portal.web.printed_papers import paper_answer
from portal.web.services import services
from portal.web.withdrawn_pages import withdrawn

blueprint = Blueprint("public_cases", __name__, url_prefix="/cases")


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What a template needs of an answer besides its frozen head."""

    kind: CaseKind
    category: Category
    outcome: Outcome | None
    answer: tuple[tuple[Piece, ...], ...]


class AnswerFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    county = SelectField(lazy_gettext("县（市、区）"), validate_choice=False)
    kind = SelectField(lazy_gettext("类别"), validate_choice=False)
    category = SelectField(lazy_gettext("反映的问题"), validate_choice=False)
    outcome = SelectField(lazy_gettext("核查结论"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """How to complain, and every answer that is public, newest first."""
    filters = _filters(request.args)
    page = answer_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    form = _filter_form(filters)
    figures = counted(services().rulebook.case_statistics, shanghai_date(clock.now()))
    return render_template(
        "public/cases/index.html",
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
        paged=bool(request.args.get("after")),
        counted=figures,
        chart=county_chart(figures.table, division_tree()),
    )


@blueprint.get("/<string:number>")
@public
def answer(number: str) -> Response:
    """One published answer; a stub when it is withdrawn."""
    return _answer("public/cases/answer.html", _view(number))


@blueprint.get("/<string:number>/print")
@public
def print_page(number: str) -> Response:
    """The same as one page for printing, for phones and browsers that cannot open a PDF."""
    return _answer("public/cases/print_page.html", _view(number))


@blueprint.get("/<string:number>/revisions/<int:ordinal>")
@public
def revision(number: str, ordinal: int) -> Response:
    """An earlier revision; 410 when a correction has closed it."""
    view = revision_view(Area.CASES, number, ordinal, at=clock.now()) or abort(404)
    return _answer("public/cases/revision.html", view)


@blueprint.get("/<string:number>.pdf")
@public
def paper(number: str) -> Response:
    """The paper of what the public sees now."""
    view = _view(number)
    return withdrawn(view) if view.face is Face.WITHDRAWN else paper_answer(view)


def _view(number: str) -> PublicView:
    return public_view(Area.CASES, number, at=clock.now()) or abort(404)


def _answer(template: str, view: PublicView) -> Response:
    if view.face is Face.WITHDRAWN:
        return withdrawn(view)
    shown, revisions = _shown(view.head), revisions_of(view)
    return make_response(render_template(template, shown=shown, view=view, head=view.head, revisions=revisions))


def _shown(head: Mapping[str, str]) -> ShownAnswer:
    outcome = Outcome(head["outcome"]) if head["outcome"] else None
    return ShownAnswer(CaseKind(head["kind"]), Category(head["category"]), outcome, read_pieces(head["answer"]))


def _filters(args: Mapping[str, str]) -> AnswerFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    county = args.get("county", "")
    tree = division_tree()
    return AnswerFilters(
        county=county if any(one.code == county for one in tree.below(tree.city.code)) else "",
        kind=chosen(CaseKind, args.get("kind", "")),
        category=chosen(Category, args.get("category", "")),
        outcome=chosen(Outcome, args.get("outcome", "")),
    )


def _filter_form(filters: AnswerFilters) -> AnswerFilterForm:
    names = ("county", "kind", "category", "outcome")
    form = AnswerFilterForm(data={name: getattr(filters, name) or "" for name in names})
    tree = division_tree()
    everything = ("", lazy_gettext("全部"))
    form.county.choices = [everything, *((one.code, one.display_name) for one in tree.below(tree.city.code))]
    kinds = [kind for kind in CaseKind if kind in PUBLISHED_KINDS]
    for field, members in ((form.kind, kinds), (form.category, list(Category)), (form.outcome, list(Outcome))):
        field.choices = [everything, *((str(member), label(member)) for member in members)]
    return form
