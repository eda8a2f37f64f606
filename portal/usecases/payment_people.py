"""Hashes of the people who were paid, and of those whose aid has ended: made here, and forgotten here."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.domain.notices import NoticeKind
from portal.domain.programs import Program
from portal.domain.retention import first_month_kept
from portal.models.notices import Notice, NoticeRow
from portal.models.payments import Payment, PaymentPerson, TerminatedPerson
from portal.models.publications import Revision
from portal.sealing.envelopes import keyed_hash
from portal.usecases.services import Services

HASH_DIGITS = 32
"""Half of the keyed hash: enough to tell everybody apart, and no more than is needed for it."""
_ROWS_A_STATEMENT = 5000


def payment_hash(key: bytes, listed_as: str, number: str) -> bytes:
    """Who is paid, for one month, programme and kind."""
    return _half(key, f"payment|{listed_as}|{number}")


def termination_hash(key: bytes, program: Program, person_hash: str) -> bytes:
    """Whose aid of a programme has ended; made from the hash of his notice, and no key to it."""
    return _half(key, f"terminated|{program}|{person_hash}")


def note_people(session: Session, revision_id: int, hashes: Iterable[bytes]) -> None:
    """Keep who stands in a batch, until his month is forgotten."""
    rows = [{"person_hash": digest, "revision_id": revision_id} for digest in sorted(hashes)]
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        session.execute(insert(PaymentPerson), rows[start : start + _ROWS_A_STATEMENT])


def note_terminated(session: Session, services: Services, revision: Revision) -> None:
    """Before the rows of a public list of terminations are sealed: who stood in it, for later batches of payments."""
    notice = session.get(Notice, revision.publication_id)
    if notice is None or notice.kind is not NoticeKind.TERMINATION:
        return
    key = services.keyring.key("persons")
    listed = session.scalars(select(NoticeRow.person_hash).where(NoticeRow.revision_id == revision.id))
    hashes = {termination_hash(key, notice.program, one) for one in listed}
    known = select(TerminatedPerson.person_hash).where(TerminatedPerson.publication_id == revision.publication_id)
    new = sorted(hashes - set(session.scalars(known)))
    rows = [{"person_hash": digest, "publication_id": revision.publication_id} for digest in new]
    if rows:
        session.execute(insert(TerminatedPerson), rows)


def forget_people(session: Session, services: Services, *, today: date) -> int:
    """Delete the hashes of months that are over for longer than the table of retention says; how many they were."""
    kept = services.rulebook.retention
    paid = select(Revision.id).join(Payment, Payment.publication_id == Revision.publication_id)
    paid = paid.where(Payment.month < first_month_kept(today, kept.payment_people_months))
    ended = select(Notice.publication_id).where(Notice.month < first_month_kept(today, kept.terminated_people_months))
    payees = session.execute(delete(PaymentPerson).where(PaymentPerson.revision_id.in_(paid)))
    former = session.execute(delete(TerminatedPerson).where(TerminatedPerson.publication_id.in_(ended)))
    return int(payees.rowcount) + int(former.rowcount)  # type: ignore[attr-defined]


def _half(key: bytes, text: str) -> bytes:
    return bytes.fromhex(keyed_hash(key, text)[:HASH_DIGITS])
