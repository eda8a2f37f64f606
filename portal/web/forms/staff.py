"""Forms of signing in, of one's own account and of the administrator's accounts."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, SelectField, StringField

from portal.domain.permissions import Role
from portal.web.forms.base import CheckboxesField, DeskForm, NumberField, TextField, at_most, compact, required
from portal.web.labels import choices


class SignInForm(DeskForm):
    """Username and password."""

    username = TextField(_("账号"), [required(_("请填写账号")), at_most(80)], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _("密码"), [required(_("请填写密码")), at_most(200)], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(DeskForm):
    """Six digits from the authenticator."""

    code = StringField(
        _("动态验证码"),
        [required(_("请填写动态验证码")), at_most(20)],
        filters=[compact],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class NewPasswordForm(DeskForm):
    """A password in place of the one-time one; typed once, shown by the browser if wished."""

    password = PasswordField(
        _("新密码"), [required(_("请填写新密码")), at_most(200)], render_kw={"autocomplete": "new-password"}
    )


class ChangePasswordForm(NewPasswordForm):
    """The same, with the present one."""

    current = PasswordField(
        _("现在的密码"), [required(_("请填写现在的密码")), at_most(200)], render_kw={"autocomplete": "current-password"}
    )


class RolesForm(DeskForm):
    """The roles of an account, as they were seen."""

    version = NumberField()
    roles = CheckboxesField(_("角色"), [required(_("至少选择一个角色"))], choices=choices(Role))


class NewAccountForm(DeskForm):
    """A new account; its first password is made by the portal."""

    username = TextField(_("账号"), [required(_("请填写账号")), at_most(40)], render_kw={"autocomplete": "off"})
    display_name = TextField(_("姓名"), [required(_("请填写姓名")), at_most(40)], render_kw={"autocomplete": "off"})
    office_id = SelectField(_("单位"), [required(_("请选择单位"))], coerce=int)
    roles = CheckboxesField(_("角色"), [required(_("至少选择一个角色"))], choices=choices(Role))


class MoveForm(DeskForm):
    """The office that an account goes to."""

    office_id = SelectField(_("单位"), [required(_("请选择单位"))], coerce=int)


class ResetForm(DeskForm):
    """A new one-time password, and perhaps a new device."""

    second_factor = BooleanField(_("手机遗失：同时清除动态验证码，下次登录重新绑定"))
