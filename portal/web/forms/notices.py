"""Forms of the desk's notices."""

import re
from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.causes import Cause
from portal.domain.instants import SHANGHAI
from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import RevisionState, WithdrawalKind
from portal.domain.roster_headings import RosterColumn
from portal.domain.roster_values import UnknownHeading, UnmappedCause
from portal.web.forms.base import (
    CheckboxesField,
    DayField,
    DeskForm,
    FilterForm,
    NumberField,
    TextField,
    at_most,
    compact,
    required,
)
from portal.web.labels import choices

_MONTH = re.compile(r"(20\d\d)[年./-]?(1[0-2]|0?[1-9])月?")
_TIME = re.compile(r"([01]?\d|2[0-3])[:：点时]([0-5]\d)?分?")
NOT_NEEDED = "not_needed"
"""The choice 不需要 for a heading: the column stays unread, and is not asked about again."""


class MonthField(StringField):
    """A month as people write it: 2026年11月, 2026-11; `month` is its first day or None."""

    month: date | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; what is no month stays in the field with an error."""
        super().process_formdata(valuelist)
        text = compact(self.data) or ""
        found = _MONTH.fullmatch(text)
        self.month = date(int(found[1]), int(found[2]), 1) if found else None
        if text and not found:
            raise ValueError(gettext("看不懂这个月份，请写成 2026年11月 或 2026-11"))


class TimeField(StringField):
    """A time of day as people write it: 9:00, 14点30分."""

    hour_and_minute: tuple[int, int] | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; what is no time stays in the field with an error."""
        super().process_formdata(valuelist)
        text = compact(self.data) or ""
        found = _TIME.fullmatch(text)
        self.hour_and_minute = (int(found[1]), int(found[2] or 0)) if found else None
        if text and not found:
            raise ValueError(gettext("看不懂这个时间，请写成 9:00 或 14:30"))


class UploadForm(DeskForm):
    """A list in a file, and what it is."""

    file = FileField(_("名单文件"), render_kw={"accept": ".xlsx,.xls,.ods,.et,.csv,.txt"})
    kind = RadioField(_("公示类别"), [required(_("请选择公示类别"))], choices=choices(NoticeKind))
    program = RadioField(_("救助项目"), [required(_("请选择救助项目"))], choices=choices(Program))
    division = SelectField(_("名单属于哪里"), [required(_("请选择名单属于哪里"))])
    month = MonthField(_("所属月份"))

    def validate_file(self, field: FileField) -> None:
        """Ask for a file; browsers send an empty part when none was chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(gettext("请选择名单文件"))


class CorrectionForm(DeskForm):
    """Why a public list is corrected, and with what."""

    kind = RadioField(
        _("更正的性质"), [required(_("请选择更正的性质"))], choices=choices(WithdrawalKind), default="correction"
    )
    note = TextAreaField(_("更正说明"), [required(_("请写更正说明")), at_most(300)], render_kw={"rows": 3})
    file = FileField(_("新的名单文件"), render_kw={"accept": ".xlsx,.xls,.ods,.et,.csv,.txt"})
    lead = TextAreaField(_("导语"), [at_most(500)], render_kw={"rows": 3})


class LeadForm(DeskForm):
    """The paragraph above the list, with the version in which it was seen."""

    version = NumberField()
    lead = TextAreaField(_("导语"), [at_most(500)], render_kw={"rows": 4})


class StepForm(DeskForm):
    """A step that needs no words."""

    version = NumberField()


class ReturnForm(StepForm):
    """Why a list goes back."""

    note = TextAreaField(_("退回的原因"), [required(_("请写明退回的原因")), at_most(300)], render_kw={"rows": 3})


class BypassForm(StepForm):
    """Why the usual people are passed over."""

    reason = TextAreaField(
        _("走紧急程序的原因"), [required(_("请写明走紧急程序的原因")), at_most(300)], render_kw={"rows": 3}
    )


class ScheduleForm(StepForm):
    """When a signed list becomes public."""

    day = DayField(_("发布日期"), [required(_("请填写发布日期"))])
    time = TimeField(_("发布时间"), [required(_("请填写发布时间"))], default="9:00")

    @property
    def instant(self) -> datetime | None:
        """The instant meant, in Shanghai."""
        day, time = self.day.day, self.time.hour_and_minute
        return datetime(day.year, day.month, day.day, *time, tzinfo=SHANGHAI) if day and time else None


class WithdrawForm(StepForm):
    """What kind of withdrawal, and why."""

    kind = RadioField(_("撤下的性质"), [required(_("请选择撤下的性质"))], choices=choices(WithdrawalKind))
    reason = TextAreaField(_("撤下的原因"), [required(_("请写明撤下的原因")), at_most(300)], render_kw={"rows": 3})


class HideForm(DeskForm):
    """Which row is taken down at once."""

    row = TextField(_("行号"), [required(_("请填写行号"))], clean=compact, render_kw={"inputmode": "numeric"})

    def validate_row(self, field: TextField) -> None:
        """A row number is what stands in the first column of the list."""
        if not (field.data and field.data.isascii() and field.data.isdigit() and len(field.data) < 6):  # noqa: PLR2004
            raise ValidationError(gettext("行号是名单第一列的数字"))


class ReviewHiddenForm(DeskForm):
    """Whether a hidden row stays hidden."""

    row = NumberField()
    upheld = HiddenField()


class PostingForm(DeskForm):
    """On which boards a notice was hung, when and by whom."""

    villages = CheckboxesField(_("张贴在哪些地方"), [required(_("请至少选择一处"))])
    posted_on = DayField(_("张贴日期"), [required(_("请填写张贴日期"))])
    posted_by = TextField(_("张贴人"), [required(_("请填写张贴人的姓名")), at_most(40)])


class TakingDownForm(DeskForm):
    """From which boards a notice was taken, and when."""

    villages = CheckboxesField(_("从哪些地方取下"), [required(_("请至少选择一处"))])
    taken_down_on = DayField(_("取下日期"), [required(_("请填写取下日期"))])


class SealedListForm(DeskForm):
    """Why a sealed list is opened."""

    reason = TextAreaField(_("查看的原因"), [required(_("请写明查看的原因")), at_most(300)], render_kw={"rows": 2})


class StateFilterForm(FilterForm):
    """Which notices a list of the desk shows."""

    state = SelectField(
        _("状态"), choices=[SelectChoice("", _("全部")), *choices(RevisionState)], validate_choice=False
    )


class SubjectFilterForm(FilterForm):
    """Which thing's entries the audit log shows."""

    subject = TextField(_("公示编号或事项"), [at_most(60)], clean=compact)


def answers_form(headings: list[UnknownHeading], causes: list[UnmappedCause]) -> type[DeskForm]:
    """A form with one select for every heading and cause that the clerk is asked about."""
    unanswered = SelectChoice("", _("请选择"))
    columns = [unanswered, SelectChoice(NOT_NEEDED, _("不需要")), *choices(RosterColumn)]
    asked = [unanswered, *choices(Cause)]
    fields = {
        f"heading_{place}": SelectField(f"“{one.text}”（{one.cell}）", choices=columns)
        for place, one in enumerate(headings)
    } | {
        f"cause_{place}": SelectField(f"“{one.text}”（{one.cell}）", choices=asked) for place, one in enumerate(causes)
    }
    return type("AnswersForm", (DeskForm,), fields)
