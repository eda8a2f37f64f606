"""What pages and CSV show of the statistics: each row with its words, and the charts of the same figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from flask_babel import gettext as _
from markupsafe import Markup

from portal.charts.bars import Bar, bar_chart
from portal.domain.case_statistics import CaseRow, CaseTable, Quarter, Rate, ShownRate, YearlyRow
from portal.domain.cases import CaseKind, Outcome
from portal.queries.case_statistics import MonthRates, OfficeRates
from portal.queries.divisions import DivisionTree
from portal.web.chart_letters import letters
from portal.web.labels import label


@dataclass(frozen=True, slots=True)
class CountLine:
    """A row of the table of counts, in words."""

    county: str
    quarter: str
    kind: str
    outcome: str
    cases: int


def count_lines(rows: Iterable[CaseRow], tree: DivisionTree) -> tuple[CountLine, ...]:
    """The rows in the order of counties, the newest quarter first.

    There are hundreds of rows of few different words: each word is looked up once.
    """
    county, quarter, kind, outcome = (
        cache(partial(county_name, tree=tree)),
        cache(_quarter),
        cache(_kind),
        cache(_outcome),
    )
    return tuple(
        CountLine(
            county(row.county), quarter(row.quarter), kind(row.kind), outcome(row.outcome, merged=row.merged), row.cases
        )
        for row in sorted(rows, key=_order)
    )


def _order(row: CaseRow) -> tuple[bool, str, bool, int, int, str, str]:
    year, number = (row.quarter.year, row.quarter.number) if row.quarter else (0, 0)
    return (
        row.county is None, str(row.county or ""), row.quarter is None, -year, -number, str(row.kind or "~"),
        str(row.outcome or "~"),
    )  # fmt: skip


def _quarter(quarter: Quarter | None) -> str:
    return quarter_name(quarter) if quarter else str(_("各季度合并"))


def _kind(kind: CaseKind | None) -> str:
    return str(label(kind) if kind else _("各类合并"))


def _outcome(outcome: Outcome | None, *, merged: bool) -> str:
    if outcome:
        return str(label(outcome))
    return str(_("各种结果合并") if merged else _("没有核查结论"))


def county_name(code: str | None, tree: DivisionTree) -> str:
    """What a county is called in a table; the city's own cases, and the counties that stand in no row of their own."""
    if code is None:
        return str(_("未单列各县合并"))
    return str(_("市本级")) if code == tree.city.code else tree.by_code[code].display_name


def quarter_name(quarter: Quarter) -> str:
    """A quarter in words."""
    return str(_("%(year)s年第%(number)s季度", year=quarter.year, number=quarter.number))


def quarters_of(table: CaseTable) -> tuple[Quarter, ...]:
    """The quarters that stand in rows of their own, newest first."""
    return tuple(sorted({row.quarter for row in table.rows if row.quarter}, reverse=True))


def county_chart(table: CaseTable, tree: DivisionTree) -> Markup:
    """How many cases are concluded by county; the bars are sums of the published rows, and add up to the total.

    Empty when there is nothing to compare: all counties are one row.
    """
    sums: dict[str | None, int] = {}
    for row in table.rows:
        sums[row.county] = sums.get(row.county, 0) + row.cases
    ordered = sorted(sums.items(), key=lambda item: (item[0] is None, -item[1]))
    bars = [Bar(county_name(code, tree), cases, _("%(count)s 件", count=cases)) for code, cases in ordered]
    title = _("各县（市、区）办结件数")
    return (
        bar_chart("counties", title, _("件数与这里的表相同，相加等于总数。"), bars, letters=letters())
        if len(bars) > 1
        else Markup("")
    )


def rate_chart(rates: MonthRates) -> Markup:
    """The on-time rate of the offices that may be told, and of all together."""
    lines = [(_("全市"), rates.city), *((one.name, one) for one in rates.offices)]
    bars = [
        Bar(name, shown.per_cent, f"{shown.per_cent}%")
        for name, one in lines
        if (shown := one.rates[Rate.ON_TIME]).per_cent is not None
    ]
    title = _("各单位按时办结率")
    return (
        bar_chart("on-time", title, _("百分比与这里的表相同。"), bars, full=100, letters=letters())
        if bars
        else Markup("")
    )


def rate_cells(one: OfficeRates) -> list[tuple[str, str]]:
    """The four rates of a line, each with the share of silence."""
    return [_rate_cell(one.rates[rate]) for rate in Rate]


def _rate_cell(rate: ShownRate) -> tuple[str, str]:
    if rate.per_cent is None:
        return _("件数太少"), ""
    return f"{rate.per_cent}%", _("沉默 %(share)s%%", share=rate.silent_per_cent)


def yearly_cells(rows: Sequence[YearlyRow]) -> list[tuple[str, str, str, str]]:
    """The yearly table in words."""
    return [
        (
            _("%(year)s年", year=row.year),
            str(label(row.kind)),
            str(label(row.outcome)) if row.outcome else _("没有核查结论"),
            str(row.cases) if row.cases is not None else _("不足10件"),
        )
        for row in rows
    ]
