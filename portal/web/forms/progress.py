"""The submitter's forms, one small form for each thing that he may do."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.usecases.idempotency import new_key
from portal.web.forms.base import TextField, at_most, compact, required
from portal.web.forms.public import PublicForm

LONGEST_TEXT = 10_000


class CodeForm(PublicForm):
    """The query code of the receipt."""

    code = TextField(
        _("查询码"),
        [required(_("请输入回执上的20位查询码")), at_most(60)],
        clean=compact,
        render_kw={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "class": "code"},
    )


class OnceForm(PublicForm):
    """A form that acts once however often it is sent."""

    idempotency_key = HiddenField(default=new_key)


class SupplyForm(OnceForm):
    """An answer or something to add."""

    text = TextAreaField(_("要补充的话"), [required(_("请填写要补充的内容")), at_most(LONGEST_TEXT)])


class FilesForm(OnceForm):
    """Photographs and papers."""

    file = FileField(_("照片或文件"), render_kw={"multiple": True})


class AskAgainForm(OnceForm):
    """Why the submitter does not accept the reply."""

    text = TextAreaField(_("对答复不服的理由"), [required(_("请写明不服的理由")), at_most(LONGEST_TEXT)])


class RatingForm(OnceForm):
    """How satisfied the submitter is; sent once."""

    rating = RadioField(
        _("您对办理结果满意吗"),
        [required(_("请选择满意程度"))],
        choices=[
            SelectChoice("5", _("很满意")),
            SelectChoice("4", _("满意")),
            SelectChoice("3", _("一般")),
            SelectChoice("2", _("不满意")),
            SelectChoice("1", _("很不满意")),
        ],
    )


class NameForm(OnceForm):
    """From anonymous to named."""

    name = TextField(_("姓名"), [required(_("请填写姓名")), at_most(40)], render_kw={"autocomplete": "name"})
    phone = TextField(_("电话"), [at_most(40)], clean=compact, render_kw={"inputmode": "tel", "autocomplete": "tel"})


class PublicationForm(OnceForm):
    """Whether the answer may be published; no reason need be given."""

    text = TextAreaField(_("想说明的话"), [at_most(LONGEST_TEXT)])


class AgreementForm(OnceForm):
    """The objection is taken back; nothing needs to be said."""


class WithdrawForm(OnceForm):
    """Taking the case back; asked once more, since it cannot be undone."""

    sure = BooleanField(_("我确定要撤回"), [required(_("请勾选，确认要撤回"))])
