"""People withdraw and move, offices change their place: no case rests with an accused or with nobody, none is lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import Holder, KeyPurpose
from portal.domain.cases import AccusedRole, Category, ClockKind, Track
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import NotAllowedError, NotFoundError, RefusedError
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Actor, Role
from portal.models.cases import Case, CaseClock, CaseEvent, CaseKey
from portal.models.staff import Account
from portal.queries.case_receivers import exclusion_of
from portal.queries.desk_keys import is_key_elsewhere
from portal.queries.staff import actor_of
from portal.usecases.case_events import broken_at
from portal.usecases.case_jobs import run_case_jobs
from portal.usecases.case_sealing import DeskOpener, ServiceOpener, open_key
from portal.usecases.desk_keys import enrol
from portal.usecases.desk_keys import open_desk as open_own_desk
from portal.usecases.offices import OfficeChange, set_office
from portal.usecases.services import Services
from portal.usecases.staff import disable_account, move_account, set_roles
from tests.cast import COUNTY_DISCIPLINE, OTHER_COUNTY, TOWNSHIP, Cast
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, about, hand_in, open_desk, submitter_of, take
from tests.usecases.test_cases import case_of, discipline, texts
from tests.usecases.test_desk_keys import colleague, custody, desk_id, enter, reads
from tests.usecases.test_desk_keys import number as accepted

__all__ = ["accepted", "custody", "discipline"]


def assigned(services: Services, cast: Cast, at: datetime) -> str:
    number = hand_in(services, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    office, officer = cast.li_si.office_id, cast.li_si.account_id
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=office, officer_id=officer)
    return number


def test_when_the_last_one_free_of_interest_withdraws_the_case_goes_to_the_office_above(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.wang_wu, number, Action.RECUSE, at=at, reason="亲属")
    assert case_of(session, number).office_id == cast.zhao_liu.office_id
    take(services, cast.zhao_liu, number, Action.RECUSE, at=at, reason="亲属")

    assert case_of(session, number).office_id == cast.feng_yi.office_id
    take(services, cast.feng_yi, number, Action.ACCEPT, at=at)
    with pytest.raises(NotFoundError):
        take(services, cast.zhao_liu, number, Action.NOTE, at=at, text="还想看")


def test_a_case_stays_while_somebody_free_of_interest_handles_it(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = assigned(services, cast, at)
    take(services, cast.zhao_liu, number, Action.RECUSE, at=at, reason="亲属")
    case = case_of(session, number)
    assert (case.office_id, case.officer_id) == (cast.li_si.office_id, cast.li_si.account_id)
    take(services, cast.li_si, number, Action.RECUSE, at=at, reason="亲属")
    assert case_of(session, number).office_id == cast.feng_yi.office_id


def test_a_tip_off_from_which_the_last_officer_withdraws_goes_up_with_its_key(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener
) -> None:
    above = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at)
    number = hand_in(services, TIP_OFF, at=at).number
    take(services, cast.chen_er, number, Action.REGISTER, at=at)
    take(services, cast.chen_er, number, Action.RECUSE, at=at, reason="亲属", openers=[discipline])

    case = case_of(session, number)
    assert case.office_id == cast.chu_san.office_id
    assert TEXT in texts(session, case, above)
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [discipline])


def test_when_everybody_has_withdrawn_only_the_key_on_paper_and_the_submitter_open_the_case(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    paper = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    handed = hand_in(services, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REGISTER, at=at)
    for last in (cast.zhao_liu, cast.feng_yi):
        take(services, last, handed.number, Action.RECUSE, at=at, reason="亲属")

    case = case_of(session, handed.number)
    assert case.offline
    assert TEXT in texts(session, case, paper)
    assert TEXT in texts(session, case, submitter_of(session, services, handed).opener)
    with pytest.raises(NotAllowedError):
        open_key(session, case, KeyPurpose.CONTENT, [ServiceOpener(services.keyring)])


@pytest.mark.parametrize("way", ["move", "disable", "other roles"])
def test_whoever_leaves_gives_his_cases_back_to_the_dispatcher(
    session: Session, services: Services, cast: Cast, at: datetime, way: str
) -> None:
    number = assigned(services, cast, at)
    go(cast.li_si, way, session, cast, at)

    case = case_of(session, number)
    assert (case.office_id, case.officer_id) == (cast.zhao_liu.office_id, None)
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)).all()
    assert events[-1].action is Action.REROUTE
    assert broken_at(events) is None
    if way != "disable":  # who is disabled has no session to act in
        with pytest.raises((NotFoundError, NotAllowedError)):
            take(services, actor_of(cast.li_si.account_id), number, Action.DRAFT_REPLY, at=at, text="想办完")
    office, officer = cast.wang_wu.office_id, colleague(cast.wang_wu, at, role=Role.CASE_OFFICER).account_id
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=office, officer_id=officer)


def go(person: Actor, way: str, session: Session, cast: Cast, at: datetime) -> None:
    if way == "move":
        move_account(person.account_id, cast.qian_qi.office_id, actor=None, at=at)
    elif way == "disable":
        disable_account(person.account_id, actor=None, at=at)
    else:
        version = session.get_one(Account, person.account_id).version
        set_roles(person.account_id, frozenset({Role.DRAFTER}), version=version, actor=cast.sun_ba, at=at)


@pytest.mark.parametrize("way", ["move", "disable", "other roles"])
def test_the_cases_of_an_office_without_a_dispatcher_go_to_the_office_above(
    session: Session, services: Services, cast: Cast, at: datetime, way: str
) -> None:
    number, handled = hand_in(services, at=at).number, assigned(services, cast, at)
    go(cast.zhao_liu, way, session, cast, at)

    assert case_of(session, number).office_id == cast.feng_yi.office_id
    assert case_of(session, handled).officer_id == cast.li_si.account_id
    take(services, cast.feng_yi, number, Action.REGISTER, at=at)


def test_the_last_of_all_who_take_in_cases_cannot_go(services: Services, cast: Cast, at: datetime) -> None:
    hand_in(services, at=at)
    disable_account(cast.feng_yi.account_id, actor=None, at=at)
    with pytest.raises(RefusedError, match="没有人能受理"):
        disable_account(cast.zhao_liu.account_id, actor=None, at=at)


def test_whoever_worked_in_an_accused_office_stays_kept_out_elsewhere(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, about(COMPLAINT, accused_office_id=cast.wu_shi.office_id), at=at).number
    move_account(cast.wu_shi.account_id, cast.zhao_liu.office_id, actor=None, at=at)

    assert case_of(session, number).office_id == cast.zhao_liu.office_id
    with pytest.raises(NotFoundError):
        take(services, actor_of(cast.wu_shi.account_id), number, Action.REGISTER, at=at)


@pytest.mark.parametrize("told", [{"accused_role": AccusedRole.VILLAGE_CADRE}, {"not_to_township": True}])
def test_whoever_worked_below_the_floor_of_a_case_stays_kept_out_when_he_moves_up(
    session: Session, services: Services, cast: Cast, at: datetime, told: dict[str, object]
) -> None:
    number = hand_in(services, about(COMPLAINT, **told), at=at).number
    elsewhere = hand_in(services, about(COMPLAINT, division_code="370811005", **told), at=at).number
    move_account(cast.wu_shi.account_id, cast.zhao_liu.office_id, actor=None, at=at)

    assert case_of(session, number).office_id == cast.zhao_liu.office_id
    with pytest.raises(NotFoundError):
        take(services, actor_of(cast.wu_shi.account_id), number, Action.REGISTER, at=at)
    take(services, actor_of(cast.wu_shi.account_id), elsewhere, Action.REGISTER, at=at)


def test_an_office_that_leaves_an_accused_one_stays_kept_out(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, about(COMPLAINT, accused_office_id=cast.zhao_liu.office_id), at=at).number
    set_office(TOWNSHIP, OfficeChange(parent=OTHER_COUNTY), actor=None, at=at)

    assert cast.wu_shi.office_id in exclusion_of(session, case_of(session, number).id).offices


def test_a_case_leaves_an_office_that_is_put_below_an_accused_one(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = hand_in(services, about(COMPLAINT, accused_office_id=cast.qian_qi.office_id), at=at).number
    assert case_of(session, number).office_id == cast.zhao_liu.office_id
    set_office(cast.zhao_liu.office_name, OfficeChange(parent=OTHER_COUNTY), actor=None, at=at)

    assert case_of(session, number).office_id == cast.feng_yi.office_id
    with pytest.raises(NotFoundError):
        take(services, actor_of(cast.zhao_liu.account_id), number, Action.REGISTER, at=at)


def below_accused(session: Session, services: Services, cast: Cast, at: datetime, number: str) -> None:
    """Another discipline office is accused of what a tip-off tells, and then the handling one is put below it."""
    watch = set_office(
        "梁山县派驻组", OfficeChange(kind=OfficeKind.DISCIPLINE, division="370832", parent=cast.chu_san.office_name),
        actor=None, at=at,
    )  # fmt: skip
    _, holder = enter(cast.chen_er, services, at)
    accused = {"accused_office_id": watch.id, "accused_role": AccusedRole.NOBODY, "openers": [holder]}
    take(services, cast.chen_er, number, Action.ADD_ACCUSED, at=at, **accused)
    assert case_of(session, number).office_id == cast.chen_er.office_id
    set_office(COUNTY_DISCIPLINE, OfficeChange(parent=watch.name), actor=None, at=at)


def test_the_key_of_a_tip_off_follows_when_a_holder_of_its_former_desk_signs_in(
    session: Session, services: Services, cast: Cast, at: datetime, accepted: str
) -> None:
    enter(cast.chu_san, services, at)
    open_own_desk(cast.chu_san, cast.chu_san.office_id, DeskKind.DISCIPLINE, at=at)
    below_accused(session, services, cast, at, accepted)

    case = case_of(session, accepted)
    assert case.office_id == cast.chu_san.office_id
    assert not reads(session, accepted, enter(cast.chu_san, services, at)[1])
    assert is_key_elsewhere(case.id)
    with pytest.raises(NotFoundError):
        take(services, actor_of(cast.chen_er.account_id), accepted, Action.NOTE, at=at, text="还想看")
    _, former = enter(cast.chen_er, services, at)

    assert reads(session, accepted, enter(cast.chu_san, services, at)[1])
    assert not is_key_elsewhere(case.id)
    assert not reads(session, accepted, former)


def test_nothing_goes_to_a_key_on_paper_that_was_never_printed(
    session: Session, services: Services, cast: Cast, at: datetime, accepted: str
) -> None:
    below_accused(session, services, cast, at, accepted)
    assert case_of(session, accepted).office_id == cast.chen_er.office_id
    assert reads(session, accepted, enter(cast.chen_er, services, at)[1])


def test_a_custodian_who_comes_below_an_accused_office_loses_the_identity(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    case = case_of(session, in_custody(services, cast, at, accused_office_id=cast.qian_qi.office_id))
    assert identity_holders(session, case.id) == {Holder.DESK, Holder.SUBMITTER}
    set_office(cast.li_si.office_name, OfficeChange(parent=OTHER_COUNTY), actor=None, at=at)

    assert identity_holders(session, case.id) == {Holder.SUBMITTER}


def test_a_custodian_whose_office_is_accused_later_loses_the_identity(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    case = case_of(session, in_custody(services, cast, at))
    take(services, cast.zhao_liu, case.number, Action.REGISTER, at=at)
    assert identity_holders(session, case.id) == {Holder.DESK, Holder.SUBMITTER}
    take(services, cast.zhao_liu, case.number, Action.ADD_ACCUSED, at=at, accused_office_id=cast.li_si.office_id)

    assert identity_holders(session, case.id) == {Holder.SUBMITTER}


def in_custody(services: Services, cast: Cast, at: datetime, **accused: object) -> str:
    """A complaint whose submitter the county's own custodian can name."""
    open_desk(cast.li_si.office_id, DeskKind.CUSTODY, cast.li_si, at=at)
    confidential = replace(COMPLAINT, contact=replace(COMPLAINT.contact, confidential=True))
    return hand_in(services, about(confidential, **accused), at=at).number


