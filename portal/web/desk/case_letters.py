"""The letters of a case, to print and to serve on paper."""

from flask import Blueprint, Response, render_template

from portal.domain.permissions import Permission
from portal.usecases import clock
from portal.usecases.desk_letters import desk_letter, desk_letters
from portal.web.access import current_actor, requires
from portal.web.desk.case_openers import opener
from portal.web.headers import sealed_download
from portal.web.services import services

blueprint = Blueprint("desk_case_letters", __name__, url_prefix="/desk/cases")


@blueprint.get("/<string:number>/letters")
@requires(Permission.SEE_CASES)
def letters(number: str) -> str:
    """Every letter that a step of the case has sent."""
    found = desk_letters(current_actor(), number)
    return render_template("desk/case_letters/letters.html", number=number.upper(), letters=found)


@blueprint.get("/<string:number>/letters/<int:seq>.pdf")
@requires(Permission.SEE_CASES)
def letter(number: str, seq: int) -> Response:
    """One letter as PDF; each printing is noted."""
    paper = desk_letter(services(), current_actor(), number, seq, (opener(),), at=clock.now())
    return sealed_download(iter((paper,)), "application/pdf", f"letter-{seq}.pdf")
