"""The steps of a register at the desk, each with a page that says what will happen before it does."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from portal.domain.permissions import Permission
from portal.queries.registers import desk_register
from portal.web.access import current_actor, requires
from portal.web.desk.step_pages import STEPS as _STEPS
from portal.web.desk.step_pages import StepPage, answer_step

blueprint = Blueprint("desk_register_steps", __name__, url_prefix="/desk/registers")

STEPS: Mapping[str, StepPage] = {**_STEPS, "withdraw": replace(_STEPS["withdraw"], title=_("撤下这份资金登记"))}
"""The steps of documents in the words of a register."""


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_register(current_actor(), number)
    return answer_step(page, found, url_for("desk_registers.register", number=found.number))
