"""From the text in a village column to one village of the place."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from itertools import chain

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.sheets import compact

_COMMITTEE = re.compile(
    r"(?:党总支|党支部)?(?:社区)?(?:村民委员会|居民委员会|居民委会|村民委会|村居委会|村委会|居委会|委员会|村委|居委)$"
)
_KIND = re.compile(r"(?:社区|村|居)$")
_PUNCTUATION = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"[(\[【〔].*?[)\]】〕]")
_NUMERAL = r"[0-9a-z一二三四五六七八九十百零〇两]"
_DOOR = re.compile(
    rf"(?:第?{_NUMERAL}+|村民|居民|自然|[东西南北中前后新老大小]+(?=头|街|路|巷|组|队|区|门|胡同|大街)|[组队街路巷号楼栋排户门头]|小区|单元|胡同|生产|大街)"
)
_GROUP = re.compile(rf"第?{_NUMERAL}+(?:村民)?(?:小组|组|队|号|巷|街|排|楼|区|户)")
_OTHER_VILLAGE = re.compile(r"村(?!民)|社区|居委")
_ORDINAL = re.compile(r"(?:第?\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)、.:-]+|\d{1,12})(?=[\u4e00-\u9fff]{2})")
_VILLAGE_LINE = re.compile(r"[\u4e00-\u9fff]{1,12}(?:村|社区|村民委员会|居民委员会|村委会|居委会)(?:共?\d+[户人])*")
_PROVINCE = re.compile(r"(?:山东省?)?(?:济宁市?)?")
_COUNTY = re.compile(r"[\u4e00-\u9fff]{2,4}?[区县市]")
_MOST_TO_COMPARE = 400


class VillageFault(StrEnum):
    """Why a text leads to no village."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


