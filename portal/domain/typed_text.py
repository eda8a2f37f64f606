"""What people type or paste, without the characters that no keyboard writes and no page may show."""

import re
from datetime import date

_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


def typed(text: str) -> str:
    """The text without control characters, signs that turn the reading direction and numbers that are no characters.

    What breaks a line in another program breaks it here too; everything else stays as it was typed.
    """
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))


def day_in(text: str) -> date | None:
    """The day that a text without spaces states (2026年1月5日, 2026-1-5, 2026/1/5, 2026.1.5, 20260105), or None."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
