"""Whoever has the whole database and every file of the instance still does not read a tip-off.

Everything that is stored is tried as a key on everything that is sealed, with the places that the source tells; what
opens is a key again, until nothing more opens. That the trial is in earnest is shown by giving it one password.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_holders import Holder
from portal.domain.desk_keys import DeskKind
from portal.models.base import Base
from portal.models.cases import Case, CaseItem, CaseKey
from portal.models.desk_keys import AccountKey, DeskKey, DeskKeyHolder
from portal.models.staff import StaffSession
from portal.sealing.envelopes import BrokenEnvelopeError, unseal
from portal.sealing.pairs import open_with
from portal.sealing.paper_keys import parse
from portal.sealing.passwords import key_from_password
from portal.usecases.case_sealing import wrap_place
from portal.usecases.desk_keys import PaperKey, open_desk
from portal.usecases.services import Services
from portal.usecases.sign_in import Browser, sign_in
from tests.cast import PASSWORD, Cast
from tests.usecases.cases import COMPLAINT, TEXT, TIP_OFF, hand_in, submitter_of, take

BROWSER = Browser("192.0.2.9", "Firefox · Linux")
KEY = 32
Lock = Callable[[bytes], bytes]


def test_no_stored_key_opens_a_tip_off_but_a_holders_password_the_paper_and_the_code_do(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    paper = ready_desks(services, cast, at)
    handed = hand_in(services, TIP_OFF, at=at)
    take(services, cast.chen_er, handed.number, Action.REGISTER, at=at)
    hand_in(services, COMPLAINT, at=at)  # of which the service may read the words: the trial must find them
    stored, locks = set(everything_stored(session, services)), list(locks_of(session))

    assert texts_opened(session, stored, locks) == {False: True, True: False}
    salt = session.get_one(AccountKey, cast.chen_er.account_id).salt
    written = parse(paper.words)
    assert written
    for secret in (
        key_from_password(PASSWORD, salt),
        written,
        submitter_of(session, services, handed).private,
    ):
        assert texts_opened(session, stored | {secret}, locks) == {False: True, True: True}


def ready_desks(services: Services, cast: Cast, at: datetime) -> PaperKey:
    for person in (cast.wei_si, cast.chen_er):
        sign_in(person.username, PASSWORD, BROWSER, at=at, services=services)
    open_desk(cast.wei_si, cast.wei_si.office_id, DeskKind.CUSTODY, at=at)
    return open_desk(cast.chen_er, cast.chen_er.office_id, DeskKind.DISCIPLINE, at=at)


def everything_stored(session: Session, services: Services) -> Iterator[bytes]:
    """Whatever 32 bytes a thief would try: files, values, their beginnings and ends, and what hex digits stand for."""
    for path in services.settings.instance.rglob("*.key"):
        yield path.read_bytes()
    for table in Base.metadata.sorted_tables:
        if table.name == "divisions":
            continue
        for row in session.execute(select(table)):
            for column, value in zip(table.columns, row, strict=True):
                blob = value if isinstance(column.type, LargeBinary) else str(value).encode()
                yield from cuts_of(blob or b"")


def cuts_of(blob: bytes) -> Iterator[bytes]:
    for start in range(min(len(blob) - KEY + 1, 64)):
        yield blob[start : start + KEY]
    yield blob[-KEY:].rjust(KEY, b"\0")
    if len(blob) == 2 * KEY and all(letter in b"0123456789abcdef" for letter in blob):
        yield bytes.fromhex(blob.decode())


def locks_of(session: Session) -> Iterator[Lock]:
    """Everything that holds another key."""
    for account in session.scalars(select(AccountKey)):
        yield envelope(account.wrapped_private, f"account:{account.account_id}:private")
    for visit in session.scalars(select(StaffSession)):
        yield envelope(visit.unlocked, f"session:{visit.id}:unlocked")
    for desk in session.scalars(select(DeskKey)):
        yield envelope(desk.recovery_wrapped, f"desk:{desk.id}:holder:0")
    for holder in session.scalars(select(DeskKeyHolder)):
        yield seal(holder.wrapped, f"desk:{holder.desk_key_id}:holder:{holder.account_id}")
    for wrap in session.scalars(select(CaseKey)):
        if wrap.holder is Holder.SERVICE:
            yield envelope(wrap.wrapped[9:], wrap_place(wrap))
        else:
            yield seal(wrap.wrapped, wrap_place(wrap))


def envelope(sealed: bytes | None, place: str) -> Lock:
    return lambda key: unseal(key, sealed or b"", bound_to=place)


def seal(sealed: bytes, place: str) -> Lock:
    return lambda key: open_with(key, sealed, bound_to=place)


def texts_opened(session: Session, stored: set[bytes], locks: list[Lock]) -> dict[bool, bool]:
    """Whether the text of the tip-off (True) and of the complaint (False) comes to light."""
    known, fresh = set(stored), set(stored)
    while fresh:
        fresh = {found for key in fresh for lock in locks if len(found := tried(lock, key)) == KEY} - known
        known |= fresh
    opened = {False: False, True: False}
    for item, kind in session.execute(select(CaseItem, Case.kind).join(Case)):
        lock = envelope(item.sealed, f"case:{item.case_id}:item:{item.id}")
        opened[kind == "tip_off"] |= any(TEXT.encode() in tried(lock, key) for key in known)
    return opened


def tried(lock: Lock, key: bytes) -> bytes:
    try:
        return lock(key)
    except BrokenEnvelopeError:
        return b""
