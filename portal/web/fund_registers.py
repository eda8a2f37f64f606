"""On the city's page of a year: what the counties' registers of each kind add up to, county by county."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.charts.bars import Bar, bar_chart
from portal.domain.divisions import DivisionCode
from portal.domain.registers import COLUMNS, RegisterColumn, RegisterKind
from portal.queries.registers import PartSums
from portal.web.chart_letters import letters
from portal.web.fund_tables import Chart, Column, Line, Picture, scaled
from portal.web.labels import label
from portal.web.register_pages import STANDING

Named = Callable[[DivisionCode], str]


def register_slug(kind: RegisterKind) -> str:
    """What names the picture of a kind in addresses."""
    return f"registers-{kind.value.replace('_', '-')}"


def registers_picture(
    kind: RegisterKind, parts: Sequence[PartSums], name: Named, short: Named, url: Named
) -> Picture | None:
    """The sums of one kind by county, each leading to its own registers; nothing where no county tells any."""
    own = [part for part in parts if part.kind is kind]
    told = [part for part in own if part.sums]
    if not told:
        return None
    columns = [column for column in COLUMNS[kind].numbers if column not in STANDING]
    lines = tuple(
        Line(
            name(part.division), f"{url(part.division)}#{register_slug(kind)}", part.division,
            tuple(part.sums.get(column, 0) for column in columns),
        )
        for part in told
    )  # fmt: skip
    totals = tuple(sum(part.sums.get(column, 0) for part in told) for column in columns)
    title = str(_("各县（市、区）：%(kind)s", kind=label(kind)))
    heads = tuple(map(_column, columns))
    charts = (_chart(kind, told, short),) if len(told) > 1 else ()
    note = _note(sum(part.untold for part in own))
    return Picture(register_slug(kind), title, str(_("地方")), heads, lines, totals, charts, note=note)


def _column(column: RegisterColumn) -> Column:
    if column is RegisterColumn.PERSONS:
        return Column(str(_("涉及")), is_money=False)
    return Column(str(label(column)))


def _chart(kind: RegisterKind, told: Sequence[PartSums], short: Named) -> Chart:
    moved = COLUMNS[kind].moved
    amounts = [part.sums.get(moved, 0) for part in told]
    unit, numbers = scaled(amounts)
    bars = [
        Bar(short(part.division), amount, number) for part, amount, number in zip(told, amounts, numbers, strict=True)
    ]
    title = str(_("%(kind)s：%(column)s（%(unit)s）", kind=label(kind), column=label(moved), unit=unit))
    return Chart(title, bar_chart(register_slug(kind), title, str(_("数字与这里的表相同。")), bars, letters=letters()))


def _note(untold: int) -> str:
    """Where the figures come from, and what no sum has."""
    told = str(_("把各县（市、区）自己公布的登记加起来；点地名看每一份。"))
    if not untold:
        return told
    more = ngettext(
        "另有%(num)s份人数太少，没有列数，不计入合计。", "另有%(num)s份人数太少，没有列数，不计入合计。", untold
    )
    return f"{told}{more}"
