"""Forms for the public: no session, no token. What is sent is bound to a cookie that other sites cannot send along."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Form

from portal.domain.errors import InvalidError, PortalError
from portal.web.languages import say


class PublicForm(Form):
    """A POST form without a session; its cookie is SameSite=Strict, so that no other site can act with it."""

    class Meta(Form.Meta):
        """WTForms' own sentences in Chinese."""

        locales = ("zh",)

    def __init__(self, *, unread: bool = False, **values: Any) -> None:
        """With `unread` it takes nothing from the request, which is too large to be read."""
        super().__init__(None if unread else _posted(), **values)

    def is_sent(self) -> bool:
        """Whether the form was sent and every field can be used."""
        return request.method == "POST" and self.validate()

    def refuse(self, error: PortalError) -> None:
        """Put a use case's sentences beside the fields that they name, or at the top."""
        fields: Mapping[str, Any] = error.fields if isinstance(error, InvalidError) else {}
        for name, message in fields.items():
            target = self._fields.get(name)
            if target is None:
                self.form_errors.append(say(message))
            else:
                target.errors = (*target.errors, say(message))
        if not fields:
            self.form_errors.append(say(error.message))


def _posted() -> Any:
    return request.form if request.method == "POST" else None
