"""我要反映: one question a page, plain forms, no account; what is typed lies sealed until it is handed in."""

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.attachments import extension_of
from portal.domain.case_texts import holds_id_number, id_number_warning, without_id_numbers
from portal.domain.errors import NotFoundError, PortalError, RefusedError, StorageFullError
from portal.domain.intake_drafts import MOST_FILES, Draft, Step, path_of
from portal.domain.messages import N_, Message
from portal.usecases import clock
from portal.usecases.intake_drafts import attach, challenge_of, detach, hand_in, made_ready, number_of
from portal.usecases.intake_receipts import print_slip, receipt_page
from portal.web import uploads
from portal.web.access import public
from portal.web.errors import error_page, status_of
from portal.web.forms.intake import CheckForm, StepForm, UploadForm, VoiceForm, WrittenDownForm, division_of
from portal.web.forms.public import PublicForm
from portal.web.intake_cookie import Kept, hand_over, kept_draft, new_draft, take_away
from portal.web.intake_pages import after, before, first_open, form_of, lines_of, position_of, with_places
from portal.web.languages import say
from portal.web.services import services

blueprint = Blueprint("public_intake", __name__, url_prefix="/cases/new")

_TYPED = frozenset({Step.WHAT, Step.WHO, Step.DETAILS})
"""Pages on which somebody may write an identity number that nobody needs."""
_WRITTEN = _TYPED | {Step.MEMBERS, Step.PLACE, Step.NOTICE}
"""Pages that come back filled in when their draft is gone; of the others only a choice is lost."""
_SOUNDS = frozenset({"mp3", "m4a", "mp4"})
_WITH_FILES = (f"{blueprint.name}.files", f"{blueprint.name}.voice")


@blueprint.before_request
def take_more() -> None:
    """A long text and a video are read whole; what is too large then gets its own sentence."""
    uploads.allow(request, is_file=request.endpoint in _WITH_FILES)


@blueprint.errorhandler(RequestEntityTooLarge)
def say_how_large(_error: RequestEntityTooLarge) -> Response:
    """Where files are taken the page comes back with the draft as it was; nothing of the request was read."""
    kept, endpoint = kept_draft(), request.endpoint
    if kept is None or endpoint not in _WITH_FILES:
        return error_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    voice = endpoint == _WITH_FILES[1]
    answer = _files_page(kept.draft, _upload_form(uploads.FAR_TOO_LARGE, voice=voice), voice=voice)
    answer.status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return answer


