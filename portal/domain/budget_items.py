"""Which item of a budget a text means: a functional code, its name, or both in one cell."""

import re

from portal.domain.budget_headers import Item
from portal.domain.function_codes import FunctionCode, FunctionCodes
from portal.domain.funds import FundUse
from portal.domain.sheets import compact

_DIGITS = re.compile(r"\d+(?:\.0)?")
_CODE = re.compile(r"\d{3,9}(?:\.0)?")
_NUMBERED = re.compile(r"^(?:\(?[一二三四五六七八九十\d]{1,2}[)、.]|其中[:、]?)+")
_EDGES = "-—_.,、:()[]【】〔〕《》\"'"


def split(text: str) -> tuple[str, str]:
    """A code and the name that stands before or behind it in the same cell; no code where the digits are none."""
    plain = plain_name(text)
    digits = _DIGITS.findall(plain)
    if len(digits) != 1 or not _CODE.fullmatch(digits[0]) or re.search(r"[A-Za-z]", plain):
        return "", plain
    return digits[0].removesuffix(".0"), plain.replace(digits[0], "").strip(_EDGES)


def plain_name(text: str) -> str:
    """A name without what numbers it (一、 or 1.) and without 其中."""
    return _NUMBERED.sub("", compact(text))


def item_called(text: str, codes: FunctionCodes, year: int) -> Item | None:
    """The item that a heading names; nothing for any other word, and where code and name disagree."""
    code, name = split(text)
    if name and codes.is_work(name):
        return Item(code or codes.work_code, name, None, FundUse.WORK)
    named = codes.named(name, year) if name else None
    found = codes.find(code, year) if code else named
    if found is None or (name and code and named is not None and named != found):
        return None
    return item_of(found)


def item_of(found: FunctionCode) -> Item:
    """The item of a functional code."""
    return Item(found.code, found.name, found.program, FundUse.WORK if found.is_work else FundUse.RELIEF)
