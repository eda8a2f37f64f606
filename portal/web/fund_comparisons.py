"""Two places of a year side by side: the same figures as on their own pages, in charts of one scale."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.charts.bars import Bar, bar_chart
from portal.domain.divisions import Division
from portal.domain.fund_overviews import FundColumn, Overview
from portal.domain.programs import Program
from portal.queries.fund_overviews import PaidPersons
from portal.web.chart_letters import letters
from portal.web.filters import yuan
from portal.web.fund_persons import program_name
from portal.web.fund_tables import Chart, Column, Line, Picture, scaled
from portal.web.labels import label

BY_PROGRAM = (FundColumn.PAID, FundColumn.BUDGET, FundColumn.ALLOCATED)
"""What is compared by programme: the first of these that both places tell."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two places."""

    place: Division
    view: Overview
    persons: Mapping[Program, PaidPersons]

    def of_column(self, column: FundColumn) -> int | None:
        """Its sum at a stage, nothing where that is not told."""
        table = self.view.programs
        return sum(table.column(column)) if column in table.columns else None

    def of_programs(self, column: FundColumn) -> Mapping[Program | None, int]:
        """The same by programme."""
        table = self.view.programs
        if column not in table.columns:
            return {}
        sums = zip((row.key for row in table.rows), table.column(column), strict=True)
        return {program: amount for program, amount in sums if amount}


def comparisons(sides: Sequence[Side]) -> tuple[Picture, ...]:
    """What two places had, which programmes it went to, and what each person got; what neither tells is left out.

    Nothing of fewer than two places.
    """
    if len(sides) < 2:  # noqa: PLR2004 - two are compared
        return ()
    made = (_sums(sides), _programs(sides), _persons(sides))
    return tuple(picture for picture in made if picture is not None)


def _sums(sides: Sequence[Side]) -> Picture | None:
    rows = [(str(label(column)), [side.of_column(column) for side in sides]) for column in FundColumn]
    return _picture("sums", str(_("有多少钱，走到了哪一步")), str(_("阶段")), sides, rows, _in_one_unit)


def _programs(sides: Sequence[Side]) -> Picture | None:
    column = next((one for one in BY_PROGRAM if all(side.of_programs(one) for side in sides)), None)
    if column is None:
        return None
    told = [side.of_programs(column) for side in sides]
    rows = [(program_name(program), [one.get(program) for one in told]) for program in (*Program, None)]
    title = str(_("各项目%(column)s", column=label(column)))
    return _picture("programs", title, str(_("救助项目")), sides, rows, _in_one_unit)


def _persons(sides: Sequence[Side]) -> Picture | None:
    rows = [(program_name(program), [_each(side.persons.get(program)) for side in sides]) for program in Program]
    title = str(_("平均每人每次领到多少"))
    note = str(_("一个人领了三个月，算三人次。只算公布了人数的救助金；人数太少、没有单列的地方不在内。"))
    return _picture("persons", title, str(_("救助项目")), sides, rows, _in_yuan, note)


def _each(paid: PaidPersons | None) -> int | None:
    return paid.each_fen if paid else None


def _in_one_unit(amounts: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    return scaled(amounts)


def _in_yuan(amounts: Sequence[int]) -> tuple[str, tuple[str, ...]]:
    return str(_("元")), tuple(map(yuan, amounts))


def _picture(
    slug: str, title: str, heading: str, sides: Sequence[Side],
    rows: Iterable[tuple[str, Sequence[int | None]]],
    worded: Callable[[Sequence[int]], tuple[str, tuple[str, ...]]], note: str = "",
) -> Picture | None:  # fmt: skip
    lines = tuple(Line(name, "", "", tuple(amounts)) for name, amounts in rows if any(amounts))
    if not lines:
        return None
    columns = tuple(Column(side.place.display_name) for side in sides)
    most = max(amount or 0 for line in lines for amount in line.amounts)
    charts = []
    for place, line in enumerate(lines):
        unit, numbers = worded([*(amount or 0 for amount in line.amounts), most])
        bars = [
            Bar(column.name, amount or 0, "—" if amount is None else number)
            for column, amount, number in zip(columns, line.amounts, numbers, strict=False)
        ]
        name = str(_("%(name)s（%(unit)s）", name=line.name, unit=unit))
        told = str(_("各图用同一个尺度，可以互相比较；数字与这里的表相同。"))
        drawing = bar_chart(f"{slug}-{place}", name, told, bars, full=most, letters=letters())
        charts.append(Chart(name, drawing))
    return Picture(slug, title, heading, columns, lines, (), tuple(charts), has_total=False, note=note)
