"""Saved filters of the inbox: named from the list, seen and dropped by whoever keeps them and by nobody else."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.case_filters import LONGEST_NAME, MOST_FILTERS
from portal.domain.permissions import Actor, Permission
from portal.queries.case_filters import SavedFilter, saved_filters
from portal.usecases import clock
from portal.usecases.case_filters import delete_filter, save_filter
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.cases import asked, choice_of, filter_form, in_words
from portal.web.forms.base import DeskForm
from portal.web.forms.case_filters import CaseFilterNameForm
from portal.web.services import services

blueprint = Blueprint("desk_case_filters", __name__, url_prefix="/desk/cases/filters")


@blueprint.get("/")
@requires(Permission.SEE_CASES)
def filters() -> str:
    """One's own filters, each with what it chooses."""
    return _filters_page(DeskForm())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.SEE_CASES)
def new() -> ResponseReturnValue:
    """Give the filter of the list a name."""
    actor, form = current_actor(), CaseFilterNameForm(data=asked())
    picked = filter_form(actor, form.choice)
    choice = choice_of(picked)
    goal = url_for("desk_cases.cases", **choice)  # type: ignore[arg-type]

    def save() -> ResponseReturnValue:
        claim = sent(form, url_for(".filters"))
        save_filter(services(), form.name.data or "", choice, actor=actor, at=clock.now(), sent=claim)
        return done(goal, _("筛选已经保存。"))

    page, words = "desk/case_filters/new.html", in_words(picked, choice)
    return attempt(
        form, save, lambda: render_template(page, form=form, words=words, choice=choice, longest=LONGEST_NAME)
    )


@blueprint.post("/<int:filter_id>/delete")
@requires(Permission.SEE_CASES)
def remove(filter_id: int) -> ResponseReturnValue:
    """Drop one of one's own filters; of somebody else's nobody learns that it exists."""
    form, back = DeskForm(), url_for(".filters")

    def drop() -> ResponseReturnValue:
        delete_filter(filter_id, actor=current_actor(), at=clock.now(), sent=sent(form, back))
        return done(back, _("筛选已经删除。"))

    return attempt(form, drop, lambda: _filters_page(form))


def _filters_page(form: DeskForm) -> str:
    actor = current_actor()
    saved = saved_filters(actor)
    words = {one.id: _words(actor, one) for one in saved}
    return render_template("desk/case_filters/filters.html", form=form, saved=saved, words=words, most=MOST_FILTERS)


def _words(actor: Actor, one: SavedFilter) -> list[tuple[str, str]]:
    picked = filter_form(actor, one.choice)
    return in_words(picked, choice_of(picked))
