"""Every request as the portal reads it: files in memory, typed words without what no keyboard writes.

So no form, list or address can keep or give back a control character, and no database has to refuse one.
"""

from typing import TypeVar

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property

from portal.domain.typed_text import typed
from portal.web.uploads import MAX_REQUEST, MemoryRequest

V = TypeVar("V", bound=MultiDict[str, str])


class IncomingRequest(MemoryRequest):
    """A request whose fields and queries hold plain text only."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query."""
        return _plain(super().args)

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _plain(self.__dict__["form"])


def install(app: Flask) -> None:
    """Read every request by these rules."""
    app.request_class = IncomingRequest
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST


def _plain(values: V) -> V:
    return type(values)((name, typed(value)) for name, value in values.items(multi=True))
