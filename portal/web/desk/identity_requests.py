"""Who submitted a case opens here alone, for its custodian, on a request that a second person has agreed to."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.attachments import download_name
from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.identity_requests import RequestState
from portal.domain.permissions import Permission
from portal.queries.identity_requests import request_on, requests_for
from portal.queries.paging import read_cursor
from portal.usecases import clock
from portal.usecases.case_steps import act
from portal.usecases.case_voices import listen, may_listen
from portal.usecases.identity_requests import can_open
from portal.web.access import current_actor, requires
from portal.web.desk.attempts import attempt, done, sent
from portal.web.desk.case_openers import opener
from portal.web.forms.base import DeskForm
from portal.web.forms.identity_requests import RefuseIdentityForm, RequestFilterForm, TranscriptForm
from portal.web.headers import sealed_download
from portal.web.lists import chosen
from portal.web.services import services

blueprint = Blueprint("desk_identity_requests", __name__, url_prefix="/desk/identity-requests")


@blueprint.get("/")
@requires(Permission.OPEN_IDENTITY)
def identity_requests() -> str:
    """Every request on the cases whose identity the person's desk keeps; what changed last comes first."""
    form, state = RequestFilterForm(request.args), chosen(RequestState, request.args.get("state", ""))
    page = requests_for(current_actor(), state, read_cursor(request.args.get("after", "")))
    later = url_for(".identity_requests", state=state, after=str(page.after)) if page.after else ""
    return render_template("desk/identity_requests/identity_requests.html", page=page, form=form, later=later)


@blueprint.route("/<string:number>", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def identity_request(number: str) -> ResponseReturnValue:
    """One request with what may be known of its case. Posted to, the identity is shown this once."""
    found, form, keys = request_on(current_actor(), number), DeskForm(), (opener(),)

    def page() -> str:
        return render_template(
            "desk/identity_requests/identity_request.html", found=found, form=form, is_unlocked=can_open(found, keys),
            may_listen=may_listen(found.case_id, current_actor(), at=clock.now()),
        )  # fmt: skip

    def show() -> ResponseReturnValue:
        opened = act(
            services(), current_actor(), number, Action.OPEN_IDENTITY, Given(), at=clock.now(), openers=keys,
            sent=sent(form, request.path),
        )  # fmt: skip
        # What was opened is shown once and kept nowhere, not even behind an address: so no redirect follows this post.
        return render_template("desk/identity_requests/opened.html", found=found, told=opened.told)

    return attempt(form, show, page)


@blueprint.get("/<string:number>/voice")
@requires(Permission.OPEN_IDENTITY)
def voice(number: str) -> Response:
    """The voice note, for the custodian who has opened it within the last two hours."""
    found = listen(services(), current_actor(), number, (opener(),), at=clock.now())
    return sealed_download(found.pieces, found.media_type, download_name(1, found.extension))


@blueprint.route("/<string:number>/transcribe", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def transcribe(number: str) -> ResponseReturnValue:
    """Write down what the voice note says; the officers of the case read it, and never hear it."""
    found, form = request_on(current_actor(), number), TranscriptForm()

    def keep() -> ResponseReturnValue:
        given, back = Given(text=form.text.data), url_for(".identity_request", number=found.line.number)
        claim, keys = sent(form, back), (opener(),)
        act(services(), current_actor(), number, Action.TRANSCRIBE, given, at=clock.now(), openers=keys, sent=claim)
        return done(back, _("文字已交给承办人。录音两小时后不能再听。"))

    return attempt(
        form, keep, lambda: render_template("desk/identity_requests/transcribe.html", found=found, form=form)
    )


@blueprint.route("/<string:number>/refuse", methods=["GET", "POST"])
@requires(Permission.OPEN_IDENTITY)
def refuse(number: str) -> ResponseReturnValue:
    """Refuse a request, also one that somebody else has agreed to."""
    found, form = request_on(current_actor(), number), RefuseIdentityForm()

    def say_no() -> ResponseReturnValue:
        given, back = Given(ground=form.ground.data), url_for(".identity_request", number=found.line.number)
        claim = sent(form, back)
        act(services(), current_actor(), number, Action.REFUSE_IDENTITY, given, at=clock.now(), sent=claim)
        return done(back, _("没有同意查看身份，申请人在诉求件里看得到。"))

    return attempt(form, say_no, lambda: render_template("desk/identity_requests/refuse.html", found=found, form=form))
