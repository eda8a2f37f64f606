"""Finding personal data in text that is about to go out (隐去); told by kind and place, never by value.

Every leak on record was an attachment or a column too many; so the final text of whatever leaves is looked through once
more, whoever made it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

from portal.domain.identity_numbers import fault


class FindingKind(StrEnum):
    """What kind of personal data was met."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    DISEASE = "disease"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text, from `start` up to but without `end`, in characters; it holds nothing of the value."""

    kind: FindingKind
    start: int
    end: int


_GAP = r"[^\S\r\n]"
"""A blank within a line: numbers in two lines of a table are not one number."""

_SOFT = rf"(?:{_GAP}|[-\u2010-\u2015\u00AD\u200B-\u200F\u2060\uFEFF])"
_ID_NUMBER = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_SOFT}{{0,3}}[0-9]){{16}}{_SOFT}{{0,3}}[0-9Xx](?![0-9A-Za-z])")
_BREAK = rf"{_GAP}{{0,3}}(?:\r\n|\r|\n){_GAP}{{0,9}}"
_BROKEN_ID = re.compile(rf"(?<![0-9A-Za-z])[1-9][0-9]{{0,16}}{_BREAK}[0-9]{{0,16}}[0-9Xx](?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z.])[1-9][0-9]{15,18}(?![0-9A-Za-z])")
_GROUPED_CARD = re.compile(
    rf"(?<![0-9A-Za-z.])(?:6[0-9]|95)[0-9]{{2}}(?:{_SOFT}[0-9]{{4}}){{3}}(?:{_SOFT}?[0-9]{{1,3}})?(?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    rf"(?<![0-9A-Za-z.])(?:\+?86{_SOFT}?)?1[3-9][0-9]{_SOFT}?[0-9]{{4}}{_SOFT}?[0-9]{{4}}(?![0-9A-Za-z])"
)
_LANDLINE = re.compile(rf"(?<![0-9A-Za-z.])\(?0[1-9][0-9]{{1,2}}\)?{_SOFT}?[2-9][0-9]{{6,7}}(?![0-9A-Za-z])")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_WIDE_LETTERS = str.maketrans("Ｘｘ（）＋－", "Xx()+-")
_IGNORED_IN_NAMES = regex.compile(
    r"[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}.·•‧∙⋅・･．﹒\u0387]", regex.V1
)


def find_personal_data(
    text: str, *, permitted: Collection[str] = (), disease_words: Collection[str] = (), landlines: bool = False
) -> tuple[Finding, ...]:
    """Every ID number, bank card, mobile number and given disease word in a text, in the order of their places.

    Full-width digits and blanks or hyphens between the digits hide nothing. ID numbers count by date and check digit
    (GB 11643; the area code is not judged), cards by the Luhn sum. Landlines are looked for on demand, since most are
    offices'. `permitted` are the offices' own numbers, in any spelling. An ID number is not told once more as a card,
    nor a part of a card as a phone.
    """
    plain = _FOREIGN_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text).translate(_WIDE_LETTERS)
    offices = frozenset(_digits(number) for number in permitted)
    found: list[Finding] = []
    for finding in _all_findings(plain, offices, disease_words):
        if finding.kind is FindingKind.LANDLINE and not landlines:
            continue
        if all(finding.end <= other.start or finding.start >= other.end for other in found):
            found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


def is_bank_card(digits: str) -> bool:
    """Whether 16 to 19 digits satisfy the Luhn sum of ISO/IEC 7812."""
    if not re.fullmatch(r"[0-9]{16,19}", digits):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)) % 10 == 0


def find_names(text: str, names: Iterable[str], permitted: Collection[str] = ()) -> tuple[int, ...]:
    """The indexes of the full names that a free text holds, spaces and dots ignored; never the names themselves.

    `permitted` are words that are no person's name where they stand, above all the names of divisions: a person called
    李村 must not make it impossible to write 李村村.
    """
    squeezed = _squeezed(text)
    for word in sorted(permitted, key=len, reverse=True):
        squeezed = squeezed.replace(_squeezed(word) or "\n", "\n")
    wanted = (_squeezed(name) for name in names)
    return tuple(index for index, name in enumerate(wanted) if name and name in squeezed)


def places_of_names(text: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where full names stand in a text, as (start, end), whatever blanks or dots stand between their characters."""
    found: set[tuple[int, int]] = set()
    for name in {_squeezed(name) for name in names} - {""}:
        found |= {match.span() for match in regex.finditer(_spread(name), text, regex.V1)}
    return tuple(sorted(found))


def _spread(name: str) -> str:
    """A name as a pattern that lets anything through that `find_names` ignores."""
    return f"{_IGNORED_IN_NAMES.pattern}*".join(regex.escape(letter) for letter in name)


def _all_findings(plain: str, offices: frozenset[str], disease_words: Collection[str]) -> Iterator[Finding]:
    """Surest kinds first: what they cover is not told again under a lesser kind."""
    for pattern in (_ID_NUMBER, _BROKEN_ID):
        yield from (_of(FindingKind.ID_NUMBER, match) for match in _overlapping(pattern, plain) if _is_id(match[0]))
    for pattern in (_CARD, _GROUPED_CARD):
        yield from (
            _of(FindingKind.BANK_CARD, match) for match in pattern.finditer(plain) if is_bank_card(_digits(match[0]))
        )
    for kind, pattern in ((FindingKind.MOBILE, _MOBILE), (FindingKind.LANDLINE, _LANDLINE)):
        yield from (_of(kind, match) for match in pattern.finditer(plain) if not _is_permitted(match[0], offices))
    if disease_words:
        words = re.compile("|".join(map(re.escape, disease_words)), re.IGNORECASE)
        yield from (_of(FindingKind.DISEASE, match) for match in words.finditer(plain))


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches that may overlap: a serial number before an ID number, with a blank between, must not hide it."""
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start() + 1)


def _of(kind: FindingKind, match: re.Match[str]) -> Finding:
    return Finding(kind, match.start(), match.end())


def _is_id(text: str) -> bool:
    return fault(re.sub(r"[^0-9X]", "", text.upper())) is None


def _is_permitted(number: str, offices: frozenset[str]) -> bool:
    digits = _digits(number)
    return digits in offices or digits.removeprefix("86") in offices


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))


def _squeezed(text: str) -> str:
    return _IGNORED_IN_NAMES.sub("", unicodedata.normalize("NFC", text))
