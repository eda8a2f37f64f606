"""What a page of standards shows: a chart of steps for each programme, and the same figures as CSV."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portal.charts.steps import Rise, StepLine, step_chart
from portal.domain.programs import Program
from portal.queries.standards import ProgramStandards, StandardPage
from portal.web.chart_letters import letters
from portal.web.filters import yuan
from portal.web.labels import label


def titles_of(page: StandardPage) -> Mapping[Program, tuple[str, str]]:
    """What is told of each programme, and in which unit."""
    return {one.program: _title(one.program) for one in page.programs}


def _title(program: Program) -> tuple[str, str]:
    if program is Program.TEMPORARY_ASSISTANCE:
        return str(_("小额快救每人上限（临时救助）")), str(_("元/人"))
    return str(label(program)), str(_("元/人·月"))


def charts_of(page: StandardPage, today: date) -> Mapping[Program, Markup]:
    """The chart of each programme until today, or until the last step that is set already."""
    return {one.program: _chart(one, today) for one in page.programs}


def _chart(told: ProgramStandards, today: date) -> Markup:
    lines = [
        StepLine(
            str(label(residence)),
            [
                Rise(
                    step.standard.series.valid_from.toordinal(),
                    step.standard.amount_fen,
                    _short(step.standard.amount_fen),
                )
                for step in steps
            ],
        )
        for residence, steps in told.steps.items()
        if steps
    ]
    days = sorted({step.standard.series.valid_from for step in told.newest_first})
    name, unit = _title(told.program)
    title = _("%(program)s标准（%(unit)s）", program=name, unit=unit)
    marks = [(day.toordinal(), str(day.year)) for day in days]
    last = max(today, days[-1]).toordinal()
    return step_chart(f"standards-{told.program}", title, _("数字与这里的表相同。"), lines, last, marks, letters())


def _short(fen: int) -> str:
    return yuan(fen).removesuffix(".00")


def csv_of(page: StandardPage) -> tuple[list[str], list[list[Any]]]:
    """The steps of every programme, newest first, in yuan and in fen."""
    head = [
        _("救助项目"), _("城乡"), _("执行日期"), _("标准（元/人·月）"), _("标准（分/人·月）"), _("区划代码"), _("区划"),
        _("发文字号"), _("说明"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for one in page.programs:
        for step in one.newest_first:
            told, series = step.standard, step.standard.series
            rows.append(
                [
                    _title(one.program)[0], label(series.residence), series.valid_from.isoformat(),
                    Decimal(told.amount_fen).scaleb(-2), int(told.amount_fen), series.division_code,
                    page.names[series.division_code], told.document_number, told.note,
                ]
            )  # fmt: skip
    return head, rows
