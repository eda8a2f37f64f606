"""Masking of names (脱敏): what a list may show of a person, decided once, before anything is stored.

The order is always: clean the name as typed, refuse whatever is not a name, then mask. Characters are counted as a
reader sees them: a Han character outside the basic plane or followed by a variation selector is one.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import regex

from portal.domain.errors import RefusedError
from portal.domain.messages import N_

MASK = "＊"
DOT = "·"
SHORTEST_NAME = 2
LONGEST_NAME = 20
COMPOUND_LENGTH = 2

_INVISIBLE = regex.compile(
    r"[[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\uFE00-\uFE0F\U000E0100-\U000E01EF]]", regex.V1
)
_VARIATION = regex.compile(r"[\uFE00-\uFE0F\U000E0100-\U000E01EF]")
_DOTS = regex.compile(r"[.•‧∙⋅・･．﹒\u0387]")
_RADICALS = regex.compile(r"[\u2F00-\u2FD5]")
_PART = regex.compile(r"(?:\p{Unified_Ideograph}[\uFE00-\uFE0F\U000E0100-\U000E01EF]?)+")
_GRAPHEME = regex.compile(r"\X")

REMARKS = ("已故", "死亡", "去世", "病故", "亡故", "户主", "配偶", "遗属", "监护人", "同上", "合计", "总计")
"""Words that clerks write into the name cell; no person bears them."""


@dataclass(frozen=True, slots=True)
class MaskingPolicy:
    """One version of the masking rule; a notice keeps the version under which it was masked.

    `surname_only_below` and `township_below` count the households of a village in one list.
    """

    version: str
    compound_surnames: frozenset[str] = field(repr=False)
    surname_only_below: int
    township_below: int
    adult_age: int
    minor_label: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonRow:
    """One household as read from a sheet, with its full name already cleaned; its repr shows nothing of it.

    `person_hash` finds the same person in any list; `order_hash` is of this list alone and decides the row's place.
    """

    village_code: str
    village_name: str
    name: str
    person_hash: str
    order_hash: str
    household_size: int | None
    persons_covered: int | None
    amount_fen: int | None
    is_minor: bool = False

    def __repr__(self) -> str:
        return "PersonRow(…)"


@dataclass(frozen=True, slots=True)
class MaskedRow:
    """One row as the public may see it.

    `source` is the index in the input, `seq` the place in the list from 1. `village_code` is for the office only: where
    `place` names the township, nothing public may tell the village. `serial` is 0 where no name looks equal.
    """

    source: int
    seq: int
    village_code: str = field(repr=False)
    place: str
    masked_name: str
    serial: int
    household_size: int | None
    persons_covered: int | None
    amount_fen: int | None
    person_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class _Placed:
    """A row with the place under which it is shown; tiny villages share the township's."""

    source: int
    row: PersonRow
    place: str
    masked_name: str
    merged: bool

    @property
    def order(self) -> tuple[Any, ...]:
        # Merged rows must not stand in the order of their villages: the order would tell which they are.
        row = self.row
        village = ("", "") if self.merged else (row.village_code, row.village_name)
        values = (row.household_size or 0, row.persons_covered or 0, row.amount_fen or 0)
        return (self.merged, village, row.order_hash, row.name, row.is_minor, values, row.village_code)


def policy_from_table(table: Mapping[str, Any], surnames: Iterable[str]) -> MaskingPolicy:
    """The policy from its table and the list of compound surnames (复姓); ValueError when a surname is not two long."""
    compound = frozenset(surnames)
    if any(len(_graphemes(surname)) != COMPOUND_LENGTH for surname in compound):
        raise ValueError("every compound surname has two characters")
    return MaskingPolicy(
        version=table["version"],
        compound_surnames=compound,
        surname_only_below=table["surname_only_below"],
        township_below=table["township_below"],
        adult_age=table["adult_age"],
        minor_label=table["minor_label"],
    )


def clean_name(raw: str) -> str:
    """The name without spaces and invisible characters and with one kind of dot; RefusedError when it is no name.

    Only Han characters (each with at most one variation selector) and single dots between them are let through.
    代 is a surname and a generation name (代小明, 李代芬), so it is accepted as the first or second character; from
    the third on it is a clerk's "on behalf of" (李明代, 李明代张三) and refused. The error never holds the name.
    """
    name = _unified(raw)
    if not name:
        raise RefusedError(N_("没有姓名"))
    parts = name.split(DOT)
    if not all(_PART.fullmatch(part) for part in parts):
        raise RefusedError(N_("姓名里只能有汉字和间隔号，请删去括号、数字、顿号和备注"))
    count = sum(len(_graphemes(part)) for part in parts)
    if count < SHORTEST_NAME:
        raise RefusedError(N_("姓名只有一个字，请填写全名"))
    if len(_graphemes(name)) > LONGEST_NAME:
        raise RefusedError(N_("姓名超过%(length)d个字，请检查"), length=LONGEST_NAME)
    if "代" in _bare(name)[SHORTEST_NAME:] or any(word in name for word in REMARKS):
        raise RefusedError(N_("姓名里夹有“代”“已故”一类备注，请只保留姓名"))
    return name


def mask_name(clean: str, policy: MaskingPolicy) -> str:
    """A cleaned name masked: 李＊, 李＊明, 张＊＊赵; a compound surname or a name with a dot shows no given name.

    More than two hidden characters show as two, because a rare length would help to recognise the person.
    """
    characters = _graphemes(clean)
    surname = _surname(characters, policy)
    if DOT in clean:
        return surname + MASK * 2
    hidden = min(len(characters) - len(_graphemes(surname)), 2)
    if len(_graphemes(surname)) == COMPOUND_LENGTH or len(characters) == SHORTEST_NAME:
        return surname + MASK * hidden
    return surname + MASK * min(len(characters) - 2, 2) + characters[-1]


