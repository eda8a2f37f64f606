"""The pages of the intake, one small form each. A form reads what its draft holds, sent just now or long ago."""

from collections.abc import Mapping
from typing import ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.case_texts import (
    faults_in_about,
    faults_in_contact,
    faults_in_members,
    faults_in_telling,
    tidy_line,
)
from portal.domain.cases import AccusedRole, CaseKind, Category, ContactChoice
from portal.domain.intake import About
from portal.domain.intake_drafts import CATEGORIES, Draft, Step, contact_of, members_in, telling_of
from portal.domain.messages import N_, Message
from portal.queries.divisions import division_tree
from portal.queries.intake import FoundPlaces, full_name, notice_place, places_for
from portal.queries.offices import offices_along, offices_for
from portal.web.forms.base import TextField, compact, required
from portal.web.forms.public import PublicForm
from portal.web.labels import label
from portal.web.languages import say

NO_OFFICE = "0"
_MOST_ROW_DIGITS = 6


class StepForm(PublicForm):
    """One page. Its values come of the draft: the same after an error, on 返回 and on the last page."""

    hints: ClassVar[Mapping[str, LazyString]] = {}
    """What stands under a choice, by its value."""
    unmarked: ClassVar[frozenset[str]] = frozenset()
    """Fields of which one or another is needed: none of them is called optional."""

    def __init__(self, draft: Draft, step: Step) -> None:
        pairs = draft.answers.get(step)
        Form.__init__(self, None if pairs is None else MultiDict(pairs))
        self.draft = draft
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the pages before."""

    def faults(self) -> Mapping[str, Message]:
        """What the domain finds wrong, by field."""
        return {}

    def is_complete(self) -> bool:
        """Whether every answer can be used; one sentence then stands beside each field that cannot."""
        fine = self.validate()
        for name, message in self.faults().items():
            fine = False
            target = self._fields[name if name in self._fields else name.partition("-")[0]]
            target.errors = target.errors or (say(message),)
        return bool(fine)


class KindForm(StepForm):
    """What the submitter wants."""

    kind = RadioField(_("您想反映什么？"), [required(_("请选择一项"))])
    hints: ClassVar = {
        CaseKind.TIP_OFF: _("有人吃拿卡要、虚报冒领、截留私分、替别人拿着存折等"),
        CaseKind.COMPLAINT: _("自己的事没办、办错了，钱没发、少发，不该停的停了"),
        CaseKind.OBJECTION: _("对公示名单上的某一户有不同看法"),
        CaseKind.INQUIRY: _("想问政策、条件、怎么申请"),
        CaseKind.HELP_REQUEST: _("生活一时过不下去，想请人帮忙"),
        CaseKind.PROPOSAL: _("对救助工作有建议"),
        CaseKind.PRIVACY_TAKEDOWN: _("公示里露出了不该公开的个人信息，马上隐去"),
    }

    def prepare(self) -> None:
        """All kinds, the most wanted first."""
        self.kind.choices = [SelectChoice(kind, label(CaseKind(kind))) for kind in self.hints]


class CategoryForm(StepForm):
    """What it is about."""

    category = RadioField(_("是哪一类问题？"), [required(_("请选择一项；说不准就选“其他问题”"))])
    hints: ClassVar = {
        Category.LEFT_OUT: _("符合条件却没有纳入救助"),
        Category.FAVOURITISM: _("干部的亲友不符合条件却享受了救助"),
        Category.FALSE_CLAIM: _("隐瞒收入、财产，或者人已去世还在领钱"),
        Category.EMBEZZLEMENT: _("扣下别人的救助款，或者几个人分了"),
        Category.MISAPPROPRIATION: _("救助资金用到了别处"),
        Category.FUNDS_HELD_BACK: _("钱早就拨下来了，一直不发"),
        Category.EXTORTION: _("办事要钱、要东西、要请客"),
        Category.CARD_KEPT: _("存折、社保卡被别人拿着不还"),
        Category.LATE_OR_SHORT_PAYMENT: _("晚发、少发、漏发"),
        Category.BANK_CHARGE: _("银行从救助账户里扣钱"),
        Category.IMPROPER_NOTICE: _("该贴的没贴、贴得不全、时间不够"),
        Category.PRIVACY_LEAK: _("个人信息被泄露"),
        Category.PORTAL: _("这个网站，或者管理这个网站的人"),
    }

    def prepare(self) -> None:
        """What fits the kind."""
        offered = CATEGORIES.get(self.draft.kind or CaseKind.INQUIRY, ())
        self.category.choices = [SelectChoice(one.value, label(one)) for one in offered]


class NoticeForm(StepForm):
    """Which notice, and which line of it."""

    number = TextField(_("公示的索引号"), description=_("公示页面上的“索引号”，例如 GS-2026-000123；不知道可以不写"))
    row = TextField(
        _("名单上的行号"),
        description=_("不知道可以不写，后面说清楚就行"),
        render_kw={"inputmode": "numeric", "class": "short"},
    )

    def faults(self) -> Mapping[str, Message]:
        """The notice must be public, the line a number."""
        found = {}
        row = tidy_line(self.row.data or "")
        if self.draft.notice_number and notice_place(self.draft.notice_number) is None:
            found["number"] = Message(N_("没有找到这个编号的公示。请核对编号；不知道可以不写"))
        if row and not (row.isdecimal() and row.isascii() and len(row) <= _MOST_ROW_DIGITS):
            found["row"] = Message(N_("行号请只写数字，例如 12；不知道可以不写"))
        return found


class PlaceForm(StepForm):
    """Where it happened, by the name of a place."""

    place = TextField(
        _("村（社区）、镇（街道）或者县（市、区）的名字"),
        description=_("例如：许庄街道，或者 任城区许庄街道前村。记不准的写到镇或者县就行"),
        render_kw={"autocomplete": "off"},
    )
    unmarked: ClassVar = frozenset({"place", "county"})
    county = SelectField(_("或者只选县（市、区）"), choices=(), validate_choice=False)

    def prepare(self) -> None:
        """The counties, and the city for what its own offices do."""
        tree = division_tree()
        below = [SelectChoice(one.code, one.display_name) for one in tree.below(tree.city.code)]
        whole = SelectChoice(tree.city.code, _("全市（市级单位的事）"))
        self.county.choices = [SelectChoice("", _("不选")), *below, whole]

    def found(self) -> FoundPlaces:
        """The places that the answer may mean."""
        return found_places(self.draft)

    def faults(self) -> Mapping[str, Message]:
        """There must be such a place, and not too many."""
        found = self.found()
        if found.places:
            return {}
        if found.count:
            text = Message(N_("有%(count)s个地方的名字里有这几个字，请连县和镇的名字一起写"), {"count": found.count})
        elif tidy_line(self.place.data or ""):
            text = Message(N_("没有找到这个地方。请换个写法，或者只写镇、县的名字"))
        else:
            text = Message(N_("请写地方的名字，或者在下面选一个县（市、区）"))
        return {"place": text}


class WhichPlaceForm(StepForm):
    """One of several places of the same name."""

    code = RadioField(_("是下面哪一个地方？"), [required(_("请选择一项"))])

    def prepare(self) -> None:
        """All that the name may mean, with the places above them."""
        self.code.choices = [SelectChoice(one.code, full_name(one)) for one in found_places(self.draft).places]


class OfficeForm(StepForm):
    """Which office is asked."""

    office = RadioField(_("想找哪个单位？"), [required(_("请选择一项"))])

    def prepare(self) -> None:
        """The offices in charge of the place."""
        found = offices_for(division_of(self.draft))
        nobody = SelectChoice(NO_OFFICE, _("不清楚，请帮我转"))
        self.office.choices = [nobody, *(SelectChoice(str(one.id), one.name) for one in found)]


class WhoForm(StepForm):
    """Whom it is about. Offices are offered and no staff: lists of staff are not published; a name may be typed."""

    role = RadioField(_("主要与谁有关？"), [required(_("请选择一项；不知道就选“不知道是谁”"))])
    office = RadioField(_("这个人在哪个单位？"), [required(_("请选择一项"))], default=NO_OFFICE)
    accused_names = TextAreaField(
        _("叫什么、做什么的"),
        description=_("知道多少写多少，例如：村会计，姓李。只有办理的人能看到"),
        render_kw={"rows": "3"},
    )

    def prepare(self) -> None:
        """Roles by likelihood; of a tip-off somebody is always concerned. Whoever is picked learns nothing of it."""
        likely = (
            AccusedRole.VILLAGE_CADRE, AccusedRole.OFFICIAL, AccusedRole.OFFICE_HEAD, AccusedRole.RECIPIENT,
            AccusedRole.BANK, AccusedRole.UNKNOWN, AccusedRole.NOBODY,
        )  # fmt: skip
        roles = [role for role in likely if role is not AccusedRole.NOBODY or self.draft.kind is not CaseKind.TIP_OFF]
        self.role.choices = [SelectChoice(role.value, label(role)) for role in roles]
        found = offices_along(division_of(self.draft))
        nobody = SelectChoice(NO_OFFICE, _("不清楚，或者不在下面"))
        self.office.choices = [nobody, *(SelectChoice(str(one.id), one.name) for one in found)]

    def faults(self) -> Mapping[str, Message]:
        """How long the names may be."""
        names = self.accused_names.data or ""
        return faults_in_about(About(CaseKind.TIP_OFF, Category.OTHER, "", accused_names=names))


class KeepAwayForm(StepForm):
    """From which levels the case is kept."""

    not_to_township = BooleanField(_("不要转给镇（街道）"))
    not_to_county = BooleanField(_("不要转给县（市、区），直接由市里办"))


class WhatForm(StepForm):
    """What happened; a voice note may stand for it."""

    unmarked: ClassVar = frozenset({"text"})
    text = TextAreaField(
        _("经过"),
        description=_("说清这几点最有用：什么事、在哪里、涉及多少钱、您怎么知道的。最多10000字"),
        render_kw={"rows": "10"},
    )
    happened = TextField(_("大约什么时候"), description=_("例如：今年八月，或者 2026-8-5"))

    def faults(self) -> Mapping[str, Message]:
        """Either words or a voice note, and not too long."""
        return faults_in_telling(telling_of(self.draft), voice_note=self.draft.voice is not None)


class FilesForm(StepForm):
    """Files were handed in, or none; the files themselves lie beside the draft."""


class ContactForm(StepForm):
    """Whether and how the submitter may be reached."""

    choice = RadioField(_("您愿意怎么留联系方式？"), [required(_("请选择一项"))])
    hints: ClassVar = {
        ContactChoice.ANONYMOUS: _(
            "什么都不留。匿名照样核查，凭查询码看答复、补充说明；但不能申请复查复核。以后随时可以改为实名"
        ),
        ContactChoice.CONTACT_ONLY: _("不留姓名，只留电话或者邮箱。有不清楚的可以问您；同样不能申请复查复核"),
        ContactChoice.NAMED: _("留姓名和联系方式。对答复不服的，可以申请复查复核；可以要求保密"),
    }

    def prepare(self) -> None:
        """The three choices."""
        self.choice.choices = [SelectChoice(one.value, label(one)) for one in ContactChoice]


class DetailsForm(StepForm):
    """Phone, e-mail, address; of who gives his name the name as well."""

    name = TextField(_("姓名"), [required(_("请写姓名；不想写，可以返回选择匿名"))], render_kw={"autocomplete": "name"})
    unmarked: ClassVar = frozenset({"phone", "email", "address"})
    phone = TextField(_("电话"), render_kw={"inputmode": "tel", "autocomplete": "tel"})
    email = TextField(
        _("电子邮箱"),
        description=_("有新进展时发一封不写内容的提醒邮件"),
        render_kw={"inputmode": "email", "autocomplete": "email"},
    )
    address = TextField(_("通讯地址"), render_kw={"autocomplete": "street-address"})
    confidential = BooleanField(
        _("请对我的身份保密"),
        description=_("办理的人也看不到您是谁；要看必须写明理由，经另一个人同意，并且会告诉您"),
    )
    joint = BooleanField(_("还有别人和我一起反映（联名）"))

    def prepare(self) -> None:
        """Who leaves a contact alone is not asked for a name."""
        if self.draft.contact_choice is not ContactChoice.NAMED:
            del self.name
            del self.joint

    def faults(self) -> Mapping[str, Message]:
        """What of the contact cannot be used."""
        return {name: text for name, text in faults_in_contact(contact_of(self.draft)).items() if name in self._fields}


class MembersForm(StepForm):
    """Those who report together."""

    members = TextAreaField(
        _("一行写一个人：姓名，空一格，再写电话"), [required(_("请至少写一个人；没有别人，请返回去掉“联名”"))],
        description=_("名单加密保存，只有能看您身份的人能看到。电话可以不写"), render_kw={"rows": "6"},
    )  # fmt: skip

    def faults(self) -> Mapping[str, Message]:
        """Names and numbers must be such."""
        return faults_in_members(members_in(self.members.data or ""))


class CheckForm(PublicForm):
    """The last page: nothing to fill in, but a trap for machines and the proof of a browser's work."""

    website = TextField(_("请不要填写这一格"), render_kw={"tabindex": "-1", "autocomplete": "off"})
    altcha = HiddenField()


