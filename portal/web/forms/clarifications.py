"""Forms of 澄清: asking for it, and deciding."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.clarifications import ClarificationScope
from portal.web.forms.base import DeskForm, TextField, at_most, compact, required
from portal.web.labels import choices

LONGEST_TEXT = 2000


class AskForm(DeskForm):
    """For whom, where harm arose, and what is said there."""

    whom = RadioField(
        _("为谁申请"),
        [required(_("请选择为谁申请"))],
        choices=[SelectChoice("person", _("我本人")), SelectChoice("office", _("我所在的单位"))],
    )
    scope = RadioField(_("在哪里造成了影响"), [required(_("请选择范围"))], choices=choices(ClarificationScope))
    text = TextAreaField(
        _("听到了什么、造成了什么影响"), [required(_("请填写内容")), at_most(LONGEST_TEXT)], render_kw={"rows": 6}
    )


class GrantForm(DeskForm):
    """The case that was found unsubstantiated, and what the letter says."""

    number = TextField(_("查明不属实的诉求件编号"), [required(_("请填写编号")), at_most(20)], clean=compact)
    text = TextAreaField(_("告知书里写的话"), [required(_("请填写内容")), at_most(LONGEST_TEXT)], render_kw={"rows": 6})
