"""Forms of standards at the desk."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.programs import Program
from portal.domain.standard_sheets import LONGEST
from portal.domain.standards import StandardResidence
from portal.usecases.standard_proposals import LONGEST_REMARK
from portal.web.forms.base import DayField, DeskForm, TextField, at_most, compact, required, trimmed
from portal.web.forms.tables import TableForm
from portal.web.labels import choices, label

_CORRECTS = _("原来登记错了，这是更正")


class StandardForm(DeskForm):
    """One standard: what the columns of a table ask, under their names."""

    program = RadioField(
        _("救助项目"),
        [required(_("请选择救助项目"))],
        choices=[
            SelectChoice(str(Program.SUBSISTENCE_ALLOWANCE), label(Program.SUBSISTENCE_ALLOWANCE)),
            SelectChoice(str(Program.EXTREME_POVERTY_SUPPORT), label(Program.EXTREME_POVERTY_SUPPORT)),
            SelectChoice(str(Program.TEMPORARY_ASSISTANCE), _("小额快救每人上限（临时救助）")),
        ],
    )
    residence = RadioField(_("城乡"), [required(_("请选择城乡"))], choices=choices(StandardResidence))
    division = SelectField(_("地方"), [required(_("请选择地方"))])
    valid_from = DayField(_("执行日期"), [required(_("请填写执行日期"))])
    yuan = TextField(
        _("标准（元/人·月）"), [required(_("请填写标准"))], clean=compact, render_kw={"inputmode": "decimal"}
    )
    document_number = TextField(_("发文字号"), [at_most(LONGEST["document_number"])])
    note = TextField(_("说明"), [at_most(LONGEST["note"])])
    corrects = BooleanField(_CORRECTS)

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed, by the names of a table's columns."""
        names = ("residence", "division", "valid_from", "yuan", "document_number", "note")
        return {name: str(self[name].data or "") for name in names}


class StandardSheetForm(TableForm):
    """A table of standards."""

    corrects = BooleanField(_CORRECTS)


class RefusalForm(DeskForm):
    """Why standards are given back."""

    remark = TextAreaField(
        _("退回的原因"),
        [required(_("请写明为什么退回")), at_most(LONGEST_REMARK)],
        filters=(trimmed,),
        render_kw={"rows": 3},
    )
