"""Citizen identity numbers (公民身份号码, GB 11643): form, date of birth, check character. They are never kept."""

import re
from datetime import date
from enum import StrEnum
from operator import mul

from portal.domain.sheets import compact

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_NEW = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?1[4-7]")
_EARLIEST_YEAR = 1890
"""Nobody on a list was born earlier; an earlier year is a slip of the pen."""


class IdentityFault(StrEnum):
    """Why a text is no usable identity number."""

    DIGITS_LOST = "digits_lost"
    OLD_NUMBER = "old_number"
    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    CHECK = "check"


def normal_form(text: str) -> str:
    """The number in half-width characters, X as a capital, without spaces, quotes and what CSV files dress it in."""
    return compact(text).upper().strip("'‘’`\"=“”").replace("×", "X")


def fault(number: str, *, was_number: bool = False) -> IdentityFault | None:
    """What is wrong with a number in normal form, or None.

    The area code is not judged: codes were withdrawn by the hundred and people keep theirs. `was_number` says that
    the spreadsheet held a number, which keeps fifteen digits only.
    """
    if _SCIENTIFIC.fullmatch(number) or (was_number and len(number) > 15):  # noqa: PLR2004 - the digits a float keeps
        return IdentityFault.DIGITS_LOST
    if _OLD.fullmatch(number):
        return IdentityFault.OLD_NUMBER
    if not _NEW.fullmatch(number):
        return IdentityFault.LENGTH if re.fullmatch(r"[0-9]+X?", number) else IdentityFault.CHARACTERS
    if birth_date(number) is None:
        return IdentityFault.DATE
    if check_character(number) != number[17]:
        # Excel writes a number of eighteen digits with three noughts at its end.
        return IdentityFault.DIGITS_LOST if number.endswith("000") else IdentityFault.CHECK
    return None


def check_character(number: str) -> str:
    """The check character that the first seventeen digits ask for (ISO 7064 MOD 11-2)."""
    total = sum(map(mul, _WEIGHTS, map(int, number[:17])))
    return _CHECK_CHARACTERS[total % 11]


def birth_date(number: str) -> date | None:
    """The date of birth that a number of eighteen characters holds, None when there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= _EARLIEST_YEAR else None


def masked(number: str) -> str:
    """A number as a report may show it: the first two and the last character, so that the clerk finds the cell."""
    if len(number) <= 6:  # noqa: PLR2004 - shorter texts would be shown by half
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 3) + number[-1]
