import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, create_engine, insert, select

from portal.domain.errors import NotFoundError
from portal.domain.permissions import AccountId, Actor
from portal.models.offices import Office
from portal.queries.offices import office_within, offices_for, offices_within, within
from portal.queries.staff import accounts_within
from tests.cast import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, Cast


def _actor_at(path: str) -> Actor:
    return Actor(AccountId(1), "zhang_san", "张三", 0, "", path, "370800", "370800/", frozenset())


def test_an_actor_sees_his_own_office_and_those_below(cast: Cast):
    seen = {
        name: [one.name for one in offices_within(getattr(cast, name))] for name in ("zhang_san", "li_si", "qian_qi")
    }
    assert seen == {"zhang_san": [TOWNSHIP], "li_si": [COUNTY, TOWNSHIP], "qian_qi": [OTHER_COUNTY]}
    assert {one.name for one in offices_within(cast.sun_ba)} >= {CITY, COUNTY, TOWNSHIP, OTHER_COUNTY}


def test_an_office_outside_the_scope_might_as_well_not_exist(cast: Cast):
    with pytest.raises(NotFoundError):
        office_within(cast.qian_qi, cast.li_si.office_id)
    assert office_within(cast.li_si, cast.zhang_san.office_id).name == TOWNSHIP


def test_accounts_are_seen_within_the_same_scope(cast: Cast):
    assert {one.username for one in accounts_within(cast.qian_qi)} == {"qian_qi"}


@given(st.lists(st.integers(min_value=0), min_size=1, max_size=30), st.data())
def test_the_predicate_selects_exactly_the_subtree(wishes: list[int], data: st.DataObject):
    """Whatever the tree, and however alike the ids are (1/ and 11/)."""
    above = [wish % index if index else None for index, wish in enumerate(wishes)]
    paths: list[str] = []
    for index, parent in enumerate(above):
        paths.append(f"{paths[parent] if parent is not None else ''}{index + 1}/")
    top = data.draw(st.integers(0, len(paths) - 1))
    expected = {path for index, path in enumerate(paths) if _stands_below(index, top, above)}
    assert _selected(paths, within(_actor_at(paths[top]))) == expected


def test_the_offices_in_charge_of_a_village_are_told_from_the_nearest_up(cast: Cast):
    assert [one.name for one in offices_for("370811002001")] == [TOWNSHIP, COUNTY, CITY]
    assert [one.name for one in offices_for("370832")] == [OTHER_COUNTY, CITY]


def _selected(paths: list[str], predicate: ColumnElement[bool]) -> set[str]:
    engine = create_engine("sqlite://")
    rows = [{"name": path, "kind": "township", "division_code": "370800", "path": path, "version": 1} for path in paths]
    with engine.begin() as connection:
        Office.__table__.create(connection)
        connection.execute(insert(Office), rows)
        return set(connection.scalars(select(Office.path).where(predicate)))


def _stands_below(index: int | None, top: int, above: list[int | None]) -> bool:
    while index is not None:
        if index == top:
            return True
        index = above[index]
    return False
