"""The form by which a substitute (B角) is named."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.domain.delegations import AbsenceReason
from portal.web.forms.base import DayField, DeskForm, at_most, required
from portal.web.labels import choices
from portal.web.short_numbers import number_in


def _number(value: object) -> int:
    """The id that a choice stands for; 0, which is nobody, for the one that asks to choose."""
    return number_in(str(value))


class DelegationForm(DeskForm):
    """Who is away, who stands in, from when to when, and why."""

    absent_id = SelectField(_("谁不在岗（A角）"), [required(_("请选择谁不在岗"))], coerce=_number)
    deputy_id = SelectField(_("由谁代办（B角）"), [required(_("请选择由谁代办"))], coerce=_number)
    first_on = DayField(_("第一天"), [required(_("请填写第一天")), at_most(20)])
    last_on = DayField(_("最后一天"), [required(_("请填写最后一天")), at_most(20)])
    reason = SelectField(
        _("原因"), [required(_("请选择原因"))], choices=[SelectChoice("", _("请选择")), *choices(AbsenceReason)]
    )

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of a form that has been found complete."""
        return _day(self.first_on), _day(self.last_on)


def _day(field: Any) -> date:
    found: date = field.day
    return found
