"""The form that explains a warning."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField

from portal.usecases.warnings import LONGEST_WORDS
from portal.web.forms.base import DeskForm, at_most, required, trimmed


class CloseForm(DeskForm):
    """A reason from the bureau's list, and what happened; the choices are set by the view."""

    reason = SelectField(_("原因"), [required(_("请选择原因"))])
    words = TextAreaField(
        _("情况说明"), [required(_("请写明情况")), at_most(LONGEST_WORDS)], filters=(trimmed,), render_kw={"rows": 4}
    )
