"""One's own account: password and open sessions."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.errors import PortalError
from portal.domain.staff import SHORTEST_PASSWORD
from portal.queries.staff import sessions_of
from portal.usecases import clock
from portal.usecases.sign_in import change_password, revoke_session
from portal.web.access import current_actor, signed_in
from portal.web.desk.visits import browser_of_request, current_visit
from portal.web.errors import status_of
from portal.web.forms.base import DeskForm
from portal.web.forms.staff import ChangePasswordForm
from portal.web.services import services

blueprint = Blueprint("desk_account", __name__, url_prefix="/desk/account")


@blueprint.get("/")
@signed_in
def account() -> str:
    """Show one's own account and where it is signed in."""
    visit = current_visit()
    sessions = sessions_of(visit.actor.account_id, clock.now())
    return render_template(
        "desk/account/account.html", me=visit.actor, sessions=sessions, here=visit.session_id, form=DeskForm()
    )


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password."""
    form, status = ChangePasswordForm(), 200
    if form.validate_on_submit():
        typed = form.current.data, form.password.data
        try:
            change_password(current_visit(), *typed, browser_of_request(), at=clock.now(), services=services())
        except PortalError as error:
            form.refuse(error)
            status = status_of(error)
        else:
            flash(_("密码已修改，其他设备上的登录已经结束。"))
            return redirect(url_for(".account"), 303)
    return render_template("desk/account/password.html", form=form, least=SHORTEST_PASSWORD), status


@blueprint.post("/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions, for example on a machine left behind."""
    if DeskForm().validate_on_submit():
        revoke_session(session_id, actor=current_actor(), at=clock.now())
        flash(_("已结束那一处登录。"))
    return redirect(url_for(".account"), 303)
