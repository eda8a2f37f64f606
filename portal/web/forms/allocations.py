"""Forms of the desk's allocations."""

import re
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.allocation_tables import AllocationRow
from portal.domain.money import Fen, format_yuan
from portal.domain.programs import Program
from portal.usecases.allocations import AllocationOrder
from portal.web.forms.base import DayField, DeskForm, NumberField, TextField, at_most, compact, required
from portal.web.forms.tables import TableForm
from portal.web.labels import choices

_YEAR = re.compile(r"20\d\d年?")


class AllocationUploadForm(TableForm):
    """A table of amounts, and what the office says of it."""

    year = TextField(_("哪一年的资金"), [required(_("请填写年份"))], clean=compact, render_kw={"inputmode": "numeric"})
    program = SelectField(_("救助项目"), choices=[SelectChoice("", _("综合，不分项目")), *choices(Program)], default="")
    document_number = TextField(_("下达文件的文号"), [at_most(40)])
    received_on = DayField(_("收到资金的日期"))
    approved_on = DayField(_("批准分配的日期"))
    issued_on = DayField(_("下达的日期"))

    def validate_year(self, field: TextField) -> None:
        """A year as people write it, with or without 年."""
        if _YEAR.fullmatch(str(field.data)) is None:
            raise ValidationError(gettext("请把年份写成 2026 的样子"))

    @property
    def order(self) -> AllocationOrder:
        """What was typed."""
        return AllocationOrder(
            year=int(str(self.year.data).removesuffix("年")),
            program=Program(self.program.data) if self.program.data else None,
            document_number=self.document_number.data or "",
            received_on=_of(self.received_on),
            approved_on=_of(self.approved_on),
            issued_on=_of(self.issued_on),
        )


def reasons_form(rows: tuple[AllocationRow, ...]) -> type[DeskForm]:
    """A field for the words of each division that no rule explains, named by its code."""
    fields = {
        f"reason_{row.code}": TextAreaField(
            _difference(row),
            [at_most(300)],
            render_kw={"rows": 2},
        )
        for row in rows
    }
    return type("ReasonsForm", (DeskForm,), {"version": NumberField(), **fields})


def _difference(row: AllocationRow) -> str:
    off = format_yuan(Fen(abs(row.difference_fen)))
    if row.difference_fen > 0:
        return str(gettext("%(place)s：比公式多%(off)s元", place=row.name, off=off))
    return str(gettext("%(place)s：比公式少%(off)s元", place=row.name, off=off))


def _of(field: DayField) -> date | None:
    return field.day
