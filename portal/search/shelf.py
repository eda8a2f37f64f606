"""One generation of an index held in memory for sorting and counting: a set of documents is one whole number.

Bit 0 stands for the newest document, bit 1 for the next. Meeting two conditions is `&`, counting is `bit_count`,
and a page is the lowest bits that are set; all of that takes microseconds where walking through hits takes tens of
milliseconds. A shelf never changes once it is made, so threads share it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from portal.domain.archive import Facet
from portal.search.engine import Cursor

REMEMBERED_TERMS = 2000


@dataclass(frozen=True, slots=True)
class Card:
    """What of one document decides its place and its counting; `document` is its number in the index."""

    document: int
    publication_id: int
    published_ms: int
    values: tuple[str, ...]
    """One value for each facet, in the facets' order; empty when it has none."""


class Shelf:
    """All cards of a generation in order, newest first."""

    def __init__(self, cards: Iterable[Card]) -> None:
        ordered = sorted(cards, key=_order)
        self._documents = [card.document for card in ordered]
        self._orders = [_order(card) for card in ordered]
        self._bits = {card.document: bit for bit, card in enumerate(ordered)}
        self._by_publication = {card.publication_id: bit for bit, card in enumerate(ordered)}
        self._terms: dict[str, int] = {}
        self.everything = (1 << len(ordered)) - 1
        self.values = _by_value(ordered)

    def documents(self, found: int, size: int) -> list[int]:
        """The numbers of the newest documents of a set."""
        return [self._documents[bit] for bit in islice(_bits(found), size)]

    def holding(self, term: str, documents: Iterable[int]) -> int:
        """Remember the set of documents that hold a term."""
        found = self._set(self._bits[document] for document in documents)
        if len(self._terms) >= REMEMBERED_TERMS:
            self._terms.clear()
        self._terms[term] = found
        return found

    def remembered(self, term: str) -> int | None:
        """The set of documents for a term that was asked for before."""
        return self._terms.get(term)

    def without(self, publication_ids: Iterable[int]) -> int:
        """Everything but some publications."""
        bits = (self._by_publication[number] for number in publication_ids if number in self._by_publication)
        return self.everything & ~self._set(bits)

    def chosen(self, values: Mapping[Facet, str]) -> int:
        """The documents that have all of some values."""
        found = self.everything
        for facet, value in values.items():
            found &= self.values[facet].get(value, 0)
        return found

    def behind(self, cursor: Cursor | None) -> int:
        """The documents that come after a place in the order."""
        if cursor is None:
            return self.everything
        passed = bisect_right(self._orders, (-cursor.published_ms, -cursor.publication_id))
        return self.everything >> passed << passed

    def counts(self, facet: Facet, found: int) -> dict[str, int]:
        """How many of a set have each value of a facet; values that none has are left out."""
        counts = {value: (holders & found).bit_count() for value, holders in self.values[facet].items()}
        return {value: count for value, count in counts.items() if count}

    def _set(self, bits: Iterable[int]) -> int:
        return _number(bits, len(self._documents))


def _order(card: Card) -> tuple[int, int]:
    return -card.published_ms, -card.publication_id


def _number(bits: Iterable[int], size: int) -> int:
    """The whole number with these bits set; by way of bytes, for setting bits in a long number copies it each time."""
    row = bytearray(size // 8 + 1)
    for bit in bits:
        row[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(row, "little")


def _bits(number: int) -> Iterator[int]:
    """The places of the set bits, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _by_value(cards: list[Card]) -> dict[Facet, dict[str, int]]:
    """For every facet, the set of documents that have each value."""
    places: dict[tuple[Facet, str], list[int]] = defaultdict(list)
    for bit, card in enumerate(cards):
        for facet, value in zip(Facet, card.values, strict=True):
            places[facet, value].append(bit)
    sets: dict[Facet, dict[str, int]] = {facet: {} for facet in Facet}
    for (facet, value), bits in places.items():
        if value:
            sets[facet][value] = _number(bits, len(cards))
    return sets