def surname_only(clean: str, policy: MaskingPolicy) -> str:
    """The surname and two masks, whatever the length, so that nothing but the surname is told (李＊＊)."""
    return _surname(_graphemes(clean), policy) + MASK * 2


def display_name(masked_name: str, serial: int) -> str:
    """The masked name with its number among equal ones: 李＊明（2）."""
    return f"{masked_name}（{serial}）" if serial else masked_name


def is_minor_on(born_on: date, day: date, policy: MaskingPolicy) -> bool:
    """Whether somebody born on a day has not yet reached full age on another; the birthday itself is of full age."""
    age = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    return age < policy.adult_age


def mask_list(
    rows: Sequence[PersonRow],
    policy: MaskingPolicy,
    *,
    township_name: str,
    earlier: Mapping[str, tuple[str, int]] | None = None,
) -> tuple[MaskedRow, ...]:
    """Mask a whole list and put it in the order in which it is shown.

    A village with few households shows surnames only; one with very few is shown under the township's name, at the end,
    together with the other such villages and in no order that tells them apart. Rows stand by village code, then by a
    keyed hash of the list's own, so that two months cannot be laid side by side. `earlier` maps a person's hash to the
    masked name and serial of the former revision: they keep their serial, new rows get the next free one.
    """
    households = Counter(row.village_code for row in rows)
    placed = sorted(
        (_place(index, row, households[row.village_code], policy, township_name) for index, row in enumerate(rows)),
        key=lambda item: item.order,
    )
    serials = _serials(placed, earlier or {})
    return tuple(_masked(seq, item, serial) for seq, (item, serial) in enumerate(zip(placed, serials, strict=True), 1))


def _place(source: int, row: PersonRow, households: int, policy: MaskingPolicy, township_name: str) -> _Placed:
    merged = households < policy.township_below
    if row.is_minor:
        masked = policy.minor_label
    elif households < policy.surname_only_below:
        masked = surname_only(row.name, policy)
    else:
        masked = mask_name(row.name, policy)
    return _Placed(source, row, township_name if merged else row.village_name, masked, merged)


def _serials(placed: Sequence[_Placed], earlier: Mapping[str, tuple[str, int]]) -> list[int]:
    """One serial a row, in order; kept ones first, because a new row must not take the number of an old one."""
    alike: dict[tuple[str, str], list[int]] = {}
    for index, item in enumerate(placed):
        alike.setdefault((item.place, _VARIATION.sub("", item.masked_name)), []).append(index)
    present = {item.row.person_hash for item in placed}
    gone: dict[str, set[int]] = {}
    for person_hash, (masked_name, serial) in earlier.items():
        if person_hash not in present:
            gone.setdefault(_VARIATION.sub("", masked_name), set()).add(serial or 1)
    serials = [0] * len(placed)
    for (_, masked_name), indexes in alike.items():
        kept = _kept(indexes, placed, earlier)
        numbers = _numbers(indexes, kept, gone.get(masked_name, set()))
        for index in indexes:
            serials[index] = numbers[index]
    return serials


def _kept(indexes: Sequence[int], placed: Sequence[_Placed], earlier: Mapping[str, tuple[str, int]]) -> dict[int, int]:
    """The serials that rows keep from the former revision; of two that claim one number the first in order has it."""
    kept: dict[int, int] = {}
    taken: set[int] = set()
    for index in indexes:
        item = placed[index]
        masked_name, serial = earlier.get(item.row.person_hash, ("", 0)) if item.row.person_hash else ("", 0)
        if masked_name == item.masked_name and (serial or 1) not in taken:
            kept[index] = serial
            taken.add(serial or 1)
    return kept


def _numbers(indexes: Sequence[int], kept: Mapping[int, int], gone: set[int]) -> dict[int, int]:
    """Serials for rows that look equal: kept ones stay, the others take free numbers that nobody bore before."""
    if len(indexes) == 1:
        return {indexes[0]: kept.get(indexes[0], 0)}
    taken = {serial or 1 for serial in kept.values()} | gone
    numbers = dict(kept)
    following = 1
    for index in indexes:
        if index in numbers:
            continue
        while following in taken:
            following += 1
        numbers[index] = following
        taken.add(following)
    return numbers


def _masked(seq: int, item: _Placed, serial: int) -> MaskedRow:
    row = item.row
    return MaskedRow(
        source=item.source,
        seq=seq,
        village_code=row.village_code,
        place=item.place,
        masked_name=item.masked_name,
        serial=serial,
        household_size=row.household_size,
        persons_covered=row.persons_covered,
        amount_fen=row.amount_fen,
        person_hash=row.person_hash,
    )


def _unified(raw: str) -> str:
    """One spelling of a name; compatibility forms and radicals copied out of PDFs become the character they look."""
    visible = _DOTS.sub(DOT, _INVISIBLE.sub("", raw))
    named = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), visible)
    return unicodedata.normalize("NFC", named)


def _graphemes(text: str) -> list[str]:
    return _GRAPHEME.findall(text)


def _bare(text: str) -> list[str]:
    """The characters without their variation selectors and without dots, to compare them."""
    return [grapheme[0] for grapheme in _graphemes(text) if grapheme != DOT]


def _surname(characters: Sequence[str], policy: MaskingPolicy) -> str:
    """The surname as written; two characters where a given name follows a compound surname (欧阳 alone is 欧＊)."""
    first_two = characters[:COMPOUND_LENGTH]
    bare = "".join(character[0] for character in first_two)
    if len(characters) > COMPOUND_LENGTH and DOT not in characters and bare in policy.compound_surnames:
        return "".join(first_two)
    return characters[0]
