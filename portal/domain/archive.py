"""The archive (search over everything published): what a query means before any index is asked.

Rows of a list are in no index and there is no name search across notices, so a query that looks like a person's
name is answered with help instead of hits: always, whatever stands in the index, so that nothing follows from it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.domain.divisions import Level, display_name

QUERY_LENGTH = 60
"""Characters of a query that are read; a longer one is cut."""

CLAUSES = 10
"""Words of a query that are asked for; more would only ever find nothing."""

_HAN = "一-鿿㐀-䶿豈-﫿〇𠀀-𲎯"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_GAP = r"(?:\s*[年第-]\s*|\s+)"
_OPEN, _CLOSE = r"[〔\[(【〖{〈《]", r"[〕\])】〗}〉》]"
_BRACKETED = (
    rf"(?P<agency>[{_HAN}]{{0,8}})\s*{_OPEN}\s*(?P<year>\d{{4}})\s*{_CLOSE}\s*第?\s*(?P<serial>\d{{1,4}})(?!\d)\s*号?"
)
_BARE = rf"(?P<agency2>[{_HAN}]{{1,7}}[字发函办令规])\s*(?P<year2>\d{{4}}){_GAP}(?P<serial2>\d{{1,4}})(?!\d)\s*号?"
_DOCUMENT_NUMBER = re.compile(f"{_BRACKETED}|{_BARE}")
_NUMBER = re.compile(r"(?<![a-z0-9])([a-z]{2})[-\s]?(20\d{2})[-\s]?(\d{1,6})(?![a-z0-9])")
_RUN = re.compile(r"\w+(?:[-.]\w+)*")
_MASKED = re.compile(rf"[{_HAN}]{{1,2}}(?:[*×x○●]{{1,2}}[{_HAN}]{{0,2}}|某{{1,2}}[{_HAN}]?)")
_DOTTED = re.compile(rf"[{_HAN}]{{1,8}}[·•・][{_HAN}*]{{1,8}}")
_TYPED_APART = re.compile(rf"(?<!\S)[{_HAN}](?: [{_HAN}])+(?!\S)")
_SINGLE_LENGTHS, _COMPOUND_LENGTHS = (2, 3), (3, 4)


class Facet(StrEnum):
    """By what the hits can be narrowed; the value is the name of the parameter in the address."""

    AREA = "area"
    KIND = "kind"
    PROGRAM = "program"
    COUNTY = "county"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class SearchWords:
    """The word tables of the search: what means the same, what is dropped, what is no name."""

    synonyms: Mapping[str, tuple[str, ...]]
    dropped: frozenset[str]
    terms: frozenset[str]
    surnames: frozenset[str]
    place_endings: tuple[str, ...]
    villages: frozenset[str]
    """Names of villages with and without their ending (李楼村, 李楼)."""
    regions: str
    """The names above the villages, one a line: any part of them (高新) is a place too."""
    lexicon: frozenset[str] = field(repr=False)
    """Every word that cuts a query written without spaces."""
    longest: int

    @classmethod
    def from_tables(
        cls, synonyms: Mapping[str, Any], words: Mapping[str, Any], divisions: Iterable[tuple[str, Level]]
    ) -> "SearchWords":
        """Make the words from the two tables and the divisions (name in full, level)."""
        places = [(name, display_name(name, level), level) for name, level in divisions]
        villages = {shown for _, shown, level in places if level is Level.VILLAGE}
        said = {full: (shown,) for full, shown, _ in places if full != shown}
        said |= {word: tuple(others) for word, others in synonyms["words"].items()}
        dropped, terms = frozenset(words["dropped"]), frozenset(words["terms"])
        lexicon = dropped | terms | frozenset(said) | frozenset(shown for _, shown, _ in places)
        endings = tuple(words["place_endings"])
        return cls(
            synonyms=said,
            dropped=dropped,
            terms=terms | frozenset(synonyms["words"]),
            surnames=frozenset("".join(words["surnames"].split())) | frozenset(words["compound_surnames"]),
            place_endings=endings,
            villages=frozenset(villages | {_stem(name, endings) for name in villages}),
            regions="\n".join(full for full, _, level in places if level is not Level.VILLAGE),
            lexicon=lexicon,
            longest=max(map(len, lexicon), default=1),
        )


def _stem(name: str, endings: Iterable[str]) -> str:
    """A village's name without its ending, as people write it: 张三槐村 → 张三槐."""
    longest = max((ending for ending in endings if name.endswith(ending)), key=len, default="")
    return name.removesuffix(longest)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A 发文字号: agency (may be empty), year, serial number. Shown as 济民字〔2020〕21号."""

    agency: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.agency}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True)
class Clause:
    """One word of a query and everything that may stand for it; the word itself comes first."""

    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it is understood: every clause must be met, each by any of its phrases.

    `is_name` and `is_too_short` are answered with help, and carry no clauses.
    """

    text: str
    clauses: tuple[Clause, ...] = ()
    is_name: bool = False
    is_too_short: bool = False

    @property
    def added(self) -> tuple[str, ...]:
        """What was looked for besides the words typed."""
        return tuple(phrase for clause in self.clauses for phrase in clause.phrases[1:])

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that may be marked in a hit."""
        return tuple(phrase for clause in self.clauses for phrase in clause.phrases)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text, marked when it is what was looked for."""

    text: str
    is_marked: bool = False


