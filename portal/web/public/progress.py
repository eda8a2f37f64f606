"""查办理结果: the query code opens the submitter's page for twenty minutes, without any account."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.attachments import download_name
from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import CaseKind, ContactChoice
from portal.domain.errors import ConflictError, NotFoundError, PortalError
from portal.domain.intake import Contact
from portal.domain.intake_drafts import MOST_FILES
from portal.domain.messages import N_, Message
from portal.usecases import clock
from portal.usecases.case_attachments import send_files
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.idempotency import Sent, SentTwiceError
from portal.usecases.progress import check_own, look, own_letter, own_letters, sent_file
from portal.usecases.progress_sessions import (
    OPEN_FOR,
    ProgressClosedError,
    Submitter,
    close_progress,
    open_progress,
    submitter_by,
)
from portal.web import uploads
from portal.web.access import public
from portal.web.errors import error_page, status_of
from portal.web.forms.progress import (
    AgreementForm,
    AskAgainForm,
    CodeForm,
    FilesForm,
    NameForm,
    OnceForm,
    PublicationForm,
    RatingForm,
    SupplyForm,
    WithdrawForm,
)
from portal.web.headers import sealed_download
from portal.web.languages import say
from portal.web.services import services

blueprint = Blueprint("public_progress", __name__, url_prefix="/cases/progress")

COOKIE = "progress"
_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class OwnStep:
    """Something that the submitter may do: its words, its form, and what the form gives."""

    title: LazyString
    hint: LazyString
    button: LazyString
    form: type[OnceForm]
    action: Action
    given: Callable[[Any], Given]


STEPS: dict[str, OwnStep] = {
    "supply": OwnStep(
        _("补充说明，或回答提问"),
        _("写给承办单位。不要写身份证号。"),
        _("发送"),
        SupplyForm,
        Action.SUPPLY,
        lambda form: Given(text=form.text.data),
    ),
    "rate": OwnStep(
        _("评价办理结果"),
        _("只能评价一次。评价只用来统计，不影响您的事。"),
        _("提交评价"),
        RatingForm,
        Action.RATE,
        lambda form: Given(rating=int(form.rating.data)),
    ),
    "reexamination": OwnStep(
        _("对答复不服，申请复查"),
        _("由上一级单位重新查看。须在答复送达之日起30日内提出。"),
        _("申请复查"),
        AskAgainForm,
        Action.ASK_REEXAMINATION,
        lambda form: Given(text=form.text.data),
    ),
    "final-review": OwnStep(
        _("对复查意见不服，申请复核"),
        _("须在复查意见送达之日起30日内提出。复核是最后一级。"),
        _("申请复核"),
        AskAgainForm,
        Action.ASK_FINAL_REVIEW,
        lambda form: Given(text=form.text.data),
    ),
    "name": OwnStep(
        _("改为实名"),
        _("留下姓名以后，可以申请复查和复核。姓名加密保存，谁看过您都能在这里看到。"),
        _("改为实名"),
        NameForm,
        Action.NAME_ONESELF,
        lambda form: Given(contact=Contact(ContactChoice.NAMED, name=form.name.data, phone=form.phone.data or "")),
    ),
    "object-to-publication": OwnStep(
        _("不同意公开答复"),
        _("您不同意，这份答复就不公开，也不影响您的事。不需要写理由。"),
        _("不同意公开"),
        PublicationForm,
        Action.OBJECT_TO_PUBLICATION,
        lambda form: Given(text=form.text.data or ""),
    ),
    "allow-publication": OwnStep(
        _("撤回异议，同意公开答复"),
        _("撤回以后，异议期限满了，答复就可以公开。"),
        _("同意公开"),
        AgreementForm,
        Action.ALLOW_PUBLICATION,
        lambda _form: Given(),
    ),
    "withdraw": OwnStep(
        _("撤回这件诉求"),
        _("撤回以后不再与您联系，查询页面也不再更新。撤回不能反悔。"),
        _("撤回"),
        WithdrawForm,
        Action.WITHDRAW,
        lambda _form: Given(),
    ),
}
"""In the order of the page. Of a tip-off, taking back ends the contact and not the handling, and looks the same."""


@blueprint.before_request
def take_more() -> None:
    """A long text is read whole; what is too large among files gets its own sentence."""
    uploads.allow(request, is_file=request.endpoint == f"{blueprint.name}.files")


@blueprint.errorhandler(ProgressClosedError)
def ask_again(error: ProgressClosedError) -> Response:
    """Ask for the code once more; whoever was writing gets his words back, to send them when he has given it."""
    own = STEPS.get((request.view_args or {}).get("step", ""))
    if own is None or request.method != "POST":
        return _code_page(error)
    form = own.form()
    form.refuse(error)
    page = render_template("public/progress/step.html", step=own, form=form, refused="", closed=True)
    return _inside(page, status_of(error))


@blueprint.errorhandler(RequestEntityTooLarge)
def say_how_large(_error: RequestEntityTooLarge) -> Response:
    """Nothing of the request was read; where files are taken their page comes back."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if request.endpoint != f"{blueprint.name}.files":
        return error_page(status)
    form = FilesForm(unread=True)
    form.file.errors = (say(Message(uploads.FAR_TOO_LARGE)),)
    return _files_page(form, status)


