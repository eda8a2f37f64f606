"""Spreadsheets at the desk: handed in, reported on cell by cell, explained by the clerk, read again."""

import re
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.causes import Cause, choice_key
from portal.domain.divisions import Level
from portal.domain.notices import NoticeKind
from portal.domain.permissions import Permission
from portal.domain.programs import AssistanceType, Program
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_headings import Meaning, RosterColumn, heading_key
from portal.domain.roster_values import UnknownHeading, UnmappedCause
from portal.queries.desk_notice import DeskNotice, desk_notice
from portal.queries.divisions import division_tree
from portal.usecases import clock
from portal.usecases.corrections import Correction
from portal.usecases.idempotency import Sent
from portal.usecases.notice_drafts import correct_text
from portal.usecases.notice_imports import ImportOrder, ImportOutcome, Upload
from portal.usecases.notice_uploads import Answers, Received, WaitingUpload, answer, forget, receive, waiting_upload
from portal.usecases.spool import KEEP, Ticket
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, conflict_page, done, sent
from portal.web.desk.beginnings import begun
from portal.web.forms.base import DeskForm
from portal.web.forms.notices import NOT_NEEDED, CorrectionForm, UploadForm, answers_form
from portal.web.problem_tables import problem_groups, problem_sheet
from portal.web.services import services

blueprint = Blueprint("desk_uploads", __name__, url_prefix="/desk/notices")

COOKIE = "desk_upload"
MOST_SHOWN = 200
MOST_QUESTIONS = 60
"""So many headings and causes are asked at once; what remains is asked after the next reading."""


@blueprint.before_request
def take_more() -> None:
    """What is too large gets its own sentence, in the form as it was filled in."""
    uploads.allow(request, is_file=True)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def new() -> ResponseReturnValue:
    """Hand in a list: it becomes a draft, or a report of everything that is wrong with it."""
    form = UploadForm(data=begun("kind", "program", "division"))
    form.division.choices = _divisions()

    def read() -> ResponseReturnValue:
        order = ImportOrder(
            kind=NoticeKind(form.kind.data),
            program=Program(form.program.data),
            division_code=form.division.data,
            month=form.month.month,
        )
        return _received(_receive(form, order))

    return attempt(form, read, lambda: render_template("desk/uploads/new.html", form=form))


