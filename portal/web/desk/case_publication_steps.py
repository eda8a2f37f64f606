"""The steps of an answer at the desk, each with a page that says what will happen before it does."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from portal.domain.permissions import Permission
from portal.queries.case_publications import desk_answer
from portal.web.access import current_actor, requires
from portal.web.desk.step_pages import STEPS as _STEPS
from portal.web.desk.step_pages import StepPage, answer_step

blueprint = Blueprint("desk_case_publication_steps", __name__, url_prefix="/desk/case-publications")

STEPS: Mapping[str, StepPage] = {
    **{name: page for name, page in _STEPS.items() if name != "bypass"},
    "submit": replace(
        _STEPS["submit"],
        consequence=_(
            "交给审核人以后，您不能再改动，除非被退回。诉求人从现在起能在自己的页面上看到这份拟公开的内容，"
            "五个工作日内可以不同意。"
        ),
    ),
    "publish": replace(
        _STEPS["publish"],
        consequence=_("签发后立即公开，任何改动都要走更正。诉求人提出异议的期限未到，或者他不同意公开的，不能签发。"),
    ),
    "withdraw": replace(
        _STEPS["withdraw"],
        title=_("撤下这份答复"),
    ),
}
"""The steps of documents in the words of an answer; no emergency leads around the submitter's days to object."""


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_ANSWERS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_answer(current_actor(), number)
    return answer_step(page, found, url_for("desk_case_publications.answer", number=found.number))