@blueprint.route("", methods=["GET", "POST"])
@public
def progress() -> ResponseReturnValue:
    """Ask for the query code, or show the case that it has opened."""
    form = CodeForm()
    if request.method == "GET" and _token():
        return _page()
    if not form.is_sent():
        return _inside(render_template("public/progress/code.html", form=form), 422 if form.errors else 200)
    try:
        token = open_progress(form.code.data, request.remote_addr or "", at=clock.now(), services=services())
    except PortalError as error:
        form.refuse(error)
        return _inside(render_template("public/progress/code.html", form=form), status_of(error))
    return _keep(redirect(url_for(".progress"), 303), token)


@blueprint.route("/<string:step>", methods=["GET", "POST"])
@public
def step(step: str) -> ResponseReturnValue:
    """One thing that the submitter may do, on a page of its own."""
    own, submitter = STEPS.get(step), _submitter()
    if own is None:
        raise NotFoundError(N_("没有找到这个页面"))
    form = own.form()
    if request.method == "GET":
        return _empty_step(own, form, submitter)
    if not form.is_sent():
        return _step_page(own, form, 422)
    try:
        _take(own, form, submitter)
    except PortalError as error:
        form.refuse(error)
        return _step_page(own, form, status_of(error))
    return redirect(url_for(".progress", done=step), 303)


@blueprint.route("/files", methods=["GET", "POST"])
@public
def files() -> ResponseReturnValue:
    """Photographs and papers for the office, on a page of their own: nothing typed is lost with what is too large."""
    submitter = _submitter()
    form = FilesForm()
    if not form.is_sent():
        return _files_page(form, 200)
    claim = Sent(form.idempotency_key.data, url_for(".progress"))
    try:
        with suppress(SentTwiceError):
            sent = uploads.sent_files(request)
            send_files(services(), submitter, sent, request.remote_addr or "", at=clock.now(), sent=claim)
    except PortalError as error:
        form.refuse(error)
        return _files_page(form, status_of(error))
    return redirect(url_for(".progress", done="files"), 303)


@blueprint.get("/files/<string:item_id>")
@public
def file(item_id: str) -> Response:
    """A file that staff have sent, as a download that no browser opens by itself."""
    found = sent_file(services(), _submitter(), item_id)
    return sealed_download(found.pieces, found.media_type, download_name(1, found.name.rpartition(".")[2]))


@blueprint.get("/letters/<int:seq>.pdf")
@public
def letter(seq: int) -> Response:
    """A letter of the case as PDF."""
    return sealed_download(iter((own_letter(services(), _submitter(), seq),)), "application/pdf", f"letter-{seq}.pdf")


@blueprint.post("/exit")
@public
def leave() -> AnyResponse:
    """Close the page at once and let the browser forget it."""
    close_progress(_token(), services=services())
    answer = redirect(url_for("public_home.home"), 303)
    answer.delete_cookie(COOKIE, path=_path())
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _empty_step(own: OwnStep, form: OnceForm, submitter: Submitter) -> Response:
    """The form; in its place the reason when the step cannot be taken now, so that nobody types in vain."""
    try:
        check_own(services(), submitter, _action(own, submitter), at=clock.now())
    except ConflictError as error:
        return _step_page(own, form, status_of(error), refused=say(error.message))
    return _step_page(own, form, 200)


def _action(own: OwnStep, submitter: Submitter) -> Action:
    if own.action is Action.WITHDRAW and look(services(), submitter, at=clock.now()).kind is CaseKind.TIP_OFF:
        return Action.END_CONTACT
    return own.action


def _take(own: OwnStep, form: OnceForm, submitter: Submitter) -> None:
    """Take the step once; sent a second time, the form leads to where the first led."""
    action = _action(own, submitter)
    sent = Sent(form.idempotency_key.data, url_for(".progress"))
    with suppress(SentTwiceError):
        act_as_submitter(services(), submitter, action, own.given(form), at=clock.now(), sent=sent)


def _step_page(own: OwnStep, form: OnceForm, status: int, refused: str = "") -> Response:
    return _inside(render_template("public/progress/step.html", step=own, form=form, refused=refused), status)


def _files_page(form: FilesForm, status: int) -> Response:
    return _inside(render_template("public/progress/files.html", form=form, most=MOST_FILES), status)


def _page() -> ResponseReturnValue:
    try:
        submitter = _submitter()
        page, letters = look(services(), submitter, at=clock.now()), own_letters(submitter)
    except NotFoundError as error:
        form = CodeForm()
        form.refuse(error)
        answer = _inside(render_template("public/progress/code.html", form=form), 200)
        answer.delete_cookie(COOKIE, path=_path())
        return answer
    done = request.args.get("done", "") in {*STEPS, "files"}
    return _inside(
        render_template("public/progress/progress.html", page=page, letters=letters, steps=STEPS, done=done), 200
    )


def _code_page(error: PortalError) -> Response:
    form = CodeForm()
    form.refuse(error)
    return _inside(render_template("public/progress/code.html", form=form), status_of(error))


def _submitter() -> Submitter:
    return submitter_by(_token(), at=clock.now(), services=services())


def _token() -> str:
    return request.cookies.get(COOKIE, "")


def _keep(answer: AnyResponse, token: str) -> AnyResponse:
    """A cookie that dies with the browser, is sent from this site alone and to these pages alone."""
    secure = services().settings.secure_cookies
    answer.set_cookie(COOKIE, token, max_age=OPEN_FOR, path=_path(), secure=secure, httponly=True, samesite="Strict")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _path() -> str:
    return f"{current_app.config['SITE_COOKIE_PATH']}cases/progress"


def _inside(text: str, status: int) -> Response:
    answer = make_response(text, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