@blueprint.route("/<string:number>/correct", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def correct(number: str) -> ResponseReturnValue:
    """Open a correction of a public list: its words alone, or with a new list."""
    found = desk_notice(current_actor(), number, at=clock.now())
    form = CorrectionForm(data={"lead": found.lead})

    def open_correction() -> ResponseReturnValue:
        if form.file.data and form.file.data.filename:
            return _received(_receive(form, _correction_order(found, form)))
        back = url_for("desk_notices.notice", number=found.number)
        correction = Correction(found.number, WithdrawalKind(form.kind.data), form.note.data)
        lead = form.lead.data or ""
        correct_text(services(), current_actor(), correction, lead, at=clock.now(), sent=sent(form, back))
        return done(back, _("更正草稿已建立，请核对后送审。"))

    def page() -> str:
        return render_template("desk/uploads/correct.html", form=form, notice=found)

    return attempt(form, open_correction, page, too_late=lambda error: conflict_page(found.number, form, error.message))


@blueprint.route("/uploads/<string:upload_id>", methods=["GET", "POST"])
@requires(Permission.DRAFT)
def upload(upload_id: str) -> ResponseReturnValue:
    """The report of a list with faults; answering its questions reads the same file again."""
    ticket = _ticket(upload_id)
    waiting = waiting_upload(services(), current_actor(), ticket, at=clock.now())
    form = _questions(waiting)

    def read_again() -> ResponseReturnValue:
        told = _answers(waiting, form)
        received = answer(services(), current_actor(), ticket, told, at=clock.now(), sent=_sent(form))
        return _received(received)

    return attempt(form, read_again, lambda: _report(upload_id, waiting, form))


@blueprint.get("/uploads/<string:upload_id>/problems.csv")
@requires(Permission.DRAFT)
def problems(upload_id: str) -> Response:
    """Every problem of the report as a table for WPS, values masked as on the page."""
    waiting = waiting_upload(services(), current_actor(), _ticket(upload_id), at=clock.now())
    response = Response(problem_sheet(waiting.outcome.problems, waiting.outcome.warnings), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


@blueprint.post("/uploads/<string:upload_id>/forget")
@requires(Permission.DRAFT)
def throw_away(upload_id: str) -> ResponseReturnValue:
    """Delete the waiting file at once."""
    if DeskForm().validate_on_submit():
        forget(services(), _ticket(upload_id))
    return _without_key(done(url_for(".new"), _("上传的文件已删除。")), upload_id)


def _receive(form: DeskForm, order: ImportOrder) -> Received:
    filename, content = uploads.sheet(request)
    name = re.sub(r"[\x00-\x1f]", "", filename)[-120:]
    return receive(services(), current_actor(), Upload(name, content), order, at=clock.now(), sent=_sent(form))


def _sent(form: DeskForm) -> Sent:
    """The draft's number is known only when it is stored."""
    return sent(form, url_for("desk_notices.notice", number="0").removesuffix("0") + "{number}")


def _received(received: Received) -> ResponseReturnValue:
    """To the draft, past its warnings if there are any; or to the report, with the file's key in a cookie."""
    outcome, ticket = received.outcome, received.ticket
    if outcome.number:
        url = url_for("desk_notices.notice", number=outcome.number)
        if outcome.warnings:
            return render_template("desk/uploads/drafted.html", outcome=outcome, url=url, warnings=outcome.warnings)
        return done(url, _("已存为草稿，共 %(rows)s 行。请逐页核对后送审。", rows=outcome.rows))
    if ticket is None:
        return abort(500)
    url = url_for(".upload", upload_id=ticket.id)
    response = make_response(redirect(url, 303))
    response.set_cookie(
        COOKIE, ticket.key, max_age=KEEP, path=url, secure=services().settings.secure_cookies, httponly=True,
        samesite="Strict",
    )  # fmt: skip
    return response


def _without_key(answer: ResponseReturnValue, upload_id: str) -> Response:
    response = make_response(answer)
    response.delete_cookie(COOKIE, path=url_for(".upload", upload_id=upload_id))
    return response


def _ticket(upload_id: str) -> Ticket:
    """The file's name from the address, its key from the cookie that only this address is sent."""
    return Ticket(upload_id, request.cookies.get(COOKIE, ""))


def _correction_order(found: DeskNotice, form: CorrectionForm) -> ImportOrder:
    return ImportOrder(
        kind=found.kind,
        program=found.program,
        division_code=found.division_code,
        month=found.month,
        corrects=found.number,
        change_kind=WithdrawalKind(form.kind.data),
        change_note=form.note.data,
    )


def _divisions() -> list[SelectChoice]:
    """The actor's own division and those below it, down to the townships."""
    tree, actor = division_tree(), current_actor()
    own = tree.by_code[actor.division_code]
    found = [own]
    for below in tree.below(own.code):
        found += [below, *tree.below(below.code)]
    return [
        SelectChoice(one.code, "　" * (one.path.count("/") - own.path.count("/")) + one.display_name)
        for one in found
        if one.level is not Level.VILLAGE
    ]


def _questions(waiting: WaitingUpload) -> DeskForm:
    headings, causes = _asked(waiting.outcome)
    return answers_form(headings, causes)()


def _asked(outcome: ImportOutcome) -> tuple[list[UnknownHeading], list[UnmappedCause]]:
    """Each heading and each cause once, however many cells hold it."""
    headings = {heading_key(one.text): one for one in outcome.unknown_headings}
    causes = {choice_key(one.text): one for one in outcome.unmapped_causes}
    return list(headings.values())[:MOST_QUESTIONS], list(causes.values())[:MOST_QUESTIONS]


def _answers(waiting: WaitingUpload, form: DeskForm) -> Answers:
    headings, causes = _asked(waiting.outcome)
    columns = {heading_key(one.text): form[f"heading_{place}"].data for place, one in enumerate(headings)}
    chosen = {choice_key(one.text): form[f"cause_{place}"].data for place, one in enumerate(causes)}
    return Answers(
        headings={key: _meaning(value) for key, value in columns.items() if value},
        causes={key: Cause(value) for key, value in chosen.items() if value},
        keep_only=frozenset({AssistanceType.EXPENDITURE}) if "keep_expenditure" in request.form else None,
    )


def _meaning(value: str) -> Meaning:
    return None if value == NOT_NEEDED else RosterColumn(value)


def _report(upload_id: str, waiting: WaitingUpload, form: DeskForm) -> str:
    outcome = waiting.outcome
    others = sum(count.rows for kind, count in outcome.types.items() if kind is not AssistanceType.EXPENDITURE)
    return render_template(
        "desk/uploads/upload.html",
        form=form,
        throw_away_form=DeskForm(formdata=None),
        upload_id=upload_id,
        waiting=waiting,
        outcome=outcome,
        problems=outcome.problems[:MOST_SHOWN],
        groups=problem_groups(outcome.problems),
        most=MOST_SHOWN,
        types=outcome.types if others and waiting.order.keep_only is None else {},
        minutes=KEEP // timedelta(minutes=1),
    )
