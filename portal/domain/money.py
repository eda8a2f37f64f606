"""Amounts of money: integer fen inside, yuan on paper."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.sheets import compact

Fen = NewType("Fen", int)

_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY|[¥$])?"
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d*)?|[+-]?\.\d+)"
    r"(?P<unit>万元|元|万)?整?(?:/(?:月|户|人|次|户/月|户·月))*",
    re.IGNORECASE,
)
_BOOKKEEPING = re.compile(r"\((?P<number>[\d,.]+)\)")


class MoneyUnit(StrEnum):
    """The unit that a column of amounts is written in."""

    YUAN = "元"
    TEN_THOUSAND_YUAN = "万元"

    @property
    def yuan(self) -> int:
        """How many yuan one of it is."""
        return 10_000 if self is MoneyUnit.TEN_THOUSAND_YUAN else 1


def parse_yuan(text: str, unit: MoneyUnit = MoneyUnit.YUAN) -> Decimal:
    """Read an amount in yuan, signs and decimals as written: also `1,308.00`, `８２０元`, `(200)`, `0.082万元`.

    `unit` counts where the text names none itself. Raises InvalidError for everything else.
    """
    plain = compact(text).strip("'‘’`\"").replace("−", "-").replace("，", ",")
    bracketed = _BOOKKEEPING.fullmatch(plain)
    match = _AMOUNT.fullmatch("-" + bracketed["number"] if bracketed else plain)
    if not match or "$" in plain:
        raise InvalidError(N_("这不是一个金额"))
    number = Decimal(match["number"].replace(",", ""))
    written = match["unit"]
    if written:
        unit = MoneyUnit.YUAN if written == "元" else MoneyUnit.TEN_THOUSAND_YUAN
    return number * unit.yuan


def fen(yuan: Decimal) -> Fen:
    """The same amount in fen; raises InvalidError when it has parts of a fen."""
    amount = yuan * 100
    if amount != amount.to_integral_value():
        raise InvalidError(N_("金额精确到分，最多两位小数"))
    return Fen(int(amount))


def format_yuan(amount: Fen) -> str:
    """An amount as papers print it: 130800 → `1,308.00`."""
    sign = "-" if amount < 0 else ""
    yuan, rest = divmod(abs(amount), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def stored_yuan(amount: Fen) -> str:
    """An amount as drafts and snapshots keep it: yuan with two decimals, which anybody can read."""
    return format(Decimal(amount).scaleb(-2), ".2f")


def yuan_stored(yuan: str) -> Fen:
    """The amount that a draft or a snapshot keeps."""
    return Fen(int(Decimal(yuan).scaleb(2)))
