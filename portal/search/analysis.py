"""Chinese text as search tokens, without a dictionary.

A dictionary loses village names; so every two neighbouring characters are a token (济宁市 → 济宁, 宁市). A figure is a
token, and so is a figure with its neighbour (11月 → 11, 11月), so that 1月 does not find 11月. Numbers of documents and
publications are tokens of their own, beginning with #.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from portal.domain.archive import DocumentNumber, document_numbers, normalise, publication_numbers

_HAN = "一-鿿㐀-䶿豈-﫿〇𠀀-𲎯"
_RUN = re.compile(rf"[{_HAN}]+|[0-9]+(?:\.[0-9]+)?|[^\W\d_{_HAN}]+")
_AGENCY_LENGTH = 6


def index_tokens(texts: Iterable[str]) -> set[str]:
    """The tokens under which a document is found; texts do not run into each other."""
    tokens: set[str] = set()
    for text in map(normalise, texts):
        tokens.update(_words(text))
        tokens.update(f"#{number}" for number, _, _ in publication_numbers(text))
        for number, _, _ in document_numbers(text):
            tokens.update(_number_tokens(number))
    return tokens


def query_tokens(phrase: str) -> frozenset[str]:
    """The tokens that a document must have, all of them, to hold a phrase; none for a phrase without words."""
    text = normalise(phrase)
    for number, start, end in document_numbers(text):
        if (start, end) == (0, len(text)):
            return frozenset({_number_token(number)})
    for name, start, end in publication_numbers(text):
        if (start, end) == (0, len(text)):
            return frozenset({f"#{name}"})
    return frozenset(_words(text))


def _number_tokens(number: DocumentNumber) -> Iterator[str]:
    """A number under every ending of its agency, for a text may run into it (根据济民字〔2020〕21号)."""
    agency = number.agency[-_AGENCY_LENGTH:]
    for start in range(len(agency) + 1):
        yield f"#{agency[start:]}-{number.year}-{number.serial}"


def _number_token(number: DocumentNumber) -> str:
    return f"#{number.agency[-_AGENCY_LENGTH:]}-{number.year}-{number.serial}"


def _words(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run, before, after = match[0], text[: match.start()][-1:], text[match.end() :][:1]
        if not _is_han(run[0]):
            yield run
            yield from (side for side in (before + run, run + after) if _is_han(side[0]) or _is_han(side[-1]))
        elif len(run) > 1:
            yield from map("".join, pairwise(run))
        elif not (before.isalnum() or after.isalnum()):
            yield run


def _is_han(character: str) -> bool:
    return bool(re.fullmatch(f"[{_HAN}]", character))
