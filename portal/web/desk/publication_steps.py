"""The steps of documents and tables of money at the desk, each with a page that says what it does before it does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.domain.permissions import Actor, Permission
from portal.domain.publications import Area
from portal.queries.allocations import desk_allocation
from portal.queries.budgets import desk_budget
from portal.queries.desk_publications import DeskPublication
from portal.queries.documents import DeskDocument, desk_document
from portal.queries.payments import desk_payment
from portal.queries.registers import desk_register
from portal.usecases import clock
from portal.web.access import current_actor, requires
from portal.web.desk.step_pages import STEPS, StepPage, answer_step
from portal.web.services import services

blueprint = Blueprint("desk_publication_steps", __name__, url_prefix="/desk")


@dataclass(frozen=True, slots=True)
class Stepped:
    """How a publication of an area is found, the endpoint of its page, and its steps in the words of the area."""

    find: Callable[[Actor, str], DeskPublication]
    page: str
    steps: Mapping[str, StepPage]


def _withdrawing(title: LazyString) -> Mapping[str, StepPage]:
    return {**STEPS, "withdraw": replace(STEPS["withdraw"], title=title)}


def _document(actor: Actor, number: str) -> DeskDocument:
    return desk_document(actor, number, services().rulebook.repealed, at=clock.now())


_EXPLAINED = replace(
    STEPS["publish"], consequence=_("签发后立即公开，任何改动都要走更正。还有金额没有写明理由的，不能签发。")
)

STEPPED: Mapping[Area, Stepped] = {
    Area.DOCUMENTS: Stepped(_document, "desk_documents.document", STEPS),
    Area.ALLOCATIONS: Stepped(
        desk_allocation,
        "desk_allocations.allocation",
        {**_withdrawing(_("撤下这份资金分配")), "publish": _EXPLAINED},
    ),
    Area.BUDGETS: Stepped(desk_budget, "desk_budgets.budget", _withdrawing(_("撤下这份预算"))),
    Area.PAYMENTS: Stepped(desk_payment, "desk_payments.payment", _withdrawing(_("撤下这份发放情况"))),
    Area.REGISTERS: Stepped(desk_register, "desk_registers.register", _withdrawing(_("撤下这份资金登记"))),
}


@blueprint.route(
    "/<any(documents,allocations,budgets,payments,registers):area>/<string:number>/steps/<string:step>",
    methods=["GET", "POST"],
)
@requires(Permission.SEE_DRAFTS)
def step(area: str, number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    told = STEPPED[Area(area)]
    page = told.steps.get(step) or abort(404)
    found = told.find(current_actor(), number)
    return answer_step(page, found, url_for(told.page, number=found.number))
