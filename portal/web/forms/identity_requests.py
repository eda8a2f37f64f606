"""Forms of those who keep identities."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.cases import IdentityRefusal
from portal.domain.identity_requests import RequestState
from portal.web.forms.base import DeskForm, FilterForm, at_most, required
from portal.web.labels import choices

LONGEST_TEXT = 10_000


class RequestFilterForm(FilterForm):
    """Which requests the list shows."""

    state = SelectField(
        _("办到哪一步"), choices=[SelectChoice("", _("全部")), *choices(RequestState)], validate_choice=False
    )


class TranscriptForm(DeskForm):
    """What a voice note says, for those who handle the case."""

    text = TextAreaField(
        _("录音里说了什么"), [required(_("请填写内容")), at_most(LONGEST_TEXT)], render_kw={"rows": 10}
    )


class RefuseIdentityForm(DeskForm):
    """Why a request is refused: a code, because a tip-off's words are not open to its custodian."""

    ground = RadioField(_("为什么不同意"), [required(_("请选择一种情形"))], choices=choices(IdentityRefusal))
