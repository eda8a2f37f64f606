"""Cases at the desk: the inbox by deadline, one case with what is sealed in it, its attachments."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.choices import SelectChoice

from portal.domain.attachments import download_name
from portal.domain.case_filters import kept_choice
from portal.domain.cases import CaseKind, CaseState, Category
from portal.domain.permissions import Actor, Permission
from portal.queries.case_filters import saved_filters
from portal.queries.desk_case import DeskCase
from portal.queries.desk_cases import (
    CaseFilters,
    CasePage,
    counts,
    inbox,
    officers_within,
    offices_with_cases,
)
from portal.queries.divisions import children_of, division
from portal.queries.paging import read_cursor
from portal.usecases import clock
from portal.usecases.case_reading import look_into, opened_file
from portal.usecases.quarantine import rescan as look_again
from portal.web.access import current_actor, requires
from portal.web.case_pages import MAIN_STEPS, external_rows, rescan_words, sealed_reason
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.case_openers import opener
from portal.web.desk.case_step_words import WORDS
from portal.web.forms.base import DeskForm
from portal.web.forms.cases import FILTERS, CaseFilterForm
from portal.web.headers import sealed_download
from portal.web.lists import chosen
from portal.web.services import services
from portal.web.short_numbers import number_in

blueprint = Blueprint("desk_cases", __name__, url_prefix="/desk/cases")


@blueprint.get("/")
@requires(Permission.SEE_CASES)
def cases() -> str:
    """What is owed next comes first; every choice stands in the address, and can be kept under a name of one's own."""
    actor, at = current_actor(), clock.now()
    form = filter_form(actor)
    filters = filters_of(form, actor)
    page = inbox(actor, filters, services().rulebook.calendar, at=at, after=read_cursor(request.args.get("after", "")))
    return render_template(
        "desk/cases/cases.html",
        page=page,
        form=form,
        counts=counts(actor, actor.handles_for, at=at),
        chosen=chosen_of(form),
        later=_later(page),
        asked=asked(),
        saved=saved_filters(actor),
        choice=choice_of(form),
    )


@blueprint.get("/<string:number>")
@requires(Permission.SEE_CASES)
def case(number: str) -> str:
    """One case: its facts and clocks, who is kept out, what keys at hand open, what has happened, what can be done."""
    found = look_into(services(), current_actor(), number, (opener(),), at=clock.now())
    return _case_page(found, DeskForm())


@blueprint.post("/<string:number>/files/<string:item_id>/rescan")
@requires(Permission.SEE_CASES)
def rescan(number: str, item_id: str) -> ResponseReturnValue:
    """Have a file in quarantine looked at again, and say what was found."""
    actor, keys, at = current_actor(), (opener(),), clock.now()
    found, form = look_into(services(), actor, number, keys, at=at), DeskForm()
    back = url_for(".case", number=found.number)

    def look() -> ResponseReturnValue:
        looked = look_again(services(), actor, number, item_id, keys, at=at, sent=sent(form, back))
        return done(back, rescan_words(looked))

    return attempt(form, look, lambda: _case_page(found, form))


def _case_page(found: DeskCase, form: DeskForm) -> str:
    return render_template(
        "desk/cases/case.html",
        case=found,
        form=form,
        main_steps=MAIN_STEPS,
        steps_here=frozenset(WORDS),
        sealed=sealed_reason(found),
        external=external_rows(found),
    )


@blueprint.get("/<string:number>/files/<string:item_id>")
@requires(Permission.SEE_CASES)
def file(number: str, item_id: str) -> Response:
    """An attachment, as a download that no browser opens by itself."""
    found = opened_file(services(), current_actor(), number, item_id, (opener(),))
    return sealed_download(found.pieces, found.media_type, download_name(1, found.extension))


def filter_form(actor: Actor, values: Mapping[str, str] | None = None) -> CaseFilterForm:
    """The filters of the address, or of `values`, with the places, offices and officers within the actor's scope."""
    form = CaseFilterForm(request.args if values is None else MultiDict(values))
    own = division(actor.division_code)
    everybody = SelectChoice("", _("全部"))
    form.division.choices = [
        everybody,
        *(SelectChoice(one.code, one.display_name) for one in (own, *children_of(own.code))),
    ]
    form.office.choices = [everybody, *(SelectChoice(str(one.id), one.name) for one in offices_with_cases(actor))]
    form.officer.choices = [everybody, *(SelectChoice(str(one.id), one.name) for one in officers_within(actor))]
    return form


def filters_of(form: CaseFilterForm, actor: Actor) -> CaseFilters:
    """What the address asks for; a choice that means nothing is left out, so that old bookmarks still lead on."""
    officers: set[int] = set(actor.handles_for) if form.mine.data else set()
    if officer := number_in(form.officer.data or ""):
        officers = {officer}
    return CaseFilters(
        kind=chosen(CaseKind, form.kind.data or ""),
        category=chosen(Category, form.category.data or ""),
        state=chosen(CaseState, form.state.data or ""),
        division_code=form.division.data or "",
        office_id=number_in(form.office.data or "") or None,
        officer_ids=frozenset(officers),
        is_overdue=form.due.data == "overdue",
        is_due_today=form.due.data == "today",
        number=form.number.data or "",
        ended=form.ended.data == "1",
        whether_or_not_ended=form.ended.data == "all",
    )


def asked() -> dict[str, str]:
    """The chosen filters as they stand in the address."""
    return {name: value for name, value in request.args.items() if value and name in FILTERS}


def choice_of(form: CaseFilterForm) -> dict[str, str]:
    """Of what is chosen, what may be kept under a name: values that the form offers this very person."""
    offered = {field.name: field.data for field in form if field.data and field.data in _labels(field)}
    return kept_choice(offered)


def in_words(form: CaseFilterForm, choice: Mapping[str, str]) -> list[tuple[str, str]]:
    """A choice as people read it: what each filter is called, and what is chosen of it."""
    return [(str(form[name].label.text), str(_labels(form[name])[value])) for name, value in choice.items()]


def chosen_of(form: CaseFilterForm) -> list[tuple[str, str]]:
    """What is chosen, in words, each with the address of the list without it."""
    picked = asked()
    found = []
    for field in form:
        if field.name in picked:
            choices = _labels(field)
            text = str(choices.get(field.data, "" if choices else field.data))
            rest = {name: value for name, value in picked.items() if name != field.name}
            found.append((text or field.data, url_for("desk_cases.cases", **rest)))  # type: ignore[arg-type]
    return found


def _labels(field: Field) -> dict[str, str]:
    """What is offered in a filter; nothing where one types."""
    return {one.value: one.label for one in getattr(field, "choices", None) or ()}


def _later(page: CasePage) -> str:
    return url_for(".cases", **asked(), after=str(page.after)) if page.after else ""  # type: ignore[arg-type]
