"""Titles over several lines: broken where a phrase ends, lines of like length, as GB/T 9704-2012, 7.3.1 asks."""

import unicodedata

LINE_CAPACITY = 19.0
"""How many full-width characters of 22 points fit on a line of 156 mm, with a little air."""

PHRASE_ENDS = ("年", "月", "街道", "镇", "乡", "县", "市", "区", "局", "关于", "批", "期", "度", "》", "）")
"""A title may be broken after these. Breaking inside a word is the last resort."""

BIND_LEFT = "的了和与及、，。；：）》〕”"
"""No line may begin with these."""


def title_width(text: str) -> float:
    """The width of a text in full-width characters; Latin letters and figures count half."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in text)


def _cost(text: str, at: int, target: float) -> float:
    """How bad a break before position `at` is: far from the target width, or inside a phrase."""
    far = abs(title_width(text[:at]) - target)
    inside = 0.0 if text[:at].endswith(PHRASE_ENDS) else 4.0
    forbidden = 100.0 if text[at] in BIND_LEFT or text[at - 1 : at + 1].isascii() else 0.0
    return far + inside + forbidden


def title_lines(title: str, capacity: float = LINE_CAPACITY) -> tuple[str, ...]:
    """The lines of a title, each no wider than `capacity` full-width characters."""
    width = title_width(title)
    if width <= capacity:
        return (title,)
    target = width / -(-width // capacity)
    fitting = [at for at in range(1, len(title)) if title_width(title[:at]) <= capacity]
    best = min(fitting, key=lambda at: _cost(title, at, target))
    return (title[:best], *title_lines(title[best:], capacity))
