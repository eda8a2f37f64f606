"""What forms share: Chinese messages, a token that fails softly, an idempotency key, forgiving fields."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.errors import InvalidError, PortalError
from portal.domain.typed_text import day_in
from portal.usecases.idempotency import new_key
from portal.usecases.kept_forms import KeptForm
from portal.web.kept_forms import give_back, waiting_form
from portal.web.languages import say
from portal.web.short_numbers import number_in

TOKENS = frozenset({"csrf_token", "idempotency_key"})
"""Fields that are new on every page; WTForms' and ours."""
_SOMETIMES_SENT = (BooleanField, RadioField, SelectMultipleField, FileField)
"""Fields of which a browser sends nothing when nothing is chosen."""
OLD_PAGE = lazy_gettext("页面打开太久，为安全起见请核对后再提交一次。您填写的内容都还在。")


class SoftToken(FlaskForm.Meta.csrf_class):
    """The token against forged posts; an old one is an error beside the filled form, not a page that loses it."""

    def validate_csrf_token(self, form: BaseForm, field: Any) -> None:
        """Say in Chinese what to do when the token is missing, old or wrong."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(str(OLD_PAGE)) from None


class DeskForm(FlaskForm):
    """A form of the desk. With no field of its own it is a single button."""

    class Meta(FlaskForm.Meta):
        """Own token class; WTForms' own sentences in Chinese; what was typed into an ended session comes back."""

        csrf_class = SoftToken
        locales = ("zh",)

        def wrap_formdata(self, form: "DeskForm", formdata: Any) -> Any:
            """The posted fields; on a page that is opened, those that were kept for it, under a fresh token and key."""
            waiting = waiting_form()
            if waiting is None or not form.fits(frozenset(name for name, _ in waiting.values)):
                return super().wrap_formdata(form, formdata)
            form.kept = waiting
            give_back()
            return MultiDict(waiting.values)

    kept: KeptForm | None = None
    """What was typed before the session ended, when this form shows it once more."""

    idempotency_key = HiddenField(default=new_key)
    """Two posts that carry the same key act once."""

    def refuse(self, error: PortalError) -> None:
        """Put a use case's sentences beside the fields that they name, or at the top."""
        fields = error.fields if isinstance(error, InvalidError) else {}
        for name, message in fields.items():
            target = self._fields.get(name)
            if target is None:
                self.form_errors.append(say(message))
            else:
                target.errors = (*target.errors, say(message))
        if not fields:
            self.form_errors.append(say(error.message))

    def fits(self, names: frozenset[str]) -> bool:
        """Whether posted fields were this form's: all that a browser always sends, and at least one that is typed."""
        own = [field for field in self if field.name not in TOKENS and not isinstance(field, PasswordField)]
        sent = {field.name for field in own if not isinstance(field, _SOMETIMES_SENT)}
        return sent <= names and any(field.name in names for field in own if not isinstance(field, HiddenField))

    def renew_key(self) -> None:
        """Let the form be sent once more as a new one, for a person who has now seen what stood in its way."""
        self.idempotency_key.data = new_key()


def secret_names() -> frozenset[str]:
    """The names of all passwords and codes that any form of the desk asks for: they are kept nowhere."""
    return frozenset(name for form in _all_forms(DeskForm) for name, field in vars(form).items() if _is_secret(field))


def _all_forms(form: type[DeskForm]) -> Iterator[type[DeskForm]]:
    yield form
    for below in form.__subclasses__():
        yield from _all_forms(below)


def _is_secret(field: object) -> bool:
    if not isinstance(field, UnboundField):
        return False
    is_code = (field.kwargs.get("render_kw") or {}).get("autocomplete") == "one-time-code"
    return is_code or issubclass(field.field_class, PasswordField)


class FilterForm(Form):
    """A GET form beside a list, made from `request.args`; no token, because it changes nothing."""

    class Meta(Form.Meta):
        """WTForms' own sentences in Chinese."""

        locales = ("zh",)


def required(message: str | LazyString) -> DataRequired:
    """Ask for a value; `message` says what to do, for example 请填写用户名."""
    return DataRequired(message=message)


def at_most(letters: int) -> Length:
    """Bound the length of a text."""
    return Length(max=letters, message=lazy_gettext("最多 %(max)d 个字"))


def trimmed(value: str | None) -> str | None:
    """Drop the spaces around a text."""
    return value.strip() if value else value


def compact(value: str | None) -> str | None:
    """Make full-width digits and letters half-width and drop every space: for numbers, codes and phones."""
    return "".join(unicodedata.normalize("NFKC", value).split()) if value else value


class TextField(StringField):
    """One line of text without spaces around it."""

    def __init__(
        self, label: Any, validators: Any = (), *, clean: Callable[[str | None], Any] = trimmed, **more: Any
    ) -> None:
        super().__init__(label, validators, filters=(clean,), **more)


class NumberField(HiddenField):
    """A number that a page has hidden in its form, such as the version that was seen; garbage is 0, which is none."""

    @property
    def number(self) -> int:
        """The number that came back."""
        return number_in(str(self.data or ""))


class DayField(StringField):
    """A day as people write it: 2026年1月5日, 2026-1-5, 2026/1/5, 2026.1.5 or 20260105; `data` is a date or None."""

    day: date | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; what is no day stays in the field with an error."""
        super().process_formdata(valuelist)
        text = compact(self.data) or ""
        self.day = day_in(text)
        if text and self.day is None:
            raise ValueError(gettext("看不懂这个日期，请写成 2026年1月5日 或 2026-1-5"))


class CheckboxesField(SelectMultipleField):
    """Several of a few choices, one box each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
