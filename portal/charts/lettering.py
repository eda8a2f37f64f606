"""How large the words of a chart are: as usual, or in large print, where every chart keeps its width on a phone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lettering:
    """Sizes in px at 1:1: of names, and of the numbers beside or below them; `line` is from one line to the next."""

    text: int
    number: int
    line: int


USUAL = Lettering(15, 14, 17)
LARGE = Lettering(20, 18, 23)
