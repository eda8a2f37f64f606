"""What every public list with filters does alike: read a choice from its address, lead to the next page."""

from enum import StrEnum
from typing import TypeVar

from flask import request, url_for

from portal.queries.paging import Cursor

E = TypeVar("E", bound=StrEnum)


def chosen(enum: type[E], value: str) -> E | None:
    """The member that an address names; nothing for a value that means nothing, so that old links still lead on."""
    return enum(value) if value in set(enum) else None


def older_page(cursor: Cursor | None) -> str:
    """The address of the next page of the same list; empty on the last one."""
    if cursor is None:
        return ""
    kept = {key: value for key, value in request.args.items() if key != "after" and value}
    return url_for(".index", **{**kept, "after": str(cursor)})  # type: ignore[arg-type]
