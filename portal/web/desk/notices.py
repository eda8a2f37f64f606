"""Notices at the desk: what waits, the list of the actor's offices, and one notice with its preview."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.errors import ConflictError
from portal.domain.permissions import Permission
from portal.domain.publications import Area, RevisionState, Route, Step, open_steps
from portal.queries.desk_notice import (
    DeskNotice,
    Preview,
    desk_notice,
    live_rows_hidden,
    posting_places,
    preview,
    rows_under_check,
)
from portal.queries.desk_notices import DeskPage, desk_page, waiting_for
from portal.queries.publications import public_view, revisions_of
from portal.usecases import clock
from portal.usecases.notice_drafts import edit_draft
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, conflict_page, done, sent
from portal.web.forms.notices import LeadForm, StateFilterForm, StepForm
from portal.web.notice_pages import ShownNotice, shown_notice
from portal.web.services import services
from portal.web.short_numbers import number_in

blueprint = Blueprint("desk_notices", __name__, url_prefix="/desk/notices")


@blueprint.get("/")
@requires(Permission.SEE_NOTICES)
def notices() -> str:
    """What waits for this person first, then every notice of his offices."""
    actor, at = current_actor(), clock.now()
    form = StateFilterForm(request.args)
    state = RevisionState(form.state.data) if form.state.data in set(RevisionState) else None
    after = number_in(request.args.get("after", "")) or None
    page = desk_page(actor, at=at, state=state, after=after)
    waiting = waiting_for(actor, at=at) if state is None and after is None else {}
    return render_template(
        "desk/notices/notices.html", page=page, waiting=waiting, form=form, older=_older(page), actor=actor
    )


@blueprint.get("/<string:number>")
@requires(Permission.SEE_NOTICES)
def notice(number: str) -> str:
    """One notice: its state, who had it in hand, what can be done now, and exactly what the public sees."""
    found = desk_notice(current_actor(), number, at=clock.now())
    seen = _preview(found)
    return render_template(
        "desk/notices/notice.html",
        notice=found,
        preview=seen,
        shown=_shown(found, seen) if seen else None,
        view=seen.view if seen else None,
        head=seen.view.head if seen else None,
        steps=_steps(found),
        step_form=StepForm(data={"version": found.version}),
        places=posting_places(found.publication_id),
        hidden=live_rows_hidden(found),
        under_check=rows_under_check(found, current_actor()),
    )


@blueprint.route("/<string:number>/lead", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def lead(number: str) -> ResponseReturnValue:
    """Change the paragraph above the list while it is a draft."""
    found = desk_notice(current_actor(), number, at=clock.now())
    form, back = LeadForm(data={"version": found.version, "lead": found.lead}), url_for(".notice", number=found.number)

    def save() -> ResponseReturnValue:
        version = form.version.number
        edit_draft(
            services(), current_actor(), number, form.lead.data or "", version, at=clock.now(), sent=sent(form, back)
        )
        return done(back, _("导语已保存。"))

    def page() -> str:
        return render_template("desk/notices/lead.html", notice=found, form=form)

    return attempt(form, save, page, too_late=lambda error: _both_leads(number, form, error))


def _both_leads(number: str, form: LeadForm, error: ConflictError) -> str:
    """Both texts side by side, and the form once more with the version that the person has now seen."""
    now = desk_notice(current_actor(), number, at=clock.now())
    if now.state is not RevisionState.DRAFT:
        return conflict_page(now.number, form, error.message)
    form.version.data = now.version
    return render_template("desk/notices/lead_conflict.html", notice=now, form=form)


def _preview(found: DeskNotice) -> Preview | None:
    page = number_in(request.args.get("page", "1"))
    seen = preview(found, services().rulebook, page, at=clock.now())
    if seen is not None and not 1 <= page <= max(1, int(seen.view.head["pages"])):
        abort(404)
    return seen


def _shown(found: DeskNotice, seen: Preview) -> ShownNotice:
    at = clock.now()
    live = public_view(Area.NOTICES, found.number, at=at)
    revisions = revisions_of(live) if live else ()
    return shown_notice(seen.view, seen.rows, number_in(request.args.get("page", "1")), revisions, at=at)


def _steps(found: DeskNotice) -> frozenset[str]:
    """Which buttons stand on the page; the verbs ask again themselves."""
    actor = current_actor()
    steps: set[str] = set()
    if found.is_at_work:
        steps |= set(open_steps(found.state, found.hands, actor, Route(found.steps)))
        if actor.may(Permission.PUBLISH) and Step.PUBLISH not in steps:
            steps.add("bypass")
        if found.state is RevisionState.DRAFT and actor.may(Permission.DRAFT):
            steps.add("lead")
    elif found.is_public and actor.may(Permission.DRAFT) and found.state is RevisionState.PUBLISHED:
        steps.add("correct")
    if found.is_public and actor.may(Permission.PUBLISH):
        steps.add("withdraw")
    return frozenset(map(str, steps))


def _older(page: DeskPage) -> str:
    if page.after is None:
        return ""
    return url_for(".notices", state=request.args.get("state") or None, after=page.after)
