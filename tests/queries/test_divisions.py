import pytest

from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError
from portal.models.divisions import Division
from portal.models.transaction import transaction
from portal.queries.divisions import children_of, division, division_tree, divisions_around
from portal.usecases.site import bump_revision
from tests.cast import Cast
from tests.geography import villages_within


def test_around_a_township_stand_its_villages_and_what_is_above_it(cast: Cast):
    around = divisions_around("370811002")
    villages = [one for one in around if one.level is Level.VILLAGE]
    assert {one.parent for one in villages} == {"370811002"}
    assert [one.code for one in villages] == sorted(one.code for one in villages)
    assert {"370800", "370811"} < {one.code for one in around}


def test_a_village_holds_itself(cast: Cast):
    assert villages_within("370811002001") == ("370811002001",)


def test_a_county_holds_the_villages_of_all_its_townships(cast: Cast):
    townships = children_of("370811")
    assert sum(len(villages_within(one.code)) for one in townships) == len(villages_within("370811"))


def test_an_unknown_code_is_not_found(cast: Cast):
    with pytest.raises(NotFoundError):
        division("999999")


def test_the_tree_is_read_again_when_the_site_has_moved_on_and_made_again_when_a_division_has_changed(cast: Cast):
    first = division_tree()
    assert first.city.name == "济宁市"
    assert [one.code for one in first.below("370811")] == [one.code for one in children_of("370811")]
    with transaction() as session:
        bump_revision(session)
    assert division_tree() is first
    with transaction() as session:
        session.get_one(Division, "370811").display_name = "任城"
        bump_revision(session)
    assert division_tree().by_code["370811"].display_name == "任城"
    assert first.by_code["370811"].display_name == "任城区"
