"""Sums of money in capital figures (大写金额): 壹万贰仟叁佰元整, as vouchers and the totals of lists write them.

The form is the one of 支付结算办法 annex 1: figures before 元, then 角 and 分, then 整. Old forms of the characters and
the plain ones that clerks mix in are read as well.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇○", "壹一弌", "贰貳弍二两", "叁參叄三弎", "肆四", "伍五", "陆陸六", "柒七", "捌八", "玖九")
    )
    for character in characters
}
_PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1_000, "千": 1_000}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_WHOLE = "[" + "".join((*_DIGITS, *_PLACES, *_GROUPS)) + "]"
_DIGIT = "[" + "".join(_DIGITS) + "]"
_FIGURE = re.compile(
    rf"(?P<yuan>{_WHOLE}+)[元圆圓]零?(?:(?P<jiao>{_DIGIT})角)?零?(?:(?P<fen>{_DIGIT})分)?|(?P<bare>{_WHOLE}+)[整正]"
)
_CAPITAL = re.compile("[壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟]")


def capital_figures(text: str) -> Iterator[Decimal]:
    """Every sum in yuan that a text without spaces writes in capital figures; what only looks like one is left out."""
    for match in _FIGURE.finditer(text):
        whole = _whole(match["yuan"] or match["bare"])
        if whole is not None and _CAPITAL.search(match[0]):
            yield Decimal(whole) + _tenths(match["jiao"], 1) + _tenths(match["fen"], 2)


def _tenths(digit: str | None, places: int) -> Decimal:
    return Decimal(_DIGITS[digit]).scaleb(-places) if digit else Decimal()


def _whole(text: str) -> int | None:
    """The number before 元; None where the places do not fall from left to right (伍佰佰, 拾仟)."""
    total, rest = 0, text
    for sign in ("亿億", "万萬"):
        head, mark, tail = rest.partition(next((one for one in sign if one in rest), "\0"))
        if not mark:
            continue
        group = _group(head) if head else None
        if group is None:
            return None
        total, rest = total + group * _GROUPS[mark], tail
    last = _group(rest)
    return None if last is None else total + last


def _group(text: str) -> int | None:
    """Up to four places: 贰仟零伍拾, on printed forms 贰仟零佰伍拾零; an empty one is nothing."""
    total, digit, lowest = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif _PLACES.get(character, lowest) < lowest:
            lowest = _PLACES[character]
            total, digit = total + (1 if digit is None else digit) * lowest, None
        else:
            return None
    return total + (digit or 0)
