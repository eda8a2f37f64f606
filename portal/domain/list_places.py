"""A place in a list as an address carries it: two whole numbers that nobody can take for anybody's number.

In plain figures an instant has as many as a bank card, and one in ten has its check digit too; a phone number or an
identity number can come out as well. Here every run of figures follows a letter.
"""

import re

_WRITTEN = re.compile(r"t(0|[1-9a-f][0-9a-f]{0,14})n(0|[1-9a-f][0-9a-f]{0,11})")


def write_place(instant: int, ident: int) -> str:
    """Both numbers, none of them negative, in hexadecimal."""
    return f"t{instant:x}n{ident:x}"


def read_place(text: str) -> tuple[int, int] | None:
    """Both numbers of an address; nothing when it holds anything else, or more than a database's integers hold."""
    found = _WRITTEN.fullmatch(text)
    return (int(found[1], 16), int(found[2], 16)) if found else None
