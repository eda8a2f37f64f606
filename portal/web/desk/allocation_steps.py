"""The steps of an allocation at the desk, each with a page that says what will happen before it does."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from portal.domain.permissions import Permission
from portal.queries.allocations import desk_allocation
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done
from portal.web.desk.document_steps import STEPS as DOCUMENT_STEPS
from portal.web.desk.document_steps import StepPage, run_step

blueprint = Blueprint("desk_allocation_steps", __name__, url_prefix="/desk/allocations")

STEPS: Mapping[str, StepPage] = {
    **DOCUMENT_STEPS,
    "publish": replace(
        DOCUMENT_STEPS["publish"],
        consequence=_("签发后立即公开，任何改动都要走更正。还有金额没有写明理由的，不能签发。"),
    ),
    "withdraw": replace(DOCUMENT_STEPS["withdraw"], title=_("撤下这份资金分配")),
}
"""The steps of documents in the words of an allocation."""


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_allocation(current_actor(), number)
    form, back = page.form(data={"version": found.version}), url_for("desk_allocations.allocation", number=number)

    def act() -> ResponseReturnValue:
        run_step(page, form, found.number, back)
        return done(back, str(page.said))

    def show() -> str:
        return render_template(
            "desk/allocation_steps/step.html", allocation=found, form=form, page=page, step=step, back=back
        )

    return attempt(form, act, show)
