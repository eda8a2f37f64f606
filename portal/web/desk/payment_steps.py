"""The steps of a batch of payments at the desk, each with a page that says what will happen before it does."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from portal.domain.permissions import Permission
from portal.queries.payments import desk_payment
from portal.web.access import current_actor, requires
from portal.web.desk.step_pages import STEPS as _STEPS
from portal.web.desk.step_pages import StepPage, answer_step

blueprint = Blueprint("desk_payment_steps", __name__, url_prefix="/desk/payments")

STEPS: Mapping[str, StepPage] = {
    **_STEPS,
    "withdraw": replace(_STEPS["withdraw"], title=_("撤下这份发放情况")),
}
"""The steps of documents in the words of a batch of payments."""


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_payment(current_actor(), number)
    return answer_step(page, found, url_for("desk_payments.payment", number=found.number))
