"""Signing in, step by step, and the sessions that come of it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain.errors import InvalidError, NotAllowedError, NotFoundError
from portal.domain.limits import Limit
from portal.domain.messages import N_, Message
from portal.domain.permissions import AccountId, Actor, Permission
from portal.domain.staff import (
    LONGEST,
    SIGN_IN,
    SIGN_IN_CODE,
    TOUCH_EVERY,
    SessionStage,
    next_stage,
    normal_username,
    password_fault,
)
from portal.models.base import db
from portal.models.publications import SiteState
from portal.models.staff import Account, StaffSession
from portal.models.transaction import transaction
from portal.queries.delegations import standing_in
from portal.queries.staff import Visit, account_of, actor_of, live, visit_of
from portal.sealing import totp
from portal.sealing.envelopes import keyed_hash, seal_under, unseal_under
from portal.sealing.passwords import hash_password, matches
from portal.usecases import audit
from portal.usecases.account_keys import (
    AccountPair,
    keep_first_pair,
    keep_in_session,
    keep_pair,
    new_account_pair,
    new_lock,
    private_by_password,
    private_in_session,
    wrapped_under,
)
from portal.usecases.case_moving import pass_keys
from portal.usecases.desk_keys import opener_by
from portal.usecases.limits import Origin, note_success, reserve
from portal.usecases.services import Services
from portal.usecases.staff import end_sessions

_TOKEN_BYTES = 32
_WRONG = N_("账号或密码不正确，请核对后重新填写")
_ENDED = N_("登录已中断，请重新登录")


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody signs in: the network address (for the limits alone) and a device in two words."""

    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The session's token after a step (a new one each time) and what the browser must do next."""

    token: str = field(repr=False)
    stage: SessionStage


def sign_in(username: str, password: str, browser: Browser, *, at: datetime, services: Services) -> Progress:
    """Check a password. NotAllowedError says the same and costs the same whether the account exists or not."""
    attempt = _reserve(SIGN_IN, Origin(normal_username(username), browser.address), at, services)
    known = db.session().scalar(select(Account).where(Account.username == normal_username(username)))
    usable = known if known and known.disabled_at is None else None
    stored = usable.password_hash if usable else None
    if not matches(stored, password):
        _note_failure("staff.sign_in_failed", known.id if known else None, at)
        raise NotAllowedError(_WRONG)
    private, pair = _keys_of(known, password) if known else (None, None)
    with transaction() as session:
        unchanged = select(Account).where(Account.password_hash == stored, Account.disabled_at.is_(None))
        account = session.scalar(unchanged.where(Account.username == normal_username(username)))
        if account is None:
            raise NotAllowedError(_WRONG)
        note_success(session, attempt)
        row = _opened(account, browser, at)
        session.add(row)
        if pair:
            private = keep_first_pair(session, pair, at=at)
        return _advance(session, account, row, private, passed_code=False, at=at, services=services)


def pass_code(token: str, code: str, browser: Browser, *, at: datetime, services: Services) -> Progress:
    """Check the second factor; a code is good once, also when two browsers send it at the same instant."""
    visit = _waiting(token, SessionStage.CODE, at, services)
    attempt, step = _code_checked(visit, code, browser, at, services)
    with transaction() as session:
        account, row = _claimed(session, visit, step), _row(session, visit, at)
        note_success(session, attempt)
        private = private_in_session(session, row.id, token)
        return _advance(session, account, row, private, passed_code=True, at=at, services=services)


def choose_password(token: str, new: str, *, at: datetime, services: Services) -> Progress:
    """Replace a one-time password by the person's own; every other session of the account ends."""
    visit = _waiting(token, SessionStage.NEW_PASSWORD, at, services)
    _check_new_password(visit.actor, new)
    hashed, pair = hash_password(new), _first_pair(visit.actor, new)
    with transaction() as session:
        account, row = session.get_one(Account, visit.actor.account_id), _row(session, visit, at)
        account.password_hash, account.must_change_password = hashed, False
        end_sessions(session, account.id, at=at, but=row.id)
        private = keep_pair(session, pair, at=at) if pair else None
        audit.record(session, visit.actor, "account.password_changed", f"account:{account.id}", at=at)
        return _advance(session, account, row, private, passed_code=True, at=at, services=services)


def secret_of(token: str, *, at: datetime, services: Services) -> str:
    """The secret that the enrolment page shows as text and as a QR code, until it is confirmed."""
    visit = _waiting(token, SessionStage.ENROLMENT, at, services)
    return _secret(visit.actor.account_id, services)


