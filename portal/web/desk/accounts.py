"""The administrator's accounts: created, given roles, disabled, reset."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.domain.errors import ConflictError, PortalError
from portal.domain.permissions import Permission, Role
from portal.domain.staff import Account
from portal.queries.offices import offices_within
from portal.queries.staff import account_within, accounts_within
from portal.usecases import clock
from portal.usecases.idempotency import Sent, SentTwiceError, outcome_of
from portal.usecases.staff import (
    IssuedPassword,
    NewAccount,
    add_account,
    disable_account,
    move_account,
    reset_password,
    set_roles,
)
from portal.web.access import current_actor, requires
from portal.web.errors import status_of
from portal.web.forms.base import DeskForm
from portal.web.forms.staff import MoveForm, NewAccountForm, ResetForm, RolesForm

blueprint = Blueprint("desk_accounts", __name__, url_prefix="/desk/accounts")


@blueprint.get("/")
@requires(Permission.MANAGE_ACCOUNTS)
def accounts() -> str:
    """List the accounts of the actor's scope."""
    return render_template("desk/accounts/accounts.html", accounts=accounts_within(current_actor()))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def new() -> ResponseReturnValue:
    """Create an account and show its first password once."""
    form = NewAccountForm()
    form.office_id.choices = _offices()

    def create() -> ResponseReturnValue:
        wanted = NewAccount(
            username=form.username.data or "",
            display_name=form.display_name.data or "",
            office_id=form.office_id.data,
            roles=_roles(form.roles.data),
        )
        sent = Sent(form.idempotency_key.data, url_for(".accounts"))
        return _issued(add_account(wanted, actor=current_actor(), at=clock.now(), sent=sent))

    return _tried(form, create, lambda: render_template("desk/accounts/new.html", form=form))


@blueprint.get("/<int:account_id>")
@requires(Permission.MANAGE_ACCOUNTS)
def account(account_id: int) -> str:
    """Show an account and what can be done with it."""
    return _page(account_within(current_actor(), account_id))


@blueprint.post("/<int:account_id>/roles")
@requires(Permission.MANAGE_ACCOUNTS)
def roles(account_id: int) -> ResponseReturnValue:
    """Give an account other roles."""
    form, found = RolesForm(), account_within(current_actor(), account_id)

    def change() -> ResponseReturnValue:
        set_roles(
            account_id,
            _roles(form.roles.data),
            version=form.version.number,
            actor=current_actor(),
            at=clock.now(),
            sent=_sent(form, account_id),
        )
        return _done(account_id, _("角色已修改。"))

    return _tried(form, change, lambda: _page(found, roles_form=form))


@blueprint.post("/<int:account_id>/move")
@requires(Permission.MANAGE_ACCOUNTS)
def move(account_id: int) -> ResponseReturnValue:
    """Let an account work in another office."""
    form, found = MoveForm(), account_within(current_actor(), account_id)
    form.office_id.choices = _offices()

    def transfer() -> ResponseReturnValue:
        sent = _sent(form, account_id)
        move_account(account_id, form.office_id.data, actor=current_actor(), at=clock.now(), sent=sent)
        return _done(account_id, _("账号已调到新单位。"))

    return _tried(form, transfer, lambda: _page(found, move_form=form))


@blueprint.post("/<int:account_id>/disable")
@requires(Permission.MANAGE_ACCOUNTS)
def disable(account_id: int) -> ResponseReturnValue:
    """Shut an account."""
    form, found = DeskForm(), account_within(current_actor(), account_id)

    def shut() -> ResponseReturnValue:
        disable_account(account_id, actor=current_actor(), at=clock.now(), sent=_sent(form, account_id))
        return _done(account_id, _("账号已停用，它的登录已经结束。"))

    return _tried(form, shut, lambda: _page(found))


@blueprint.post("/<int:account_id>/reset")
@requires(Permission.MANAGE_ACCOUNTS)
def reset(account_id: int) -> ResponseReturnValue:
    """Make a new one-time password and show it once."""
    form, found = ResetForm(), account_within(current_actor(), account_id)

    def issue() -> ResponseReturnValue:
        lost, sent = bool(form.second_factor.data), _sent(form, account_id)
        return _issued(reset_password(account_id, second_factor=lost, actor=current_actor(), at=clock.now(), sent=sent))

    return _tried(form, issue, lambda: _page(found))


def _tried(form: DeskForm, act: Callable[[], ResponseReturnValue], page: Callable[[], str]) -> ResponseReturnValue:
    """Act on a valid form; a form sent twice leads to where the first led, a refusal stands beside the filled form."""
    if not form.validate_on_submit():
        return page(), 422 if request.method == "POST" else 200
    try:
        return act()
    except SentTwiceError:
        flash(_("这份表单已经提交过，没有重复办理。"))
        return redirect(outcome_of(form.idempotency_key.data) or url_for(".accounts"), 303)
    except PortalError as error:
        form.refuse(error)
        if isinstance(error, ConflictError):
            form.renew_key()
        return page(), status_of(error)


def _sent(form: DeskForm, account_id: int) -> Sent:
    return Sent(form.idempotency_key.data, url_for(".account", account_id=account_id))


def _done(account_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for(".account", account_id=account_id), 303)


def _issued(issued: IssuedPassword) -> ResponseReturnValue:
    return render_template("desk/accounts/issued.html", issued=issued)


def _offices() -> list[SelectChoice]:
    return [SelectChoice(one.id, "　" * one.depth + one.name) for one in offices_within(current_actor())]


def _page(account: Account, roles_form: RolesForm | None = None, move_form: MoveForm | None = None) -> str:
    elsewhere = MoveForm(formdata=None, data={"office_id": account.office_id})
    elsewhere.office_id.choices = _offices()
    fresh = RolesForm(formdata=None, data={"version": account.version, "roles": list(account.roles)})
    return render_template(
        "desk/accounts/account.html",
        account=account,
        form=roles_form or fresh,
        refused=move_form,
        move_form=move_form or elsewhere,
        reset_form=ResetForm(formdata=None),
        disable_form=DeskForm(formdata=None),
    )


def _roles(values: list[str] | None) -> frozenset[Role]:
    return frozenset(Role(value) for value in values or ())
