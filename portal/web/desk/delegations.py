"""代办（A/B 角）at the desk: who stands in for whom, naming a substitute, ending it early."""

from collections.abc import Iterable

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.delegations import LONGEST_DAYS, AbsenceReason, Period
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Permission
from portal.queries.delegations import Colleague, absentees_for, delegations_within, deputies_for
from portal.usecases import clock
from portal.usecases.delegations import NewDelegation, end_delegation, name_deputy
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.base import DeskForm
from portal.web.forms.delegations import DelegationForm

blueprint = Blueprint("desk_delegations", __name__, url_prefix="/desk/delegations")


@blueprint.get("/")
@requires(Permission.SEE_CASES)
def delegations() -> str:
    """Who stands in for whom, now, soon and formerly."""
    actor, at = current_actor(), clock.now()
    lines, may_name = delegations_within(actor, at=at), bool(absentees_for(actor))
    return render_template("desk/delegations/delegations.html", lines=lines, may_name=may_name, me=actor)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def new() -> ResponseReturnValue:
    """Name who stands in, for oneself or for a colleague."""
    absentees = absentees_for(current_actor())
    form = DelegationForm(data={"absent_id": absentees[0].id if len(absentees) == 1 else 0})
    form.absent_id.choices = _people(absentees)
    form.deputy_id.choices = _people(deputies_for(current_actor()))

    def name() -> ResponseReturnValue:
        period, reason = Period(*form.days), AbsenceReason(form.reason.data)
        wanted = NewDelegation(form.absent_id.data, form.deputy_id.data, period, reason)
        claim = sent(form, url_for(".delegations"))
        name_deputy(wanted, actor=current_actor(), at=clock.now(), sent=claim)
        return done(url_for(".delegations"), _("代办人已经指定。"))

    page = "desk/delegations/new.html"
    return attempt(form, name, lambda: render_template(page, form=form, longest=LONGEST_DAYS))


@blueprint.route("/<int:delegation_id>/end", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def end(delegation_id: int) -> ResponseReturnValue:
    """End a delegation early, after saying what that means."""
    form, lines = DeskForm(), delegations_within(current_actor(), at=clock.now())
    line = next((one for one in lines if one.id == delegation_id and one.may_be_ended), None)
    if line is None:
        raise NotFoundError(N_("没有找到这项代办安排"))

    def stop() -> ResponseReturnValue:
        back = url_for(".delegations")
        end_delegation(delegation_id, actor=current_actor(), at=clock.now(), sent=sent(form, back))
        return done(back, _("代办已经结束。"))

    return attempt(form, stop, lambda: render_template("desk/delegations/end.html", line=line, form=form))


def _people(colleagues: Iterable[Colleague]) -> list[SelectChoice]:
    return [SelectChoice("", _("请选择")), *(SelectChoice(one.id, one.name) for one in colleagues)]
