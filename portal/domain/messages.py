"""Sentences for people, said once in Chinese where the fact is known, translated later where a page is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the customary name of the gettext marker
    """Mark a Chinese sentence for the translators and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with `%(name)s` places and what fills them; `str()` gives it in Chinese."""

    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text
