"""Which places of a batch are hidden so that nobody can work out a small one: from the rest, the total and the rules.

A reader is taken to know every rule here: that a named place has so many households at least, that one called "<10" has
fewer persons, that households are no more than persons. What he knows of each hidden place is a span; where the rest
leaves a place less than a few values within its span, further places are hidden with it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

FEWEST_READINGS = 3
"""So many numbers of households each hidden place may have at least, unless the rules alone leave it fewer."""
_NO_BOUND = 10**9


@dataclass(frozen=True, slots=True)
class Smallness:
    """From how many persons on a place is told, and from how many households on it is named (rules.md 3)."""

    persons: int
    households: int

    def hides(self, households: int, persons: int) -> bool:
        """Whether a place, or a whole batch, is too small to be told."""
        return persons < self.persons or households < self.households


@dataclass(frozen=True, slots=True)
class Counted:
    """One place of a batch as far as it matters here."""

    code: str
    households: int
    persons: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is not told: `labelled` says whether small ones may be called so, `named` whether any may be named.

    Where `total` is false, not even what all add up to may be told.
    """

    codes: frozenset[str]
    labelled: bool = True
    named: bool = True
    total: bool = True


Span = tuple[int, int]


def hiding_of(places: Sequence[Counted], least: Smallness, stay_hidden: Collection[str] = ()) -> Hidden:
    """The small places, those that stay hidden, and as many more as it takes, in the order of their codes.

    They are taken from the first hidden one on, whatever they count: whoever knows that the smallest is taken knows how
    much it can count at most. Where all are hidden, small ones are not called so: that it took all of them would tell
    who they are. Where the rules alone would share the rest out, none is named; where it holds hardly more than one
    household for each, whoever knows the places could do so even then.
    """
    first = [one for one in places if least.hides(one.households, one.persons) or one.code in stay_hidden]
    if not first:
        return Hidden(frozenset())
    begin = min(one.code for one in first)
    others = sorted((one for one in places if one not in first), key=lambda one: (one.code < begin, one.code))
    for number in range(len(others)):
        hidden = [*first, *others[:number]]
        if _is_safe(hidden, least, lambda one: _spans(one, least)):
            return Hidden(_codes(hidden))
    named = min(one.households for one in places) >= least.households
    return Hidden(
        _codes(places),
        labelled=False,
        named=named and _is_safe(places, least, lambda _: _from(least.households)),
        total=_is_safe(places, least, lambda _: _from(1)),
    )


def _codes(places: Sequence[Counted]) -> frozenset[str]:
    return frozenset(one.code for one in places)


def _from(lowest: int) -> tuple[Span, Span]:
    return (lowest, _NO_BOUND), (lowest, _NO_BOUND)


def _spans(place: Counted, least: Smallness) -> tuple[Span, Span]:
    """What a reader knows of a hidden place by its label: its households and its persons.

    That so few households are few persons is no rule, but he may well take it for one.
    """
    if place.households < least.households:
        return (1, least.households - 1), (1, least.persons - 1 if place.persons < least.persons else _NO_BOUND)
    if place.persons < least.persons:
        return (least.households, least.persons - 1), (least.households, least.persons - 1)
    return (least.households, _NO_BOUND), (least.persons, _NO_BOUND)


def _is_safe(hidden: Sequence[Counted], least: Smallness, spans_of: Callable[[Counted], tuple[Span, Span]]) -> bool:
    if len(hidden) < 2 or sum(one.persons for one in hidden) < least.persons:  # noqa: PLR2004 - one alone is the rest
        return False
    spans = [spans_of(one) for one in hidden]
    households, persons = [one for one, _ in spans], [other for _, other in spans]
    return _is_open(households, sum(one.households for one in hidden), FEWEST_READINGS) and _is_open(
        persons, sum(one.persons for one in hidden), least.persons // 2
    )


def _is_open(spans: Sequence[Span], total: int, readings: int) -> bool:
    """Whether the total leaves each span so many values, or all that it has."""
    lowest, highest = sum(low for low, _ in spans), sum(high for _, high in spans)
    for low, high in spans:
        least, most = max(low, total - (highest - high)), min(high, total - (lowest - low))
        if most - least + 1 < min(readings, high - low + 1):
            return False
    return True
