"""Clusters of complaints: each reader counts what he may see, and the accused counts nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.domain.case_actions import Action
from portal.domain.cases import AccusedRole, CaseKind, Category
from portal.domain.permissions import Actor
from portal.queries.case_clusters import CaseCluster, clusters_for
from portal.usecases.services import Services
from tests.cast import TOWNSHIP, Cast
from tests.usecases.cases import COMPLAINT, about, hand_in, take

TOWN = CaseCluster("许庄街道", "370811002", 5)
ABOUT_OFFICE = CaseCluster(TOWNSHIP, "", 5)


@pytest.fixture
def numbers(services: Services, cast: Cast, at: datetime) -> list[str]:
    """Five complaints from one village about the township's office."""
    accusing = about(
        COMPLAINT, category=Category.FAVOURITISM, accused_role=AccusedRole.OFFICIAL,
        accused_office_id=cast.wu_shi.office_id,
    )  # fmt: skip
    found = [hand_in(services, accusing, at=at).number for _ in range(5)]
    for number in found:
        take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    return found


def seen(services: Services, actor: Actor, at: datetime) -> tuple[CaseCluster, ...]:
    return clusters_for(actor, services.rulebook.warnings.clusters, at=at)


@pytest.mark.usefixtures("numbers")
def test_many_cases_about_one_office_are_told_to_those_above_it(services: Services, cast: Cast, at: datetime):
    for actor in (cast.zhao_liu, cast.li_si, cast.feng_yi):
        assert set(seen(services, actor, at)) == {TOWN, ABOUT_OFFICE}


@pytest.mark.usefixtures("numbers")
def test_the_accused_office_other_counties_and_those_without_cases_see_none(services, cast: Cast, at: datetime):
    in_the_township = replace(cast.zhang_san, roles=cast.zhao_liu.roles | cast.wu_shi.roles)
    for actor in (cast.wu_shi, in_the_township, cast.qian_qi, cast.zhou_jiu, cast.sun_ba):
        assert seen(services, actor, at) == ()


def test_whoever_is_kept_out_of_one_of_five_sees_no_cluster_at_all(services, cast: Cast, numbers, at: datetime):
    take(services, cast.wang_wu, numbers[0], Action.RECUSE, at=at, reason="亲属")
    assert seen(services, cast.wang_wu, at) == ()
    assert len(seen(services, cast.zhao_liu, at)) == 2


def test_other_kinds_old_cases_and_four_of_them_are_no_cluster(services: Services, cast: Cast, numbers, at: datetime):
    for _ in range(5):
        hand_in(services, about(COMPLAINT, kind=CaseKind.INQUIRY), at=at)
    assert {one.count for one in seen(services, cast.zhao_liu, at)} == {5}
    assert seen(services, cast.zhao_liu, at + timedelta(days=91)) == ()
    take(services, cast.zhao_liu, numbers[0], Action.MERGE, at=at, main_number=numbers[1], reason="同一件事")
    assert seen(services, cast.zhao_liu, at) == ()


@pytest.mark.usefixtures("numbers")
def test_the_bureau_may_switch_the_rule_off(services: Services, cast: Cast, at: datetime):
    off = replace(services.rulebook.warnings.clusters, enabled=False)
    assert clusters_for(cast.zhao_liu, off, at=at) == ()
