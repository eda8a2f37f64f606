"""Answers for the public at the desk: the list of the actor's offices, one answer as the public will read it."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.permissions import Permission
from portal.domain.publications import Area, Route, Step, WithdrawalKind, open_steps
from portal.queries.case_publications import DeskAnswer, answer_in_work, desk_answer, desk_answers
from portal.usecases import clock
from portal.usecases.case_publications import (
    correct_answer,
    draft_answer,
    edit_answer,
    preview,
    worksheet,
)
from portal.usecases.corrections import Correction
from portal.usecases.idempotency import Sent
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.case_publications import AnswerForm, typed
from portal.web.forms.documents import CorrectionForm
from portal.web.services import services

blueprint = Blueprint("desk_case_publications", __name__, url_prefix="/desk")


@blueprint.get("/case-publications/")
@requires(Permission.SEE_ANSWERS)
def answers() -> str:
    """Every answer of the actor's offices that is public or on its way."""
    return render_template("desk/case_publications/answers.html", answers=desk_answers(current_actor()))


@blueprint.get("/case-publications/<string:number>")
@requires(Permission.SEE_ANSWERS)
def answer(number: str) -> str:
    """One answer: its state, what can be done now, and exactly what the public reads."""
    found, actor = desk_answer(current_actor(), number), current_actor()
    steps = open_steps(found.state, found.hands, actor, Route(found.steps), Area.CASES)
    may_handle = actor.may(Permission.HANDLE_CASES)
    return render_template(
        "desk/case_publications/answer.html",
        answer=found,
        shown=preview(services(), actor, found.number, found.draft) if found.draft else (),
        steps=[step for step in Step if step in steps],
        may_edit=may_handle and found.state == "draft",
        may_correct=may_handle and found.is_public and not found.is_open,
    )


@blueprint.route("/cases/<string:number>/publication", methods=["GET", "POST"])
@requires(Permission.HANDLE_CASES)
def publication(number: str) -> ResponseReturnValue:
    """Draft the answer of a concluded case, from what the engine proposes to hide."""
    known = answer_in_work(current_actor(), number)
    if known:
        return redirect(url_for(".answer", number=known), 303)
    sheet = worksheet(services(), current_actor(), number)
    form = AnswerForm(data=typed(sheet.summary, sheet.phrases, 0))

    def save() -> ResponseReturnValue:
        asked = Sent(form.idempotency_key.data, url_for(".answers") + "{number}")
        made = draft_answer(services(), current_actor(), number, form.written, at=clock.now(), sent=asked)
        return done(url_for(".answer", number=made), _("已存为草稿。"))

    return attempt(
        form, save, lambda: render_template("desk/case_publications/publication.html", sheet=sheet, form=form)
    )


@blueprint.route("/case-publications/<string:number>/edit", methods=["GET", "POST"])
@requires(Permission.HANDLE_CASES)
def edit(number: str) -> ResponseReturnValue:
    """Change a draft."""
    found = desk_answer(current_actor(), number)
    sheet = worksheet(services(), current_actor(), found.case_number, found.number)
    form = AnswerForm(data=typed(sheet.summary, sheet.phrases, found.version))
    back = url_for(".answer", number=found.number)

    def save() -> ResponseReturnValue:
        version, at = form.version.number, clock.now()
        edit_answer(services(), current_actor(), found.number, form.written, version, at=at, sent=sent(form, back))
        return done(back, _("已保存。"))

    def page() -> str:
        return render_template("desk/case_publications/edit.html", answer=found, sheet=sheet, form=form)

    return attempt(form, save, page, too_late=lambda _error: _again(found, form, page))


@blueprint.route("/case-publications/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.HANDLE_CASES)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public answer; its wording is changed on the next page."""
    found, form = desk_answer(current_actor(), number), CorrectionForm()

    def save() -> ResponseReturnValue:
        back = url_for(".edit", number=found.number)
        correction = Correction(found.number, WithdrawalKind(form.kind.data), form.note.data or "")
        correct_answer(services(), current_actor(), correction, at=clock.now(), sent=sent(form, back))
        return done(back, _("已建立更正草稿，请修改内容。"))

    return attempt(form, save, lambda: render_template("desk/case_publications/correct.html", answer=found, form=form))


def _again(found: DeskAnswer, form: AnswerForm, page: Callable[[], str]) -> str:
    """The form once more with what was typed, and the version that the person has now been told of."""
    form.version.data = desk_answer(current_actor(), found.number).version
    return page()
