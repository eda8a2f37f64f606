"""Limits kept in the database, so that they hold over all workers and over a restart."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from portal.domain.errors import TooManyError
from portal.domain.instants import shanghai_date
from portal.domain.limits import Limit
from portal.domain.messages import N_
from portal.models.publications import SiteState
from portal.models.staff import Attempt
from portal.sealing.envelopes import keyed_hash
from portal.usecases.services import Services

KEEP = timedelta(days=2)
_NETWORK = 64


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
    subject, address = _keys(origin.subject, at, services), _keys(_network(origin.address), at, services)
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
    """Delete attempts that no window reaches any more."""
    session.execute(delete(Attempt).where(Attempt.at < at - KEEP))


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


def _keys(value: str, at: datetime, services: Services) -> tuple[str, str]:
    """The hash of today and that of yesterday: the key changes daily, so that nobody is followed over days."""
    key, today = services.keyring.key("limits"), shanghai_date(at)
    yesterday = today - timedelta(days=1)
    return keyed_hash(key, f"{today.isoformat()}\n{value}"), keyed_hash(key, f"{yesterday.isoformat()}\n{value}")
