"""The steps of a case at the desk, each with a page that says what will happen before it does."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from portal.domain.case_actions import Action
from portal.domain.case_permits import check
from portal.domain.errors import ConflictError
from portal.domain.permissions import Permission
from portal.queries.case_receivers import Receiver, everybody, officers_for, offices_for
from portal.queries.delegations import away_on
from portal.queries.desk_case import DeskCase
from portal.queries.desk_cases import CaseLine, similar_cases
from portal.sealing.passwords import one_time_password
from portal.usecases import clock
from portal.usecases.case_attachments import examined_for_submitter
from portal.usecases.case_reading import look_into
from portal.usecases.case_steps import act
from portal.usecases.case_texts import LINTED, check_text
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.case_openers import opener
from portal.web.desk.case_step_words import HINTS, WORDS
from portal.web.forms.base import DeskForm
from portal.web.forms.cases import WITH_FILES, CaseStepForm, step_form
from portal.web.headers import sealed_download
from portal.web.labels import label
from portal.web.languages import current_language
from portal.web.services import services

blueprint = Blueprint("desk_case_steps", __name__, url_prefix="/desk/cases")

_LEADING_AWAY = frozenset({Action.FORWARD, Action.SEND_BACK, Action.RECUSE})
"""After these the case may lie outside what the person sees."""


@blueprint.before_request
def take_more() -> None:
    """A long text is read whole, and files with the steps that may carry them."""
    step = str((request.view_args or {}).get("step", ""))
    uploads.allow(request, is_file=step.replace("-", "_") in WITH_FILES)


@blueprint.route("/<string:number>/steps/<string:step>", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def step(number: str, step: str) -> ResponseReturnValue:
    """Say what a step will do, and do it."""
    action = _action(step)
    found = look_into(services(), current_actor(), number, (opener(),), at=clock.now())
    form = step_form(action, found.kind)(data={"version": found.version})
    if request.method == "GET":
        _check(action, found)
        _begin(form, action, found)
    _offer(form, action, found)

    def page() -> str:
        return render_template(
            "desk/case_steps/step.html", case=found, form=form, action=action, words=WORDS[action],
            canned=_canned(action, found), similar=_similar(action, found), hints=HINTS,
        )  # fmt: skip

    return attempt(
        form, lambda: _take(action, found, form), page, too_late=lambda error: _conflict(number, form, error)
    )


def _action(step: str) -> Action:
    """The step that an address names; what submitters do stands nowhere here, and custody has its own page."""
    action = next((one for one in WORDS if one.replace("_", "-") == step), None)
    if action is None:
        abort(404)
    return action


def _check(action: Action, found: DeskCase) -> None:
    check(action, found.facts, found.hand)


def _take(action: Action, found: DeskCase, form: CaseStepForm) -> ResponseReturnValue:
    actor, opened, at = current_actor(), opener(), clock.now()
    given = form.given()
    if action in LINTED:
        check_text(services(), actor, found.number, action, given.text, (opened,))
    if action in WITH_FILES:
        given = replace(given, files=examined_for_submitter(services(), uploads.sent_files(request)))
    here = url_for("desk_cases.case", number=found.number)
    back = url_for("desk_cases.cases") if action in _LEADING_AWAY else here
    stepped = act(
        services(), actor, found.number, action, given, at=at, openers=(opened,), version=form.version.number,
        sent=sent(form, back),
    )  # fmt: skip
    if stepped.package:
        return sealed_download(iter((stepped.package.content,)), "application/octet-stream", stepped.package.name)
    if stepped.told is not None:
        # What was opened is shown once and kept nowhere, not even behind an address: so no redirect follows this post.
        return render_template("desk/case_steps/contact.html", case=found, told=stepped.told)
    said = str(label(action))
    return done(back, said if action in _LEADING_AWAY else f"{said}：{found.number}")


def _offer(form: DeskForm, action: Action, found: DeskCase) -> None:
    """Fill in what can be chosen; whoever is kept out of the case is on no list."""
    fields: dict[str, Any] = form._fields
    first = SelectChoice("", gettext("请选择"))
    for name, choices in _choices(fields.keys(), found):
        fields[name].choices = [first, *choices]
    if action is Action.DECLINE:
        grounds = services().rulebook.decline_grounds.grounds
        fields["ground"].choices = [
            SelectChoice(one.code, f"{one.name.in_language(current_language())}（{one.basis.article}）")
            for one in grounds
        ]


def _choices(names: Collection[str], found: DeskCase) -> Iterator[tuple[str, list[SelectChoice]]]:
    """The people and offices of the fields that a form has, each asked for only then."""
    actor = current_actor()
    if "officer" in names:
        away = away_on(clock.now())
        officers = officers_for(actor, found.id)
        yield (
            "officer",
            [SelectChoice(f"{one.office_id}-{one.id}", _loaded(one, is_away=one.id in away)) for one in officers],
        )
    if "office_id" in names:
        yield "office_id", [SelectChoice(str(one.id), _loaded(one)) for one in offices_for(actor, found.id)]
    if "accused_office_id" in names:
        for field, listed in zip(("accused_office_id", "accused_account_id"), everybody(), strict=True):
            yield field, [SelectChoice(str(one.id), one.name) for one in listed]


def _canned(action: Action, found: DeskCase) -> list[tuple[str, str]]:
    """The texts that may be begun with; the one that was picked is already in the form."""
    offered = services().rulebook.canned_replies.offered(action, found.state, found.kind)
    return [(one.code, one.name.in_language(current_language())) for one in offered]


def _begin(form: CaseStepForm, action: Action, found: DeskCase) -> None:
    """Put into an empty form what the address picks (a canned text, the case to merge into), or a fresh passphrase."""
    picked = request.args.get("canned", "")
    offered = services().rulebook.canned_replies.offered(action, found.state, found.kind)
    for one in offered:
        if one.code == picked and "text" in form._fields:
            form._fields["text"].data = one.text.chinese
    if action is Action.EXPORT:
        form._fields["passphrase"].data = one_time_password()
    if action is Action.MERGE:
        form._fields["main_number"].data = request.args.get("main", "")[:20]


def _similar(action: Action, found: DeskCase) -> tuple[CaseLine, ...]:
    if action is not Action.MERGE:
        return ()
    return similar_cases(current_actor(), found.id, services().rulebook.calendar, at=clock.now())


def _conflict(number: str, form: CaseStepForm, error: ConflictError) -> str:
    """What has happened meanwhile, for whoever came too late, and what he had typed."""
    found = look_into(services(), current_actor(), number, (opener(),), at=clock.now())
    return render_template("desk/case_steps/conflict.html", case=found, form=form, message=error.message)


def _loaded(one: Receiver, *, is_away: bool = False) -> str:
    text = gettext("%(name)s，在办%(count)s件", name=one.name, count=one.open_cases)
    return str(gettext("%(text)s（不在岗，有人代办）", text=text) if is_away else text)
