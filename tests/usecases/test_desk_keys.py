"""Who holds a desk's key, and that nothing that happens to people makes an accepted case unreadable."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import KeyPurpose
from portal.domain.desk_keys import DeskKind
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.permissions import Actor, Role
from portal.models.base import db
from portal.models.cases import Case
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.queries.staff import actor_of
from portal.usecases.case_sealing import DeskOpener, open_key, read_items
from portal.usecases.desk_keys import enrol, leave, open_desk, recover, renew_paper, unlock, unlock_by_password
from portal.usecases.services import Services
from portal.usecases.sign_in import Browser, change_password, choose_password, sign_in, visit_by
from portal.usecases.staff import NewAccount, add_account, disable_account, move_account, reset_password, set_roles
from tests.cast import PASSWORD, Cast
from tests.usecases.cases import TEXT, TIP_OFF, hand_in, take
from tests.usecases.test_races import race

BROWSER = Browser("192.0.2.9", "Firefox · Linux")


def enter(actor: Actor, services: Services, at: datetime, password: str = PASSWORD) -> tuple[str, DeskOpener]:
    """Sign in; gives the token and the desks that the session opens."""
    token = sign_in(actor.username, password, BROWSER, at=at, services=services).token
    return token, opener_of(token, actor, services, at)


def opener_of(token: str, actor: Actor, services: Services, at: datetime) -> DeskOpener:
    visit = visit_by(token, at=at, services=services)
    assert visit
    return unlock(db.session(), actor, visit.session_id, token)


def colleague(actor: Actor, at: datetime, username: str = "han_wu", role: Role = Role.DISCIPLINE_OFFICER) -> Actor:
    new = NewAccount(username, "韩五", actor.office_id, frozenset({role}), PASSWORD, must_change_password=False)
    return actor_of(add_account(new, actor=None, at=at).account_id)


@pytest.fixture
def custody(services: Services, cast: Cast, at: datetime) -> None:
    enter(cast.wei_si, services, at)
    open_desk(cast.wei_si, cast.wei_si.office_id, DeskKind.CUSTODY, at=at)


@pytest.fixture
def number(services: Services, cast: Cast, at: datetime, custody: None) -> str:
    """A tip-off that the county's discipline desk has accepted."""
    enter(cast.chen_er, services, at)
    open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)
    number = hand_in(services, TIP_OFF, at=at).number
    take(services, cast.chen_er, number, Action.REGISTER, at=at)
    return number


def desk_id(session: Session, actor: Actor) -> int:
    return session.scalars(select(DeskKey.id).where(DeskKey.office_id == actor.office_id)).one()


def reads(session: Session, number: str, opener: DeskOpener) -> bool:
    case = session.scalars(select(Case).where(Case.number == number)).one()
    try:
        key = open_key(session, case, KeyPurpose.CONTENT, [opener])
    except NotAllowedError:
        return False
    return TEXT in {item.content.get("text") for item in read_items(session, case, key)}


