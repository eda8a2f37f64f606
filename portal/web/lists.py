"""What every public list with filters does alike: read a choice from its address, lead to the next page."""

from enum import StrEnum
from typing import TypeVar

from flask import request, url_for
from wtforms import Field

from portal.queries.paging import Cursor
from portal.web.forms.base import FilterForm

E = TypeVar("E", bound=StrEnum)


def chosen(enum: type[E], value: str) -> E | None:
    """The member that an address names; nothing for a value that means nothing, so that old links still lead on."""
    return enum(value) if value in set(enum) else None


def chosen_filters(form: FilterForm) -> list[tuple[str, str]]:
    """What is chosen beside a list, each with the address of the list without it."""
    return [(text, _without(field.name)) for field in form if (text := _text_of(field))]


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
