from datetime import datetime, timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError, PortalError, TooManyError
from portal.domain.limits import Limit
from portal.domain.staff import SIGN_IN_CODE, SessionStage
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.publications import SiteState
from portal.models.staff import Account, Attempt
from portal.models.transaction import transaction
from portal.queries.staff import sessions_of
from portal.sealing import passwords
from portal.usecases.limits import Origin, note_success, reserve
from portal.usecases.services import Services
from portal.usecases.sign_in import (
    Browser,
    change_password,
    confirm_enrolment,
    pass_code,
    revoke_session,
    secret_of,
    sign_in,
    visit_by,
)
from tests.cast import PASSWORD, Cast
from tests.conftest import AppFactory

BROWSER = Browser("192.0.2.7", "Firefox · Linux")
OWN = "凫山南路的杨树今年又绿了"
FEW = Limit("trying", timedelta(minutes=10), per_subject=2, per_address=3, overall=5)


@pytest.fixture
def strict(make_app: AppFactory, session: Session) -> Services:
    """Settings as in production, on the database of the open session."""
    made: Services = make_app(PORTAL_REQUIRE_TOTP="1").extensions["portal"]
    return made


def _enrolled(at: datetime, strict: Services) -> str:
    """Bind a device for 李四 and return its secret."""
    progress = sign_in("li_si", PASSWORD, BROWSER, at=at, services=strict)
    assert progress.stage is SessionStage.ENROLMENT
    secret = secret_of(progress.token, at=at, services=strict)
    done = confirm_enrolment(progress.token, _code(secret, at), BROWSER, at=at, services=strict)
    assert done.stage is SessionStage.FULL
    return secret


def _code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def _actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_every_step_is_noted_once(session: Session, cast: Cast, at: datetime, strict: Services):
    _enrolled(at, strict)
    assert _actions(session) == ["account.second_factor_enrolled", "staff.signed_in"]


def test_a_code_and_its_neighbours_before_it_are_spent(cast: Cast, at: datetime, strict: Services):
    secret = _enrolled(at, strict)
    for moment in (at, at - timedelta(seconds=30)):
        progress = sign_in("li_si", PASSWORD, BROWSER, at=at, services=strict)
        assert progress.stage is SessionStage.CODE
        with pytest.raises(InvalidError):
            pass_code(progress.token, _code(secret, moment), BROWSER, at=at, services=strict)


