"""Public pages of registers: the list, one register, its revisions, paper, CSV and workbook."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
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
from portal.web.labels import label
from portal.web.lists import chosen, chosen_filters, older_page
from portal.web.publication_addresses import Publications, add_addresses
from portal.web.register_pages import csv_table, shown_register, workbook_sheets
from portal.web.short_numbers import number_in

blueprint = Blueprint("public_registers", __name__, url_prefix="/registers")


PUBLICATIONS = Publications(
    Area.REGISTERS,
    "register",
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
    form = _filter_form(filters)
    return render_template(
        "public/registers/index.html",
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
    )


def _filters(args: Mapping[str, str]) -> RegisterFilters:
    """Read the address; a value that means nothing is left out, so that old links still lead somewhere."""
    return RegisterFilters(
        year=number_in(args.get("year", "")) or None, kind=chosen(RegisterKind, args.get("kind", ""))
    )


def _filter_form(filters: RegisterFilters) -> RegisterFilterForm:
    form = RegisterFilterForm(data={"year": str(filters.year or ""), "kind": filters.kind or ""})
    every = ("", lazy_gettext("全部"))
    form.year.choices = [every, *((str(year), str(year)) for year in register_years(clock.now()))]
    form.kind.choices = [every, *((str(member), label(member)) for member in RegisterKind)]
    return form
