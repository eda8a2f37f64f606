"""Forms of the desk for what comes by phone, letter, visit or from 12345."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.case_texts import tidy_line, tidy_phone, tidy_text
from portal.domain.cases import AccusedRole, CaseKind, Category, Channel, ContactChoice, ExternalSystem
from portal.domain.intake import (
    LONGEST_EXTERNAL_NUMBER,
    About,
    Contact,
    Submission,
    Telling,
    external_number,
)
from portal.queries.offices import all_offices
from portal.web.forms.base import DayField, DeskForm, TextField, at_most, compact, required
from portal.web.labels import choices, label


class RegistrationForm(DeskForm):
    """One case as somebody has told it; the same words as the public pages, on one page."""

    channel = SelectField(_("从哪里来"))
    received_on = DayField(_("收到的日期"))
    external_system = SelectField(_("哪个系统的编号"), choices=choices(ExternalSystem))
    external_number = TextField(_("外部编号"), [at_most(LONGEST_EXTERNAL_NUMBER)], clean=compact)
    kind = SelectField(_("类别"), choices=choices(CaseKind))
    category = SelectField(_("问题类型"), choices=choices(Category), default=Category.OTHER.value)
    place = TextField(_("事情发生的地方"), [required(_("请写县、镇或者村的名字"))])
    accused_role = SelectField(_("主要与谁有关"), choices=choices(AccusedRole))
    accused_office = SelectField(_("被反映的单位，或者要问的单位"), choices=())
    accused_names = TextAreaField(_("被反映的人"), render_kw={"rows": "2"})
    text = TextAreaField(_("反映的内容"), render_kw={"rows": "8"})
    happened = TextField(_("大约什么时候发生的"))
    choice = SelectField(_("反映人怎么留联系方式"), choices=choices(ContactChoice))
    name = TextField(_("姓名"), render_kw={"autocomplete": "off"})
    phone = TextField(_("电话"), render_kw={"inputmode": "tel", "autocomplete": "off"})
    address = TextField(_("通讯地址"), render_kw={"autocomplete": "off"})
    confidential = BooleanField(_("反映人要求保密"))
    not_to_township = BooleanField(_("不要转给镇（街道）"))
    not_to_county = BooleanField(_("不要转给县（市、区），直接由市里办"))

    def fill(self) -> None:
        """The ways in, and every office: what is picked here is kept out of the case."""
        ways = (one for one in Channel if one is not Channel.WEB)
        self.channel.choices = [SelectChoice(one.value, label(one)) for one in ways]
        offices = (SelectChoice(str(one.id), one.name) for one in all_offices())
        self.accused_office.choices = [SelectChoice("", _("不清楚，或者没有")), *offices]

    def submission(self, division_code: str) -> Submission:
        """What was told, in the plain form of every submission."""
        channel = Channel(self.channel.data)
        office = self.accused_office.data or ""
        about = About(
            kind=CaseKind(self.kind.data),
            category=Category(self.category.data),
            division_code=division_code,
            accused_role=AccusedRole(self.accused_role.data),
            accused_office_id=int(office) if office else None,
            accused_names=tidy_text(self.accused_names.data or ""),
            not_to_township=bool(self.not_to_township.data),
            not_to_county=bool(self.not_to_county.data),
        )
        telling = Telling(tidy_text(self.text.data or ""), tidy_line(self.happened.data or ""))
        external = external_number(ExternalSystem(self.external_system.data), self.external_number.data or "")
        return Submission(
            about, telling, self.contact(), channel=channel, external=external, received_on=self.received_on.day
        )

    def contact(self) -> Contact:
        """How the submitter may be reached."""
        choice = ContactChoice(self.choice.data)
        if choice is ContactChoice.ANONYMOUS:
            return Contact(choice)
        return Contact(
            choice,
            name=tidy_line(self.name.data or "") if choice is ContactChoice.NAMED else "",
            phone=tidy_phone(self.phone.data or ""),
            address=tidy_line(self.address.data or ""),
            confidential=bool(self.confidential.data),
        )


class TransfersForm(DeskForm):
    """A table of transfers."""

    file = FileField(
        _("12345转办件表格"),
        [required(_("请选择文件"))],
        render_kw={"accept": ".xlsx,.xls,.ods,.et,.csv,.txt"},
    )
