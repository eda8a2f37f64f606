"""Rows taken down at once at the desk, and their review."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.permissions import Permission
from portal.queries.desk_notice import desk_notice, live_rows_hidden
from portal.usecases import clock
from portal.usecases.row_takedowns import hide_row, review_hidden_row
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.forms.notices import HideForm, ReviewHiddenForm
from portal.web.services import services

blueprint = Blueprint("desk_hidden_rows", __name__, url_prefix="/desk/notices")


@blueprint.route("/<string:number>/hidden-rows", methods=["GET", "POST"])
@requires(Permission.SEE_DRAFTS)
def hidden_rows(number: str) -> ResponseReturnValue:
    """The rows that are taken down, and a form to take down one more at once."""
    form, here = HideForm(), url_for(".hidden_rows", number=number)
    told = _("网页和 PDF 立即不再显示；%(hours)s 小时内由审核人复核。", hours=_hours())

    def hide() -> ResponseReturnValue:
        hide_row(services(), current_actor(), number, int(form.row.data), at=clock.now(), sent=sent(form, here))
        return done(here, _("已撤下第 %(row)s 行。", row=form.row.data) + told)

    return attempt(form, hide, lambda: _page(number, form))


@blueprint.post("/<string:number>/hidden-rows/review")
@requires(Permission.REVIEW)
def review(number: str) -> ResponseReturnValue:
    """Decide whether a row stays hidden."""
    form, here = ReviewHiddenForm(), url_for(".hidden_rows", number=number)

    def decide() -> ResponseReturnValue:
        row = form.row.number or abort(400)
        upheld = form.upheld.data == "1"
        review_hidden_row(
            services(), current_actor(), number, row, upheld=upheld, at=clock.now(), sent=sent(form, here)
        )
        return done(here, _("已复核：继续撤下。") if upheld else _("已复核：恢复显示。"))

    return attempt(form, decide, lambda: _page(number, HideForm(formdata=None), form))


def _page(number: str, form: HideForm, refused: ReviewHiddenForm | None = None) -> str:
    found = desk_notice(current_actor(), number, at=clock.now())
    rows = [(row, ReviewHiddenForm(formdata=None)) for row in live_rows_hidden(found)]
    return render_template(
        "desk/hidden_rows/hidden_rows.html",
        notice=found,
        rows=rows,
        form=form,
        refused=refused,
        me=current_actor(),
        may_hide=current_actor().may(Permission.PUBLISH) and found.is_public,
        may_review=current_actor().may(Permission.REVIEW),
        hours=_hours(),
    )


def _hours() -> int:
    return services().rulebook.policies.hidden_row_review_hours
