"""Public pages of payments: the list, one batch with what to do when the money has not come, revisions, paper, CSV."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.messages import Message
from portal.domain.payment_months import next_to
from portal.domain.payment_words import WHERE_IS_MY_MONEY, untold_batches
from portal.domain.payments import month_of
from portal.domain.programs import Program
from portal.domain.publications import Area
from portal.queries.divisions import division_tree
from portal.queries.paging import read_cursor
from portal.queries.payment_months import PaymentMonth, payment_month
from portal.queries.payments import PaymentFilters, payment_page, payment_years
from portal.queries.publications import revisions_of
from portal.usecases import clock
from portal.web.access import public
from portal.web.csv_answers import csv_answer
from portal.web.forms.base import FilterForm
from portal.web.lists import chosen, every, list_answer, members, years
from portal.web.payment_pages import csv_table, month_table, shown_payment
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.services import services
from portal.web.short_numbers import number_in

_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")

blueprint = Blueprint("public_payments", __name__, url_prefix="/payments")


PUBLICATIONS = Publications(
    Area.PAYMENTS,
    "payment",
    lazy_gettext("资金发放"),
    lambda view: shown_payment(view, revisions_of(view)),
    table=csv_table,
)
add_addresses(blueprint, PUBLICATIONS)


class PaymentFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    year = SelectField(lazy_gettext("年份"), validate_choice=False)
    division = SelectField(lazy_gettext("县（市、区）"), validate_choice=False)
    program = SelectField(lazy_gettext("救助项目"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every batch that is public, newest first."""
    filters = _filters(request.args)
    page = payment_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters))


@blueprint.get("/<string:code>/<string:month>")
@public
def month(code: str, month: str) -> str:
    """A county's or township's month: pay days, standards, what is missing, and what to do when no money has come."""
    found = _month(code, month)
    least = services().rulebook.policies.smallest_count_told
    return render_template(
        "public/payments/month.html",
        page=found,
        before=next_to(found.month, step=-1),
        after=next_to(found.month, step=1),
        untold=untold_batches(found.untold, least) if found.untold else None,
        steps=tuple(map(Message, WHERE_IS_MY_MONEY)),
    )


@blueprint.get("/<string:code>/<string:month>.csv")
@public
def month_sheet(code: str, month: str) -> Response:
    """The same as a table: of each township and programme the pay day and the batch, or that it is missing."""
    return csv_answer(f"{code}-{month}", *month_table(_month(code, month)))


def _month(code: str, month: str) -> PaymentMonth:
    if not (code.isascii() and code.isalnum()) or _MONTH.fullmatch(month) is None:
        abort(404)
    return payment_month(code, month_of(month), services().rulebook.payment_months, at=clock.now())


def _filters(args: Mapping[str, str]) -> PaymentFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    code = args.get("division", "")
    return PaymentFilters(
        year=number_in(args.get("year", "")) or None,
        program=chosen(Program, args.get("program", "")),
        division=code if code in division_tree().by_code else "",
    )


def _filter_form(filters: PaymentFilters) -> PaymentFilterForm:
    asked = {"year": str(filters.year or ""), "program": filters.program or "", "division": filters.division}
    form, tree = PaymentFilterForm(data=asked), division_tree()
    counties = [(one.code, one.display_name) for one in tree.below(tree.city.code)]
    form.year.choices = years(payment_years(clock.now()))
    form.program.choices = members(Program)
    known = {"", *(code for code, _name in counties)}
    more = [] if filters.division in known else [(filters.division, tree.by_code[filters.division].display_name)]
    form.division.choices = every([*counties, *more])
    return form
