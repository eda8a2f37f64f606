"""The statistics of cases: rows that add up, rates with their formulas, the yearly table; each as a page and as CSV."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from portal.domain.case_statistics import CaseRow, CaseTable, Quarter, Rate, StatisticsRules
from portal.domain.instants import shanghai_date
from portal.queries.case_statistics import counted, month_rates
from portal.queries.divisions import division_tree
from portal.usecases import clock
from portal.web.access import public
from portal.web.case_statistics_pages import (
    count_lines,
    county_chart,
    quarter_name,
    quarters_of,
    rate_cells,
    rate_chart,
    yearly_cells,
)
from portal.web.csv_answers import csv_answer
from portal.web.labels import label
from portal.web.languages import current_language
from portal.web.services import services

blueprint = Blueprint("public_case_statistics", __name__, url_prefix="/cases")


@blueprint.get("/statistics")
@public
def statistics() -> str:
    """Everything that is told of cases in figures, with its formulas."""
    today, tree = shanghai_date(clock.now()), division_tree()
    found = counted(_rules(), today)
    quarters = quarters_of(found.table)
    chosen = _chosen(quarters)
    return render_template(
        "public/case_statistics/statistics.html",
        counted=found,
        lines=count_lines(_of_quarter(found.table, chosen), tree),
        chart=county_chart(found.table, tree),
        quarters=[(str(one), quarter_name(one), one == chosen) for one in quarters],
        rates=(rates := month_rates(_rules(), today, request.args.get("month", ""))),
        rate_chart=rate_chart(rates) if rates else "",
        rate_cells=rate_cells,
        yearly=yearly_cells(found.yearly),
        formulas=[wording.in_language(current_language()) for wording in _rules().formulas.values()],
    )


@blueprint.get("/statistics.csv")
@public
def counts_table() -> Response:
    """Every published row of concluded cases; their sum is the published total."""
    found = counted(_rules(), shanghai_date(clock.now()))
    lines = count_lines(found.table.rows, division_tree())
    head = (_("县（市、区）"), _("季度"), _("类别"), _("核查结论"), _("件数"))
    return csv_answer(
        "case-statistics", head, ([one.county, one.quarter, one.kind, one.outcome, one.cases] for one in lines)
    )


@blueprint.get("/statistics-rates.csv")
@public
def rates_table() -> Response:
    """The four rates of a month by office, in whole per cent; an empty cell may not be told."""
    rates = month_rates(_rules(), shanghai_date(clock.now()), request.args.get("month", ""))
    lines = [(_("全市"), rates.city), *((one.name, one) for one in rates.offices)] if rates else []
    head = (_("月份"), _("单位"), *(f"{label(rate)}%" for rate in Rate))
    rows = ([rates.month if rates else "", name, *(one.rates[rate].per_cent for rate in Rate)] for name, one in lines)
    return csv_answer("case-rates", head, rows)


@blueprint.get("/statistics-yearly.csv")
@public
def yearly_table() -> Response:
    """Tip-offs and objections of the years that have ended, city-wide."""
    found = counted(_rules(), shanghai_date(clock.now()))
    head = (_("年份"), _("类别"), _("核查结论"), _("件数"))
    return csv_answer("case-yearly", head, yearly_cells(found.yearly))


def _rules() -> StatisticsRules:
    return services().rulebook.case_statistics


def _chosen(quarters: tuple[Quarter, ...]) -> Quarter | None:
    asked = request.args.get("quarter", "")
    return next((one for one in quarters if str(one) == asked), quarters[0] if quarters else None)


def _of_quarter(table: CaseTable, chosen: Quarter | None) -> list[CaseRow]:
    """The rows of a quarter, and those in which quarters are together."""
    return [row for row in table.rows if row.quarter in {chosen, None}]
