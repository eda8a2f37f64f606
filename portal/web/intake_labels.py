"""The headings of the intake's pages."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

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
}
