"""The headings of the intake's pages, and what the columns of a table of transfers are called."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from portal.domain.case_transfers import TransferColumn
from portal.domain.intake_drafts import Step

_ = lazy_gettext

INTAKE_LABELS: dict[type[StrEnum], Mapping[StrEnum, LazyString]] = {
    Step: {
        Step.KIND: _("您想反映什么？"),
        Step.CATEGORY: _("是哪一类问题？"),
        Step.NOTICE: _("说的是哪份公示？"),
        Step.PLACE: _("事情发生在哪里？"),
        Step.WHICH_PLACE: _("是下面哪一个地方？"),
        Step.OFFICE: _("想找哪个单位？"),
        Step.WHO: _("与谁有关？"),
        Step.KEEP_AWAY: _("有没有不要转给的单位？"),
        Step.WHAT: _("发生了什么？"),
        Step.FILES: _("有照片或者材料吗？"),
        Step.CONTACT: _("怎么联系您？"),
        Step.DETAILS: _("您的联系方式"),
        Step.MEMBERS: _("还有谁一起反映？"),
        Step.CHECK: _("请核对"),
    },
    TransferColumn: {
        TransferColumn.NUMBER: _("工单编号"),
        TransferColumn.TEXT: _("诉求内容"),
        TransferColumn.PLACE: _("事发地址"),
        TransferColumn.KIND: _("诉求类型"),
        TransferColumn.NAME: _("姓名"),
        TransferColumn.PHONE: _("电话"),
        TransferColumn.HAPPENED: _("事发时间"),
    },
}
