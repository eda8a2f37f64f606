"""Small numbers in statistics: a count of a few persons may be somebody's neighbour, so it is not told.

Which count is the smallest that is told says the bureau's table of policies (ten, as it is shipped).

Hiding one cell is not enough: a total minus the other cells gives it back, and an amount divided by the standard gives
the heads. So the amounts of hidden cells move into 其余, and further cells are hidden until the rest tells nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Shown(StrEnum):
    """How a cell appears: with its figures, as less than the threshold, or moved into 其余 to protect another one."""

    FIGURES = "figures"
    SMALL = "small"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class CountAndAmount:
    """Persons and money; the amount is in fen."""

    persons: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ShownCount:
    """A cell as the public may see it; both figures are None unless `shown` is figures."""

    shown: Shown
    persons: int | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class SuppressedTable:
    """A table that is safe to show: the figures in `cells` and `rest` (其余) always add up to `total`.

    `rest` is None when nothing is hidden, and when the total itself is small: then only the level above may tell it.
    """

    cells: Mapping[str, ShownCount]
    rest: CountAndAmount | None
    total: ShownCount


def suppress(counts: Mapping[str, CountAndAmount], threshold: int) -> SuppressedTable:
    """Hide every count from one to below the threshold, and as many others as it takes to keep it hidden.

    A total of hardly more than one for each cell shares itself out, and is hidden like a small one.
    """
    total = CountAndAmount(
        sum(count.persons for count in counts.values()), sum(count.amount_fen for count in counts.values())
    )
    small = [key for key, count in counts.items() if 0 < count.persons < threshold]
    filled = sum(count.persons > 0 for count in counts.values())
    if small and (total.persons < threshold or total.persons - filled < threshold // 2):
        return SuppressedTable(_cells(counts, small, [], Shown.SMALL), None, _hidden(Shown.SMALL))
    merged, label = _complement(counts, small, threshold)
    hidden = [counts[key] for key in (*small, *merged)]
    rest = CountAndAmount(sum(count.persons for count in hidden), sum(count.amount_fen for count in hidden))
    return SuppressedTable(_cells(counts, small, merged, label), rest if hidden else None, _figures(total))


def _complement(counts: Mapping[str, CountAndAmount], small: Sequence[str], threshold: int) -> tuple[list[str], Shown]:
    """The cells to hide beside the small ones, and what the small ones may then be called.

    They are taken in the order of their keys from the first small one on, whatever they count: whoever knows that the
    smallest is taken knows how much it can count at most, and so what is left for the small one.
    Where it takes all, none is called "<10": which cells those are, and that fewer were not enough, tells too much.
    """
    if not small:
        return [], Shown.SMALL
    others = sorted(
        (key for key, count in counts.items() if count.persons >= threshold), key=lambda key: (key < min(small), key)
    )
    persons = [counts[key].persons for key in small]
    for number in range(len(others)):
        rest = sum(persons) + sum(counts[key].persons for key in others[:number])
        if _is_protected(len(small), number, rest, threshold):
            return others[:number], Shown.SMALL
    return others, Shown.MERGED


def _is_protected(small: int, merged: int, rest: int, threshold: int) -> bool:
    """Whether a reader who knows the rest and the labels cannot narrow a small cell down to less than half its range.

    A small cell lies between 1 and threshold - 1, a merged one is at least the threshold.
    """
    if small + merged < 2 or rest < threshold:  # noqa: PLR2004 - a single hidden cell is the rest
        return False
    lowest = 1 if merged else max(1, rest - (small - 1) * (threshold - 1))
    highest = min(threshold - 1, rest - (small - 1) - merged * threshold)
    return highest - lowest + 1 >= threshold // 2


def _cells(
    counts: Mapping[str, CountAndAmount], small: Sequence[str], merged: Sequence[str], label: Shown
) -> dict[str, ShownCount]:
    hidden = dict.fromkeys(small, label) | dict.fromkeys(merged, Shown.MERGED)
    return {key: _hidden(hidden[key]) if key in hidden else _figures(count) for key, count in counts.items()}


def _hidden(shown: Shown) -> ShownCount:
    return ShownCount(shown, None, None)


def _figures(count: CountAndAmount) -> ShownCount:
    return ShownCount(Shown.FIGURES, count.persons, count.amount_fen)
