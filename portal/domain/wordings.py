"""Sentences that the bureau may change, kept as data in both languages of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in Chinese, which binds, and in English."""

    chinese: str
    english: str

    def __post_init__(self) -> None:
        if not self.chinese.strip() or not self.english.strip():
            raise ValueError("a wording needs its Chinese and its English text")

    def in_language(self, language: str) -> str:
        """The text for a language tag such as zh_Hans_CN or en."""
        return self.english if language.lower().startswith("en") else self.chinese


def wording_from_table(entry: Mapping[str, Any], name: str = "text") -> Wording:
    """The wording of an entry with `<name>` and `<name>_en`; KeyError when one is missing."""
    return Wording(entry[name].strip(), entry[f"{name}_en"].strip())