def test_whoever_holds_the_desk_reads_after_signing_in_and_nobody_else_does(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer = colleague(cast.chen_er, at)
    _, other = enter(newcomer, services, at)

    assert reads(session, number, holder)
    assert not reads(session, number, other)


def test_a_holder_enrols_a_colleague_who_then_reads_what_was_accepted_before(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer = colleague(cast.chen_er, at)
    enrol(cast.chen_er, holder, desk_id(session, cast.chen_er), newcomer.account_id, at=at)

    assert reads(session, number, enter(newcomer, services, at)[1])


def test_only_a_holder_enrols_and_only_people_of_the_office_with_the_role(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    desk = desk_id(session, cast.chen_er)
    enter(cast.chu_san, services, at)

    with pytest.raises(NotFoundError):
        enrol(cast.chu_san, DeskOpener({}), desk, cast.chu_san.account_id, at=at)
    with pytest.raises(NotAllowedError):
        enrol(cast.chen_er, holder, desk, cast.chu_san.account_id, at=at)
    with pytest.raises(NotAllowedError):
        enrol(cast.chen_er, holder, desk, cast.li_si.account_id, at=at)


def test_a_changed_password_keeps_everything_readable(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    token, _ = enter(cast.chen_er, services, at)
    visit = visit_by(token, at=at, services=services)
    assert visit
    change_password(visit, PASSWORD, "quite-another-staple-9", BROWSER, at=at, services=services)

    assert reads(session, number, enter(cast.chen_er, services, at, "quite-another-staple-9")[1])
    assert reads(session, number, opener_of(token, cast.chen_er, services, at))


def test_a_reset_drops_that_persons_wrap_only_and_he_is_enrolled_again(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer, desk = colleague(cast.chen_er, at), desk_id(session, cast.chen_er)
    enrol(cast.chen_er, holder, desk, newcomer.account_id, at=at)
    issued = reset_password(newcomer.account_id, second_factor=False, actor=None, at=at)
    first = sign_in(newcomer.username, issued.password, BROWSER, at=at, services=services)
    token = choose_password(first.token, "a-new-staple-of-mine-7", at=at, services=services).token

    assert reads(session, number, holder)
    assert not reads(session, number, opener_of(token, newcomer, services, at))
    enrol(cast.chen_er, holder, desk, newcomer.account_id, at=at)
    assert reads(session, number, opener_of(token, newcomer, services, at))


def end_of(last: Actor, way: str, session: Session, cast: Cast, at: datetime) -> None:
    if way == "disable":
        disable_account(last.account_id, actor=None, at=at)
    elif way == "reset":
        reset_password(last.account_id, second_factor=False, actor=None, at=at)
    elif way == "move":
        move_account(last.account_id, cast.chu_san.office_id, actor=None, at=at)
    elif way == "leave":
        leave(last, desk_id(session, last), last.account_id, at=at)
    else:
        chief = colleague(cast.chu_san, at, "yang_liu", Role.ADMINISTRATOR)
        set_roles(last.account_id, frozenset({Role.AUDITOR}), version=1, actor=chief, at=at)


@pytest.mark.parametrize("way", ["disable", "reset", "leave", "move", "other roles"])
def test_the_last_holder_cannot_go(
    session: Session, services: Services, cast: Cast, at: datetime, number: str, way: str
) -> None:
    with pytest.raises(RefusedError, match="最后一个"):
        end_of(cast.chen_er, way, session, cast, at)

    assert reads(session, number, enter(cast.chen_er, services, at)[1])


def test_who_moves_to_another_office_leaves_the_key_with_those_who_stay(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer, desk = colleague(cast.chen_er, at), desk_id(session, cast.chen_er)
    for one in (newcomer, colleague(cast.chen_er, at, "yang_liu")):
        enrol(cast.chen_er, holder, desk, one.account_id, at=at)
    token, _ = enter(newcomer, services, at)
    move_account(newcomer.account_id, cast.chu_san.office_id, actor=None, at=at)
    moved = actor_of(newcomer.account_id)

    assert reads(session, number, holder)
    assert not reads(session, number, opener_of(token, moved, services, at))
    with pytest.raises(NotAllowedError):
        enrol(cast.chen_er, holder, desk, newcomer.account_id, at=at)
    open_desk(moved, moved.office_id, DeskKind.DISCIPLINE, at=at)  # his own pair came along


def test_of_two_holders_one_may_be_disabled(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer = colleague(cast.chen_er, at)
    enrol(cast.chen_er, holder, desk_id(session, cast.chen_er), newcomer.account_id, at=at)
    disable_account(cast.chen_er.account_id, actor=None, at=at)

    assert reads(session, number, enter(newcomer, services, at)[1])
    assert session.get(AccountKey, cast.chen_er.account_id) is None


def test_the_key_on_paper_lets_a_successor_in_and_a_wrong_one_does_not(
    session: Session, services: Services, cast: Cast, at: datetime, custody: None
) -> None:
    enter(cast.chen_er, services, at)
    paper = open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)
    number = hand_in(services, TIP_OFF, at=at).number
    successor = colleague(cast.chen_er, at)

    with pytest.raises(InvalidError):
        recover(successor, paper.desk_key_id, "AAAA-BBBB", at=at)
    recover(successor, paper.desk_key_id, paper.words.lower().replace("-", " "), at=at)

    assert reads(session, number, enter(successor, services, at)[1])


def test_another_paper_makes_the_former_one_worthless(
    session: Session, services: Services, cast: Cast, at: datetime, custody: None
) -> None:
    enter(cast.chen_er, services, at)
    former = open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)
    number, successor = hand_in(services, TIP_OFF, at=at).number, colleague(cast.chen_er, at)
    _, holder = enter(cast.chen_er, services, at)
    with pytest.raises(NotFoundError):
        renew_paper(successor, DeskOpener({}), former.desk_key_id, at=at)
    paper = renew_paper(cast.chen_er, holder, former.desk_key_id, at=at)

    with pytest.raises(InvalidError):
        recover(successor, paper.desk_key_id, former.words, at=at)
    recover(successor, paper.desk_key_id, paper.words, at=at)
    assert reads(session, number, enter(successor, services, at)[1])


def test_a_desk_is_opened_once_and_only_by_who_works_there(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    with pytest.raises(ConflictError):
        open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)
    for stranger in (cast.chu_san, cast.li_si, cast.sun_ba):
        with pytest.raises(NotAllowedError):
            open_desk(stranger, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)


def test_the_password_opens_the_desks_at_the_command_line_and_a_wrong_one_opens_none(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    assert reads(session, number, unlock_by_password(session, cast.chen_er, PASSWORD))
    assert unlock_by_password(session, cast.chen_er, "wrong").privates == {}


@pytest.mark.parametrize("way", ["disable", "leave"])
def test_of_two_holders_who_go_at_the_same_instant_one_stays(
    app: Flask, session: Session, services: Services, cast: Cast, at: datetime, number: str, way: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer, desk = colleague(cast.chen_er, at), desk_id(session, cast.chen_er)
    enrol(cast.chen_er, holder, desk, newcomer.account_id, at=at)
    both = (cast.chen_er, newcomer)

    def go(index: int) -> None:
        person = both[index % 2]
        if way == "disable":
            disable_account(person.account_id, actor=None, at=at)
        else:
            leave(person, desk, person.account_id, at=at)

    done, failed = race(app, go)
    session.rollback()
    left = session.scalars(select(DeskKeyHolder.account_id)).all()

    assert (len(done), len(set(left) & {person.account_id for person in both})) == (1, 1)
    assert {type(error) for error in failed} <= {RefusedError, ConflictError, NotFoundError}


def test_who_is_shut_holds_nothing_and_cannot_be_enrolled(
    session: Session, services: Services, cast: Cast, at: datetime, number: str
) -> None:
    _, holder = enter(cast.chen_er, services, at)
    newcomer = colleague(cast.chen_er, at)
    disable_account(newcomer.account_id, actor=None, at=at)

    with pytest.raises(RefusedError):
        enrol(cast.chen_er, holder, desk_id(session, cast.chen_er), newcomer.account_id, at=at)
