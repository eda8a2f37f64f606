"""Divisions as the operator has arranged them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, select

from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.models.base import db
from portal.models.divisions import Division as Row
from portal.queries.site import site


@dataclass(frozen=True, slots=True)
class DivisionTree:
    """All divisions by code, and those below each, in the order of the table; and by their names, short and in full."""

    city: Division
    by_code: Mapping[str, Division]
    children: Mapping[str, tuple[Division, ...]]
    by_name: Mapping[str, tuple[Division, ...]]

    def below(self, code: str) -> tuple[Division, ...]:
        """The divisions directly below one."""
        return self.children.get(code, ())


_COLUMNS: tuple[Any, ...] = (Row.code, Row.name, Row.display_name, Row.level, Row.parent_code, Row.path, Row.virtual)
"""In the order of the fields of a Division."""

_Values = tuple[DivisionCode, str, str, Level, DivisionCode | None, str, bool]

_trees: WeakKeyDictionary[Engine, tuple[int, DivisionTree]] = WeakKeyDictionary()


def division(code: str) -> Division:
    """One division; NotFoundError when there is none of this code."""
    row = db.session().get(Row, code)
    if row is None:
        raise NotFoundError(N_("没有这个区划：%(code)s"), code=code)
    return _division(row)


def children_of(code: str) -> tuple[Division, ...]:
    """The divisions directly below one, by code."""
    return _all(select(Row).where(Row.parent_code == code))


def divisions_around(code: str) -> tuple[Division, ...]:
    """A division, those above it and all within it: what offices write before a village's name, and the villages."""
    place = division(code)
    above = place.path.strip("/").split("/")[:-1]
    within = Row.path.startswith(place.path, autoescape=True)
    return _all(select(Row).where(within | Row.code.in_(above)))


def divisions_down_to_townships(code: str) -> tuple[Division, ...]:
    """As `divisions_around`, without the villages: of a county those are most of the rows."""
    place = division(code)
    above = place.path.strip("/").split("/")[:-1]
    within = Row.path.startswith(place.path, autoescape=True) & (Row.level != Level.VILLAGE)
    return _all(select(Row).where(within | Row.code.in_(above)))


def division_tree() -> DivisionTree:
    """The whole tree, read anew when the site's revision has moved; not for use inside a transaction that writes."""
    engine, revision = db.engine, site().revision
    known = _trees.get(engine)
    if known is None or known[0] != revision:
        known = (revision, _tree(_rows(select(Row))))
        _trees[engine] = known
    return known[1]


def places_named(text: str, *, most: int) -> tuple[Division, ...]:
    """The places whose names hold the text, larger ones first; nothing when it fits more than a page can show."""
    tree = division_tree()
    found = [one for one in tree.by_code.values() if text in one.display_name and one.code != tree.city.code]
    return tuple(sorted(found, key=lambda one: (len(one.path), one.path))) if len(found) <= most else ()


@lru_cache(maxsize=1)
def _tree(rows: tuple[_Values, ...]) -> DivisionTree:
    """Kept by the rows: the revision moves with every publication, and hardly ever because of a division."""
    divisions = tuple(Division(*row) for row in rows)
    children: dict[str, list[Division]] = {}
    named: dict[str, list[Division]] = {}
    for one in divisions:
        children.setdefault(one.parent or "", []).append(one)
        for name in {one.display_name, one.name}:
            named.setdefault(name, []).append(one)
    if "" not in children:
        raise NotFoundError(N_("还没有区划，请先运行 flask --app wsgi init"))
    return DivisionTree(
        city=children[""][0],
        by_code={one.code: one for one in divisions},
        children={code: tuple(below) for code, below in children.items() if code},
        by_name={name: tuple(ones) for name, ones in named.items()},
    )


def _all(statement: Select[Row]) -> tuple[Division, ...]:
    return tuple(Division(*row) for row in _rows(statement))


def _rows(statement: Select[Row]) -> tuple[_Values, ...]:
    """By columns: for hundreds of villages whole rows would take three times as long."""
    found = db.session().execute(statement.with_only_columns(*_COLUMNS).order_by(Row.virtual, Row.code))
    return tuple(map(tuple, found))


def _division(row: Any) -> Division:
    return Division(
        code=DivisionCode(row.code),
        name=row.name,
        display_name=row.display_name,
        level=row.level,
        parent=DivisionCode(row.parent_code) if row.parent_code else None,
        path=row.path,
        virtual=row.virtual,
    )
