"""What the intake looks up for the submitter: places by name, and the place of a notice."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.domain.divisions import Division, Level
from portal.models.base import db
from portal.models.publications import Publication
from portal.queries.divisions import DivisionTree, division_tree

MOST_PLACES = 30


@dataclass(frozen=True, slots=True)
class FoundPlaces:
    """The places that a text may mean, and how many there are when they are too many to choose from."""

    places: tuple[Division, ...]
    count: int


def places_for(text: str, within: str = "") -> FoundPlaces:
    """The places that somebody means who writes 许庄街道, 前村 or 任城区许庄街道前村; `within` is a division's code.

    A name written in full goes before names that hold it; what is named before a place (its county, its township)
    decides between places of one name. A county that was chosen wrongly does not hide the place.
    """
    tree, words = division_tree(), "".join(text.split())
    inside = tree.by_code.get(within, tree.city)
    if not words:
        chosen = (inside,) if within in tree.by_code else ()
        return FoundPlaces(chosen, len(chosen))
    found = _best(tree, words, inside) or _best(tree, words, tree.city)
    return FoundPlaces(found if len(found) <= MOST_PLACES else (), len(found))


def full_name(division: Division) -> str:
    """The place with those above it, the city left out."""
    tree = division_tree()
    codes = division.path.strip("/").split("/")
    names = [tree.by_code[code].display_name for code in codes if tree.by_code[code].level is not Level.CITY]
    return " ".join(names) or division.display_name


def notice_place(number: str) -> str | None:
    """The code of the division that a public notice is for; nothing when no such notice is public."""
    return db.session().scalar(
        select(Publication.division_code).where(
            Publication.number == number.strip().upper(), Publication.live_revision_id.is_not(None)
        )
    )


def _best(tree: DivisionTree, words: str, inside: Division) -> tuple[Division, ...]:
    exact = [one for one in tree.by_name.get(words, ()) if inside.holds(one)]
    found = exact or _named_in_part(tree, words, inside) or _named_at_the_end(tree, words, inside)
    return tuple(sorted(found, key=lambda one: (len(one.path), one.path)))


def _named_in_part(tree: DivisionTree, words: str, inside: Division) -> list[Division]:
    return [one for one in tree.by_code.values() if words in one.display_name and inside.holds(one)]


def _named_at_the_end(tree: DivisionTree, words: str, inside: Division) -> list[Division]:
    """Those whose name ends the text, and of them the ones whose upper divisions the text names best."""
    ends = (words[start:] for start in range(len(words)))
    found = {one.code: one for end in ends for one in tree.by_name.get(end, ()) if inside.holds(one)}.values()
    best = max((_fit(tree, one, words) for one in found), default=None)
    return [one for one in found if _fit(tree, one, words) == best]


def _fit(tree: DivisionTree, division: Division, words: str) -> tuple[int, int]:
    """How many of the divisions above one the text names as well, and how much of it the place's own name is."""
    codes = division.path.strip("/").split("/")[:-1]
    return sum(tree.by_code[code].display_name in words for code in codes), len(division.display_name)
