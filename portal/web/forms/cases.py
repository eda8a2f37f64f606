"""Forms of the cases' desk: the filters of the inbox, and one form for each step with exactly what the step needs."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import MultipleFileField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.domain.case_actions import Action, Need
from portal.domain.case_given import Given
from portal.domain.case_permits import needs_of
from portal.domain.cases import (
    CaseKind,
    CaseState,
    Category,
    ExternalSystem,
    IdentityGround,
    IdentityRefusal,
    Outcome,
    Protection,
    Rung,
    ServiceManner,
)
from portal.domain.intake import LONGEST_EXTERNAL_NUMBER, ExternalNumber, external_number
from portal.web.forms.base import DayField, DeskForm, FilterForm, NumberField, TextField, at_most, compact, required
from portal.web.labels import choices

LONGEST_TEXT, LONGEST_REASON, LONGEST_LINE = 10_000, 1000, 200
_MOST_DAYS = 3
E = TypeVar("E", bound=StrEnum)


def _any(enum: type[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice("", _("全部")), *choices(enum)]


class CaseFilterForm(FilterForm):
    """Which cases the inbox shows; offices, officers and places are filled in from what the actor may see."""

    number = TextField(_("编号"), [at_most(60)], clean=compact)
    kind = SelectField(_("类别"), choices=_any(CaseKind), validate_choice=False)
    category = SelectField(_("问题"), choices=_any(Category), validate_choice=False)
    state = SelectField(_("状态"), choices=_any(CaseState), validate_choice=False)
    division = SelectField(_("地方"), validate_choice=False)
    office = SelectField(_("承办单位"), validate_choice=False)
    officer = SelectField(_("承办人"), validate_choice=False)
    due = SelectField(
        _("期限"),
        choices=[
            SelectChoice("", _("全部")),
            SelectChoice("today", _("今天到期")),
            SelectChoice("overdue", _("已超期")),
        ],
        validate_choice=False,
    )
    mine = SelectField(
        _("谁的"), choices=[SelectChoice("", _("全部")), SelectChoice("1", _("我办的"))], validate_choice=False
    )
    ended = SelectField(
        _("是否结束"),
        choices=[
            SelectChoice("", _("还没有结束的")),
            SelectChoice("1", _("已经结束的")),
            SelectChoice("all", _("结束没结束都要")),
        ],
        validate_choice=False,
    )


FILTERS = frozenset(CaseFilterForm()._fields)
"""The names by which filters stand in an address."""


class CaseStepForm(DeskForm):
    """A step of a case, with the version of the case in which it was decided; its own fields come of the table."""

    version = NumberField()

    def given(self) -> Given:
        """What was handed along."""
        values: dict[str, Any] = {}
        for name, read in _READERS.items():
            if name in self._fields:
                values |= read(self._fields[name])
        if "external_number" in self._fields:
            system, number = self._fields["external_system"], self._fields["external_number"]
            values["external"] = _external(system.data or "", number.data or "")
        return Given(**values)


def _text(field: Any) -> dict[str, Any]:
    return {field.short_name: field.data or ""}


def _member(enum: type[StrEnum]) -> Callable[[Any], dict[str, Any]]:
    def read(field: Any) -> dict[str, Any]:
        return {field.short_name: enum(field.data) if field.data in set(enum) else None}

    return read


def _number(field: Any) -> dict[str, Any]:
    return {field.short_name: int(field.data) if _is_number(field.data) else None}


def _is_number(text: str | None) -> bool:
    return bool(text) and str(text).isascii() and str(text).isdigit()


def _officer(field: Any) -> dict[str, Any]:
    """One choice names both: the office is that in which the officer works."""
    office, _dash, officer = (field.data or "").partition("-")
    return {
        "office_id": int(office) if _is_number(office) else None,
        "officer_id": int(officer) if _is_number(officer) else None,
    }


_READERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "text": _text,
    "reason": _text,
    "ground": _text,
    "right_body": _text,
    "earlier_number": lambda field: {"main_number": field.data or ""},
    "legal_basis": _text,
    "main_number": _text,
    "accused_names": _text,
    "receipt": _text,
    "recipient_key": _text,
    "passphrase": _text,
    "office_id": _number,
    "officer": _officer,
    "accused_office_id": _number,
    "accused_account_id": _number,
    "days": _number,
    "rung": _member(Rung),
    "outcome": _member(Outcome),
    "protection": _member(Protection),
    "served_manner": _member(ServiceManner),
    "served_on": lambda field: {"served_on": field.day},
}


def _external(system: str, typed: str) -> ExternalNumber | None:
    """The number elsewhere; two fields make it, the others are read one by one."""
    return external_number(ExternalSystem(system), typed) if system in set(ExternalSystem) else None


def _whole_days(_form: DeskForm, field: TextField) -> None:
    if not _is_number(field.data) or len(field.data or "") > _MOST_DAYS:
        raise ValidationError(gettext("请填写天数，例如 30"))


_ROWS = {"rows": 6}
_FIELDS: Mapping[Need, Callable[[], dict[str, Any]]] = {
    Need.GROUND: lambda: {
        "ground": RadioField(_("不予受理的情形"), [required(_("请选择不予受理的理由"))]),
        "right_body": TextField(_("有权处理的机关"), [at_most(LONGEST_LINE)]),
        "earlier_number": TextField(_("先前那件诉求的编号"), [at_most(20)], clean=compact),
    },
    Need.RIGHT_BODY: lambda: {
        "right_body": TextField(_("有权处理的机关"), [required(_("请写明应当向哪个机关反映")), at_most(LONGEST_LINE)])
    },
    Need.REASON: lambda: {
        "reason": TextAreaField(
            _("理由"), [required(_("请写明原因")), at_most(LONGEST_REASON)], render_kw={"rows": 3}
        )
    },
    Need.TEXT: lambda: {
        "text": TextAreaField(_("内容"), [required(_("请填写内容")), at_most(LONGEST_TEXT)], render_kw=_ROWS)
    },
    Need.OFFICE: lambda: {"office_id": SelectField(_("承办单位"), [required(_("请选择承办单位"))])},
    Need.OFFICER: lambda: {"officer": SelectField(_("承办人"), [required(_("请选择承办人"))])},
    Need.DAYS: lambda: {
        "days": TextField(
            _("延长的天数"), [required(_("请填写延长的天数")), _whole_days], clean=compact,
            render_kw={"inputmode": "numeric"},
        )
    },
    Need.RUNG: lambda: {"rung": RadioField(_("督促的方式"), [required(_("请选择督办方式"))], choices=choices(Rung))},
    Need.OUTCOME: lambda: {
        "outcome": RadioField(_("核查结论"), [required(_("请选择核查结论"))], choices=choices(Outcome))
    },
    Need.LEGAL_BASIS: lambda: {
        "legal_basis": TextField(_("依据（文件和条款）"), [required(_("请写明依据")), at_most(LONGEST_LINE)])
    },
    Need.SERVED: lambda: {
        "served_on": DayField(_("送达日期"), [required(_("请填写送达日期"))]),
        "served_manner": RadioField(
            _("送达方式"), [required(_("请选择送达方式"))], choices=choices(ServiceManner)
        ),
    },
    Need.MAIN_CASE: lambda: {
        "main_number": TextField(
            _("并入的诉求编号"), [required(_("请填写并入的诉求编号")), at_most(20)], clean=compact
        )
    },
    Need.ACCUSED: lambda: {
        "accused_office_id": SelectField(_("被反映的单位")),
        "accused_account_id": SelectField(_("被反映的工作人员")),
        "accused_names": TextField(_("其他被反映的人（只加密保存）"), [at_most(LONGEST_LINE)]),
    },
    Need.RECEIPT: lambda: {
        "receipt": TextField(_("回执编号"), [required(_("请填写接收机关的回执编号")), at_most(60)])
    },
    Need.RECIPIENT: lambda: {
        "recipient_key": TextField(_("对方的公钥"), [at_most(LONGEST_LINE)]),
        "passphrase": TextField(_("没有公钥时用的口令"), [at_most(LONGEST_LINE)]),
    },
    Need.PROTECTION: lambda: {
        "protection": RadioField(
            _("保护举报人的办法"),
            [required(_("为保护举报人，请先选择面上排查，或先征得举报人同意"))],
            choices=choices(Protection),
        )
    },
    Need.EXTERNAL_NUMBER: lambda: {
        "external_system": RadioField(
            _("哪个系统"), [required(_("请选择是哪个系统的编号"))], choices=choices(ExternalSystem)
        ),
        "external_number": TextField(
            _("编号"), [required(_("请填写编号")), at_most(LONGEST_EXTERNAL_NUMBER)], clean=compact
        ),
    },
}  # fmt: skip
_GROUNDS: Mapping[Action, Callable[[], RadioField]] = {
    Action.ASK_IDENTITY: lambda: RadioField(
        _("为什么需要知道反映人是谁"), [required(_("请选择一种情形"))], choices=choices(IdentityGround)
    ),
    Action.REFUSE_IDENTITY: lambda: RadioField(
        _("为什么不同意"), [required(_("请选择一种情形"))], choices=choices(IdentityRefusal)
    ),
}


WITH_FILES = frozenset({Action.MESSAGE, Action.ASK_FOR_MORE})
"""Steps with which files may go to the submitter."""


@cache
def step_form(action: Action, kind: CaseKind) -> type[CaseStepForm]:
    """The form of a step on a case of a kind: what the table says it needs, in the table's order."""
    needs = needs_of(action, kind)
    if Need.OFFICER in needs:
        needs -= {Need.OFFICE}
    fields: dict[str, Any] = {"ground": _GROUNDS[action]()} if action in _GROUNDS else {}
    for need in Need:
        if need in needs:
            fields |= _FIELDS[need]()
    if action in WITH_FILES:
        fields["file"] = MultipleFileField(_("附件"))
    return type("CaseStepForm", (CaseStepForm,), fields)