class UploadForm(PublicForm):
    """One file, or several. It reads nothing by itself: a request that is too large cannot be read at all."""

    file = FileField(_("选择照片或文件"), render_kw={"multiple": True})

    def __init__(self) -> None:
        Form.__init__(self)


class VoiceForm(UploadForm):
    """A recording made just now, or one that there is."""

    file = FileField(_("录音"), [], render_kw={"accept": "audio/*", "capture": True})


class WrittenDownForm(PublicForm):
    """The last four digits, typed again from the paper."""

    last_four = TextField(
        _("请照着您抄的，写最后四位"),
        [required(_("请写查询码的最后四位数字"))],
        clean=compact,
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short", "maxlength": "12"},
    )


FORMS: Mapping[Step, type[StepForm]] = {
    Step.KIND: KindForm,
    Step.CATEGORY: CategoryForm,
    Step.NOTICE: NoticeForm,
    Step.PLACE: PlaceForm,
    Step.WHICH_PLACE: WhichPlaceForm,
    Step.OFFICE: OfficeForm,
    Step.WHO: WhoForm,
    Step.KEEP_AWAY: KeepAwayForm,
    Step.WHAT: WhatForm,
    Step.FILES: FilesForm,
    Step.CONTACT: ContactForm,
    Step.DETAILS: DetailsForm,
    Step.MEMBERS: MembersForm,
}


def found_places(draft: Draft) -> FoundPlaces:
    """The places that a draft's answer may mean."""
    return places_for(tidy_line(draft.answer(Step.PLACE, "place")), draft.answer(Step.PLACE, "county"))


def division_of(draft: Draft) -> str:
    """The code of the division that a draft is about; the whole city while nothing nearer is known."""
    if draft.notice_number:
        return notice_place(draft.notice_number) or division_tree().city.code
    places = found_places(draft).places
    chosen = draft.answer(Step.WHICH_PLACE, "code")
    if draft.ambiguous:
        return next((one.code for one in places if one.code == chosen), division_tree().city.code)
    return places[0].code if places else division_tree().city.code
