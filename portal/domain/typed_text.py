"""What people type or paste, without the characters that no keyboard writes and no page may show."""

import re

_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]")


def typed(text: str) -> str:
    """The text without control characters, signs that turn the reading direction and numbers that are no characters.

    What breaks a line in another program breaks it here too; everything else stays as it was typed.
    """
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))
