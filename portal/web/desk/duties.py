"""The disclosure catalogue at the desk: what is late and what comes soon, where to begin, and what does not apply."""

from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.duties import DutyState, Fulfilment, tally
from portal.domain.permissions import Permission
from portal.queries.divisions import division_tree
from portal.queries.duties import DutyCell, duties_at_desk, to_be_done
from portal.usecases import clock
from portal.usecases.duty_statements import state_applicable, state_not_applicable
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.base import DeskForm
from portal.web.forms.duties import NotApplicableForm
from portal.web.services import services

blueprint = Blueprint("desk_duties", __name__, url_prefix="/desk/duties")

SHOWN = 100
"""So many lines of what has to be done are enough for a day; a city has thousands."""

BEGIN: Mapping[Fulfilment, tuple[str, Permission]] = {
    Fulfilment.DOCUMENTS: ("desk_documents.new", Permission.DRAFT),
    Fulfilment.NOTICES: ("desk_uploads.new", Permission.DRAFT),
    Fulfilment.PAYMENTS: ("desk_payments.new", Permission.DRAFT),
    Fulfilment.BUDGETS: ("desk_budgets.new", Permission.DRAFT),
    Fulfilment.ALLOCATIONS: ("desk_allocations.new", Permission.DRAFT),
    Fulfilment.OFFICE: ("desk_offices.offices", Permission.MANAGE_OFFICES),
}
"""Where what fulfils a duty is begun, and who may."""


@blueprint.get("/")
@requires(Permission.SEE_NOTICES)
def duties() -> str:
    """What is late in the offices of the actor's scope, then what comes soon, then what does not apply."""
    actor, cells, is_own = current_actor(), _cells(), request.args.get("own") == "1"
    asked = [cell for cell in to_be_done(cells) if not is_own or cell.place.code == actor.division_code]
    return render_template(
        "desk/duties/duties.html",
        lines=[(cell, _begin(cell)) for cell in asked[:SHOWN]],
        asked=len(asked),
        is_own=is_own,
        stated=[cell for cell in cells if cell.state is DutyState.NOT_APPLICABLE],
        tally=tally(cell.state for cell in cells),
        may_state=actor.may(Permission.PUBLISH),
    )


@blueprint.route("/<string:code>/<string:duty>/not-applicable", methods=["GET", "POST"])
@requires(Permission.PUBLISH)
def not_applicable(code: str, duty: str) -> ResponseReturnValue:
    """State that a place does not have a duty, and why."""
    cell, form, back = _cell(code, duty), NotApplicableForm(), url_for(".duties")

    def state() -> ResponseReturnValue:
        actor, reason = current_actor(), form.reason.data or ""
        state_not_applicable(services(), actor, code, duty, reason, at=clock.now(), sent=sent(form, back))
        return done(back, _("已写明不适用，公众会看到原因。"))

    return attempt(form, state, lambda: render_template("desk/duties/not_applicable.html", cell=cell, form=form))


@blueprint.route("/<string:code>/<string:duty>/applicable", methods=["GET", "POST"])
@requires(Permission.PUBLISH)
def applicable(code: str, duty: str) -> ResponseReturnValue:
    """Take the statement back."""
    cell, form, back = _cell(code, duty), DeskForm(), url_for(".duties")

    def state() -> ResponseReturnValue:
        state_applicable(current_actor(), code, duty, at=clock.now(), sent=sent(form, back))
        return done(back, _("已收回，这一项重新计算期限。"))

    return attempt(form, state, lambda: render_template("desk/duties/applicable.html", cell=cell, form=form))


def _cells() -> tuple[DutyCell, ...]:
    return duties_at_desk(current_actor(), division_tree(), services().rulebook.duties, at=clock.now())


def _cell(code: str, duty: str) -> DutyCell:
    """One duty within the actor's scope; 404 for every other."""
    found = (cell for cell in _cells() if (cell.place.code, cell.rule.duty.code) == (code, duty))
    return next(found, None) or abort(404)


def _begin(cell: DutyCell) -> str:
    """The form in which what fulfils a duty is begun, filled in with what is known of it."""
    endpoint, permission = BEGIN[cell.rule.by]
    if not current_actor().may(permission):
        return ""
    kind = next(iter(cell.rule.kinds)) if len(cell.rule.kinds) == 1 else None
    known: dict[str, str | None] = {"program": cell.rule.duty.program, "division": cell.place.code}
    match cell.rule.by:
        case Fulfilment.DOCUMENTS:
            known = {"category": kind, "program": cell.rule.duty.program}
        case Fulfilment.NOTICES:
            known["kind"] = kind
        case Fulfilment.BUDGETS:
            known = {"phase": kind}
        case Fulfilment.OFFICE | Fulfilment.ALLOCATIONS:
            known = {}
    return url_for(endpoint, **known)  # type: ignore[arg-type]