def confirm_enrolment(token: str, code: str, browser: Browser, *, at: datetime, services: Services) -> Progress:
    """Take the authenticator into use once its first code is right."""
    visit = _waiting(token, SessionStage.ENROLMENT, at, services)
    attempt, step = _code_checked(visit, code, browser, at, services)
    with transaction() as session:
        account, row = _claimed(session, visit, step), _row(session, visit, at)
        account.totp_confirmed_at = at
        note_success(session, attempt)
        audit.record(session, visit.actor, "account.second_factor_enrolled", f"account:{account.id}", at=at)
        private = private_in_session(session, row.id, token)
        return _advance(session, account, row, private, passed_code=True, at=at, services=services)


def change_password(
    visit: Visit, current: str, new: str, browser: Browser, *, at: datetime, services: Services
) -> None:
    """Change one's own password; every other session ends. InvalidError names the field."""
    attempt = _reserve(SIGN_IN, Origin(visit.actor.username, browser.address), at, services)
    stored = db.session().get_one(Account, visit.actor.account_id).password_hash
    if not matches(stored, current):
        _note_failure("account.password_refused", visit.actor.account_id, at)
        raise InvalidError(N_("请改正标出的内容"), fields={"current": Message(N_("现在的密码不正确，请重新填写"))})
    _check_new_password(visit.actor, new)
    hashed, private = hash_password(new), private_by_password(visit.actor.account_id, current)
    pair = wrapped_under(visit.actor.account_id, private, new_lock(new)) if private else None
    with transaction() as session:
        note_success(session, attempt)
        account = session.get_one(Account, visit.actor.account_id)
        if account.password_hash != stored:
            raise NotAllowedError(_ENDED)  # an administrator has reset it meanwhile
        account.password_hash, account.must_change_password = hashed, False
        if pair:
            keep_pair(session, pair, at=at)
        end_sessions(session, account.id, at=at, but=visit.session_id)
        audit.record(session, visit.actor, "account.password_changed", f"account:{account.id}", at=at)


def visit_by(token: str, *, at: datetime, services: Services) -> Visit | None:
    """The live session of a token, with those for whom its person stands in; notes now and then that it is in use."""
    visit = visit_of(_hash(token, services), at)
    if visit is None:
        return None
    if at - visit.last_seen_at >= TOUCH_EVERY:
        with transaction() as session:
            session.execute(update(StaffSession).where(StaffSession.id == visit.session_id).values(last_seen_at=at))
    return replace(visit, actor=standing_in(visit.actor, at=at))


def owner_of(token: str, services: Services) -> AccountId | None:
    """Whose session a token found, also when it is over; nothing for a token that never found one."""
    return account_of(_hash(token, services))


def sign_out(visit: Visit, *, at: datetime) -> None:
    """End the browser's own session."""
    revoke_session(visit.session_id, actor=visit.actor, at=at)


def revoke_session(session_id: int, *, actor: Actor, at: datetime) -> None:
    """End one of one's own sessions, wherever it is open; NotFoundError for other people's."""
    with transaction() as session:
        ended = update(StaffSession).where(StaffSession.id == session_id, StaffSession.account_id == actor.account_id)
        ended = ended.where(StaffSession.revoked_at.is_(None)).values(revoked_at=at)
        if session.scalar(ended.returning(StaffSession.id)) is None:
            raise NotFoundError(N_("这个登录已经结束"))
        audit.record(session, actor, "session.revoked", f"account:{actor.account_id}", at=at)


def _keys_of(account: Account, password: str) -> tuple[bytes | None, AccountPair | None]:
    """The private half that the password opens; or a first pair, once the password is the person's own.

    Whoever issued a one-time password knows it, so nothing is ever wrapped under one.
    """
    private = private_by_password(account.id, password)
    is_own = private is None and not account.must_change_password
    return private, _first_pair(actor_of(account.id), password) if is_own else None


def _first_pair(actor: Actor, password: str) -> AccountPair | None:
    """A pair for whoever may hold the key of a desk."""
    return new_account_pair(actor.account_id, new_lock(password)) if actor.may(Permission.HOLD_DESK_KEY) else None


def _reserve(limit: Limit, origin: Origin, at: datetime, services: Services) -> int:
    with transaction() as session:
        return reserve(session, limit, origin, at=at, services=services)


def _note_failure(action: str, account_id: int | None, at: datetime) -> None:
    subject = f"account:{account_id}" if account_id else "account:unknown"
    with transaction() as session:
        audit.record(session, None, action, subject, at=at)


def _opened(account: Account, browser: Browser, at: datetime) -> StaffSession:
    return StaffSession(
        account_id=account.id,
        token_hash="",
        stage=SessionStage.CODE,
        device=browser.device,
        created_at=at,
        last_seen_at=at,
        expires_at=at + LONGEST,
    )


