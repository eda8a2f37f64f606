"""Registering what comes by phone, letter, visit or from 12345, one by one or as a table; the receipt to hand over."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.domain.case_texts import faults_in_about, faults_in_contact, faults_in_telling
from portal.domain.case_transfers import TransferFault
from portal.domain.errors import InvalidError
from portal.domain.intake import Submission
from portal.domain.messages import N_, Message
from portal.domain.permissions import Permission
from portal.queries.intake import full_name, places_for
from portal.usecases import clock
from portal.usecases.case_registration import check_transfers, receipts_of, register, register_transfers
from portal.usecases.spool import KEEP, Ticket
from portal.web import uploads
from portal.web.access import current_actor, requires
from portal.web.addresses import outside
from portal.web.desk.attempts import attempt, sent
from portal.web.forms.registrations import RegistrationForm, TransfersForm
from portal.web.services import services

blueprint = Blueprint("desk_registrations", __name__, url_prefix="/desk/cases")

COOKIE = "receipts"
_NAMED = 5


@blueprint.before_request
def take_more() -> None:
    """A table that is too large gets its own sentence, in the form as it was filled in."""
    uploads.allow(request, is_file=True)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.REGISTER_CASES)
def new() -> ResponseReturnValue:
    """One case that somebody has told or written."""
    form = RegistrationForm()
    form.fill()

    def take() -> ResponseReturnValue:
        submission = _checked(form)
        ticket = register(
            services(), current_actor(), submission, at=clock.now(), sent=sent(form, url_for(".receipts"))
        )
        return _handed_over(ticket)

    def page(known: str = "") -> str:
        return render_template("desk/registrations/new.html", form=form, known=known)

    return attempt(form, take, page, too_late=lambda error: page(getattr(error, "number", "")))


@blueprint.route("/transfers", methods=["GET", "POST"])
@requires(Permission.REGISTER_CASES)
def transfers() -> ResponseReturnValue:
    """A table of transfers: every fault with its cell and nothing taken, or each row that is not in yet."""
    form, faults = TransfersForm(), list[TransferFault]()

    def take() -> ResponseReturnValue:
        found = check_transfers(services(), current_actor(), uploads.sheet(request), _place_of)
        faults.extend(found.faults)
        return _handed_over(register_transfers(services(), current_actor(), found, at=clock.now()))

    return attempt(form, take, lambda: render_template("desk/registrations/transfers.html", form=form, faults=faults))


@blueprint.get("/receipts")
@requires(Permission.REGISTER_CASES)
def receipts() -> str:
    """Numbers and codes to print and to hand over; for half an hour, and for whoever has registered them."""
    place, _dot, key = request.cookies.get(COOKIE, "").partition(".")
    found = receipts_of(services(), current_actor(), Ticket(place, key), at=clock.now())
    return render_template(
        "desk/registrations/receipts.html", report=found, address=outside("public_progress.progress")
    )


def _checked(form: RegistrationForm) -> Submission:
    """The submission, when everything in it can be used; InvalidError names the fields otherwise."""
    places = places_for(form.place.data or "").places
    submission = form.submission(places[0].code if len(places) == 1 else "")
    faults = {
        **faults_in_telling(submission.telling),
        **faults_in_about(submission.about),
        **faults_in_contact(submission.contact),
    }
    if len(places) > 1:
        names = "；".join(full_name(one) for one in places[:_NAMED])
        faults["place"] = Message(N_("有几个同名的地方，请连县和镇一起写：%(names)s"), {"names": names})
    elif not places:
        faults["place"] = Message(N_("没有找到这个地方，请写县、镇或者村的名字"))
    if faults:
        raise InvalidError(N_("请改正标出的内容"), fields=faults)
    return submission


def _place_of(text: str) -> str | None:
    places = places_for(text).places
    return places[0].code if len(places) == 1 else None


def _handed_over(ticket: Ticket) -> Response:
    """To the receipts, whose key only this browser holds."""
    url = url_for(".receipts")
    answer = make_response(redirect(url, 303))
    answer.set_cookie(
        COOKIE, f"{ticket.id}.{ticket.key}", max_age=KEEP, path=url, secure=services().settings.secure_cookies,
        httponly=True, samesite="Strict",
    )  # fmt: skip
    return answer
