"""Public pages of registers: the list, one register, its revisions, paper, CSV and workbook."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask_babel import lazy_gettext
from wtforms import SelectField

from portal.domain.publications import Area
from portal.domain.registers import RegisterKind
from portal.queries.paging import read_cursor
from portal.queries.publications import revisions_of
from portal.queries.registers import RegisterFilters, register_page, register_years
from portal.usecases import clock
from portal.web.access import public
from portal.web.forms.base import FilterForm
from portal.web.lists import chosen, list_answer, members, years
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.register_pages import csv_table, shown_register, workbook_sheets
from portal.web.short_numbers import number_in

blueprint = Blueprint("public_registers", __name__, url_prefix="/registers")


PUBLICATIONS = Publications(
    Area.REGISTERS,
    "register",
    lazy_gettext("资金登记"),
    lambda view: shown_register(view, revisions_of(view)),
    table=csv_table,
    sheets=workbook_sheets,
)
add_addresses(blueprint, PUBLICATIONS)


class RegisterFilterForm(FilterForm):
    """The filters beside the list; every choice stays in the address."""

    year = SelectField(lazy_gettext("年份"), validate_choice=False)
    kind = SelectField(lazy_gettext("登记种类"), validate_choice=False)


@blueprint.get("/")
@public
def index() -> str:
    """Every register that is public, newest first."""
    filters = _filters(request.args)
    page = register_page(filters, at=clock.now(), after=read_cursor(request.args.get("after", "")))
    return list_answer(PUBLICATIONS, page, _filter_form(filters))


def _filters(args: Mapping[str, str]) -> RegisterFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return RegisterFilters(
        year=number_in(args.get("year", "")) or None, kind=chosen(RegisterKind, args.get("kind", ""))
    )


def _filter_form(filters: RegisterFilters) -> RegisterFilterForm:
    form = RegisterFilterForm(data={"year": str(filters.year or ""), "kind": filters.kind or ""})
    form.year.choices = years(register_years(clock.now()))
    form.kind.choices = members(RegisterKind)
    return form
