"""Filters of the inbox that a member of staff keeps under a name: what may be kept of one, and how it may be called."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence

from portal.domain.cases import CaseKind, CaseState, Category
from portal.domain.messages import N_, Message
from portal.domain.redaction import find_personal_data

LONGEST_NAME = 30
MOST_FILTERS = 12
"""So many links stand above a list without pushing it off the screen [policy]."""

_CASE_NUMBER = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,6}-[0-9]{4}-[0-9]{6}(?![0-9])")
_CODE = re.compile(r"[0-9]{1,15}")


def _is_code(value: str) -> bool:
    return bool(_CODE.fullmatch(value))


_KEPT: Mapping[str, Callable[[str], bool]] = {
    "kind": frozenset(CaseKind).__contains__,
    "category": frozenset(Category).__contains__,
    "state": frozenset(CaseState).__contains__,
    "division": _is_code,
    "office": _is_code,
    "officer": _is_code,
    "due": frozenset({"today", "overdue"}).__contains__,
    "mine": frozenset({"1"}).__contains__,
    "ended": frozenset({"1", "all"}).__contains__,
}
KEPT = tuple(_KEPT)
"""What is kept of a filter. Not the number: it is typed freely and points at one case, here or in another system, so
that a person's own list of names would hold something of a case; with a number the inbox heeds nothing else anyway."""


def kept_choice(values: Mapping[str, str]) -> dict[str, str]:
    """Of what an address or a form says, what is kept: known names with values that mean something, in their order."""
    return {name: values[name] for name, means in _KEPT.items() if values.get(name) and means(values[name])}


def tidy_name(name: str) -> str:
    """A name in one line, so that two names that look the same are the same."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_fault(name: str, others: Sequence[str], disease_words: Collection[str]) -> Message | None:
    """What is wrong with a tidy name beside the person's `others`: it stands on screens that others see, too."""
    if not name:
        return Message(N_("请填写名称"))
    if len(name) > LONGEST_NAME:
        return Message(N_("最多%(most)d个字"), {"most": LONGEST_NAME})
    if find_personal_data(name, disease_words=disease_words, landlines=True):
        return Message(N_("名称里有像身份证号、银行卡号、电话号码或病情的内容，请换一个"))
    if _CASE_NUMBER.search(unicodedata.normalize("NFKC", name)):
        return Message(N_("名称里不要写诉求件的编号"))
    if name in others:
        return Message(N_("您已经有一个叫这个名称的筛选，请换一个"))
    return None
