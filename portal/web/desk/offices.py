"""Offices: their phones, address, steps, and what the website shows of their notices."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.domain.errors import ConflictError, InvalidError
from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import Office
from portal.domain.permissions import Permission
from portal.queries.offices import office_within, offices_within, web_details_of
from portal.usecases import clock
from portal.usecases.idempotency import SentTwiceError, outcome_of
from portal.usecases.offices import edit_office, show_on_web
from portal.web.access import current_actor, requires
from portal.web.forms.offices import DisplayForm, OfficeForm

blueprint = Blueprint("desk_offices", __name__, url_prefix="/desk/offices")

_FIELDS = {
    "hotline": lazy_gettext("监督举报电话"),
    "duty_phone": lazy_gettext("值班电话"),
    "address": lazy_gettext("地址"),
    "steps": lazy_gettext("发布经过几个人"),
}


@blueprint.get("/")
@requires(Permission.MANAGE_OFFICES)
def offices() -> str:
    """List the offices of the actor's scope as a tree."""
    return render_template("desk/offices/offices.html", offices=offices_within(current_actor()))


@blueprint.route("/<int:office_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_OFFICES)
def office(office_id: int) -> ResponseReturnValue:
    """Show an office and change what it tells about itself."""
    found = office_within(current_actor(), office_id)
    form = OfficeForm(obj=found.details, data={"version": found.version})
    if not form.validate_on_submit():
        return _page(found, form), 422 if request.method == "POST" else 200
    try:
        _save(found, form)
    except SentTwiceError:
        return redirect(outcome_of(form.idempotency_key.data) or url_for(".offices"), 303)
    except ConflictError:
        return _conflict(office_id, form), 409
    except InvalidError as error:
        form.refuse(error)
        return _page(found, form), 422
    flash(_("已保存%(name)s的信息。", name=found.name))
    return redirect(url_for(".office", office_id=office_id), 303)


@blueprint.post("/<int:office_id>/display")
@requires(Permission.MANAGE_OFFICES)
def display(office_id: int) -> ResponseReturnValue:
    """Switch at once what the website shows of one kind of notice."""
    form = DisplayForm()
    if form.validate_on_submit():
        kind, web = NoticeKind(form.kind.data), WebDetail(form.web.data)
        show_on_web(office_id, kind, web, actor=current_actor(), at=clock.now())
        flash(_("已切换，网上显示立即改变。"))
    return redirect(url_for(".office", office_id=office_id), 303)


def _save(office: Office, form: OfficeForm) -> None:
    edit_office(
        office.id,
        form.details,
        version=form.version.number,
        key=form.idempotency_key.data,
        outcome=url_for(".office", office_id=office.id),
        actor=current_actor(),
        at=clock.now(),
    )


def _page(office: Office, form: OfficeForm) -> str:
    displays = [(kind, web, DisplayForm(formdata=None)) for kind, web in web_details_of(office.id).items()]
    return render_template(
        "desk/offices/office.html", office=office, form=form, displays=displays, details=list(WebDetail)
    )


def _conflict(office_id: int, form: OfficeForm) -> str:
    """Both texts side by side, and the form once more with the version that the person has now seen."""
    now = office_within(current_actor(), office_id)
    mine = form.details
    rows = [(label, getattr(mine, name), getattr(now.details, name)) for name, label in _FIELDS.items()]
    form.version.data = now.version
    form.renew_key()
    return render_template("desk/offices/conflict.html", office=now, form=form, rows=rows)
