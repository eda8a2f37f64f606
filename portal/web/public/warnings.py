"""The warnings of a year page as CSV; the page itself tells them in a part of its own."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.domain.divisions import DivisionCode
from portal.queries.divisions import division_tree
from portal.queries.warnings import WarningLine, told_warnings
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.labels import label
from portal.web.services import services
from portal.web.warning_pages import about, is_untold, reason_words, sides, when

blueprint = Blueprint("public_warnings", __name__, url_prefix="/funds")


@blueprint.get("/<int:year>/warnings.csv")
@public
def year_table(year: int) -> Response:
    """What the city's page of a year warns of."""
    return _table(year, division_tree().city.code)


@blueprint.get("/<int:year>/<string:code>/warnings.csv")
@public
def division_table(year: int, code: str) -> Response:
    """What the page of one place warns of; nothing but the head for a place of which nothing is told."""
    return _table(year, DivisionCode(code))


def _table(year: int, whole: DivisionCode) -> Response:
    lines = told_warnings(year, whole, services().rulebook, at=clock.now())
    return csv_answer(f"funds-{year}-{whole}-warnings", _head(), map(_row, lines))


def _head() -> list[str]:
    figures = [_("金额（元）"), _("金额（分）")]
    return [
        _("代码"), _("地方"), _("时间"), _("预警"), _("项目和来源"), _("对照数是"), *figures, _("实际数是"), *figures,
        _("相差（分）"), _("状态"), _("已经几天"), _("原因"), _("情况说明"),
    ]  # fmt: skip


def _row(line: WarningLine) -> list[Any]:
    bound, found = sides(line)
    reached = (None, None) if is_untold(line) else (Decimal(line.found).scaleb(-2), line.found)
    days = "" if line.reason else line.days_open
    return [
        line.division, line.division_name, when(line), label(line.rule), about(line),
        bound, Decimal(line.bound).scaleb(-2), line.bound, found, *reached,
        line.difference, label(line.state), days, reason_words(line.reason), line.words,
    ]  # fmt: skip
