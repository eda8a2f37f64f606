"""The pairs of desks: opened with a key on paper, passed on by those who hold them, never left to one person alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.desk_keys import DeskKind, check_may_go, check_may_hold, kinds_of
from portal.domain.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from portal.domain.messages import N_, Message
from portal.domain.permissions import Actor
from portal.models.base import db
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.models.offices import Office
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.staff import actor_of
from portal.sealing.envelopes import BrokenEnvelopeError, seal, unseal
from portal.sealing.pairs import new_pair, open_with, pair_from_seed, seal_to
from portal.sealing.paper_keys import parse, printed
from portal.usecases import audit
from portal.usecases.account_keys import private_by_password, private_in_session
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.desk_holders import holders_of, remove_holder
from portal.usecases.idempotency import Sent, claim

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class PaperKey:
    """A key as it is printed once; nothing of it is kept here."""

    desk_key_id: int
    words: str = field(repr=False)


def unlock(session: Session, actor: Actor, session_id: int, token: str) -> DeskOpener:
    """The desks that a signed-in browser can open; none when the person holds none."""
    return opener_by(session, actor.account_id, private_in_session(session, session_id, token))


def unlocked_desks(actor: Actor, session_id: int, token: str) -> DeskOpener:
    """The same for a page, which has no session of the database at hand."""
    return unlock(db.session(), actor, session_id, token)


def unlock_by_password(session: Session, actor: Actor, password: str) -> DeskOpener:
    """The desks that a person can open who gives his password at the command line."""
    return opener_by(session, actor.account_id, private_by_password(actor.account_id, password))


def opener_by(session: Session, account_id: int, private: bytes | None) -> DeskOpener:
    """The desks that an account's private half opens."""
    pair = session.get(AccountKey, account_id)
    if private is None or pair is None or pair.public_key != pair_from_seed(private).public:
        return DeskOpener({})  # a session from before the person's pair was replaced
    rows = session.scalars(select(DeskKeyHolder).where(DeskKeyHolder.account_id == account_id))
    opened: Mapping[int, bytes] = {
        row.desk_key_id: open_with(private, row.wrapped, bound_to=_place(row.desk_key_id, account_id)) for row in rows
    }
    return DeskOpener(opened)


def open_desk(actor: Actor, office_id: int, kind: DeskKind, *, at: datetime, sent: Sent | None = None) -> PaperKey:
    """Give a desk its pair, held by the actor; the key on paper opens it should every holder be gone.

    ConflictError when the desk has a pair already; NotAllowedError for whoever may not hold it.
    """
    check_may_hold(actor, office_id, kind)
    paper, pair = os.urandom(_KEY_BYTES), new_pair()
    with transaction() as session:
        claim(session, sent, actor, at=at)
        office = session.scalars(select(Office).where(Office.id == office_id).with_for_update()).one()
        if kind not in kinds_of(office.kind):
            raise RefusedError(N_("这类单位没有这种受理台"))
        if _present(session, office_id, kind) is not None:
            raise ConflictError(N_("这个受理台已经启用"))
        desk = DeskKey(office_id=office_id, kind=kind, public_key=pair.public, created_at=at)
        session.add(desk)
        session.flush()
        desk.recovery_wrapped = seal(paper, pair.private, bound_to=_place(desk.id, 0))
        _hold(session, desk.id, actor.account_id, pair.private, at=at)
        audit.record(session, actor, "desk.opened", f"office:{office_id}", at=at, kind=str(kind))
        return PaperKey(desk.id, printed(paper))


def enrol(
    actor: Actor, opener: DeskOpener, desk_key_id: int, account_id: int, *, at: datetime, sent: Sent | None = None
) -> None:
    """Let a colleague hold the desk's key as well; only whoever holds it himself can do so."""
    private = opener.privates.get(desk_key_id)
    if private is None:
        raise NotFoundError(N_("您没有持有这个受理台的密钥"))
    with transaction() as session:
        claim(session, sent, actor, at=at)
        desk = session.get_one(DeskKey, desk_key_id)
        check_may_hold(actor_of(account_id), desk.office_id, desk.kind)
        _hold(session, desk_key_id, account_id, private, at=at)
        audit.record(session, actor, "desk.enrolled", f"account:{account_id}", at=at, desk=desk_key_id)


