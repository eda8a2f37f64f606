"""The form by which a filter of the inbox gets a name; what is chosen comes along unseen."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from portal.domain.case_filters import LONGEST_NAME, kept_choice
from portal.web.forms.base import DeskForm, TextField, at_most, required


class CaseFilterNameForm(DeskForm):
    """A name, and the filter that stood in the address of the list."""

    name = TextField(_("名称"), [required(_("请填写名称")), at_most(LONGEST_NAME)])
    kind = HiddenField()
    category = HiddenField()
    state = HiddenField()
    division = HiddenField()
    office = HiddenField()
    officer = HiddenField()
    due = HiddenField()
    mine = HiddenField()
    ended = HiddenField()

    @property
    def choice(self) -> dict[str, str]:
        """What has come along, as far as it means something."""
        return kept_choice({name: field.data or "" for name, field in self._fields.items()})