def _advance(
    session: Session,
    account: Account,
    row: StaffSession,
    private: bytes | None,
    *,
    passed_code: bool,
    at: datetime,
    services: Services,
) -> Progress:
    """Move a session to its next stage under a new token, so that an older token is worth nothing.

    The person's private key moves along under the new token; with it come the keys of cases that have gone elsewhere.
    """
    stage = next_stage(
        passed_code=passed_code,
        has_second_factor=account.totp_confirmed_at is not None,
        needs_second_factor=_needs_second_factor(session, services),
        must_change=account.must_change_password,
    )
    if stage is SessionStage.ENROLMENT and account.totp_sealed is None:
        secret = totp.new_secret().encode()
        account.totp_sealed = seal_under(services.keyring, "totp", secret, bound_to=totp_place(account.id))
        account.totp_last_step = 0
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row.token_hash, row.stage, row.last_seen_at = _hash(token, services), stage, at
    session.flush()
    keep_in_session(row, token, private)
    if stage is SessionStage.FULL:
        pass_keys(session, services, opener_by(session, account.id, private), at=at)
        audit.record(session, actor_of(account.id), "staff.signed_in", f"account:{account.id}", at=at)
    return Progress(token, stage)


def _needs_second_factor(session: Session, services: Services) -> bool:
    """Always, except where the operator has switched it off and in a demo, whose accounts are handed to everybody."""
    return services.settings.require_totp and not session.scalar(select(SiteState.demo))


def _waiting(token: str, stage: SessionStage, at: datetime, services: Services) -> Visit:
    visit = visit_of(_hash(token, services), at)
    if visit is None or visit.stage is not stage:
        raise NotAllowedError(_ENDED)
    return visit


def _row(session: Session, visit: Visit, at: datetime) -> StaffSession:
    """The session's row once more, now that nobody else writes: it may have been revoked or moved on meanwhile."""
    same = select(StaffSession).where(StaffSession.id == visit.session_id, StaffSession.stage == visit.stage)
    row = session.scalar(same.where(live(at)))
    if row is None:
        raise NotAllowedError(_ENDED)
    return row


def _code_checked(visit: Visit, code: str, browser: Browser, at: datetime, services: Services) -> tuple[int, int]:
    """The reserved attempt and the time step whose code was typed; InvalidError when it is wrong or used."""
    attempt = _reserve(SIGN_IN_CODE, Origin(f"account:{visit.actor.account_id}", browser.address), at, services)
    account = db.session().get_one(Account, visit.actor.account_id)
    step = totp.step_of(_secret(account.id, services), code, at=at, after=account.totp_last_step)
    if step is None:
        _note_failure("staff.code_refused", account.id, at)
        raise _wrong_code()
    return attempt, step


def _claimed(session: Session, visit: Visit, step: int) -> Account:
    """Use the step up: only one of several that send the same code finds it unused."""
    unused = update(Account).where(Account.id == visit.actor.account_id, Account.totp_last_step < step)
    if session.scalar(unused.values(totp_last_step=step).returning(Account.id)) is None:
        raise _wrong_code()
    return session.get_one(Account, visit.actor.account_id)


def _wrong_code() -> InvalidError:
    wrong = Message(N_("验证码不正确或已经用过，请等下一个验证码"))
    return InvalidError(N_("请改正标出的内容"), fields={"code": wrong})


def _check_new_password(actor: Actor, new: str) -> None:
    fault = password_fault(new, actor.username)
    stored = db.session().get_one(Account, actor.account_id).password_hash
    if fault is None and matches(stored, new):
        fault = Message(N_("新密码不能和现在的密码相同"))
    if fault:
        raise InvalidError(N_("请改正标出的内容"), fields={"password": fault})


def _secret(account_id: int, services: Services) -> str:
    sealed = db.session().get_one(Account, account_id).totp_sealed
    if sealed is None:
        raise NotAllowedError(_ENDED)
    return unseal_under(services.keyring, "totp", sealed, bound_to=totp_place(account_id)).decode()


def totp_place(account_id: int) -> str:
    """What the sealed secret of a second factor is bound to."""
    return f"account:{account_id}:totp"


def _hash(token: str, services: Services) -> str:
    return keyed_hash(services.keyring.key("sessions"), token)


def form_binding(token: str, services: Services) -> str:
    """What the forms of a session are signed with: known only to who holds its token, and useless for signing in."""
    return keyed_hash(services.keyring.key("sessions"), f"forms\n{token}")
