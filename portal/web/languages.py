"""Flask-Babel: Chinese msgids, Simplified Chinese by default, English where the address asks for it."""

from functools import cached_property
from typing import Any

from flask import Flask, g, has_request_context
from flask_babel import Babel, Domain, gettext

from portal.config import ROOT
from portal.domain.messages import Message
from portal.domain.wordings import Wording

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
HTML_LANG = {CHINESE: "zh-Hans-CN", ENGLISH: "en"}


def current_language() -> str:
    """The language of this request: what its address set in `g.language`, never the browser's wish."""
    return g.get("language", CHINESE) if has_request_context() else CHINESE


def say(message: Message | str) -> str:
    """A sentence of the domain in the language of the page."""
    if isinstance(message, str):
        return message
    return str(gettext(message.text, **message.params))


def worded(wording: Wording) -> str:
    """A text that is kept as data, in the language of the page."""
    return wording.in_language(current_language())


class KeptDomain(Domain):
    """The catalogues, each read once in the life of the process.

    Flask-Babel makes a domain for every request, and so would read a catalogue from the disk for every English page.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """The catalogue of the language of this request."""
        language = current_language()
        if language not in self.kept:
            self.kept[language] = super().get_translations()
        return self.kept[language]


class KeptBabel(Babel):
    """Flask-Babel with one domain for all requests."""

    @cached_property
    def domain_instance(self) -> KeptDomain:
        """What sentences are looked up in."""
        return KeptDomain()


def install(app: Flask) -> None:
    """Make every string of templates, forms and messages translatable."""
    KeptBabel(
        app,
        default_locale=CHINESE,
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(ROOT / "portal" / "translations"),
        locale_selector=current_language,
    )
    app.jinja_env.filters.update(say=say, worded=worded)
