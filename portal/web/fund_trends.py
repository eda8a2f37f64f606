"""The years of a place side by side: what was planned, allocated and paid."""

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext as _

from portal.charts.bars import Bar, bar_chart
from portal.domain.fund_overviews import FundColumn, SumTable
from portal.domain.programs import Program
from portal.web.chart_letters import letters
from portal.web.fund_tables import Chart, Line, Picture, columns_of, scaled
from portal.web.labels import label

DRAWN = (FundColumn.BUDGET, FundColumn.ALLOCATED, FundColumn.PAID)
"""What is drawn of each year; the rest stands in the table."""


def years_picture(years: Mapping[int, SumTable[Program | None]], url: Callable[[int], str]) -> Picture | None:
    """The sums of each year, newest first; `url` leads to a year's page."""
    columns = tuple(column for column in FundColumn if any(column in table.columns for table in years.values()))
    if not columns:
        return None
    lines = tuple(Line(str(year), url(year), "", _amounts(table, columns)) for year, table in years.items())
    charts = tuple(_chart(column, columns.index(column), lines) for column in DRAWN if column in columns)
    return Picture("years", str(_("历年资金")), str(_("年份")), columns_of(columns), lines, (), charts, has_total=False)


def newest_year_chart(year: int, table: SumTable[Program | None]) -> Chart:
    """One year in one picture: how much there is, and how far it has come."""
    unit, numbers = scaled(table.totals)
    bars = [
        Bar(str(label(one)), total, numbers[at])
        for at, (one, total) in enumerate(zip(table.columns, table.totals, strict=True))
    ]
    title = str(_("%(year)s年社会救助资金（%(unit)s）", year=year, unit=unit))
    told = str(_("数字与看钱页面的表相同。"))
    return Chart(title, bar_chart("money", title, told, bars, letters=letters()))


def _amounts(table: SumTable[Program | None], columns: Sequence[FundColumn]) -> tuple[int | None, ...]:
    """What a year tells of each column, nothing where nobody has published anything of it."""
    told = dict(zip(table.columns, table.totals, strict=True))
    return tuple(told.get(column) for column in columns)


def _chart(column: FundColumn, place: int, lines: Sequence[Line]) -> Chart:
    """One column over the years, in the unit of all of them, so that the charts can be compared."""
    drawn = [amount for line in lines for amount in line.amounts if amount is not None]
    unit, _numbers = scaled(drawn)
    most = max(drawn)
    _unit, numbers = scaled([*(line.amounts[place] or 0 for line in lines), most])
    bars = [
        Bar(line.name, line.amounts[place] or 0, "—" if line.amounts[place] is None else numbers[at])
        for at, line in enumerate(lines)
    ]
    title = str(_("各年%(column)s（%(unit)s）", column=label(column), unit=unit))
    told = str(_("各图用同一个尺度，可以互相比较；数字与这里的表相同。"))
    return Chart(
        title, bar_chart(f"years-{column.value.replace('_', '-')}", title, told, bars, full=most, letters=letters())
    )