def normalise(text: str) -> str:
    """One form for all the ways of typing: half width, lower case, plain dashes, single spaces, nothing invisible."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_DASHES)
    seen = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if unicodedata.category(c) != "Cf"
    )
    return " ".join("".join(seen).split())


def document_numbers(text: str) -> Iterator[tuple[DocumentNumber, int, int]]:
    """The document numbers in a normalised text with their places, whatever brackets they are written in."""
    for match in _DOCUMENT_NUMBER.finditer(text):
        agency = match["agency"] if match["year"] else match["agency2"]
        year, serial = match["year"] or match["year2"], match["serial"] or match["serial2"]
        yield DocumentNumber(agency, int(year), int(serial)), match.start(), match.end()


def publication_numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """The numbers of publications in a normalised text in their canonical form (gs-2026-000123), with their places."""
    for match in _NUMBER.finditer(text):
        yield f"{match[1]}-{match[2]}-{int(match[3]):06d}", match.start(), match.end()


def looks_like_a_name(text: str, words: SearchWords) -> bool:
    """Whether a word could be a person's name or the masked form of one, and nothing that the portal writes about."""
    text = normalise(text)
    if _MASKED.fullmatch(text) or _DOTTED.fullmatch(text):
        return True
    if not re.fullmatch(rf"[{_HAN}]{{2,4}}", text):
        return False
    is_compound = text[:2] in words.surnames and len(text) in _COMPOUND_LENGTHS
    is_single = text[0] in words.surnames and len(text) in _SINGLE_LENGTHS
    return (is_compound or is_single) and not _is_known(text, words)


def _is_known(text: str, words: SearchWords) -> bool:
    """Whether it is a place, or holds a word of the trade."""
    if text in words.villages or text in words.regions or text.endswith(words.place_endings):
        return True
    parts = (text[i:j] for i in range(len(text)) for j in range(i + 2, len(text) + 1))
    return any(part in words.terms for part in parts)


def read_query(text: str, words: SearchWords, *, literally: bool = False) -> ParsedQuery:
    """Understand a query; `literally` searches also for what looks like a name (the visitor says that it is none)."""
    text = _closed_up(normalise(text)[:QUERY_LENGTH].strip())
    found, rest = _cut_numbers(text, words)
    if not literally and any(looks_like_a_name(part, words) for part in _said(rest, words)):
        return ParsedQuery(text, is_name=True)
    parts = _known_and_left(rest, words)
    if not literally and _names_somebody(parts, words):
        return ParsedQuery(text, is_name=True)
    chosen = [part for part in parts if _is_word(part)]
    typed = found + list(dict.fromkeys(chosen))
    if not typed:
        return ParsedQuery(text, _whole(text), is_too_short=bool(text) and not _whole(text))
    clauses = (Clause(tuple(dict.fromkeys((part, *words.synonyms.get(part, ()))))) for part in typed[:CLAUSES])
    return ParsedQuery(text, tuple(clauses))


