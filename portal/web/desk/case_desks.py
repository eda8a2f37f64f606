"""The desks that open sealed cases: opened with a key for the paper, passed on to colleagues, given up, recovered."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.desk_keys import DeskKind
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Permission
from portal.queries.case_desks import OwnDesk, own_desk, own_desks, warnings_within
from portal.usecases import clock
from portal.usecases.desk_keys import enrol as enrol_holder
from portal.usecases.desk_keys import leave, open_desk, renew_paper
from portal.usecases.desk_keys import recover as recover_desk
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.case_openers import opener
from portal.web.forms.base import DeskForm
from portal.web.forms.case_desks import EnrolForm, RecoverForm

blueprint = Blueprint("desk_case_desks", __name__, url_prefix="/desk/case-desks")


@blueprint.get("/")
@requires(Permission.HOLD_DESK_KEY)
def case_desks() -> str:
    """The desks of one's own office, and those of one's scope that too few people can open."""
    actor = current_actor()
    return render_template("desk/case_desks/case_desks.html", own=own_desks(actor), warnings=warnings_within(actor))


@blueprint.route("/<string:kind>", methods=["GET", "POST"])
@requires(Permission.HOLD_DESK_KEY)
def case_desk(kind: str) -> ResponseReturnValue:
    """One desk: who holds it. Posted to, it is opened, and the key for the paper is shown this once."""
    own, form = _own(kind), DeskForm()

    def open_it() -> ResponseReturnValue:
        actor = current_actor()
        made = open_desk(actor, actor.office_id, own.desk.kind, at=clock.now(), sent=sent(form, _address(own)))
        return render_template("desk/case_desks/paper.html", desk=own.desk, words=made.words)

    return attempt(form, open_it, lambda: _page(own, form))


@blueprint.route("/<string:kind>/enrol", methods=["GET", "POST"])
@requires(Permission.HOLD_DESK_KEY)
def enrol(kind: str) -> ResponseReturnValue:
    """Let a colleague hold the key as well."""
    own, form = _own(kind), EnrolForm()
    form.account_id.choices = [SelectChoice(one.account_id, one.display_name) for one in own.colleagues if one.has_pair]

    def pass_on() -> ResponseReturnValue:
        claim = sent(form, _address(own))
        enrol_holder(current_actor(), opener(), _key(own), form.account_id.data, at=clock.now(), sent=claim)
        return done(_address(own), _("已让这位同事持有密钥。"))

    waiting = [one for one in own.colleagues if not one.has_pair]
    page = "desk/case_desks/enrol.html"
    return attempt(form, pass_on, lambda: render_template(page, desk=own.desk, form=form, waiting=waiting))


@blueprint.post("/<string:kind>/holders/<int:account_id>/remove")
@requires(Permission.HOLD_DESK_KEY)
def remove(kind: str, account_id: int) -> ResponseReturnValue:
    """Take the key from a holder, or give up one's own."""
    own, form = _own(kind), DeskForm()

    def take() -> ResponseReturnValue:
        leave(current_actor(), _key(own), account_id, at=clock.now(), sent=sent(form, _address(own)))
        return done(_address(own), _("已取消这个人的密钥。"))

    return attempt(form, take, lambda: _page(own, form))


@blueprint.route("/<string:kind>/recover", methods=["GET", "POST"])
@requires(Permission.HOLD_DESK_KEY)
def recover(kind: str) -> ResponseReturnValue:
    """Hold the key again with what was printed."""
    own, form = _own(kind), RecoverForm()

    def take_back() -> ResponseReturnValue:
        claim = sent(form, _address(own))
        recover_desk(current_actor(), _key(own), form.words.data or "", at=clock.now(), sent=claim)
        return done(_address(own), _("您现在持有这个受理台的密钥。"))

    return attempt(form, take_back, lambda: render_template("desk/case_desks/recover.html", desk=own.desk, form=form))


@blueprint.post("/<string:kind>/paper")
@requires(Permission.HOLD_DESK_KEY)
def paper(kind: str) -> ResponseReturnValue:
    """Show another key for the paper; the former one opens nothing any more."""
    own, form = _own(kind), DeskForm()

    def renew() -> ResponseReturnValue:
        claim = sent(form, _address(own))
        made = renew_paper(current_actor(), opener(), _key(own), at=clock.now(), sent=claim)
        return render_template("desk/case_desks/paper.html", desk=own.desk, words=made.words)

    return attempt(form, renew, lambda: _page(own, form))


def _own(kind: str) -> OwnDesk:
    if kind not in set(DeskKind):
        raise NotFoundError(N_("没有这个受理台"))
    return own_desk(current_actor(), DeskKind(kind))


def _key(own: OwnDesk) -> int:
    if own.desk.key_id is None:
        raise NotFoundError(N_("这个受理台还没有启用"))
    return own.desk.key_id


def _address(own: OwnDesk) -> str:
    return url_for(".case_desk", kind=own.desk.kind)


def _page(own: OwnDesk, form: DeskForm) -> str:
    return render_template("desk/case_desks/case_desk.html", own=own, desk=own.desk, form=form, me=current_actor())
