"""Forms of the desk's registers."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.programs import Program
from portal.domain.register_periods import Period, read_period
from portal.domain.registers import RegisterKind
from portal.usecases.registers import RegisterOrder
from portal.web.forms.base import TextField, compact, required
from portal.web.forms.tables import TableForm
from portal.web.labels import choices

_YEAR = re.compile(r"20\d\d")


class RegisterUploadForm(TableForm):
    """A table of a register, and what the office says of it; what is left empty is read from the title."""

    kind = RadioField(_("登记种类"), [required(_("请选择登记种类"))], choices=choices(RegisterKind))
    period = TextField(_("哪个时段的登记"), clean=compact)
    program = SelectField(
        _("救助项目"), choices=[SelectChoice("", _("看各行，或不分项目")), *choices(Program)], default=""
    )

    def validate_period(self, field: TextField) -> None:
        """A period with its year, as people write it, or nothing."""
        if field.data and self._period is None:
            raise ValidationError(gettext("请把时段写成 2026年、2026年第三季度 或 2026-10 的样子"))

    @property
    def order(self) -> RegisterOrder:
        """What was typed."""
        return RegisterOrder(
            RegisterKind(self.kind.data), period=self._period,
            program=Program(self.program.data) if self.program.data else None,
        )  # fmt: skip

    @property
    def _period(self) -> Period | None:
        text = str(self.period.data or "")
        return read_period(text, 0) if _YEAR.match(text) else None
