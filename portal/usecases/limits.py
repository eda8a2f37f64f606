"""Limits kept in the database, so that they hold over all workers and over a restart."""

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from portal.domain.errors import TooManyError
from portal.domain.instants import shanghai_date
from portal.domain.limits import Limit
from portal.domain.messages import N_
from portal.models.publications import SiteState
from portal.models.staff import Attempt, LimitKey
from portal.sealing.envelopes import keyed_hash
from portal.usecases.services import Services

KEEP = timedelta(days=2)
_NETWORK = 64
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Origin:
    """Who tries (a username, a session …) and from which network address; kept as keyed hashes alone."""

    subject: str
    address: str


def reserve(session: Session, limit: Limit, origin: Origin, *, at: datetime, services: Services) -> int:
    """Note an attempt before its outcome is known and return its id; TooManyError when there were too many.

    It is noted as failed: whoever tries a hundred passwords at once has used up a hundred attempts before the first
    is judged.
    """
    session.execute(select(SiteState.id).with_for_update())  # one at a time, where the database would count in parallel
    daily = _daily_keys(session, at)
    subject, address = _keys(origin.subject, daily, services), _keys(_network(origin.address), daily, services)
    for condition, most in (
        (Attempt.subject_key.in_(subject), limit.per_subject),
        (Attempt.address_key.in_(address), limit.per_address),
        (Attempt.id.is_not(None), limit.overall),
    ):
        if _count(session, limit, condition, at) >= most:
            raise TooManyError(
                N_("尝试次数过多，请在%(minutes)s分钟后再试"), minutes=limit.window // timedelta(minutes=1)
            )
    attempt = Attempt(at=at, action=limit.action, subject_key=subject[0], address_key=address[0], succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def note_success(session: Session, attempt_id: int) -> None:
    """Say that the reserved attempt was a good one."""
    session.execute(update(Attempt).where(Attempt.id == attempt_id).values(succeeded=True))


def forget(session: Session, *, at: datetime) -> None:
    """Delete attempts that no window reaches any more, and the keys under which their addresses were hashed."""
    session.execute(delete(Attempt).where(Attempt.at < at - KEEP))
    session.execute(delete(LimitKey).where(LimitKey.day < shanghai_date(at) - timedelta(days=1)))


def _count(session: Session, limit: Limit, condition: ColumnElement[bool], at: datetime) -> int:
    counted = select(func.count()).where(Attempt.action == limit.action, Attempt.at > at - limit.window, condition)
    if not limit.counts_successes:
        counted = counted.where(Attempt.succeeded.is_(False))
    return session.scalar(counted) or 0


def _network(address: str) -> str:
    """What counts as one address: an IPv6 user holds a whole network."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:  # noqa: PLR2004 - the version of the protocol
        return str(ipaddress.ip_network((known, _NETWORK), strict=False))
    return str(known)


def _keys(value: str, daily: tuple[bytes, bytes], services: Services) -> tuple[str, str]:
    """The hash of today and that of yesterday: the key changes daily, so that nobody is followed over days.

    The standing key lies outside the database, the day's key is random and goes with its day: neither alone finds an
    address again, and in two days nobody can.
    """
    key = services.keyring.key("limits")
    today, yesterday = (keyed_hash(key, f"{one.hex()}\n{value}") for one in daily)
    return today, yesterday


def _daily_keys(session: Session, at: datetime) -> tuple[bytes, bytes]:
    today = shanghai_date(at)
    return _key_of(session, today), _key_of(session, today - timedelta(days=1))


def _key_of(session: Session, day: date) -> bytes:
    """The key of a day, drawn at the first attempt; whoever asks holds the lock of the site's row."""
    row = session.get(LimitKey, day)
    if row is None:
        row = LimitKey(day=day, key=secrets.token_bytes(_KEY_BYTES))
        session.add(row)
        session.flush()
    return row.key
