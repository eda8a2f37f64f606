"""What a warning says: which two figures it holds against each other, of which programme and source, and why."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from portal.domain.fund_totals import FundStage
from portal.domain.warnings import COUNTED, WarningRule
from portal.queries.warnings import WarningLine
from portal.web.filters import money, month
from portal.web.labels import label
from portal.web.languages import worded
from portal.web.services import services

_ = lazy_gettext

_THERE_TO_BE_PAID = _("已分配（含上年结转）")
_SIDES: Mapping[WarningRule, tuple[LazyString, LazyString | None]] = {
    WarningRule.OVER_BUDGET: (label(FundStage.BUDGET), None),
    WarningRule.OVER_ALLOCATED: (_THERE_TO_BE_PAID, None),
    WarningRule.OVER_DISBURSED: (_("已拨付（含上年结转）"), None),
    WarningRule.OVER_RECEIVED: (_("上级下达"), _("往下分的")),
    WarningRule.UNDISBURSED: (label(FundStage.ALLOCATED), label(FundStage.DISBURSED)),
    WarningRule.STUCK: (_THERE_TO_BE_PAID, label(FundStage.PAID)),
    WarningRule.UNSPENT: (_THERE_TO_BE_PAID, label(FundStage.PAID)),
    WarningRule.ABOVE_STANDARD: (_("标准乘人数"), label(FundStage.PAID)),
    WarningRule.AFTER_TERMINATION: (_("应有人数"), _("名单里仍有发放的")),
    WarningRule.TWO_PROGRAMS: (_("应有人数"), _("两份名单里都有的")),
    WarningRule.SUDDEN_AMOUNT: (_("上个月"), _("这个月")),
    WarningRule.SUDDEN_PERSONS: (_("上个月"), _("这个月")),
    WarningRule.STALE_BASIS: (_("应当引用"), _("引用了已废止的文件")),
}
"""What a rule compares; None where the warning itself says at which stage it found the second figure."""

_UNTOLD_WHERE_NOTHING = frozenset({WarningRule.STUCK, WarningRule.UNSPENT})
"""What these find comes from the payments that each place tells for itself."""


def sides(line: WarningLine) -> tuple[LazyString, LazyString]:
    """What the two figures are: the one that binds, and the one that was found."""
    bound, found = _SIDES[line.rule]
    return bound, label(FundStage(line.subject)) if found is None else found


def is_untold(line: WarningLine) -> bool:
    """Whether a place tells no payment at all: what is not told is not nothing."""
    return line.rule in _UNTOLD_WHERE_NOTHING and not line.found


def figure(value: int, rule: WarningRule) -> str:
    """A figure of a warning with its unit."""
    if rule in _UNTOLD_WHERE_NOTHING and not value:
        return str(gettext("没有公布"))
    if rule is WarningRule.STALE_BASIS:
        return str(gettext("%(count)s 份", count=value))
    return str(gettext("%(count)s 人", count=value)) if rule in COUNTED else money(value)


def when(line: WarningLine) -> str:
    """The year, or the month, that a warning is about."""
    return month(f"{line.year}-{line.month:02d}") if line.month else str(line.year)


def about(line: WarningLine) -> str:
    """Programme and source; both together where the warning is about all of them. Of words: in which publication."""
    if line.rule is WarningRule.STALE_BASIS:
        return line.subject
    named = [str(label(one)) for one in (line.program, line.source) if one]
    return " · ".join(named) or str(_("全部项目和来源"))


def reason_words(code: str) -> str:
    """A reason in the language of the page; one that has left the bureau's table is told by its code."""
    rules = services().rulebook.warnings
    wording = rules.reasons.get(code) or rules.clusters.reasons.get(code)
    return worded(wording) if wording else code


def install(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters.update(
        warning_sides=sides,
        warning_about=about,
        warning_reason=reason_words,
        warning_figure=figure,
        warning_when=when,
    )
