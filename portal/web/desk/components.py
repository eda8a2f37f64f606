"""The living page of all components: what the macros make, in every state, for whoever builds or checks a page."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, PasswordField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.notices import NoticeKind
from portal.domain.permissions import Permission
from portal.domain.publications import RevisionState
from portal.web.access import requires
from portal.web.forms.base import CheckboxesField, DayField, DeskForm, TextField, required
from portal.web.labels import choices

blueprint = Blueprint("desk_components", __name__)

STEPS = [SelectChoice("submit", _("提交审核")), SelectChoice("keep", _("存为草稿"))]
PLACES = [SelectChoice("board", _("村（社区）公示栏")), SelectChoice("hall", _("便民服务大厅"))]


class SampleForm(DeskForm):
    """One field of every kind."""

    title = TextField(_("标题"), [required(_("请填写标题"))])
    day = DayField(_("张贴日期"), [required(_("请填写张贴日期"))])
    note = TextAreaField(_("更正说明"))
    kind = SelectField(_("公示种类"), choices=choices(NoticeKind))
    step = RadioField(_("下一步"), choices=STEPS, validators=[required(_("请选择下一步"))])
    places = CheckboxesField(_("张贴地点"), choices=PLACES)
    sheet = FileField(_("名单文件"))
    password = PasswordField(_("密码"), [required(_("请填写密码"))], render_kw={"autocomplete": "off"})
    sure = BooleanField(_("我已核对全部内容"))


@blueprint.get("/desk/components")
@requires(Permission.USE_DESK)
def components() -> str:
    """Show every component: a form as it begins, the same with errors, tables, signs, ways."""
    empty, faulty = SampleForm(prefix="new"), SampleForm(prefix="old")
    faulty.validate()
    return render_template("desk/components/components.html", empty=empty, faulty=faulty, states=list(RevisionState))
