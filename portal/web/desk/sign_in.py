"""Signing in, a page for each step, and signing out."""

import io
import re
from collections.abc import Callable

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.domain.errors import PortalError
from portal.domain.staff import SHORTEST_PASSWORD, SessionStage
from portal.sealing.totp import address_of
from portal.usecases import clock
from portal.usecases.sign_in import Progress, choose_password, confirm_enrolment, pass_code, secret_of
from portal.usecases.sign_in import sign_in as check_password
from portal.usecases.sign_in import sign_out as end_session
from portal.web.access import signed_in, signing_in
from portal.web.desk.visits import (
    browser_of_request,
    current_visit,
    drop,
    keep,
    token_of_request,
    visit_of_request,
)
from portal.web.errors import status_of
from portal.web.forms.base import DeskForm
from portal.web.forms.staff import CodeForm, NewPasswordForm, SignInForm
from portal.web.services import services

blueprint = Blueprint("desk_sign_in", __name__, url_prefix="/desk")

_WITHIN_DESK = re.compile(r"/desk/[\w\-./?=&%:+~,]*", re.ASCII)
_PAGES = {
    SessionStage.CODE: "desk_sign_in.code",
    SessionStage.NEW_PASSWORD: "desk_sign_in.password",
    SessionStage.ENROLMENT: "desk_sign_in.device",
}


@blueprint.route("/sign-in", methods=["GET", "POST"])
@signing_in
def sign_in() -> ResponseReturnValue:
    """Ask for username and password."""
    visit, form = visit_of_request(), SignInForm()
    if visit and request.method == "GET":
        return _onward(visit.stage)
    return _step(
        form,
        "desk/sign_in/sign_in.html",
        lambda: check_password(
            form.username.data, form.password.data, browser_of_request(), at=clock.now(), services=services()
        ),
    )


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@signing_in
def code() -> ResponseReturnValue:
    """Ask for the code that the authenticator shows."""
    form = CodeForm()
    return _elsewhere(SessionStage.CODE) or _step(
        form,
        "desk/sign_in/code.html",
        lambda: pass_code(
            token_of_request(), form.code.data, browser_of_request(), at=clock.now(), services=services()
        ),
    )


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@signing_in
def password() -> ResponseReturnValue:
    """Ask for a password of one's own in place of the one-time one."""
    form = NewPasswordForm()
    return _elsewhere(SessionStage.NEW_PASSWORD) or _step(
        form,
        "desk/sign_in/password.html",
        lambda: choose_password(token_of_request(), form.password.data, at=clock.now(), services=services()),
        least=SHORTEST_PASSWORD,
    )


@blueprint.route("/sign-in/device", methods=["GET", "POST"])
@signing_in
def device() -> ResponseReturnValue:
    """Show the secret as a picture and in letters, and ask for the first code."""
    form = CodeForm()
    return _elsewhere(SessionStage.ENROLMENT) or _step(
        form,
        "desk/sign_in/device.html",
        lambda: confirm_enrolment(
            token_of_request(), form.code.data, browser_of_request(), at=clock.now(), services=services()
        ),
        secret=secret_of(token_of_request(), at=clock.now(), services=services()),
    )


@blueprint.get("/sign-in/device.svg")
@signing_in
def device_picture() -> ResponseReturnValue:
    """The QR code of the secret, from an address of its own because the policy allows no inline image."""
    visit = visit_of_request()
    secret = secret_of(token_of_request(), at=clock.now(), services=services())
    address = address_of(
        secret, username=visit.actor.username if visit else "", issuer=services().settings.site.organiser
    )
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=5, light="#fff")
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session."""
    if DeskForm().validate_on_submit():
        end_session(current_visit(), at=clock.now())
        return drop(redirect(url_for(".sign_in"), 303))
    return redirect(url_for("desk_home.home"), 303)


def _step(form: DeskForm, template: str, act: Callable[[], Progress], **shown: object) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        try:
            progress = act()
        except PortalError as error:
            form.refuse(error)
            status = status_of(error)
        else:
            return keep(_onward(progress.stage), progress.token)
    return render_template(template, form=form, **shown), status


def _elsewhere(stage: SessionStage) -> Response | None:
    """Where a browser belongs that is not at this stage."""
    visit = visit_of_request()
    if visit is None:
        return redirect(url_for(".sign_in", next=request.args.get("next")), 303)
    return None if visit.stage is stage else _onward(visit.stage)


def _onward(stage: SessionStage) -> Response:
    """To the page of the next stage; after the last one to where somebody wanted to go, never off the desk."""
    wanted = request.args.get("next", "")
    if stage is not SessionStage.FULL:
        return redirect(url_for(_PAGES[stage], next=wanted or None), 303)
    if _WITHIN_DESK.fullmatch(wanted) and ".." not in wanted:
        return redirect(request.script_root + wanted, 303)
    return redirect(url_for("desk_home.home"), 303)
