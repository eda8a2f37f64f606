"""A person's pair: under no password but his own, in a session for its cookie alone."""

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.permissions import AccountId, Actor, Role
from portal.domain.staff import SessionStage
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.models.desk_keys import AccountKey
from portal.models.staff import StaffSession
from portal.queries.staff import actor_of, visit_of
from portal.sealing.envelopes import BrokenEnvelopeError, keyed_hash
from portal.usecases.account_keys import (
    new_account_pair,
    new_lock,
    private_by_password,
    private_in_session,
    wrapped_under,
)
from portal.usecases.services import Services
from portal.usecases.sign_in import (
    Browser,
    change_password,
    choose_password,
    confirm_enrolment,
    pass_code,
    secret_of,
    sign_in,
    visit_by,
)
from portal.usecases.staff import IssuedPassword, NewAccount, add_account, disable_account, reset_password
from tests.cast import PASSWORD, Cast
from tests.conftest import AppFactory

BROWSER = Browser("192.0.2.9", "Firefox · Linux")
OWN = "凫山南路的杨树今年又绿了"
OFFICERS = frozenset({Role.CASE_OFFICER})


def unlocked(session: Session, services: Services, token: str, at: datetime) -> bytes | None:
    visit = visit_of(keyed_hash(services.keyring.key("sessions"), token), at)
    assert visit
    return private_in_session(session, visit.session_id, token)


def newcomer(cast: Cast, at: datetime) -> IssuedPassword:
    return add_account(NewAccount("han_wu", "韩五", cast.li_si.office_id, OFFICERS), actor=None, at=at)


def test_nothing_is_wrapped_under_a_password_that_somebody_else_issued(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    issued = newcomer(cast, at)
    token = sign_in("han_wu", issued.password, BROWSER, at=at, services=services).token
    assert session.get(AccountKey, issued.account_id) is None
    assert unlocked(session, services, token, at) is None

    token = choose_password(token, OWN, at=at, services=services).token
    private = unlocked(session, services, token, at)
    assert private
    assert private_by_password(issued.account_id, OWN) == private
    assert private_by_password(issued.account_id, issued.password) is None


def test_a_reset_forgets_the_pair_and_the_next_own_password_makes_another(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    first = unlocked(session, services, sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token, at)
    issued = reset_password(cast.li_si.account_id, second_factor=False, actor=None, at=at)
    assert session.get(AccountKey, issued.account_id) is None
    token = sign_in("li_si", issued.password, BROWSER, at=at, services=services).token
    token = choose_password(token, OWN, at=at, services=services).token

    assert unlocked(session, services, token, at) not in {None, first}


def test_a_changed_password_keeps_the_pair_and_the_former_one_opens_nothing(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    token = sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token
    private, visit = unlocked(session, services, token, at), visit_by(token, at=at, services=services)
    assert visit
    change_password(visit, PASSWORD, OWN, BROWSER, at=at, services=services)

    assert private_by_password(cast.li_si.account_id, OWN) == private == unlocked(session, services, token, at)
    assert private_by_password(cast.li_si.account_id, PASSWORD) is None


def test_two_sessions_of_one_person_unlock_the_same_pair_each_with_its_own_token(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    one, other = (sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token for _ in range(2))
    private = unlocked(session, services, one, at)

    assert private == unlocked(session, services, other, at)
    first, second = session.scalars(select(StaffSession).order_by(StaffSession.id)).all()
    assert first.unlocked != second.unlocked
    with pytest.raises(BrokenEnvelopeError):
        private_in_session(session, first.id, other)


def test_the_key_moves_along_when_the_token_changes_and_the_former_token_opens_nothing(
    make_app: AppFactory, at: datetime
) -> None:
    app = make_app(PORTAL_REQUIRE_TOTP="1")
    with app.app_context():
        services: Services = app.extensions["portal"]
        secret = _enrolled(services, at)
        later = at + timedelta(minutes=5)
        first = sign_in("li_si", PASSWORD, BROWSER, at=later, services=services)
        assert first.stage is SessionStage.CODE
        before = unlocked(db.session(), services, first.token, later)
        full = pass_code(first.token, pyotp.TOTP(secret).at(later), BROWSER, at=later, services=services)

        assert full.stage is SessionStage.FULL
        assert before == unlocked(db.session(), services, full.token, later) is not None
        row = db.session.scalars(select(StaffSession).order_by(StaffSession.id.desc()).limit(1)).one()
        with pytest.raises(BrokenEnvelopeError):
            private_in_session(db.session(), row.id, first.token)
        db.session.remove()


def _enrolled(services: Services, at: datetime) -> str:
    """Bind an authenticator for 李四; gives its secret."""
    token = sign_in("li_si", PASSWORD, BROWSER, at=at, services=services).token
    secret = secret_of(token, at=at, services=services)
    confirm_enrolment(token, pyotp.TOTP(secret).at(at), BROWSER, at=at, services=services)
    return secret


def test_the_database_and_the_key_files_do_not_open_what_a_session_has_unlocked(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    sign_in("li_si", PASSWORD, BROWSER, at=at, services=services)
    row = session.scalars(select(StaffSession)).one()

    assert row.unlocked
    for stored in (row.token_hash, *(key.hex() for key in services.keyring.keys.values())):
        with pytest.raises(BrokenEnvelopeError):
            private_in_session(session, row.id, stored)


def test_whoever_can_hold_no_desk_has_no_pair_and_a_shut_account_loses_its_own(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    def enter(actor: Actor) -> AccountKey | None:
        sign_in(actor.username, PASSWORD, BROWSER, at=at, services=services)
        return session.get(AccountKey, actor.account_id)

    assert enter(cast.zhang_san) is None
    assert enter(cast.sun_ba) is None
    assert enter(cast.li_si)
    disable_account(cast.li_si.account_id, actor=None, at=at)
    assert session.get(AccountKey, cast.li_si.account_id) is None


def test_no_key_and_no_password_stands_in_a_repr_or_in_the_audit_log(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    pair = new_account_pair(7, new_lock(PASSWORD))
    again = wrapped_under(7, pair.private, new_lock(OWN))
    issued = newcomer(cast, at)
    choose_password(
        sign_in("han_wu", issued.password, BROWSER, at=at, services=services).token, OWN, at=at, services=services
    )
    private = private_by_password(issued.account_id, OWN)
    assert private
    written = repr([(entry.subject, entry.detail) for entry in session.scalars(select(AuditEntry))]) + repr(again)

    for secret in (pair.private, private):
        assert repr(secret) not in written + repr(pair)
        assert secret.hex() not in written + repr(pair)
    assert not any(word in written for word in (issued.password, PASSWORD, OWN))
    assert actor_of(AccountId(issued.account_id)).roles == OFFICERS