def leave(actor: Actor, desk_key_id: int, account_id: int, *, at: datetime, sent: Sent | None = None) -> None:
    """Take the key from a holder of the same office, or give up one's own; RefusedError for the last one."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        desk = _held_by(session, desk_key_id, actor.account_id)
        if session.get(DeskKeyHolder, (desk.id, account_id)) is None:
            raise NotFoundError(N_("这个人没有持有这个受理台的密钥"))
        check_may_go(holders_of(session, desk.id))
        remove_holder(session, desk.id, account_id)
        audit.record(session, actor, "desk.left", f"account:{account_id}", at=at, desk=desk_key_id)


def recover(actor: Actor, desk_key_id: int, words: str, *, at: datetime, sent: Sent | None = None) -> None:
    """Let the actor hold a desk's key again with the key on paper; InvalidError when it is not the right one."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        desk = session.get(DeskKey, desk_key_id)
        if desk is None or desk.offline:
            raise NotFoundError(N_("没有这个受理台"))
        check_may_hold(actor, desk.office_id, desk.kind)
        private = _recovered(desk, words)
        _hold(session, desk.id, actor.account_id, private, at=at)
        audit.record(session, actor, "desk.recovered", f"account:{actor.account_id}", at=at, desk=desk_key_id)


def renew_paper(
    actor: Actor, opener: DeskOpener, desk_key_id: int, *, at: datetime, sent: Sent | None = None
) -> PaperKey:
    """Another key on paper in place of one that is lost or was seen by somebody; the former opens nothing any more."""
    private, paper = opener.privates.get(desk_key_id), os.urandom(_KEY_BYTES)
    with transaction() as session:
        claim(session, sent, actor, at=at)
        desk = _held_by(session, desk_key_id, actor.account_id)
        if private is None:
            raise NotFoundError(N_("您没有持有这个受理台的密钥"))
        desk.recovery_wrapped = seal(paper, private, bound_to=_place(desk.id, 0))
        audit.record(session, actor, "desk.paper_renewed", f"office:{desk.office_id}", at=at, desk=desk_key_id)
        return PaperKey(desk.id, printed(paper))


def make_offline_key(session: Session, office_id: int, *, at: datetime) -> PaperKey | None:
    """The last resort of the top discipline office: a pair whose private half is printed and kept nowhere.

    Within the transaction of `init`; nothing when there is one already.
    """
    if session.scalar(select(DeskKey.id).where(DeskKey.offline, DeskKey.retired_at.is_(None))) is not None:
        return None
    pair = new_pair()
    desk = DeskKey(office_id=office_id, kind=DeskKind.DISCIPLINE, public_key=pair.public, offline=True, created_at=at)
    session.add(desk)
    session.flush()
    return PaperKey(desk.id, printed(pair.private))


def _hold(session: Session, desk_key_id: int, account_id: int, private: bytes, *, at: datetime) -> None:
    """The account's row is held, so that nobody shuts it in the same instant and leaves a holder who is not there."""
    usable = select(Account.id).where(Account.id == account_id, Account.disabled_at.is_(None)).with_for_update()
    is_usable = session.scalar(usable) is not None
    public = session.scalar(select(AccountKey.public_key).where(AccountKey.account_id == account_id))
    if not is_usable or public is None:
        raise RefusedError(N_("这个人还没有自己的密钥：请他先登录一次"))
    remove_holder(session, desk_key_id, account_id)
    wrapped = seal_to(public, private, bound_to=_place(desk_key_id, account_id))
    session.add(DeskKeyHolder(desk_key_id=desk_key_id, account_id=account_id, wrapped=wrapped, enrolled_at=at))
    session.flush()


def _present(session: Session, office_id: int, kind: DeskKind) -> DeskKey | None:
    return session.scalars(
        select(DeskKey).where(
            DeskKey.office_id == office_id, DeskKey.kind == kind, DeskKey.retired_at.is_(None), ~DeskKey.offline
        )
    ).one_or_none()


def _held_by(session: Session, desk_key_id: int, account_id: int) -> DeskKey:
    held = select(DeskKey).join(DeskKeyHolder, DeskKeyHolder.desk_key_id == DeskKey.id)
    found = session.scalars(
        held.where(DeskKey.id == desk_key_id, DeskKeyHolder.account_id == account_id).with_for_update(of=DeskKey)
    ).one_or_none()
    if found is None:
        raise NotFoundError(N_("您没有持有这个受理台的密钥"))
    return found


def _recovered(desk: DeskKey, words: str) -> bytes:
    paper = parse(words)
    try:
        return unseal(paper or bytes(_KEY_BYTES), desk.recovery_wrapped or b"", bound_to=_place(desk.id, 0))
    except BrokenEnvelopeError:
        wrong = Message(N_("恢复密钥不对，请对照纸上的字母和数字逐组核对"))
        raise InvalidError(N_("请改正标出的内容"), fields={"words": wrong}) from None


def _place(desk_key_id: int, account_id: int) -> str:
    return f"desk:{desk_key_id}:holder:{account_id}"