class VillageIndex:
    """The villages of a place under all the names that offices write; `place` may hold townships and counties too."""

    def __init__(self, place: Sequence[Division]) -> None:
        self.villages = {d.code: d for d in place if d.level is Level.VILLAGE}
        self._townships = {d.code: d for d in place if d.level is Level.TOWNSHIP}
        self._counties = tuple(_plain(d.name) for d in place if d.level is Level.COUNTY)
        self._exact: dict[str, set[DivisionCode]] = {}
        self._stems: dict[str, set[DivisionCode]] = {}
        for village in self.villages.values():
            self._enter(village)
        self.names = {d.code: d.display_name for d in place}
        self._longest = max(map(len, self._exact), default=0)
        self._known: dict[tuple[str, str], Division | VillageFault] = {}

    @property
    def only(self) -> Division | None:
        """The village when the place is a single one."""
        return next(iter(self.villages.values())) if len(self.villages) == 1 else None

    def find(self, text: str, township: str = "") -> Division | VillageFault:
        """The village that a cell names, a township's prefix and a group's or door's number left aside."""
        key = (text, township)
        if key not in self._known:
            self._known[key] = self._search(text, _plain(township))
        return self._known[key]

    def within(self, text: str) -> Division | None:
        """The one village that a title or a sheet's name speaks of, None when it is none or several."""
        direct = self.find(text)
        if isinstance(direct, Division):
            return direct
        plain = _plain(text)
        for _, rest in self._without_township(plain):
            plain = rest
            break
        names = {name for name in self._exact if len(name) > 2 and name in plain}  # noqa: PLR2004 - 李村 is in 李村集
        longest = {name for name in names if not any(name != other and name in other for other in names)}
        codes = {code for name in longest for code in self._exact[name]}
        return self.villages[codes.pop()] if len(codes) == 1 else None

    def suggestion(self, text: str) -> str:
        """The name that was probably meant, or nothing."""
        if len(self.villages) > _MOST_TO_COMPARE:
            return ""
        # 村 and 社区 at the end are no likeness: 王庄村 is not meant by 甄庄村.
        stems = {_stems_of(_plain(village.name))[-1]: village for village in self.villages.values()}
        plain = _plain(_without_ordinal(text))
        heads = [stem for stem in stems if len(stem) > 2 and plain.startswith(stem)]  # noqa: PLR2004 - 张营 is in 张营里
        likely = heads or get_close_matches(_stems_of(plain)[-1], stems, n=1, cutoff=0.6)
        return stems[max(likely, key=len)].display_name if likely else ""

    def _enter(self, village: Division) -> None:
        names = (_plain(village.name), _plain(village.display_name))
        for name in names:
            self._exact.setdefault(name, set()).add(village.code)
        for stem in {form for name in names for form in _stems_of(name)} - set(names):
            self._stems.setdefault(stem, set()).add(village.code)

    def _search(self, text: str, township: str) -> Division | VillageFault:
        within = self._township_of(township)
        ambiguous = False
        plain = dict.fromkeys((_plain(text), _plain(_without_ordinal(text))))
        for prefix, rest in chain.from_iterable(map(self._readings, plain)):
            codes = self._lookup(rest)
            narrowed = {code for code in codes if self._in(code, prefix or within)}
            if len(narrowed) == 1:
                return self.villages[narrowed.pop()]
            ambiguous = ambiguous or len(narrowed) > 1
        return VillageFault.AMBIGUOUS if ambiguous else VillageFault.UNKNOWN

    def _in(self, code: DivisionCode, townships: frozenset[DivisionCode]) -> bool:
        return not townships or self.villages[code].parent in townships

    def _township_of(self, text: str) -> frozenset[DivisionCode]:
        return frozenset(code for code, d in self._townships.items() if text and text in _township_names(d))

    def _readings(self, plain: str) -> Iterator[tuple[frozenset[DivisionCode], str]]:
        """The text as it is, then without the names of higher divisions before it."""
        yield frozenset(), plain
        yield from self._without_township(plain)
        for rest in dict.fromkeys(self._without_county(plain)):
            yield frozenset(), rest
            yield from self._without_township(rest)

    def _without_township(self, plain: str) -> Iterator[tuple[frozenset[DivisionCode], str]]:
        for code, division in self._townships.items():
            for name in _township_names(division):
                if plain.startswith(name) and plain != name:
                    yield frozenset({code}), plain[len(name) :]

    def _without_county(self, plain: str) -> Iterator[str]:
        match = _PROVINCE.match(plain)
        rest = plain[match.end() :] if match else plain
        yield from (rest[len(name) :] for name in self._counties if rest.startswith(name))
        if rest != plain:
            yield rest
        county = _COUNTY.match(rest)
        if county and not rest.startswith(("社区", "小区"), county.end() - 2):
            yield rest[county.end() :]

    def _lookup(self, plain: str) -> set[DivisionCode]:
        for text in (plain, _COMMITTEE.sub("", plain)):
            if text in self._exact:
                return self._exact[text]
        stem = _COMMITTEE.sub("", plain)
        for text in (stem, _KIND.sub("", stem)):
            if text in self._stems:
                return self._stems[text]
            if text in self._exact:
                return self._exact[text]
        return self._cut(plain)

    def _cut(self, plain: str) -> set[DivisionCode]:
        """The village at the head of an address: 甄庄村3组12号 → 甄庄村."""
        for length in range(min(len(plain) - 1, self._longest), 1, -1):
            head, rest = plain[:length], plain[length:]
            if head in self._exact and _DOOR.match(rest) and not _OTHER_VILLAGE.search(rest):
                return self._exact[head]
            if head in self._stems and _GROUP.match(rest):
                return self._stems[head]
        return set()


def is_village_line(text: str) -> bool:
    """Whether a line that stands alone between rows can only be meant as a village, known or not."""
    return bool(_VILLAGE_LINE.fullmatch(_PUNCTUATION.sub("", _BRACKETED.sub("", _without_ordinal(text)))))


def _without_ordinal(text: str) -> str:
    """Without what counts the villages: 一、甄庄村, （2）甄庄村, 01甄庄村, a division's code."""
    return _ORDINAL.sub("", compact(text), count=1) if _ORDINAL.match(compact(text)) else compact(text)


def _township_names(division: Division) -> Iterable[str]:
    """A township's names, the longest first: 许庄街道办事处, 许庄街道, 许庄街办, 许庄."""
    name = _plain(division.name)
    stem = re.sub(r"(?:街道|镇|乡)$", "", name)
    forms = (name + "办事处", name + "人民政府", name + "办", name, stem + "办事处", stem + "街办", stem + "镇", stem)
    return sorted({form for form in forms if len(form) > 1}, key=len, reverse=True)


def _stems_of(name: str) -> tuple[str, ...]:
    """A village's name without its committee, and without 村 or 社区 where two characters remain."""
    stem = _COMMITTEE.sub("", name)
    shorter = _KIND.sub("", stem)
    return (stem, shorter) if len(shorter) > 1 else (stem,)


def _plain(text: str) -> str:
    """Without brackets, punctuation and spaces, Latin letters small."""
    full = compact(text)
    return _PUNCTUATION.sub("", _BRACKETED.sub("", full)).lower() or _PUNCTUATION.sub("", full).lower()
