"""The steps of a document at the desk."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permissions import Permission
from portal.queries.documents import desk_document
from portal.usecases import clock
from portal.web.access import current_actor, requires
from portal.web.desk.step_pages import STEPS, answer_step
from portal.web.services import services

blueprint = Blueprint("desk_document_steps", __name__, url_prefix="/desk/documents")


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    page = STEPS.get(step) or abort(404)
    found = desk_document(current_actor(), number, services().rulebook.repealed, at=clock.now())
    return answer_step(page, found, url_for("desk_documents.document", number=found.number))