def identity_holders(session: Session, case_id: int) -> set[Holder]:
    session.rollback()
    wraps = select(CaseKey.holder).where(CaseKey.case_id == case_id, CaseKey.purpose == KeyPurpose.IDENTITY)
    return set(session.scalars(wraps))


def test_the_service_forgets_what_only_the_key_on_paper_may_open(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    paper = open_desk(cast.chu_san.office_id, DeskKind.DISCIPLINE, cast.chu_san, at=at, offline=True)
    number = hand_in(services, about(COMPLAINT, accused_office_id=cast.qian_qi.office_id), at=at).number
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.feng_yi, number, Action.RECUSE, at=at, reason="亲属")
    set_office(cast.zhao_liu.office_name, OfficeChange(parent=OTHER_COUNTY), actor=None, at=at)
    assert case_of(session, number).offline
    run_case_jobs(services, at=at)

    assert TEXT in texts(session, case_of(session, number), paper)
    with pytest.raises(NotAllowedError):
        open_key(session, case_of(session, number), KeyPurpose.CONTENT, [ServiceOpener(services.keyring)])


def test_a_move_waits_until_two_others_hold_the_desk_and_tells_who_could(
    session: Session, services: Services, cast: Cast, at: datetime, accepted: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    second, desk = colleague(cast.chen_er, at), desk_id(session, cast.chen_er)
    enrol(cast.chen_er, holder, desk, second.account_id, at=at)
    with pytest.raises(RefusedError, match="增加一位"):
        move_account(second.account_id, cast.chu_san.office_id, actor=None, at=at)
    third = colleague(cast.chen_er, at, "yang_liu")
    with pytest.raises(RefusedError, match="韩五"):
        move_account(second.account_id, cast.chu_san.office_id, actor=None, at=at)
    enrol(cast.chen_er, holder, desk, third.account_id, at=at)
    move_account(second.account_id, cast.chu_san.office_id, actor=None, at=at)

    assert reads(session, accepted, enter(third, services, at)[1])
    assert not reads(session, accepted, enter(actor_of(second.account_id), services, at)[1])


def test_an_office_keeps_the_kind_that_its_people_and_desks_need(
    session: Session, services: Services, cast: Cast, at: datetime, accepted: str
) -> None:
    with pytest.raises(RefusedError, match="现有的角色"):
        set_office(COUNTY_DISCIPLINE, OfficeChange(kind=OfficeKind.AGENT_BANK), actor=None, at=at)
    assert session.scalars(select(Case.office_id)).one() == cast.chen_er.office_id


@pytest.mark.parametrize("way", ["forwarded", "an official is accused", "everybody withdraws"])
def test_a_report_that_comes_to_discipline_inspection_runs_by_its_clocks_from_the_receipt_on(
    session: Session, services: Services, cast: Cast, at: datetime, discipline: DeskOpener, way: str
) -> None:
    desk = open_desk(cast.zhao_liu.office_id, DeskKind.CASE, cast.zhao_liu, at=at)
    report = about(TIP_OFF, category=Category.FALSE_CLAIM, accused_role=AccusedRole.RECIPIENT)
    number, later = hand_in(services, report, at=at).number, at + timedelta(days=3)
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    opened = {"at": later, "openers": [desk]}
    if way == "forwarded":
        words = {"office_id": cast.chen_er.office_id, "reason": "涉嫌违纪"}
        take(services, cast.zhao_liu, number, Action.FORWARD, **words, **opened)
    elif way == "everybody withdraws":
        take(services, cast.zhao_liu, number, Action.RECUSE, reason="亲属", **opened)
    else:
        take(services, cast.zhao_liu, number, Action.ADD_ACCUSED, accused_account_id=cast.li_si.account_id, **opened)

    case = case_of(session, number)
    assert (case.track, case.office_id) == (Track.DISCIPLINE, cast.chen_er.office_id)
    clocks = {row.clock: row for row in session.scalars(select(CaseClock).where(CaseClock.case_id == case.id))}
    assert clocks[ClockKind.CONFIRM].started_at == at
    assert {kind for kind, row in clocks.items() if row.met_at is None} - {ClockKind.MISROUTED} == {ClockKind.CONFIRM}
    take(services, cast.chen_er, number, Action.ACCEPT, at=later, openers=[discipline])
