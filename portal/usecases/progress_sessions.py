"""A submitter comes back with the query code: twenty minutes, a cookie that alone opens what the code opens."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.domain.case_holders import SUBMITTER_AND_SERVICE_ID
from portal.domain.errors import InvalidError, NotFoundError
from portal.domain.limits import Limit
from portal.domain.messages import N_, Message
from portal.models.base import db
from portal.models.cases import Case, CaseMember, ProgressSession
from portal.models.transaction import transaction
from portal.sealing.envelopes import BrokenEnvelopeError, keyed_hash, seal, unseal
from portal.sealing.query_codes import derive, parse_code
from portal.usecases.case_sealing import SubmitterOpener
from portal.usecases.limits import Origin, note_success, reserve
from portal.usecases.services import Services

OPEN_FOR = timedelta(minutes=20)
CODE = Limit("query_code", timedelta(minutes=30), per_subject=40, per_address=40, overall=2000)
"""Wrong codes. 18 random digits outlast any guessing; the limit keeps the work of guessing from stopping the site."""

_TOKEN_BYTES = 32
_NOBODY = "0" * 20


class ProgressClosedError(NotFoundError):
    """The twenty minutes are over, or nobody has given a code."""

    def __init__(self) -> None:
        super().__init__(N_("为保护您，查询页面20分钟后自动关闭。请重新输入查询码"))


@dataclass(frozen=True, slots=True)
class Submitter:
    """A submitter who has given his code: which case, which of several, and the private key that comes of the code."""

    case_id: int
    private: bytes = field(repr=False)
    ordinal: int = SUBMITTER_AND_SERVICE_ID

    @property
    def opener(self) -> SubmitterOpener:
        """What the code opens."""
        return SubmitterOpener(self.private, self.ordinal)


def open_progress(typed: str, address: str, *, at: datetime, services: Services) -> str:
    """Check a query code and give the token of a session; a wrong code costs the same work and says the same.

    InvalidError for any code that opens nothing; TooManyError after too many.
    """
    code = parse_code(typed)
    with transaction() as session:
        attempt = reserve(session, CODE, Origin(address, address), at=at, services=services)
    keys = derive(code or _NOBODY, services.keyring.key("codes"))
    found = _found(keys.lookup_id)
    if code is None or found is None:
        raise InvalidError(
            N_("请改正标出的内容"), fields={"code": Message(N_("查询码不对。请对照回执，一组一组地核对20位数字"))}
        )
    case_id, ordinal = found
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction() as session:
        note_success(session, attempt)
        ends = at + OPEN_FOR
        row = ProgressSession(token_hash=_hash(token, services), case_id=case_id, ordinal=ordinal, expires_at=ends)
        row.unlocked = seal(_key(token), keys.pair.private, bound_to=_place(case_id))
        session.add(row)
    return token


def submitter_by(token: str, *, at: datetime, services: Services) -> Submitter:
    """Whose session it is; ProgressClosedError when it is over, so that the page asks for the code again."""
    row = db.session().get(ProgressSession, _hash(token, services)) if token else None
    if row is None or row.expires_at <= at:
        raise ProgressClosedError
    try:
        private = unseal(_key(token), row.unlocked, bound_to=_place(row.case_id))
    except BrokenEnvelopeError:
        raise ProgressClosedError from None
    return Submitter(row.case_id, private, row.ordinal)


def close_progress(token: str, *, services: Services) -> None:
    """End the session; safe to repeat."""
    with transaction() as session:
        session.execute(delete(ProgressSession).where(ProgressSession.token_hash == _hash(token, services)))


def forget_sessions(*, at: datetime) -> None:
    """Delete sessions that are over."""
    with transaction() as session:
        session.execute(delete(ProgressSession).where(ProgressSession.expires_at <= at))


def _found(lookup_id: str) -> tuple[int, int] | None:
    """The case of a code, and which of its submitters has it; both tables are asked for every code."""
    session = db.session()
    own = session.scalar(select(Case.id).where(Case.lookup_id == lookup_id))
    joined = session.execute(
        select(CaseMember.case_id, CaseMember.ordinal).where(CaseMember.lookup_id == lookup_id)
    ).one_or_none()
    if own is not None:
        return own, SUBMITTER_AND_SERVICE_ID
    return (joined.case_id, joined.ordinal) if joined else None


def _hash(token: str, services: Services) -> str:
    return keyed_hash(services.keyring.key("sessions"), f"progress\n{token}")


def _key(token: str) -> bytes:
    """A key that only the cookie holds: the table keeps another hash of the token."""
    return bytes.fromhex(keyed_hash(token.encode(), "portal progress session"))


def _place(case_id: int) -> str:
    return f"progress:{case_id}"