def test_of_six_browsers_with_one_code_one_is_let_in(
    app: Flask, session: Session, cast: Cast, at: datetime, strict: Services
):
    secret, later = _enrolled(at, strict), at + timedelta(minutes=1)
    tokens = [sign_in("li_si", PASSWORD, BROWSER, at=later, services=strict).token for _ in range(6)]
    session.rollback()
    start, outcomes = Barrier(6), []

    def enter(token: str) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(pass_code(token, _code(secret, later), BROWSER, at=later, services=strict).stage)
            except PortalError:
                outcomes.append("refused")
            db.session.remove()

    threads = [Thread(target=enter, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full", *["refused"] * 5]


def test_wrong_codes_are_limited(cast: Cast, at: datetime, strict: Services):
    secret = _enrolled(at, strict)
    progress = sign_in("li_si", PASSWORD, BROWSER, at=at, services=strict)
    for _ in range(SIGN_IN_CODE.per_subject):
        with pytest.raises(InvalidError):
            pass_code(progress.token, "000000", BROWSER, at=at, services=strict)
    later = at + timedelta(minutes=1)
    with pytest.raises(TooManyError):
        pass_code(progress.token, _code(secret, later), BROWSER, at=later, services=strict)


def test_an_older_token_is_worth_nothing_after_the_next_step(cast: Cast, at: datetime, strict: Services):
    secret, later = _enrolled(at, strict), at + timedelta(minutes=1)
    half = sign_in("li_si", PASSWORD, BROWSER, at=later, services=strict)
    full = pass_code(half.token, _code(secret, later), BROWSER, at=later, services=strict)
    assert visit_by(half.token, at=later, services=strict) is None
    assert visit_by(full.token, at=later, services=strict)
    assert half.token not in repr(half)


def test_a_demo_asks_for_no_device(cast: Cast, at: datetime, strict: Services):
    with transaction() as session:
        session.execute(update(SiteState).values(demo=True))
    assert sign_in("li_si", PASSWORD, BROWSER, at=at, services=strict).stage is SessionStage.FULL


def test_an_unknown_account_costs_the_same_work(
    cast: Cast, at: datetime, services: Services, monkeypatch: pytest.MonkeyPatch
):
    judged: list[bool] = []

    def matches(stored: str | None, password: str) -> bool:
        judged.append(stored is not None)
        return passwords.matches(stored, password)

    monkeypatch.setattr("portal.usecases.sign_in.matches", matches)
    for username in ("li_si", "nobody"):
        with pytest.raises(NotAllowedError):
            sign_in(username, "wrong", BROWSER, at=at, services=services)
    assert judged == [True, False]


def test_a_failure_is_noted_without_what_was_typed(session: Session, cast: Cast, at: datetime, services: Services):
    for username in ("li_si", "typed by mistake: my password"):
        with pytest.raises(NotAllowedError):
            sign_in(username, "wrong", BROWSER, at=at, services=services)
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.subject for entry in entries] == [f"account:{cast.li_si.account_id}", "account:unknown"]
    assert not any(entry.detail for entry in entries)


def test_changing_the_password_ends_every_other_session(session: Session, cast: Cast, at: datetime, services: Services):
    here = sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token
    elsewhere = sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token
    visit = visit_by(here, at=at, services=services)
    assert visit
    with pytest.raises(InvalidError) as refused:
        change_password(visit, "wrong", OWN, BROWSER, at=at, services=services)
    assert set(refused.value.fields) == {"current"}
    change_password(visit, PASSWORD, OWN, BROWSER, at=at, services=services)
    assert visit_by(here, at=at, services=services)
    assert visit_by(elsewhere, at=at, services=services) is None
    with pytest.raises(NotAllowedError):
        sign_in("li_si", PASSWORD, BROWSER, at=at, services=services)
    assert _actions(session).count("account.password_changed") == 1


def test_people_end_their_own_sessions_and_nobody_elses(cast: Cast, at: datetime, services: Services):
    token = sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token
    (session,) = sessions_of(cast.li_si.account_id, at)
    assert session.device == "Firefox · Linux"
    with pytest.raises(NotFoundError):
        revoke_session(session.id, actor=cast.wang_wu, at=at)
    revoke_session(session.id, actor=cast.li_si, at=at)
    assert visit_by(token, at=at, services=services) is None
    assert sessions_of(cast.li_si.account_id, at) == ()


def _try(origin: Origin, at: datetime, services: Services) -> int:
    with transaction() as session:
        return reserve(session, FEW, origin, at=at, services=services)


def test_limits_hold_by_subject_by_address_and_overall(cast: Cast, at: datetime, services: Services):
    for _ in range(2):
        _try(Origin("a", "192.0.2.1"), at, services)
    with pytest.raises(TooManyError):
        _try(Origin("a", "192.0.2.2"), at, services)
    _try(Origin("b", "192.0.2.1"), at, services)
    with pytest.raises(TooManyError):
        _try(Origin("c", "192.0.2.1"), at, services)
    for number in (3, 4):
        _try(Origin(f"d{number}", f"192.0.2.{number}"), at, services)
    with pytest.raises(TooManyError):
        _try(Origin("e", "192.0.2.9"), at, services)
    _try(Origin("a", "192.0.2.1"), at + timedelta(minutes=11), services)


def test_successes_do_not_count(cast: Cast, at: datetime, services: Services):
    for _ in range(9):
        with transaction() as session:
            note_success(session, reserve(session, FEW, Origin("a", "192.0.2.1"), at=at, services=services))


def test_a_whole_ipv6_network_counts_as_one_address(cast: Cast, at: datetime, services: Services):
    for number in range(3):
        _try(Origin(f"s{number}", f"2001:db8::{number}"), at, services)
    with pytest.raises(TooManyError):
        _try(Origin("s9", "2001:db8::ffff"), at, services)
    _try(Origin("s9", "2001:db8:0:1::1"), at, services)


def test_a_window_reaches_over_midnight_though_the_hashes_change(
    session: Session, cast: Cast, at: datetime, services: Services
):
    before = at.replace(hour=15, minute=57)
    for _ in range(2):
        _try(Origin("a", "192.0.2.1"), before, services)
    with pytest.raises(TooManyError):
        _try(Origin("a", "192.0.2.1"), before + timedelta(minutes=5), services)
    _try(Origin("a", "192.0.2.1"), before + timedelta(minutes=15), services)
    session.rollback()
    assert len(set(session.scalars(select(Attempt.subject_key)))) == 2


def test_attempts_tell_neither_who_nor_where(session: Session, cast: Cast, at: datetime, services: Services):
    _try(Origin("li_si", "192.0.2.1"), at, services)
    session.rollback()
    (attempt,) = session.scalars(select(Attempt))
    stored = f"{attempt.subject_key} {attempt.address_key}"
    assert "li_si" not in stored
    assert "192.0.2" not in stored


def test_a_password_that_changed_meanwhile_opens_nothing(
    cast: Cast, at: datetime, services: Services, monkeypatch: pytest.MonkeyPatch
):
    def matches(stored: str | None, password: str) -> bool:
        with transaction() as session:
            session.execute(update(Account).where(Account.username == "li_si").values(password_hash="changed"))
        return passwords.matches(stored, password)

    monkeypatch.setattr("portal.usecases.sign_in.matches", matches)
    with pytest.raises(NotAllowedError):
        sign_in("li_si", PASSWORD, BROWSER, at=at, services=services)
