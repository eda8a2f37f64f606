"""The public archive of cases: how to complain, what came of it, each published answer, its revisions and papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.case_publications import PUBLISHED_KINDS, Piece, read_pieces
from portal.domain.cases import CaseKind, Category, Outcome
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area
from portal.queries.case_publications import AnswerFilters, answer_page
from portal.queries.case_statistics import counted
from portal.queries.divisions import division_tree
from portal.queries.paging import read_cursor
from portal.queries.publications import PublicView, RevisionLine, holds_now, revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.case_statistics_pages import county_chart
from portal.web.forms.base import FilterForm
from portal.web.lists import chosen, every, list_answer, members
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.services import services

blueprint = Blueprint("public_cases", __name__, url_prefix="/cases")


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What a template needs of an answer besides its frozen head."""

    kind: CaseKind
    category: Category
    outcome: Outcome | None
    answer: tuple[tuple[Piece, ...], ...]
    revisions: Sequence[RevisionLine]
    is_live: bool


def _shown(view: PublicView) -> ShownAnswer:
    head, revisions = view.head, revisions_of(view)
    return ShownAnswer(
        kind=CaseKind(head["kind"]),
        category=Category(head["category"]),
        outcome=Outcome(head["outcome"]) if head["outcome"] else None,
        answer=read_pieces(head["answer"]),
        revisions=revisions,
        is_live=holds_now(revisions, view.ordinal),
    )


PUBLICATIONS = Publications(Area.CASES, "answer", lazy_gettext("看办理情况"), _shown)
add_addresses(blueprint, PUBLICATIONS)


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
    figures = counted(services().rulebook.case_statistics, shanghai_date(clock.now()))
    return list_answer(
        PUBLICATIONS,
        page,
        _filter_form(filters),
        paged=bool(request.args.get("after")),
        counted=figures,
        chart=county_chart(figures.table, division_tree()),
    )


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
    form.county.choices = every((one.code, one.display_name) for one in tree.below(tree.city.code))
    kinds = [kind for kind in CaseKind if kind in PUBLISHED_KINDS]
    for field, enum in ((form.kind, kinds), (form.category, list(Category)), (form.outcome, list(Outcome))):
        field.choices = members(enum)
    return form