@blueprint.route("/", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    """What is needed and how long it takes; from a notice's page the notice is known already."""
    kept = kept_draft()
    if request.method == "GET":
        going_on = first_open(kept.draft) if kept and kept.draft.may_be_offered else None
        return _inside(_start_page(going_on), 200)
    try:
        begun = new_draft()
        begun = begun.saved(_from_notice(begun.draft))
    except StorageFullError as error:
        return _inside(_start_page(None, error), 503)
    return hand_over(_to(first_open(begun.draft)), begun)


@blueprint.route("/<string:step>", methods=["GET", "POST"])
@public
def step(step: str) -> ResponseReturnValue:
    """One page: shown with what was answered, or taken and followed by the next."""
    if step not in set(Step) - {Step.CHECK, Step.FILES}:
        raise NotFoundError(N_("没有找到这个页面"))
    page, kept = Step(step), kept_draft()
    if kept and kept.draft.number:
        return _to("receipt")
    if request.method == "POST":
        return _taken(page, kept) if kept else _too_late(page)
    if kept is None:
        return redirect(url_for(".start"), 303)
    if not _may_be_shown(kept.draft, page):
        return _to(first_open(kept.draft))
    return _page(page, form_of(kept.draft, page), 200)


@blueprint.route("/files", methods=["GET", "POST"])
@public
def files() -> ResponseReturnValue:
    """Photographs and papers, cleaned as soon as they arrive; sent without a file, the page leads on."""
    return _upload(Step.FILES, voice=False)


@blueprint.route("/voice", methods=["GET", "POST"])
@public
def voice() -> ResponseReturnValue:
    """A voice note, for whoever cannot type."""
    return _upload(Step.WHAT, voice=True)


@blueprint.post("/files/remove")
@public
def remove() -> ResponseReturnValue:
    """Take a file away again."""
    kept = kept_draft()
    if kept is None:
        return redirect(url_for(".start"), 303)
    detach(services(), kept.ticket, kept.draft, request.form.get("file", ""), at=clock.now())
    return _to("files")


@blueprint.route("/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    """Everything once more, each line to be changed; then it is handed in, once however often it is sent."""
    kept = kept_draft()
    if kept is None:
        return redirect(url_for(".start"), 303)
    if kept.draft.number:
        return _to("receipt")
    opened, form = first_open(kept.draft), CheckForm()
    if opened is not Step.CHECK:
        return _to(opened)
    if request.method == "GET" or not kept.draft.is_ready:
        kept = kept.saved(made_ready(kept.draft))
        return _inside(_check_page(kept.draft, form), 200)
    return _handed_in(kept, form)


@blueprint.route("/receipt", methods=["GET", "POST"])
@public
def receipt() -> ResponseReturnValue:
    """Number and code, shown until the last four digits were typed from the paper, or for half an hour."""
    kept, form = kept_draft(), WrittenDownForm()
    number = number_of(services(), kept.draft) if kept else ""
    if kept is None or not number:
        return redirect(url_for(".start"), 303)
    page = receipt_page(number, kept.draft)
    if form.is_sent() and form.last_four.data == page.code.last_group:
        return take_away(_to("noted"))
    if request.method == "POST" and not form.errors:
        form.last_four.errors = (*form.last_four.errors, str(_("与查询码的最后四位不一样，请对照再抄一遍")))
    return _inside(render_template("public/intake/receipt.html", page=page, form=form), 422 if form.errors else 200)


@blueprint.get("/slip.pdf")
@public
def slip() -> ResponseReturnValue:
    """The slip to print: number and code, and nothing of what it is about."""
    kept = kept_draft()
    number = number_of(services(), kept.draft) if kept else ""
    if kept is None or not number:
        return redirect(url_for(".start"), 303)
    page = receipt_page(number, kept.draft)
    pdf = print_slip(services(), page, request.remote_addr or "", at=clock.now())
    answer = _inside(pdf, 200)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = 'inline; filename="slip.pdf"'
    return answer


@blueprint.get("/noted")
@public
def noted() -> Response:
    """The code is on paper; nothing is left in the browser."""
    return _inside(render_template("public/intake/noted.html"), 200)


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """快速离开: the draft is destroyed, the browser forgets it, and a page stands there that anybody may read."""
    answer = take_away(redirect(url_for("public_documents.index"), 303))
    answer.headers["Clear-Site-Data"] = '"cache"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _from_notice(draft: Draft) -> Draft:
    """The draft of somebody who comes from a notice: what is objected to is known, the kind can still be changed."""
    pairs = [(name, request.form[name]) for name in ("number", "row") if request.form.get(name)]
    if not pairs:
        return draft
    kind = request.form.get("kind", "objection")
    return draft.answered(Step.KIND, [("kind", kind)]).answered(Step.NOTICE, pairs)


def _may_be_shown(draft: Draft, page: Step) -> bool:
    path, opened = path_of(draft), first_open(draft)
    return page in path and path.index(page) <= path.index(opened)


def _posted(page: Step, draft: Draft) -> list[tuple[str, str]]:
    known = {field.name for field in form_of(draft, page)}
    return [(name, value) for name, value in request.form.items(multi=True) if name in known]


def _taken(page: Step, kept: Kept) -> ResponseReturnValue:
    """Keep what was sent, whatever it is, and go where the button leads."""
    draft = _cleaned(page, kept.draft.answered(page, _posted(page, kept.draft)))
    draft = with_places(draft) if page is Step.PLACE else draft
    try:
        kept = kept.saved(draft)
    except (StorageFullError, NotFoundError) as error:
        form = form_of(draft, page)
        form.validate()
        form.refuse(error)
        return _page(page, form, status_of(error))
    goal = request.form.get("go", "")
    if goal in {"back", "stay", "voice"}:
        return hand_over(_to({"back": before(draft, page) or page, "stay": page}.get(goal, goal)), kept)
    form = form_of(draft, page)
    if not form.is_complete():
        return hand_over(_page(page, form, 422) if _may_be_shown(draft, page) else _to(first_open(draft)), kept)
    if (
        page in _TYPED
        and page not in draft.advised
        and holds_id_number(*(value for _name, value in draft.answers[page]))
    ):
        kept = kept.saved(replace(draft, advised=draft.advised | {page}))
        return hand_over(_page(page, form, 200, advised=True), kept)
    return hand_over(_to(after(draft, page)), kept)


def _cleaned(page: Step, draft: Draft) -> Draft:
    """With the identity numbers taken out, where the person has asked for it."""
    if request.form.get("go") != "clean":
        return draft
    return draft.answered(page, [(name, without_id_numbers(value)) for name, value in draft.answers[page]])


def _too_late(page: Step) -> ResponseReturnValue:
    """The draft is gone (or the browser keeps no cookies): this page comes back filled in, in a new draft."""
    try:
        kept = new_draft()
        draft = kept.draft.answered(page, _posted(page, kept.draft))
        kept = kept.saved(with_places(draft) if page is Step.PLACE else draft)
    except StorageFullError as error:
        form = form_of(_unkept(page), page)
        form.refuse(error)
        return _page(page, form, 503)
    shown = page if page in _WRITTEN else Step.KIND
    return hand_over(_page(shown, form_of(kept.draft, shown), 422, is_late=True), kept)


def _handed_in(kept: Kept, form: CheckForm) -> ResponseReturnValue:
    form.validate()
    place = division_of(kept.draft)
    proof, trapped = form.altcha.data or "", bool(form.website.data)
    try:
        number = hand_in(services(), kept.ticket, kept.draft, place, proof=proof, trapped=trapped, at=clock.now())
    except PortalError as error:
        form.refuse(error)
        return _inside(_check_page(kept.draft, form), status_of(error))
    return hand_over(_to("receipt"), replace(kept, draft=replace(kept.draft, number=number)))


def _upload(page: Step, *, voice: bool) -> ResponseReturnValue:
    kept = kept_draft()
    if kept is None:
        return redirect(url_for(".start"), 303)
    if kept.draft.number:
        return _to("receipt")
    return _received(kept, page, voice=voice)


def _received(kept: Kept, page: Step, *, voice: bool) -> ResponseReturnValue:
    if request.method == "GET":
        return _files_page(kept.draft, VoiceForm() if voice else UploadForm(), voice=voice)
    if request.form.get("go") == "back":
        return _to(page if voice else before(kept.draft, page) or page)
    try:
        chosen = uploads.sent_files(request)
        if not chosen:
            return _without_file(kept, page, voice=voice)
        for name, content in chosen:
            kept = _attached(kept, name, content, voice=voice)
    except PortalError as error:
        return _files_page(kept.draft, _upload_form(error, voice=voice), voice=voice)
    return hand_over(_to(after(kept.draft, page) if voice else page), kept)


def _attached(kept: Kept, name: str, content: bytes, *, voice: bool) -> Kept:
    if voice and extension_of(name) not in _SOUNDS:
        raise RefusedError(N_("请选择录音文件（mp3、m4a）；照片和其他文件在下一步上传"))
    address, at = request.remote_addr or "", clock.now()
    draft = attach(services(), kept.ticket, kept.draft, (name, content), address, voice=voice, at=at)
    return replace(kept, draft=draft)


def _without_file(kept: Kept, page: Step, *, voice: bool) -> ResponseReturnValue:
    if not voice:
        kept = kept.saved(kept.draft.answered(page, ()))
    elif kept.draft.voice is None:
        return _files_page(kept.draft, _upload_form(N_("请先录一段，或者选择一个录音文件"), voice=voice), voice=voice)
    return hand_over(_to(after(kept.draft, page)), kept)


def _upload_form(error: PortalError | str, *, voice: bool) -> UploadForm:
    """The form with what is wrong beside its field."""
    form = VoiceForm() if voice else UploadForm()
    form.file.errors = (say(error.message if isinstance(error, PortalError) else Message(error)),)
    return form


def _unkept(page: Step) -> Draft:
    """What was sent, where it cannot even be kept."""
    empty = Draft(code="", form_key="", work_secret="", started_at=clock.now())
    return empty.answered(page, _posted(page, empty))


def _page(page: Step, form: StepForm, status: int, *, advised: bool = False, is_late: bool = False) -> Response:
    draft = form.draft
    text = render_template(
        "public/intake/step.html",
        step=page,
        form=form,
        draft=draft,
        position=position_of(draft, page),
        advice=services().rulebook.case_advice,
        warning=id_number_warning() if advised else None,
        is_late=is_late,
    )
    return _inside(text, status)


def _files_page(draft: Draft, form: PublicForm, *, voice: bool) -> Response:
    text = render_template(
        "public/intake/voice.html" if voice else "public/intake/files.html",
        form=form,
        draft=draft,
        most=MOST_FILES,
        position=position_of(draft, Step.WHAT if voice else Step.FILES),
    )
    return _inside(text, 422 if form.errors else 200)


def _start_page(going_on: Step | None, error: PortalError | None = None) -> str:
    return render_template(
        "public/intake/start.html",
        going_on=going_on,
        error=error.message if error else None,
        advice=services().rulebook.case_advice,
        in_wechat="MicroMessenger" in request.user_agent.string,
    )


def _check_page(draft: Draft, form: CheckForm) -> str:
    return render_template(
        "public/intake/check.html",
        form=form,
        draft=draft,
        lines=list(lines_of(draft)),
        position=position_of(draft, Step.CHECK),
        back=before(draft, Step.CHECK),
        challenge=challenge_of(draft),
        advice=services().rulebook.case_advice,
    )


def _to(step: str) -> AnyResponse:
    answer = redirect(url_for(".step", step=step), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _inside(body: str | bytes, status: int) -> Response:
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
