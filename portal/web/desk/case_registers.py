"""The register of cases (台账) as a spreadsheet, of what the list shows."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.instants import shanghai_date
from portal.domain.permissions import Permission
from portal.queries.case_register import count_of
from portal.usecases import clock
from portal.usecases.case_register import HEAD, MOST_ROWS, exported_register
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt
from portal.web.desk.cases import asked, chosen_of, filter_form, filters_of
from portal.web.forms.base import DeskForm
from portal.web.labels import label
from portal.web.services import services

blueprint = Blueprint("desk_case_registers", __name__, url_prefix="/desk/cases")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/register", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def register() -> ResponseReturnValue:
    """Say what the spreadsheet will hold, and hand it out."""
    actor, at, form = current_actor(), clock.now(), DeskForm()
    picked, head = filter_form(actor), [_(text) for text in HEAD]
    filters = filters_of(picked, actor)

    def hand_out() -> Response:
        with exported_register(
            services(), actor, filters, lambda one: str(label(one)), at=at, head=head, most_rows=MOST_ROWS
        ) as file:
            return _download(file.read(), f"cases-{shanghai_date(at):%Y%m%d}.xlsx")

    def page() -> str:
        here = url_for(".register", **asked())  # type: ignore[arg-type]
        count = count_of(actor, filters, at=at)
        return render_template(
            "desk/case_registers/register.html", form=form, count=count, head=head, chosen=chosen_of(picked), here=here,
            most=MOST_ROWS,
        )  # fmt: skip

    return attempt(form, hand_out, page)


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
