"""Forms of the desk's documents."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.documents import LONGEST, DocumentCategory, DocumentContent, Validity
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.web.filters import day
from portal.web.forms.base import DayField, DeskForm, NumberField, TextField, at_most, required
from portal.web.labels import choices

_TEXTS = ("title", "issuer", "document_number", "index_number", "validity_note", "summary", "body")


class DocumentForm(DeskForm):
    """Everything that is typed of a document, as it was seen at `version`."""

    version = NumberField()
    title = TextField(_("标题"), [required(_("请填写标题")), at_most(LONGEST["title"])])
    category = RadioField(_("种类"), [required(_("请选择种类"))], choices=choices(DocumentCategory))
    program = SelectField(_("救助项目"), choices=[SelectChoice("", _("不限")), *choices(Program)], default="")
    issuer = TextField(_("发布机构"), [at_most(LONGEST["issuer"])])
    document_number = TextField(_("发文字号"), [at_most(LONGEST["document_number"])])
    index_number = TextField(_("索引号"), [at_most(LONGEST["index_number"])])
    dated_on = DayField(_("成文日期"))
    validity = RadioField(_("有效性"), choices=choices(Validity), default=Validity.IN_FORCE.value)
    validity_note = TextField(_("有效性说明"), [at_most(LONGEST["validity_note"])])
    summary = TextAreaField(_("摘要"), [at_most(LONGEST["summary"])], render_kw={"rows": 3})
    body = TextAreaField(_("正文"), [required(_("请填写正文")), at_most(LONGEST["body"])], render_kw={"rows": 24})
    review_on = DayField(_("到期复核日期"))

    @property
    def content(self) -> DocumentContent:
        """What was typed."""
        texts = {name: (self[name].data or "").strip() for name in _TEXTS}
        return DocumentContent(
            **{**texts, "body": texts["body"].replace("\r\n", "\n") + "\n"},
            category=DocumentCategory(self.category.data),
            program=Program(self.program.data) if self.program.data else None,
            dated_on=self.dated_on.day,
            validity=Validity(self.validity.data),
            review_on=self.review_on.day,
        )


class StepForm(DeskForm):
    """A step that needs no words."""

    version = NumberField()


class ReturnForm(StepForm):
    """Why a document goes back."""

    note = TextAreaField(_("退回的原因"), [required(_("请写明退回的原因")), at_most(300)], render_kw={"rows": 3})


class BypassForm(StepForm):
    """Why the usual people are passed over."""

    reason = TextAreaField(
        _("走紧急程序的原因"), [required(_("请写明走紧急程序的原因")), at_most(300)], render_kw={"rows": 3}
    )


class WithdrawForm(StepForm):
    """What kind of withdrawal, and why."""

    kind = RadioField(_("撤下的性质"), [required(_("请选择撤下的性质"))], choices=choices(WithdrawalKind))
    reason = TextAreaField(_("撤下的原因"), [required(_("请写明撤下的原因")), at_most(300)], render_kw={"rows": 3})


class CorrectionForm(DeskForm):
    """Why a public document is corrected."""

    kind = RadioField(
        _("更正的性质"), [required(_("请选择更正的性质"))], choices=choices(WithdrawalKind), default="correction"
    )
    note = TextAreaField(_("更正说明"), [required(_("请写更正说明")), at_most(300)], render_kw={"rows": 3})


def typed(content: DocumentContent, version: int) -> dict[str, Any]:
    """A content as the fields of a form show it."""
    values: dict[str, Any] = {name: getattr(content, name) for name in _TEXTS}
    return values | {
        "version": version,
        "category": content.category.value,
        "program": content.program.value if content.program else "",
        "validity": content.validity.value,
        "dated_on": _day(content.dated_on),
        "review_on": _day(content.review_on),
    }


def _day(value: date | None) -> str:
    return day(value) if value else ""
