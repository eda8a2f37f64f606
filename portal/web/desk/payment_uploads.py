"""Rosters handed in at the desk: a small one is read at once, a large one in the queue; both end at the same page."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.errors import ConflictError, NotFoundError
from portal.domain.messages import N_
from portal.domain.payment_uploads import UploadState
from portal.domain.permissions import Permission
from portal.queries.payment_uploads import QueuedRoster, queued_roster
from portal.usecases import clock
from portal.usecases.notice_imports import Upload
from portal.usecases.payment_drafts import PaymentOrder, PaymentOutcome
from portal.usecases.payment_uploads import give_up, is_large, open_report, queue_roster
from portal.usecases.payments import import_payments
from portal.usecases.upload_contents import UploadReport
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import done, sent
from portal.web.forms.base import DeskForm
from portal.web.forms.payments import RosterForm
from portal.web.languages import say
from portal.web.problem_tables import problem_groups, problem_sheet
from portal.web.services import services

blueprint = Blueprint("desk_payment_uploads", __name__, url_prefix="/desk/payments/uploads")

REFRESH_S = 3
MOST_SHOWN = 200
_NO_REPORT = N_("这份花名册没有错误说明，或者它已经过期")
MOST_NAMED = 10
"""So many drafts are named in the sentence of success; it travels in a cookie."""


def receive(form: RosterForm, order: PaymentOrder) -> ResponseReturnValue:
    """Read a roster and lead to its drafts or its report; or, when it is large, to its place in the queue."""
    filename, content = uploads.sheet(request, too_large=uploads.ROSTER_TOO_LARGE)
    upload, at = Upload(filename[-120:], content), clock.now()
    if is_large(services(), upload):
        keyed = sent(form, url_for("desk_payment_uploads.upload", upload_id="0").removesuffix("0") + "{number}")
        upload_id = queue_roster(services(), current_actor(), upload, order, at=at, sent=keyed)
        return redirect(url_for("desk_payment_uploads.upload", upload_id=upload_id), 303)
    keyed = sent(form, url_for("desk_payments.payments") + "{number}")
    outcome = import_payments(services(), current_actor(), upload, order, at=at, sent=keyed)
    if not outcome.drafts:
        return _problems(outcome, order), HTTPStatus.UNPROCESSABLE_ENTITY
    return _to_drafts([draft.number for draft in outcome.drafts])


@blueprint.get("/<string:upload_id>")
@requires(Permission.DRAFT)
def upload(upload_id: str) -> ResponseReturnValue:
    """How far a roster is; at its end the drafts, or the report of everything that is wrong with it."""
    found = queued_roster(current_actor(), upload_id)
    if found.state is UploadState.DRAFTED:
        return _to_drafts(found.numbers)
    report = _report(found)
    if report and not report.refusal:
        return _problems(report, report.order, upload_id)
    return _page(found, report, is_still="still" in request.args)


@blueprint.get("/<string:upload_id>/problems.csv")
@requires(Permission.DRAFT)
def problems(upload_id: str) -> Response:
    """Every problem of the report as a table for WPS, values masked as on the page."""
    report = _report(queued_roster(current_actor(), upload_id))
    if report is None:
        raise NotFoundError(_NO_REPORT)
    response = Response(problem_sheet(report.problems, report.warnings), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


@blueprint.post("/<string:upload_id>/give-up")
@requires(Permission.DRAFT)
def abandon(upload_id: str) -> ResponseReturnValue:
    """Take a roster out of the queue."""
    here = url_for(".upload", upload_id=upload_id)
    if not DeskForm().validate_on_submit():
        return redirect(here, 303)
    try:
        give_up(services(), current_actor(), upload_id, at=clock.now())
    except ConflictError as error:
        return done(here, say(error.message))
    return done(url_for("desk_payments.payments"), _("已放弃这份花名册，上传的文件已经删除，什么也没有存入。"))


def _report(found: QueuedRoster) -> UploadReport | None:
    if found.state is not UploadState.FAULTY or found.file_id is None:
        return None
    return open_report(services(), current_actor(), found.file_id, at=clock.now())


def _page(found: QueuedRoster, report: UploadReport | None, *, is_still: bool) -> Response:
    """Without a script the page asks for itself again, unless somebody wants it to stand still.

    Where no worker seems to run it stands still as well: a page that is left open must not prolong a session for ever.
    """
    late = found.minutes_late(clock.now())
    page = render_template(
        "desk/payment_uploads/upload.html", upload=found, report=report, is_still=is_still, seconds=REFRESH_S,
        late=late, form=DeskForm(formdata=None),
    )  # fmt: skip
    response = make_response(page)
    if found.is_open and not is_still and not late:
        response.headers["Refresh"] = str(REFRESH_S)
    return response


def _problems(outcome: PaymentOutcome | UploadReport, order: PaymentOrder, upload_id: str = "") -> str:
    return render_template(
        "desk/payment_uploads/problems.html", outcome=outcome, order=order, upload_id=upload_id, most=MOST_SHOWN,
        groups=problem_groups(outcome.problems),
    )  # fmt: skip


def _to_drafts(numbers: Sequence[str]) -> ResponseReturnValue:
    if len(numbers) == 1:
        return done(url_for("desk_payments.payment", number=numbers[0]), _("已存为草稿，请核对后送审。"))
    made = "、".join(numbers[:MOST_NAMED]) + ("……" if len(numbers) > MOST_NAMED else "")
    flash(_("已存为%(count)s份草稿，请逐份核对后送审：%(made)s", count=len(numbers), made=made))
    return redirect(url_for("desk_payments.payments"), 303)
