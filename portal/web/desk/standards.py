"""Standards (保障标准) at the desk: one or a table is handed in, a second person confirms it or gives it back."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.divisions import Level
from portal.domain.permissions import Permission
from portal.domain.programs import Program
from portal.domain.standards import ProposalState
from portal.queries.standard_proposals import ProposalPage, keeps_standards, proposal_of, proposals_for
from portal.usecases import clock
from portal.usecases.idempotency import Sent
from portal.usecases.notice_imports import Upload
from portal.usecases.standard_proposals import confirm as confirm_proposal
from portal.usecases.standard_proposals import propose_sheet, propose_standard
from portal.usecases.standard_proposals import refuse as refuse_proposal
from portal.usecases.standards import places_of
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.base import DeskForm
from portal.web.forms.standards import RefusalForm, StandardForm, StandardSheetForm
from portal.web.services import services

blueprint = Blueprint("desk_standards", __name__, url_prefix="/desk/standards")


@blueprint.get("/")
@requires(Permission.SEE_DRAFTS)
def standards() -> str:
    """What waits for a second person, and what became of the others."""
    actor = current_actor()
    may_draft = actor.may(Permission.DRAFT) and keeps_standards(actor)
    return render_template("desk/standards/standards.html", lines=proposals_for(actor), may_draft=may_draft, me=actor)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Hand in one standard."""
    form, actor = StandardForm(), current_actor()
    places = [one for one in places_of(actor).values() if one.level in {Level.CITY, Level.COUNTY}]
    named = [SelectChoice(str(one.code), one.display_name) for one in places]
    form.division.choices = [SelectChoice("", _("请选择")), *named]

    def hand_in() -> ResponseReturnValue:
        told, corrects = (Program(form.program.data), form.typed), bool(form.corrects.data)
        number = propose_standard(services(), actor, *told, corrects=corrects, at=clock.now(), sent=_sent(form))
        return _handed_in(number)

    return attempt(form, hand_in, lambda: render_template("desk/standards/new.html", form=form))


@blueprint.route("/upload", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def upload() -> ResponseReturnValue:
    """Hand in a table: it waits for a second person, or every fault is told at its cell."""
    form = StandardSheetForm()

    def read() -> ResponseReturnValue:
        file, corrects = form.file.data, bool(form.corrects.data)
        sheet = Upload((file.filename or "")[-120:], file.stream.read())
        outcome = propose_sheet(services(), current_actor(), sheet, corrects=corrects, at=clock.now(), sent=_sent(form))
        if outcome.id is None:
            return render_template("desk/standards/problems.html", outcome=outcome), 422
        return _handed_in(outcome.id)

    return attempt(form, read, lambda: render_template("desk/standards/upload.html", form=form))


@blueprint.get("/<int:proposal_id>")
@requires(Permission.SEE_DRAFTS)
def standard(proposal_id: int) -> str:
    """Everything that would be entered, beside what counts until now."""
    return _page(_found(proposal_id), DeskForm())


@blueprint.post("/<int:proposal_id>/confirm")
@requires(Permission.PUBLISH)
def confirm(proposal_id: int) -> ResponseReturnValue:
    """Let them count."""
    page, form, back = _found(proposal_id), DeskForm(), url_for(".standard", proposal_id=proposal_id)

    def enter() -> ResponseReturnValue:
        confirm_proposal(current_actor(), proposal_id, at=clock.now(), sent=sent(form, back))
        return done(back, _("已经登记，公众现在看得到。"))

    return attempt(form, enter, lambda: _page(page, form))


@blueprint.route("/<int:proposal_id>/refuse", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def refuse(proposal_id: int) -> ResponseReturnValue:
    """Give them back, or take one's own back."""
    page, form, back = _found(proposal_id), RefusalForm(), url_for(".standard", proposal_id=proposal_id)

    def give_back() -> ResponseReturnValue:
        refuse_proposal(current_actor(), proposal_id, form.remark.data, at=clock.now(), sent=sent(form, back))
        return done(back, _("已经退回，没有登记。"))

    return attempt(form, give_back, lambda: render_template("desk/standards/refuse.html", page=page, form=form))


def _found(proposal_id: int) -> ProposalPage:
    return proposal_of(current_actor(), proposal_id)


def _page(page: ProposalPage, form: DeskForm) -> str:
    me, is_waiting = current_actor(), page.line.state is ProposalState.WAITING
    is_own, publishes = page.line.proposed_by == me.account_id, me.may(Permission.PUBLISH)
    return render_template(
        "desk/standards/standard.html",
        page=page,
        form=form,
        may_confirm=is_waiting and publishes and not is_own,
        may_refuse=is_waiting and (publishes or is_own),
    )


def _sent(form: DeskForm) -> Sent:
    """The id is known only when it is stored."""
    return sent(form, url_for(".standards") + "{number}")


def _handed_in(number: int) -> ResponseReturnValue:
    return done(url_for(".standard", proposal_id=number), _("已经交上，等另一位同事确认后生效。"))
