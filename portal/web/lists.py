"""What every public list with filters does alike: read a choice from its address, lead to the next page."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from flask import render_template, request, url_for
from flask_babel import LazyString, lazy_gettext
from wtforms import Field

from portal.queries.paging import Cursor, Page
from portal.web.forms.base import FilterForm
from portal.web.labels import label
from portal.web.publication_addresses import Publications

E = TypeVar("E", bound=StrEnum)
Choice = tuple[str, str | LazyString]


def chosen(enum: type[E], value: str) -> E | None:
    """The member that an address names; nothing for a value that means nothing, so that old links still lead on."""
    return enum(value) if value in set(enum) else None


def chosen_filters(form: FilterForm) -> list[tuple[str, str]]:
    """What is chosen beside a list, each with the address of the list without it."""
    return [(text, _without(field.name)) for field in form if (text := _text_of(field))]


def list_answer(told: Publications, page: Page[Any], form: FilterForm, **more: Any) -> str:
    """The page of an area's public list with its filters."""
    return render_template(
        f"public/{told.area}/index.html",
        told=told,
        page=page,
        form=form,
        older=older_page(page.next_cursor),
        chosen=chosen_filters(form),
        **more,
    )


def every(options: Iterable[Choice]) -> list[Choice]:
    """The choices of a filter, after the one that leaves it open."""
    return [("", lazy_gettext("全部")), *options]


def members(enum: Iterable[StrEnum]) -> list[Choice]:
    """The choices of a filter by an enum."""
    return every((str(member), label(member)) for member in enum)


def years(found: Iterable[int]) -> list[Choice]:
    """The choices of a filter by year."""
    return every((str(year), str(year)) for year in found)


def _text_of(field: Field) -> str:
    """What people read for the choice in a filter; nothing for none."""
    if not field.data:
        return ""
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(field.data, "" if choices else field.data)).strip("　")


def _without(name: str) -> str:
    kept = {key: value for key, value in request.args.items() if key not in ("after", name) and value}
    return url_for(".index", **kept)  # type: ignore[arg-type]


def older_page(cursor: Cursor | None) -> str:
    """The address of the next page of the same list; empty on the last one."""
    if cursor is None:
        return ""
    kept = {key: value for key, value in request.args.items() if key != "after" and value}
    return url_for(".index", **{**kept, "after": str(cursor)})  # type: ignore[arg-type]
