"""How far the money of a year has come, month by month, beside the course of the year itself."""

from decimal import Decimal
from itertools import accumulate

from flask_babel import gettext as _

from portal.charts.bars import Bar, bar_chart
from portal.domain.fund_overviews import FundColumn, SumTable
from portal.domain.money import Fen
from portal.web.chart_letters import letters
from portal.web.filters import large_money
from portal.web.fund_tables import Chart, Column, Line, Picture, scaled
from portal.web.labels import label

MONTHS = 12


def course_picture(months: SumTable[int], budget: Fen) -> Picture | None:
    """What has been told up to each month, and what the budget would be at an even pace; `budget` is the year's.

    Nothing where there is no budget, or where no month is told. What is told of the year alone counts from the start.
    """
    column = _furthest(months)
    if column is None or budget <= 0 or not months.rows[-1].key:
        return None
    reached = tuple(zip((row.key for row in months.rows), accumulate(months.column(column)), strict=True))
    lines = tuple(Line(_month(month), "", "", (amount, _even(budget, month))) for month, amount in reached if month)
    columns = (Column(str(_("累计%(column)s", column=label(column)))), Column(str(_("全年预算按月平均到这时"))))
    last, told = reached[-1]
    note = str(
        _(
            "到%(month)s月累计%(column)s%(total)s，占全年预算的%(share)s%%；这时一年过去了%(course)s%%。没有公布的不在内。",
            month=last, column=label(column), total=large_money(told),
            share=f"{Decimal(100 * told) / budget:.1f}", course=f"{Decimal(100 * last) / MONTHS:.0f}",
        )
    )  # fmt: skip
    return Picture(
        "course", str(_("和一年的时间比")), str(_("月份")), columns, lines, (), (_chart(columns[0].name, lines),),
        has_total=False, note=note,
    )  # fmt: skip


def _furthest(months: SumTable[int]) -> FundColumn | None:
    """What has reached people tells more than what has left the treasury."""
    found = (column for column in (FundColumn.PAID, FundColumn.DISBURSED) if column in months.columns)
    return next(found, None)


def _even(budget: Fen, month: int) -> Fen:
    return Fen(budget * month // MONTHS)


def _month(month: int) -> str:
    return str(_("%(month)s月", month=month))


def _chart(name: str, lines: tuple[Line, ...]) -> Chart:
    told = [line.amounts[0] or 0 for line in lines]
    unit, numbers = scaled(told)
    bars = [
        Bar(line.name, amount, numbers[at], line.amounts[1])
        for at, (line, amount) in enumerate(zip(lines, told, strict=True))
    ]
    title = str(_("各月止%(column)s（%(unit)s），竖线是全年预算按月平均到这时的数", column=name, unit=unit))
    return Chart(title, bar_chart("course", title, str(_("数字与这里的表相同。")), bars, letters=letters()))
