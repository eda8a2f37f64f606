"""The handling of clusters: taken over, explained, open again with one more case, and hidden from whoever sees less."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.cases import AccusedRole, Rung
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.permissions import Actor, Role
from portal.domain.warnings import WarningState, WarningStep
from portal.models.audit import AuditEntry
from portal.models.case_clusters import ClusterTaken
from portal.queries.case_clusters import CaseCluster, cluster_for, clusters_for
from portal.queries.delegations import standing_in
from portal.queries.staff import actor_of
from portal.usecases.case_clusters import close, remind_of_clusters, take_over
from portal.usecases.services import Services
from portal.usecases.staff import disable_account, move_account
from tests.cast import Cast
from tests.usecases.case_clusters import pile_up
from tests.usecases.cases import COMPLAINT, hand_in, take
from tests.usecases.delegations import stand_in

TOWN = "township-370811002"
WHY = "逐件查过，都是同一次停电造成的。"


@pytest.fixture
def numbers(services: Services, cast: Cast, at: datetime) -> list[str]:
    return pile_up(services, cast, at=at, count=6)


@pytest.fixture
def city(cast: Cast) -> Actor:
    """Somebody of the city who sees cases and warnings."""
    return replace(cast.feng_yi, roles=cast.feng_yi.roles | {Role.SUPERVISOR})


def seen(services: Services, actor: Actor, at: datetime, key: str = TOWN) -> CaseCluster:
    return cluster_for(actor, key, services.rulebook, at=at)


def explain(services: Services, actor: Actor, at: datetime, key: str = TOWN) -> None:
    take_over(services, actor, key, at=at)
    close(services, actor, key, "one_matter", WHY, at=at)


@pytest.mark.usefixtures("numbers")
def test_a_cluster_is_taken_over_and_explained_by_its_owner(services: Services, cast: Cast, city, at, session: Session):
    with pytest.raises(ConflictError):
        close(services, cast.li_si, TOWN, "one_matter", WHY, at=at)
    take_over(services, cast.wang_wu, TOWN, at=at)
    take_over(services, cast.li_si, TOWN, at=at)
    with pytest.raises(ConflictError):
        take_over(services, cast.li_si, TOWN, at=at)
    close(services, cast.li_si, TOWN, "one_matter", WHY, at=at)
    for reader in (cast.li_si, cast.zhao_liu, city):
        found = seen(services, reader, at)
        assert (found.state, found.owner_name, found.words) == (WarningState.CLOSED, "李四", WHY)
        assert [one.step for one in found.history] == [WarningStep.TAKEN, WarningStep.TAKEN, WarningStep.CLOSED]
    with pytest.raises(ConflictError):
        take_over(services, cast.li_si, TOWN, at=at)
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject.startswith("cluster:"))).all()
    assert acts == ["cluster.taken", "cluster.taken", "cluster.closed"]


@pytest.mark.usefixtures("numbers")
def test_a_reason_outside_the_list_and_words_that_tell_of_somebody_are_refused(services, cast: Cast, at: datetime):
    take_over(services, cast.li_si, TOWN, at=at)
    for reason, words in (("carry_over", WHY), ("one_matter", " "), ("one_matter", "请打13805370000")):
        with pytest.raises(InvalidError):
            close(services, cast.li_si, TOWN, reason, words, at=at)
    assert seen(services, cast.li_si, at).state is WarningState.OPEN


@pytest.mark.usefixtures("numbers")
def test_one_more_case_opens_it_again_for_those_who_see_that_case(services: Services, cast: Cast, city, at: datetime):
    explain(services, cast.li_si, at)
    later = at + timedelta(days=20)
    number = hand_in(services, COMPLAINT, at=later).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=later)
    take(services, cast.wang_wu, number, Action.RECUSE, at=later, reason="亲属")
    for reader in (cast.li_si, city):
        found = seen(services, reader, later)
        assert (found.state, found.count, found.owner_id, found.opened_on) == (
            WarningState.OPEN, 7, None, later.date(),
        )  # fmt: skip
        assert found.history[-1].step is WarningStep.REOPENED
    explain(services, cast.li_si, later)
    recused = seen(services, cast.wang_wu, later)
    assert (recused.state, recused.count) == (WarningState.CLOSED, 6)
    assert [one.at for one in recused.history] == [at, at]


def test_whoever_is_kept_out_of_one_case_sees_no_handling_by_those_who_know_it(
    services: Services, cast: Cast, numbers, at: datetime
):
    take(services, cast.wang_wu, numbers[0], Action.RECUSE, at=at, reason="亲属")
    explain(services, cast.li_si, at)
    own = seen(services, cast.wang_wu, at)
    assert (own.state, own.count, own.owner_name, own.words, own.history) == (WarningState.OPEN, 5, "", "", ())
    take_over(services, cast.wang_wu, TOWN, at=at)
    assert seen(services, cast.wang_wu, at).owner_name == "王五"
    assert seen(services, cast.li_si, at).state is WarningState.CLOSED


@pytest.mark.usefixtures("numbers")
def test_nobody_of_an_accused_office_sees_it_or_becomes_its_owner(services: Services, cast: Cast, at: datetime):
    about_office = f"office-{cast.wu_shi.office_id}"
    for key in (TOWN, about_office):
        explain(services, cast.li_si, at, key)
    roles = cast.zhao_liu.roles | cast.wu_shi.roles
    for accused in (cast.wu_shi, cast.zhang_san):
        standing = replace(cast.zhao_liu, account_id=accused.account_id, office_path=accused.office_path)
        for actor in (accused, replace(accused, roles=roles), standing):
            assert clusters_for(actor, services.rulebook, at=at) == ()
            for key in (TOWN, about_office):
                with pytest.raises(NotFoundError):
                    take_over(services, actor, key, at=at)


@pytest.mark.usefixtures("numbers")
def test_whoever_watches_only_or_handles_cases_alone_takes_none_over(services: Services, cast: Cast, at: datetime):
    inspector = replace(cast.chen_er, office_path=cast.li_si.office_path)
    for actor in (inspector, cast.feng_yi):
        assert seen(services, actor, at).state is WarningState.OPEN
        with pytest.raises(NotAllowedError):
            take_over(services, actor, TOWN, at=at)


def test_a_newly_accused_office_loses_the_handling_at_once(services: Services, cast: Cast, city, numbers, at: datetime):
    explain(services, cast.li_si, at)
    accused = {"accused_office_id": cast.li_si.office_id, "accused_role": AccusedRole.OFFICIAL}
    take(services, cast.zhao_liu, numbers[0], Action.ADD_ACCUSED, at=at, **accused)
    for of_the_county in (cast.li_si, cast.wang_wu, cast.zhao_liu):
        found = seen(services, of_the_county, at)
        assert (found.count, found.state, found.owner_name, found.words, found.history) == (
            5, WarningState.OPEN, "", "", (),
        )  # fmt: skip
    assert seen(services, city, at).words == WHY
    take(services, cast.zhao_liu, numbers[1], Action.ADD_ACCUSED, at=at, **accused)
    assert clusters_for(cast.li_si, services.rulebook, at=at) == ()
    with pytest.raises(NotFoundError):
        take_over(services, cast.li_si, TOWN, at=at)


def test_an_owner_who_is_kept_out_later_is_the_owner_no_more(services: Services, cast: Cast, city, numbers, at):
    take_over(services, cast.li_si, TOWN, at=at)
    take(services, cast.zhao_liu, numbers[0], Action.ADD_ACCUSED, at=at, accused_account_id=cast.li_si.account_id,
         accused_role=AccusedRole.OFFICIAL)  # fmt: skip
    assert seen(services, city, at).owner_name == ""
    with pytest.raises((ConflictError, NotFoundError)):
        close(services, cast.li_si, TOWN, "one_matter", WHY, at=at)
    take_over(services, city, TOWN, at=at)


@pytest.mark.usefixtures("numbers")
def test_standing_in_for_somebody_above_opens_no_cluster(services: Services, cast: Cast, at: datetime):
    explain(services, cast.li_si, at)
    stand_in(cast.li_si, cast.wu_shi, at=at, by=cast.zhao_liu)
    substitute = standing_in(cast.wu_shi, at=at)
    assert substitute.standings
    for actor in (substitute, replace(substitute, roles=cast.zhao_liu.roles | substitute.roles)):
        assert clusters_for(actor, services.rulebook, at=at) == ()


@pytest.mark.usefixtures("numbers")
def test_whoever_moves_to_another_office_sees_the_clusters_of_that_office_alone(services, cast: Cast, city, at):
    take_over(services, cast.wang_wu, TOWN, at=at)
    move_account(cast.wang_wu.account_id, cast.qian_qi.office_id, actor=None, at=at)
    moved = actor_of(cast.wang_wu.account_id)
    assert clusters_for(moved, services.rulebook, at=at) == ()
    assert seen(services, city, at).owner_name == ""
    move_account(cast.zhang_san.account_id, cast.li_si.office_id, actor=None, at=at)
    once_accused = replace(actor_of(cast.zhang_san.account_id), roles=cast.zhao_liu.roles)
    assert clusters_for(once_accused, services.rulebook, at=at) == ()


@pytest.mark.usefixtures("numbers")
def test_the_owner_is_reminded_by_rungs_once_a_day_and_only_while_it_waits_for_him(
    services: Services, cast: Cast, at: datetime, session: Session
):
    take_over(services, cast.li_si, TOWN, at=at)
    due = seen(services, cast.li_si, at).due_on
    rungs = []
    for days in (-5, 0, 1, 10, 30):
        then = at + timedelta(days=(due - at.date()).days + days)
        assert remind_of_clusters(services, at=then) == 1
        assert remind_of_clusters(services, at=then) == 0
        rungs.append(session.scalars(select(ClusterTaken.rung)).one())
    assert rungs == [None, *Rung]
    told = session.scalars(select(AuditEntry.action).where(AuditEntry.subject.startswith("cluster:"))).all()
    assert told.count("cluster.reminded") == 4


@pytest.mark.usefixtures("numbers")
def test_nobody_is_reminded_of_what_a_colleague_has_taken_or_explained(services: Services, cast: Cast, at: datetime):
    take_over(services, cast.wang_wu, TOWN, at=at)
    explain(services, cast.li_si, at)
    late = at + timedelta(days=60)
    remind_of_clusters(services, at=late)
    assert seen(services, cast.li_si, late).state is WarningState.CLOSED
    disable_account(cast.wang_wu.account_id, actor=None, at=at)
    remind_of_clusters(services, at=late + timedelta(days=1))
