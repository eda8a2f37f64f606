"""Sheets for the village boards, with full names: one print is one entry in the log."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.permissions import Permission
from portal.printing.papers import SheetSize
from portal.queries.desk_notice import desk_notice, village_places
from portal.usecases import clock
from portal.usecases.village_prints import print_village_sheet
from portal.web.access import current_actor, requires
from portal.web.headers import no_trace
from portal.web.services import services

blueprint = Blueprint("desk_village_prints", __name__, url_prefix="/desk/notices")

SIZES = {"a4": SheetSize.A4, "a3": SheetSize.A3}


@blueprint.get("/<string:number>/village-prints")
@requires(Permission.PRINT_FULL_NAMES)
def village_prints(number: str) -> ResponseReturnValue:
    """Which boards a sheet can be printed for."""
    found = desk_notice(current_actor(), number, at=clock.now())
    places = village_places(found)
    return render_template("desk/village_prints/village_prints.html", notice=found, places=places, sizes=list(SIZES))


@blueprint.get("/<string:number>/village-print")
@requires(Permission.PRINT_FULL_NAMES)
def village_print(number: str) -> Response:
    """The sheet of one board as PDF; it is stored nowhere."""
    size = SIZES.get(request.args.get("sheet", "a4")) or abort(404)
    village = request.args.get("village", "")
    content = print_village_sheet(services(), current_actor(), number, village, size, at=clock.now())
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{number}-{village}.pdf"'
    return no_trace(response)
