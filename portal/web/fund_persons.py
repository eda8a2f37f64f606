"""What one person got on average in a month, where amounts and persons are both public."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.charts.bars import Bar, bar_chart
from portal.domain.programs import Program
from portal.queries.fund_overviews import PaidPersons
from portal.web.chart_letters import letters
from portal.web.filters import yuan
from portal.web.fund_tables import Chart, Column, Line, Picture
from portal.web.labels import label


def program_name(program: Program | None) -> str:
    """A programme, or what is told of none."""
    return str(label(program)) if program else str(_("其他或不分项目"))


def persons_picture(told: Mapping[Program, PaidPersons]) -> Picture | None:
    """By programme what was paid, how often a person got it, and the one by the other; no sum of unlike programmes."""
    if not told:
        return None
    columns = (
        Column(str(_("按人公布的发放金额"))),
        Column(str(_("领取")), is_money=False),
        Column(str(_("平均每人每次"))),
    )
    lines = tuple(
        Line(program_name(program), "", "", (paid.amount_fen, paid.persons, paid.each_fen))
        for program, paid in told.items()
    )
    bars = [Bar(program_name(program), paid.each_fen, yuan(paid.each_fen)) for program, paid in told.items()]
    title = str(_("平均每人每次领到（元）"))
    chart = Chart(title, bar_chart("persons", title, str(_("数字与这里的表相同。")), bars, letters=letters()))
    note = str(_("一个人领了三个月，算三人次。只算公布了人数的救助金；人数太少、没有单列的地方不在内。"))
    return Picture(
        "persons", str(_("每人领到多少")), str(_("救助项目")), columns, lines, (), (chart,), has_total=False, note=note
    )
