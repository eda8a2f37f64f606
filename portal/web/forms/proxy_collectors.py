"""Forms of 委托代领. None has a field for an ID number, an account or a phone."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.proxy_collectors import (
    AT_WILL,
    LONGEST_REFERENCE,
    NO_NUMBERS,
    Arrangement,
    CardHolder,
    CollectorPost,
    EndReason,
    ProxyReason,
    ReadingPurpose,
    Relation,
)
from portal.domain.redaction import find_personal_data
from portal.usecases.proxy_collectors import NewProxy
from portal.web.forms.base import DayField, DeskForm, TextField, at_most, required
from portal.web.labels import choices, label

LONGEST_NAME = 40


def without_numbers(_form: DeskForm, field: Any) -> None:
    """Refuse a personal number, and do not send it back: the only value that a page of the desk does not keep."""
    if find_personal_data(field.data or "", landlines=True):
        field.data = ""
        raise ValidationError(gettext(NO_NUMBERS))


class ProxyForm(DeskForm):
    """Who collects for whom, why, with which consent, and where the card is."""

    division_code = SelectField(_("村（社区）或镇（街道）"), [required(_("请选择地方"))])
    recipient = TextField(
        _("救助对象姓名"), [required(_("请填写救助对象姓名")), at_most(LONGEST_NAME), without_numbers]
    )
    collector = TextField(_("代领人姓名"), [required(_("请填写代领人姓名")), at_most(LONGEST_NAME), without_numbers])
    relation = RadioField(_("代领人是救助对象的"), [required(_("请选择两人的关系"))], choices=choices(Relation))
    post = RadioField(_("代领人担任的职务"), [required(_("请选择代领人担任的职务"))], choices=choices(CollectorPost))
    reason = RadioField(_("为什么由别人代领"), [required(_("请选择为什么由别人代领"))], choices=choices(ProxyReason))
    card_holder = RadioField(
        _("存折（卡）在谁手里"), [required(_("请选择存折（卡）在谁手里"))], choices=choices(CardHolder)
    )
    consent_on = DayField(_("本人委托的日期"), [required(_("请填写本人委托的日期")), at_most(20)])
    consent_reference = TextField(
        _("委托书的编号或存放处"),
        [required(_("写明委托书的编号或存放处")), at_most(LONGEST_REFERENCE), without_numbers],
    )
    valid_from = DayField(_("从哪天起代领"), [required(_("请填写从哪天起代领")), at_most(20)])

    @property
    def entry(self) -> NewProxy:
        """What a form that has been found complete enters."""
        arrangement = Arrangement(
            recipient=self.recipient.data,
            collector=self.collector.data,
            relation=Relation(self.relation.data),
            post=CollectorPost(self.post.data),
            reason=ProxyReason(self.reason.data),
            card_holder=CardHolder(self.card_holder.data),
            consent_on=_day(self.consent_on),
            consent_reference=self.consent_reference.data,
        )
        return NewProxy(self.division_code.data, _day(self.valid_from), arrangement)


class ConsentForm(DeskForm):
    """The scan of the written consent."""

    file = FileField(_("委托书扫描件"), render_kw={"accept": ".pdf,.jpg,.jpeg,.png"})

    def validate_file(self, field: FileField) -> None:
        """A file must be chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(gettext("请选择委托书的扫描件或照片"))


class ReadingForm(DeskForm):
    """For what the names are read."""

    purpose = RadioField(_("为什么查看"), [required(_("请选择为什么查看"))], choices=choices(ReadingPurpose))


class ReviewForm(DeskForm):
    """Whether the arrangement holds."""

    holds = RadioField(
        _("审核意见"),
        [required(_("请选择审核意见"))],
        choices=[SelectChoice("yes", _("已向本人核实，同意")), SelectChoice("no", _("不同意，登记就此结束"))],
    )


class EndForm(DeskForm):
    """Why it ends."""

    reason = RadioField(
        _("结束的原因"),
        [required(_("请选择结束的原因"))],
        choices=[SelectChoice(reason.value, label(reason)) for reason in AT_WILL],
    )

    @property
    def chosen(self) -> EndReason:
        """The reason of a form that has been found complete."""
        return EndReason(self.reason.data)


def _day(field: Any) -> date:
    found: date = field.day
    return found
