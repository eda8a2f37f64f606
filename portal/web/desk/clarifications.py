"""澄清 at the desk: whoever was reported without substance asks; somebody above decides; a letter is the outcome."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.clarifications import ClarificationScope, ClarificationState
from portal.domain.errors import InvalidError, NotFoundError
from portal.domain.messages import N_
from portal.domain.permissions import Permission
from portal.queries.clarifications import ClarificationLine, clarification_of, clarifications_for
from portal.usecases import clock
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.case_steps import act
from portal.usecases.case_texts import check_text
from portal.usecases.clarifications import ask, print_clarification, words_of
from portal.usecases.clarifications import refuse as refuse_clarification
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.case_openers import opener
from portal.web.forms.base import DeskForm
from portal.web.forms.clarifications import AskForm, GrantForm
from portal.web.headers import sealed_download
from portal.web.services import services

blueprint = Blueprint("desk_clarifications", __name__, url_prefix="/desk/clarifications")


@blueprint.get("/")
@requires(Permission.USE_DESK)
def clarifications() -> str:
    """One's own requests, and those that one may decide."""
    return render_template("desk/clarifications/clarifications.html", lines=clarifications_for(current_actor()))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.USE_DESK)
def new() -> ResponseReturnValue:
    """Ask for clarification, for oneself or for one's office."""
    form = AskForm()

    def hand_in() -> ResponseReturnValue:
        back, scope = url_for(".clarifications"), ClarificationScope(form.scope.data)
        claim, is_office = sent(form, back), form.whom.data == "office"
        ask(services(), current_actor(), form.text.data, scope, for_office=is_office, at=clock.now(), sent=claim)
        return done(back, _("澄清申请已经提出。"))

    return attempt(form, hand_in, lambda: render_template("desk/clarifications/new.html", form=form))


@blueprint.get("/<string:number>")
@requires(Permission.USE_DESK)
def clarification(number: str) -> str:
    """One request and what came of it."""
    line = clarification_of(current_actor(), number)
    asked, letter = words_of(services(), line)
    return render_template("desk/clarifications/clarification.html", line=line, asked=asked, letter=letter)


@blueprint.get("/<string:number>/letter.pdf")
@requires(Permission.USE_DESK)
def letter(number: str) -> Response:
    """The letter as PDF, for whoever asked and for those who may decide."""
    paper = print_clarification(services(), current_actor(), number)
    return sealed_download(iter((paper,)), "application/pdf", f"{number}.pdf")


@blueprint.route("/<string:number>/grant", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def grant(number: str) -> ResponseReturnValue:
    """Clarify what a case was found not to be; the step is noted in the case and its letter made at once."""
    line, form, keys = _undecided(number), GrantForm(), (opener(),)

    def clarify() -> ResponseReturnValue:
        actor, back = current_actor(), url_for(".clarification", number=number)
        given = Given(text=form.text.data, clarification=number)
        _check_text(form, keys)
        claim = sent(form, back)
        act(services(), actor, form.number.data, Action.CLARIFY, given, at=clock.now(), openers=keys, sent=claim)
        return done(back, _("已予澄清，申请人可以下载告知书。"))

    page = "desk/clarifications/grant.html"
    return attempt(form, clarify, lambda: render_template(page, line=line, form=form))


@blueprint.route("/<string:number>/refuse", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def refuse(number: str) -> ResponseReturnValue:
    """Refuse, without a word of why: the reason could tell that there is a case."""
    line, form = _undecided(number), DeskForm()

    def say_no() -> ResponseReturnValue:
        back = url_for(".clarification", number=number)
        refuse_clarification(services(), current_actor(), number, at=clock.now(), sent=sent(form, back))
        return done(back, _("没有同意澄清。"))

    page = "desk/clarifications/refuse.html"
    return attempt(form, say_no, lambda: render_template(page, line=line, form=form))


def _check_text(form: GrantForm, keys: tuple[DeskOpener, ...]) -> None:
    """The letter must not tell who submitted; a number that leads to no case here stands beside its field."""
    try:
        check_text(services(), current_actor(), form.number.data, Action.CLARIFY, form.text.data, keys)
    except NotFoundError as error:
        raise InvalidError(N_("请改正标出的内容"), fields={"number": error.message}) from None


def _undecided(number: str) -> ClarificationLine:
    line = clarification_of(current_actor(), number)
    if line.is_own or line.state is not ClarificationState.ASKED:
        raise NotFoundError(N_("没有找到这件澄清申请"))
    return line
