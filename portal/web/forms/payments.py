"""Forms of the desk's payments."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.payments import month_of
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.usecases.payment_drafts import PaymentOrder
from portal.web.forms.base import DayField, DeskForm, TextField, at_most, compact, required
from portal.web.labels import choices

_FILES = {"accept": ".xlsx,.xls,.ods,.et,.csv"}
_MONTH = re.compile(r"(20\d\d)[年./-]?(1[0-2]|0?[1-9])月?")


class RosterForm(DeskForm):
    """A roster in a file."""

    file = FileField(_("发放花名册文件"), render_kw=_FILES)

    def validate_file(self, field: FileField) -> None:
        """A roster must be chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(gettext("请选择发放花名册文件"))


class PaymentUploadForm(RosterForm):
    """A roster, and what the office says of it; what is left empty is read from its title."""

    month = TextField(_("所属月份"), clean=compact)
    division = TextField(_("区划代码"), [at_most(12)], clean=compact)
    program = SelectField(_("救助项目"), choices=[SelectChoice("", _("按标题认")), *choices(Program)], default="")
    paid_on = DayField(_("发放日期"))
    document_number = TextField(_("拨付文件的文号"), [at_most(40)])

    def validate_month(self, field: TextField) -> None:
        """A month as people write it."""
        if field.data and _MONTH.fullmatch(str(field.data)) is None:
            raise ValidationError(gettext("请把月份写成 2026年10月 或 2026-10 的样子"))

    @property
    def order(self) -> PaymentOrder:
        """What was typed."""
        match = _MONTH.fullmatch(str(self.month.data or ""))
        return PaymentOrder(
            month=month_of(f"{match[1]}-{int(match[2]):02d}") if match else None,
            division_code=self.division.data or "",
            program=Program(self.program.data) if self.program.data else None,
            document_number=self.document_number.data or "",
            paid_on=self.paid_on.day,
        )


class PaymentCorrectionForm(RosterForm):
    """Why a public batch is corrected, and the new roster."""

    kind = RadioField(
        _("更正的性质"), [required(_("请选择更正的性质"))], choices=choices(WithdrawalKind), default="correction"
    )
    note = TextAreaField(_("更正说明"), [required(_("请写更正说明")), at_most(300)], render_kw={"rows": 3})
