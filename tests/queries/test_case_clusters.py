"""Clusters of complaints: each reader counts what he may see, and the accused counts nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from portal.domain.case_actions import Action
from portal.domain.cases import Card, CaseKind
from portal.domain.permissions import Actor
from portal.domain.warnings import WarningState
from portal.queries.case_clusters import clusters_for, clusters_waiting_for
from portal.usecases.services import Services
from tests.cast import TOWNSHIP, Cast
from tests.usecases.case_clusters import pile_up
from tests.usecases.cases import COMPLAINT, about, hand_in, take

TOWN = ("许庄街道", "370811002", 5)
ABOUT_OFFICE = (TOWNSHIP, "", 5)


@pytest.fixture
def numbers(services: Services, cast: Cast, at: datetime) -> list[str]:
    """Five complaints from one village about the township's office."""
    return pile_up(services, cast, at=at)


def seen(services: Services, actor: Actor, at: datetime) -> list[tuple[str, str, int]]:
    return [(one.name, one.division_code, one.count) for one in clusters_for(actor, services.rulebook, at=at)]


@pytest.mark.usefixtures("numbers")
def test_many_cases_about_one_office_are_told_to_those_above_it(services: Services, cast: Cast, at: datetime):
    for actor in (cast.zhao_liu, cast.li_si, cast.feng_yi):
        assert set(seen(services, actor, at)) == {TOWN, ABOUT_OFFICE}


@pytest.mark.usefixtures("numbers")
def test_the_accused_office_other_counties_and_those_without_cases_see_none(services, cast: Cast, at: datetime):
    in_the_township = replace(cast.zhang_san, roles=cast.zhao_liu.roles | cast.wu_shi.roles)
    for actor in (cast.wu_shi, in_the_township, cast.qian_qi, cast.zhou_jiu, cast.sun_ba):
        assert seen(services, actor, at) == []


def test_whoever_is_kept_out_of_one_of_five_sees_no_cluster_at_all(services, cast: Cast, numbers, at: datetime):
    take(services, cast.wang_wu, numbers[0], Action.RECUSE, at=at, reason="亲属")
    assert seen(services, cast.wang_wu, at) == []
    assert len(seen(services, cast.zhao_liu, at)) == 2


def test_other_kinds_old_cases_and_four_of_them_are_no_cluster(services: Services, cast: Cast, numbers, at: datetime):
    for _ in range(5):
        hand_in(services, about(COMPLAINT, kind=CaseKind.INQUIRY), at=at)
    assert {count for *_, count in seen(services, cast.zhao_liu, at)} == {5}
    assert seen(services, cast.zhao_liu, at + timedelta(days=91)) == []
    take(services, cast.zhao_liu, numbers[0], Action.MERGE, at=at, main_number=numbers[1], reason="同一件事")
    assert seen(services, cast.zhao_liu, at) == []


@pytest.mark.usefixtures("numbers")
def test_the_bureau_may_switch_the_rule_off(services: Services, cast: Cast, at: datetime):
    off = replace(services.rulebook.warnings.clusters, enabled=False)
    rulebook = replace(services.rulebook, warnings=replace(services.rulebook.warnings, clusters=off))
    assert clusters_for(cast.zhao_liu, rulebook, at=at) == ()


@pytest.mark.usefixtures("numbers")
def test_it_has_a_last_day_from_the_day_on_which_the_cases_were_enough(services: Services, cast: Cast, at: datetime):
    later = at + timedelta(days=30)
    found = clusters_for(cast.zhao_liu, services.rulebook, at=later)[0]
    assert (found.state, found.card, found.opened_on) == (WarningState.OPEN, Card.RED, at.date())
    assert found.due_on == services.rulebook.warnings.due_on(at.date(), services.rulebook.calendar)
    assert isinstance(found.due_on, date)


@pytest.mark.usefixtures("numbers")
def test_those_who_may_explain_them_are_told_how_many_wait(services: Services, cast: Cast, at: datetime):
    waiting = [clusters_waiting_for(actor, services.rulebook, at=at) for actor in (cast.zhao_liu, cast.feng_yi)]
    assert waiting == [2, 0]
