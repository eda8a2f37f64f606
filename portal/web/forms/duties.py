"""Forms of the disclosure catalogue at the desk."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField

from portal.web.forms.base import DeskForm, at_most, required


class NotApplicableForm(DeskForm):
    """Why a duty does not apply to a place; the public reads it."""

    reason = TextAreaField(_("为什么不适用"), [required(_("请写明原因")), at_most(300)], render_kw={"rows": 3})
