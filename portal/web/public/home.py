"""The home page: find one's village, what is in its objection period now, what is new, how to speak up."""

from flask import Blueprint, render_template

from portal.domain.instants import shanghai_date
from portal.domain.notices import OpenState
from portal.queries.case_statistics import overdue_by_county
from portal.queries.divisions import division_tree
from portal.queries.duties import missed_by_county
from portal.queries.fund_overviews import newest_year_of
from portal.queries.notices import NoticeFilters, notice_page
from portal.usecases import clock
from portal.web.access import public
from portal.web.case_statistics_pages import county_name
from portal.web.fund_trends import newest_year_chart
from portal.web.services import services

blueprint = Blueprint("public_home", __name__)

SHOWN = 4


@blueprint.get("/")
@public
def home() -> str:
    """Everything that somebody who comes for the first time looks for."""
    at = clock.now()
    tree = division_tree()
    overdue = overdue_by_county(services().rulebook.case_statistics)
    newest = newest_year_of(tree.city.code)
    return render_template(
        "public/home/home.html",
        counties=tree.below(tree.city.code),
        overdue=[(county_name(code, tree), cases) for code, cases in sorted(overdue.items())],
        today=shanghai_date(at),
        money=newest and (newest[0], newest_year_chart(*newest)),
        missed=missed_by_county(tree, at=at),
        open_notices=notice_page(NoticeFilters(state=OpenState.OPEN), at=at, size=SHOWN),
        latest=notice_page(NoticeFilters(state=OpenState.SHOWN), at=at, size=SHOWN),
    )
