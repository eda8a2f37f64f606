"""What a warning says: which two figures it holds against each other, of which programme and source, and why."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import LazyString, lazy_gettext

from portal.domain.fund_totals import FundStage
from portal.domain.warnings import WarningRule
from portal.queries.warnings import WarningLine
from portal.web.labels import label
from portal.web.languages import worded
from portal.web.services import services

_ = lazy_gettext

_SIDES: Mapping[WarningRule, tuple[FundStage, FundStage | None]] = {
    WarningRule.OVER_BUDGET: (FundStage.BUDGET, None),
    WarningRule.OVER_ALLOCATED: (FundStage.ALLOCATED, None),
    WarningRule.OVER_DISBURSED: (FundStage.DISBURSED, None),
    WarningRule.STUCK: (FundStage.ALLOCATED, FundStage.PAID),
    WarningRule.UNSPENT: (FundStage.ALLOCATED, FundStage.PAID),
}
"""The stages whose figures a rule compares; None where the warning itself says which one it found."""


def sides(line: WarningLine) -> tuple[LazyString, LazyString]:
    """What the two figures are: the one that binds, and the one that was found."""
    bound, found = _SIDES[line.rule]
    return label(bound), label(found or FundStage(line.subject))


def about(line: WarningLine) -> str:
    """Programme and source; both together where the warning is about all of them."""
    named = [str(label(one)) for one in (line.program, line.source) if one]
    return " · ".join(named) or str(_("全部项目和来源"))


def reason_words(code: str) -> str:
    """A reason in the language of the page; one that has left the bureau's table is told by its code."""
    wording = services().rulebook.warnings.reasons.get(code)
    return worded(wording) if wording else code


def install(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters.update(warning_sides=sides, warning_about=about, warning_reason=reason_words)
