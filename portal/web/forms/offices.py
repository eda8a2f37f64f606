"""Forms of offices."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import OfficeDetails
from portal.web.forms.base import DeskForm, NumberField, TextField, at_most
from portal.web.labels import choices


class OfficeForm(DeskForm):
    """What an office tells about itself, as it was seen."""

    version = NumberField()
    hotline = TextField(_("监督举报电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    duty_phone = TextField(_("值班电话"), [at_most(40)], render_kw={"inputmode": "tel"})
    address = TextField(_("地址"), [at_most(200)])
    steps = SelectField(
        _("发布经过"),
        coerce=int,
        choices=[SelectChoice(3, _("起草、审核、签发三个人")), SelectChoice(2, _("起草、审核签发两个人"))],
    )

    @property
    def details(self) -> OfficeDetails:
        """What was typed."""
        return OfficeDetails(
            hotline=self.hotline.data or "",
            duty_phone=self.duty_phone.data or "",
            address=self.address.data or "",
            steps=self.steps.data,
        )


class DisplayForm(DeskForm):
    """What the website shows of one kind of notice."""

    kind = SelectField(_("公示种类"), choices=choices(NoticeKind))
    web = SelectField(_("网上显示"), choices=choices(WebDetail))
