"""Which division a cell of a table means: offices shorten names, prefix the city, or use names of their own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.domain.divisions import Division
from portal.domain.sheets import compact

_ENDING = re.compile(r"(?<=.)(?:自治县|街道办事处|街道|办事处|地区|区|县|市|镇|乡)$")
_CODE = re.compile(r"^\d{6,12}")
_BRACKETS = re.compile(r"\([^()]*\)")
_NO_WORD = re.compile(r"[\W_]+")


class DivisionNames:
    """The divisions that a table may speak of: an office's own one and those directly below it."""

    def __init__(self, own: Division, below: Iterable[Division], aliases: Mapping[str, Any]) -> None:
        self.own = own
        self.below = tuple(below)
        self._found: dict[str, Division] = {}
        others: Mapping[str, list[str]] = aliases.get("names", {})
        for division in (own, *self.below):
            self._add(division, (division.name, division.display_name, *others.get(division.code, ())))
        self._add(own, aliases.get("own", ()))
        self._bodies: tuple[str, ...] = tuple(aliases.get("bodies", ()))
        for division in self.below:
            self._add(division, (_ENDING.sub("", division.name), _ENDING.sub("", division.display_name)))

    def _add(self, division: Division, names: Iterable[str]) -> None:
        for name in names:
            self._found.setdefault(_key(name), division)

    def find(self, text: str) -> Division | None:
        """The division of a name, the name of the one above before it or not; nothing when none is meant."""
        return next((found for key in self._keys(text) if (found := self._found.get(key))), None)

    def _keys(self, text: str) -> Iterator[str]:
        """The name as written, then without code and city before it, remarks in brackets and an office after it."""
        for written in (compact(text), _BRACKETS.sub("", compact(text))):
            key = _CODE.sub("", _key(written))
            body = next((word for word in self._bodies if key.endswith(word) and key != word), "")
            for name in (key, key.removesuffix(body)):
                yield name
                yield name.removeprefix(_key(self.own.name))

    def within(self, text: str) -> Division:
        """The division below that a title names, the longest name counting; otherwise the office's own."""
        title = _key(text)
        names = [name for name, one in self._found.items() if one != self.own and len(name) > 2 and name in title]  # noqa: PLR2004 - a word of two characters stands in many titles
        return self._found[max(names, key=len)] if names else self.own


def _key(text: str) -> str:
    return _NO_WORD.sub("", compact(text))
