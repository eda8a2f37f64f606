from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.permissions import Role
from portal.domain.staff import SessionStage
from portal.models.audit import AuditEntry
from portal.models.staff import Attempt, StaffSession
from portal.queries.staff import account_named, actor_named
from portal.usecases.idempotency import SentTwiceError, outcome_of
from portal.usecases.services import Services
from portal.usecases.sign_in import Browser, Progress, sign_in, visit_by
from portal.usecases.staff import (
    NewAccount,
    Sent,
    add_account,
    disable_account,
    forget_traces,
    reset_password,
    set_roles,
)
from tests.cast import PASSWORD, Cast

BROWSER = Browser("192.0.2.7", "Firefox · Linux")


def _new(cast: Cast, username: str = "xin_ren", **more: object) -> NewAccount:
    return NewAccount(username, "新人", cast.li_si.office_id, frozenset({Role.DRAFTER}), **more)


def _noted(session: Session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def _signed_in(username: str, at: datetime, services: Services) -> Progress:
    return sign_in(username, PASSWORD, BROWSER, at=at, services=services)


def test_an_account_is_created_with_a_password_that_is_shown_once(session: Session, cast: Cast, at: datetime):
    issued = add_account(_new(cast), actor=cast.sun_ba, at=at)
    assert issued.password not in repr(issued)
    made = account_named("Xin_Ren")
    assert (made.id, made.roles, made.must_change_password) == (issued.account_id, {Role.DRAFTER}, True)
    (entry,) = _noted(session, "account.created")
    assert entry.account_id == cast.sun_ba.account_id
    assert issued.password not in str(entry.detail)


def test_a_username_is_given_once(session: Session, cast: Cast, at: datetime):
    with pytest.raises(InvalidError) as refused:
        add_account(_new(cast, "LI_SI"), actor=cast.sun_ba, at=at)
    assert set(refused.value.fields) == {"username"}
    assert not _noted(session, "account.created")


def test_a_form_that_is_sent_twice_makes_one_account(session: Session, cast: Cast, at: datetime):
    add_account(_new(cast), actor=cast.sun_ba, at=at, sent=Sent("key", "/desk/accounts/"))
    with pytest.raises(SentTwiceError):
        add_account(_new(cast, "other"), actor=cast.sun_ba, at=at, sent=Sent("key", "/desk/accounts/"))
    assert len(_noted(session, "account.created")) == 1


def test_a_given_password_must_be_a_good_one(cast: Cast, at: datetime):
    with pytest.raises(InvalidError) as refused:
        add_account(_new(cast, password="short"), actor=None, at=at)
    assert set(refused.value.fields) == {"password"}


@pytest.mark.parametrize("roles", [{Role.ADMINISTRATOR, Role.AUDITOR}, set()])
def test_forbidden_roles_are_refused_when_created_and_when_changed(cast: Cast, at: datetime, roles: set[Role]):
    with pytest.raises(RefusedError):
        add_account(NewAccount("xin_ren", "新人", cast.li_si.office_id, frozenset(roles)), actor=cast.sun_ba, at=at)
    with pytest.raises(RefusedError):
        set_roles(cast.li_si.account_id, frozenset(roles), version=1, actor=cast.sun_ba, at=at)


def test_roles_are_changed_against_the_version_that_was_seen(session: Session, cast: Cast, at: datetime):
    seen = account_named("li_si").version
    set_roles(cast.li_si.account_id, frozenset({Role.REVIEWER}), version=seen, actor=cast.sun_ba, at=at)
    assert actor_named("li_si").roles == {Role.REVIEWER}
    with pytest.raises(ConflictError):
        set_roles(cast.li_si.account_id, frozenset({Role.PUBLISHER}), version=seen, actor=cast.sun_ba, at=at)
    assert actor_named("li_si").roles == {Role.REVIEWER}
    assert len(_noted(session, "account.roles_set")) == 1


def test_a_disabled_account_is_out_at_once_and_stays_on_record(
    session: Session, cast: Cast, at: datetime, services: Services
):
    token = _signed_in("li_si", at, services).token
    disable_account(cast.li_si.account_id, actor=cast.sun_ba, at=at)
    assert visit_by(token, at=at, services=services) is None
    with pytest.raises(NotAllowedError):
        _signed_in("li_si", at, services)
    with pytest.raises(NotFoundError):
        actor_named("li_si")
    assert account_named("li_si").disabled_at == at
    with pytest.raises(ConflictError):
        disable_account(cast.li_si.account_id, actor=cast.sun_ba, at=at)
    assert len(_noted(session, "account.disabled")) == 1


def test_a_reset_ends_sessions_and_the_old_password(session: Session, cast: Cast, at: datetime, services: Services):
    token = _signed_in("li_si", at, services).token
    issued = reset_password(cast.li_si.account_id, second_factor=True, actor=cast.sun_ba, at=at)
    assert visit_by(token, at=at, services=services) is None
    with pytest.raises(NotAllowedError):
        _signed_in("li_si", at, services)
    assert sign_in("li_si", issued.password, BROWSER, at=at, services=services).stage is SessionStage.NEW_PASSWORD
    assert len(_noted(session, "account.reset")) == 1


def test_nobody_changes_his_own_account(cast: Cast, at: datetime):
    with pytest.raises(RefusedError):
        disable_account(cast.sun_ba.account_id, actor=cast.sun_ba, at=at)
    with pytest.raises(RefusedError):
        set_roles(cast.sun_ba.account_id, frozenset({Role.AUDITOR}), version=1, actor=cast.sun_ba, at=at)


def test_only_administrators_manage_accounts_and_only_in_their_scope(cast: Cast, at: datetime):
    with pytest.raises(NotAllowedError):
        add_account(_new(cast), actor=cast.li_si, at=at)
    set_roles(cast.qian_qi.account_id, frozenset({Role.ADMINISTRATOR}), version=1, actor=cast.sun_ba, at=at)
    other_county = actor_named("qian_qi")
    for attempt in (
        lambda: disable_account(cast.li_si.account_id, actor=other_county, at=at),
        lambda: reset_password(cast.li_si.account_id, second_factor=False, actor=other_county, at=at),
        lambda: add_account(_new(cast), actor=other_county, at=at),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_old_traces_are_forgotten(session: Session, cast: Cast, at: datetime, services: Services):
    _signed_in("li_si", at, services)
    add_account(_new(cast), actor=cast.sun_ba, at=at, sent=Sent("key", "/"))
    forget_traces(services, at=at)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    forget_traces(services, at=at + timedelta(days=60))
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_how_long_traces_are_kept_says_the_table_of_retention(
    session: Session, cast: Cast, at: datetime, services: Services
):
    add_account(_new(cast), actor=cast.sun_ba, at=at, sent=Sent("key", "/"))
    longer = replace(services.rulebook.retention, idempotency_days=90)
    forget_traces(replace(services, rulebook=replace(services.rulebook, retention=longer)), at=at + timedelta(days=60))
    assert outcome_of("key") == "/"
    forget_traces(services, at=at + timedelta(days=60))
    session.expire_all()
    assert outcome_of("key") is None