def _closed_up(text: str) -> str:
    """Characters that stand alone, one by one, are a word typed apart: 低 保 → 低保."""
    return _TYPED_APART.sub(lambda found: found[0].replace(" ", ""), text)


def _cut_numbers(text: str, words: SearchWords) -> tuple[list[str], str]:
    """Take the numbers out of a query, because they are looked for as wholes; the rest keeps its gaps."""
    found: list[str] = []
    for number, start, end in reversed(list(document_numbers(text))):
        agency = (_known_and_left(number.agency, words) or [""])[-1]
        found.append(str(replace(number, agency=agency)))
        text = f"{text[: start + len(number.agency) - len(agency)]} {text[end:]}"
    for name, start, end in reversed(list(publication_numbers(text))):
        found.append(name)
        text = f"{text[:start]} {text[end:]}"
    return found, text


def _said(text: str, words: SearchWords) -> list[str]:
    """What stands between spaces and fillers: the parts that a person would call words."""
    parts = text.split()
    return parts + [cut for part in parts for cut in _between_fillers(part, words)]


def _between_fillers(part: str, words: SearchWords) -> list[str]:
    gaps = "".join(" " if word in words.dropped else word for word, _ in _walk(part, words))
    return gaps.split() if gaps != part else []


def _walk(run: str, words: SearchWords) -> Iterator[tuple[str, bool]]:
    """Go through a run, longest known word first: (word, True), or a character that begins none: (character, False)."""
    start = 0
    while start < len(run):
        for end in range(min(len(run), start + words.longest), start, -1):
            if run[start:end] in words.lexicon:
                yield run[start:end], True
                start = end
                break
        else:
            yield run[start], False
            start += 1


def _known_and_left(text: str, words: SearchWords) -> list[str]:
    """The known words of a query and what is left between them, in order, without the fillers."""
    parts: list[str] = []
    for run in _RUN.findall(text):
        left = ""
        for word, is_known in _walk(run, words):
            if not is_known:
                left += word
                continue
            parts += [left, "" if word in words.dropped else word]
            left = ""
        parts.append(left)
    return [part for part in parts if part]


def _names_somebody(parts: Sequence[str], words: SearchWords) -> bool:
    """Whether a leftover between known words (张建国低保) is a name in full; two characters are too often a word."""
    return any(len(part) >= _SINGLE_LENGTHS[-1] and looks_like_a_name(part, words) for part in parts)


def _is_word(part: str) -> bool:
    """Two characters and more, or a figure; a lone character says too little."""
    return len(part) > 1 or part.isdigit()


def _whole(text: str) -> tuple[Clause, ...]:
    """The query as it stands, when nothing of it was left after dropping the fillers."""
    return (Clause((text,)),) if len(re.sub(r"\W", "", text)) > 1 else ()


def pieces(text: str, phrases: Iterable[str]) -> tuple[Piece, ...]:
    """Cut a text so that what was looked for can be marked; longer phrases win where two overlap."""
    patterns = [_pattern(phrase) for phrase in sorted(set(phrases), key=len, reverse=True) if phrase.strip()]
    if not patterns:
        return (Piece(text),) if text else ()
    cut = re.split(f"({'|'.join(patterns)})", text, flags=re.IGNORECASE)
    return tuple(Piece(part, bool(place % 2)) for place, part in enumerate(cut) if part)


def _pattern(phrase: str) -> str:
    """A phrase as a pattern that forgives the brackets and spaces of document numbers."""
    number = next(document_numbers(phrase), None)
    if not number:
        return re.escape(phrase)
    agency, year, serial = re.escape(number[0].agency), number[0].year, number[0].serial
    return rf"{agency}\s*[〔\[(（【［]\s*{year}\s*[〕\])）】］]\s*第?\s*{serial}(?!\d)\s*号?"


def excerpt(text: str, phrases: Iterable[str], length: int) -> str:
    """A stretch of at most `length` characters around the first phrase found, with … where something is left out."""
    if len(text) <= length:
        return text
    patterns = "|".join(_pattern(phrase) for phrase in phrases if phrase.strip())
    match = re.search(patterns, text, flags=re.IGNORECASE) if patterns else None
    start = max(0, min(match.start() - length // 4, len(text) - length)) if match else 0
    end = start + length
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
