"""How duties are worded and addressed, and the same as CSV."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.deadlines import PeriodRule
from portal.domain.disclosure import Duty
from portal.domain.duties import DutyRule, Rhythm
from portal.domain.publications import Area
from portal.queries.duties import DutyCell
from portal.web.filters import days
from portal.web.labels import label
from portal.web.languages import CHINESE, current_language

_PAGES: Mapping[Area, str] = {
    Area.NOTICES: "public_notices.notice",
    Area.DOCUMENTS: "public_documents.document",
    Area.ALLOCATIONS: "public_allocations.allocation",
    Area.BUDGETS: "public_budgets.budget",
    Area.PAYMENTS: "public_payments.payment",
}


def duty_name(duty: Duty) -> str:
    """What a duty is called: 低保·办事指南."""
    if current_language() != CHINESE:
        return duty.name_en
    return f"{duty.level_one}·{duty.level_two}"


def fulfilled_by(cell: DutyCell) -> str:
    """The address of what fulfils a duty: the publication, or the place's own page with whom to write and ring."""
    if cell.area is not None:
        return url_for(_PAGES[cell.area], number=cell.number or "")
    return url_for("public_places.place", code=cell.place.code) if cell.standing.fulfilled_on else ""


def limit_words(limit: PeriodRule) -> str:
    """A time limit in words."""
    if limit.working_days:
        return str(ngettext("%(num)s个工作日", "%(num)s个工作日", limit.working_days))
    return days(limit.days or 0)


def rhythm_words(rule: DutyRule) -> str:
    """How often something new has to come."""
    words = {
        Rhythm.ONCE: _("公开以后一直有效"),
        Rhythm.EVERY: _("每%(months)s个月至少更新一次", months=rule.months),
        Rhythm.MONTHLY: _("每个月公开一次"),
        Rhythm.YEARLY: _("每年公开一次，%(month)s月%(day)s日前", month=rule.month, day=rule.day),
        Rhythm.ON_OCCASION: _("有就公开"),
    }
    return str(words[rule.rhythm])


def csv_of(cells: Iterable[DutyCell]) -> tuple[list[str], list[list[Any]]]:
    """Head and rows; days as machines read them."""
    place = [_("区划代码"), _("地方"), _("事项代码"), _("事项")]
    head = [*place, _("状态"), _("应于何日前公开"), _("最近公开日期"), _("编号"), _("说明")]
    return head, [
        [
            cell.place.code, cell.place.display_name, cell.rule.duty.code, duty_name(cell.rule.duty), label(cell.state),
            cell.standing.due_on, cell.standing.fulfilled_on, cell.number, cell.standing.reason,
        ]
        for cell in cells
    ]  # fmt: skip


def install(app: Flask) -> None:
    """Give the words to the templates."""
    for word in (duty_name, fulfilled_by, limit_words, rhythm_words):
        app.jinja_env.filters[word.__name__] = word
