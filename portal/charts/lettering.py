"""How large the words of a chart are, and how much room they take.

Large in large print, where every chart keeps its width on a phone. A server has no font to measure: the widths are
those of the usual fonts, rounded up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from unicodedata import east_asian_width

_HALF = 0.62
_PIECES = re.compile(r"[!-~]+ ?|.", re.DOTALL)
"""What is never broken: a word of Latin letters or figures, a single character of any other script."""
_KEPT = 4096
"""Names and numbers come again in chart after chart."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Sizes in px at 1:1: of names, and of the numbers beside or below them; `line` is from one line to the next."""

    text: int
    number: int
    line: int


USUAL = Lettering(15, 14, 17)
LARGE = Lettering(20, 18, 23)


@lru_cache(maxsize=_KEPT)
def width_of(words: str) -> float:
    """How wide words are at most, in heights of a letter: a Chinese character is as wide as high, others half of it."""
    return sum(1.0 if east_asian_width(one) in "WFA" else _HALF for one in words)


@lru_cache(maxsize=_KEPT)
def in_lines(words: str, room: float, most: int = 3) -> tuple[str, ...]:
    """Words in as few lines as they need, all about as long; what does not fit into `most` lines ends in an ellipsis.

    `room` is in heights of a letter.
    """
    count = ceil(width_of(words) / room)
    for wide in (width_of(words) / max(count, 1) + 0.5, room):
        found = tuple(_broken(words, max(wide, 1.0)))
        if len(found) <= most and all(width_of(line) <= room for line in found):
            return found
    kept = [*_broken(words, room)][:most]
    return (*kept[:-1], _cut(words[words.index(kept[-1]) :], room))


def _broken(words: str, room: float) -> Iterator[str]:
    line = ""
    for piece in _PIECES.findall(words):
        if line and width_of(f"{line}{piece}".rstrip()) > room:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _cut(line: str, room: float) -> str:
    while line and width_of(line) + 1 > room:
        line = line[:-1]
    return f"{line.rstrip()}…"
