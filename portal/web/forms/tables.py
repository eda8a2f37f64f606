"""Forms of the desk that every table of money is handed in with."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, TextAreaField, ValidationError

from portal.domain.publications import WithdrawalKind
from portal.web.forms.base import DeskForm, at_most, required
from portal.web.labels import choices

_FILES = {"accept": ".xlsx,.xls,.ods,.et,.csv"}


class TableForm(DeskForm):
    """A table of amounts in a file."""

    file = FileField(_("表格文件"), render_kw=_FILES)

    def validate_file(self, field: FileField) -> None:
        """A table must be chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(gettext("请选择表格文件"))


class TableCorrectionForm(TableForm):
    """Why a public table is corrected, and the new one."""

    kind = RadioField(
        _("更正的性质"), [required(_("请选择更正的性质"))], choices=choices(WithdrawalKind), default="correction"
    )
    note = TextAreaField(_("更正说明"), [required(_("请写更正说明")), at_most(300)], render_kw={"rows": 3})
