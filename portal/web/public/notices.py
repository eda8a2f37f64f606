"""Public pages of recipient notices: the list with its filters, the notice, its revisions, its papers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.notices import NoticeKind, OpenState
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.queries.divisions import division_tree
from portal.queries.notices import NoticeFilters, notice_page, published_years
from portal.queries.paging import read_cursor
from portal.queries.papers import printed_file, row_total
from portal.queries.publications import PublicView, list_page, revisions_of
from portal.usecases import clock
from portal.usecases.papers import PaperNotReadyError, print_public_paper, store_of
from portal.web.access import public
from portal.web.forms.base import FilterForm, TextField, at_most
from portal.web.lists import chosen, every, list_answer, members, years
from portal.web.notice_pages import ShownNotice, shown_notice
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.services import services
from portal.web.short_numbers import number_in

blueprint = Blueprint("public_notices", __name__, url_prefix="/notices")

MOST_ROWS_WHILE_WAITING = 500
SECONDS_WHILE_WAITING = 20.0
RETRY_AFTER = "60"


def _shown(view: PublicView) -> ShownNotice:
    rows = list_page(view, page := _page_number(view))
    return shown_notice(view, rows, page, revisions_of(view), at=clock.now())


def _page_number(view: PublicView) -> int:
    page = request.args.get("page", "1")
    number = number_in(page)
    return number if 1 <= number <= max(1, int(view.head["pages"])) else abort(404)


def _paper(view: PublicView) -> Response:
    """The paper of what the public sees now; a short list not printed yet is printed at once, a long one must wait."""
    content = printed_file(view, store_of(services()))
    if content is None and row_total(view) > MOST_ROWS_WHILE_WAITING:
        return _not_ready(view)
    try:
        content = content or print_public_paper(
            services(), Area.NOTICES, view.number, at=clock.now(), timeout_s=SECONDS_WHILE_WAITING
        )
    except PaperNotReadyError:
        return _not_ready(view)
    response = Response(content or abort(404), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{view.number}.pdf"'
    return response


def _not_ready(view: PublicView) -> Response:
    response = make_response(render_template("public/notices/not_ready.html", view=view), 503)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


PUBLICATIONS = Publications(Area.NOTICES, "notice", lazy_gettext("看村里公示"), _shown, paper=_paper, is_traceless=True)
add_addresses(blueprint, PUBLICATIONS)


class NoticeFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    q = TextField(lazy_gettext("标题或编号"), [at_most(60)])
    division = SelectField(lazy_gettext("县（市、区）或镇（街道）"), validate_choice=False)
    program = SelectField(lazy_gettext("救助项目"), validate_choice=False)
    kind = SelectField(lazy_gettext("公示类别"), validate_choice=False)
    state = SelectField(lazy_gettext("状态"), validate_choice=False)
    year = SelectField(lazy_gettext("年份"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every notice that was ever public and is not withdrawn, newest first."""
    at = clock.now()
    filters = _filters(request.args)
    page = notice_page(filters, at=at, after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters, at))


def _filters(args: Mapping[str, str]) -> NoticeFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    year = number_in(args.get("year", ""))
    return NoticeFilters(
        division=args.get("division", "")[:12],
        program=chosen(Program, args.get("program", "")),
        kind=chosen(NoticeKind, args.get("kind", "")),
        state=chosen(OpenState, args.get("state", "")),
        year=year if date.min.year < year < date.max.year else None,
        text=args.get("q", "").strip()[:60],
    )


def _filter_form(filters: NoticeFilters, at: Any) -> NoticeFilterForm:
    form = NoticeFilterForm(
        data={
            "q": filters.text,
            "division": filters.division,
            "program": filters.program or "",
            "kind": filters.kind or "",
            "state": filters.state or "",
            "year": str(filters.year or ""),
        }
    )
    form.division.choices = every(_places(filters.division))
    for field, enum in ((form.program, Program), (form.kind, NoticeKind), (form.state, OpenState)):
        field.choices = members(enum)
    form.year.choices = years(published_years(at))
    return form


def _places(chosen: str) -> list[tuple[str, str]]:
    """The counties, and below the chosen one its townships: a short list on a small phone."""
    tree = division_tree()
    here = tree.by_code.get(chosen)
    opened = {here.code, here.parent} if here else set()
    choices: list[tuple[str, str]] = []
    for county in tree.below(tree.city.code):
        choices.append((county.code, county.display_name))
        below = tree.below(county.code)
        if county.code in opened or any(one.code in opened for one in below):
            choices += [(one.code, f"　{one.display_name}") for one in below]
    if here and here.code not in {code for code, _ in choices}:
        choices.append((here.code, here.display_name))
    return choices
