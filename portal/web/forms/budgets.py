"""Forms of the desk's budgets."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.budgets import BudgetPhase
from portal.domain.programs import Program
from portal.usecases.budgets import BudgetOrder
from portal.web.forms.base import DayField, TextField, at_most, compact
from portal.web.forms.tables import TableForm
from portal.web.labels import choices

_YEAR = re.compile(r"(20\d\d年?)?")


class BudgetUploadForm(TableForm):
    """A table of a budget, and what the office says of it; what is left empty is read from the title."""

    year = TextField(_("哪一年的预算"), clean=compact, render_kw={"inputmode": "numeric"})
    phase = SelectField(_("阶段"), choices=[SelectChoice("", _("看标题")), *choices(BudgetPhase)], default="")
    approved_on = DayField(_("批准日期"))
    document_number = TextField(_("批复文件的文号"), [at_most(40)])
    program = SelectField(_("救助项目"), choices=[SelectChoice("", _("看各行科目")), *choices(Program)], default="")

    def validate_year(self, field: TextField) -> None:
        """A year as people write it, with or without 年, or nothing."""
        if _YEAR.fullmatch(str(field.data or "")) is None:
            raise ValidationError(gettext("请把年份写成 2026 的样子"))

    @property
    def order(self) -> BudgetOrder:
        """What was typed."""
        year = str(self.year.data or "").removesuffix("年")
        return BudgetOrder(
            year=int(year) if year else None,
            phase=BudgetPhase(self.phase.data) if self.phase.data else None,
            approved_on=self.approved_on.day,
            document_number=self.document_number.data or "",
            program=Program(self.program.data) if self.program.data else None,
        )
