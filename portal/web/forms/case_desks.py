"""Forms of the desks that open sealed cases."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectField

from portal.web.forms.base import DeskForm, at_most, required


class EnrolForm(DeskForm):
    """The colleague who is to hold the key as well."""

    account_id = SelectField(_("同事"), [required(_("请选择一位同事"))], coerce=int)


class RecoverForm(DeskForm):
    """The key on paper, group by group; a password field, so that no form and no browser keeps it."""

    words = PasswordField(
        _("恢复密钥"),
        [required(_("请填写纸上的恢复密钥")), at_most(200)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
